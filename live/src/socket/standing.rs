//! A lab that stands: every server answers every client with its name, and clients can be sent by hand.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use super::ServeError;
use super::lab::Lab;
use super::servers::listener;
use super::situation::Situation;
use crate::ipvs::{DestinationState, IpvsError, ServiceState};
use crate::lab::{Host, key};
use crate::listing::listing;
use crate::script::{Reached, Service};

/// A lab whose servers answer until this value is gone.
pub struct Standing {
    lab: Lab,
    service: Service,
}

/// How many clients a tour sends.
const VISITS: u32 = 6;
/// How long a client waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// Where clients come from that are sent by hand: 10.128.0.1 and on, a client each.
const FIRST_CLIENT: Ipv4Addr = Ipv4Addr::new(10, 128, 0, 1);
/// An address of a service by firewall mark.
const DESTINATION: Ipv4Addr = Ipv4Addr::new(172, 16, 0, 1);

impl Standing {
    /// Builds a situation's hosts and lets its servers answer.
    ///
    /// # Errors
    /// If the lab cannot be built.
    pub fn new(situation: &Situation) -> Result<Self, ServeError> {
        let lab = Lab::new(situation)?;
        for (number, server) in situation.servers.iter().enumerate() {
            let port = lab.listening_port(number);
            let failed = |error| ServeError::Listener { server: number, port, error };
            let listening =
                lab.server(number).namespace().enter(|| listener(port)).flatten().map_err(failed)?;
            listening.set_nonblocking(false).map_err(failed)?;
            let answer = format!("{}\n", server.server.endpoint.ip());
            // The thread ends with the process; it holds nothing but its socket.
            std::thread::spawn(move || {
                while let Ok((client, _)) = listening.accept() {
                    let _ = greet(&client, &answer);
                }
            });
        }
        Ok(Self { lab, service: situation.service })
    }

    /// How every host was set up, in commands; `enter` adds to a host's heading.
    pub fn setup(&self, enter: impl Fn(&Host) -> String) -> String {
        let mut text = String::new();
        for host in self.lab.hosts() {
            let _ = writeln!(text, "\n# {}{}", host.name(), enter(host));
            host.commands().iter().for_each(|command| text.push_str(&format!("{command}\n")));
        }
        text
    }

    /// Sends client number `number`, and returns who answered.
    ///
    /// # Errors
    /// If nobody did.
    pub fn visit(&self, number: u32) -> io::Result<String> {
        let client = SocketAddr::from((Ipv4Addr::from(u32::from(FIRST_CLIENT) + number), 0));
        let service = match self.service.reached {
            Reached::Address(address) => address,
            Reached::Fwmark { port, .. } => SocketAddr::from((DESTINATION, port)),
        };
        self.lab.clients().namespace().enter(|| visit(client, service)).flatten()
    }

    /// The services and their servers as the kernel has them.
    ///
    /// # Errors
    /// If IPVS does not answer.
    pub fn state(&mut self) -> Result<Vec<(ServiceState, Vec<DestinationState>)>, IpvsError> {
        let ipvs = self.lab.director().ipvs()?;
        let service = ipvs.service(&key(&self.service))?;
        let servers = ipvs.destinations(&service.service.key)?;
        Ok(vec![(service, servers)])
    }
}

/// Builds a situation's lab, sends a few clients one after the other, and tells who answered and what the kernel counted.
///
/// # Errors
/// If the lab cannot be built.
pub fn tour(situation: &Situation) -> Result<String, ServeError> {
    let mut lab = Standing::new(situation)?;
    let mut text = lab.setup(|_| String::new());
    let _ = writeln!(text, "\n# {VISITS} clients, one after the other: who answered");
    for number in 0..VISITS {
        let answer = lab.visit(number).unwrap_or_else(|error| format!("no answer: {error}"));
        let _ = writeln!(text, "client {}: {answer}", number + 1);
    }
    // The kernel tells its statistics up to two seconds late.
    std::thread::sleep(Duration::from_secs(5));
    let _ = write!(text, "\n{}", listing(&lab.state()?));
    Ok(text)
}

/// Answers a client: any request, or none.
fn greet(mut client: &Socket, answer: &str) -> io::Result<()> {
    client.set_read_timeout(Some(Duration::from_millis(200)))?;
    let mut request = [0; 1024];
    let spoke = client.read(&mut request).unwrap_or(0) > 0;
    if spoke {
        // As curl expects it.
        write!(client, "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len())?;
    }
    client.write_all(answer.as_bytes())?;
    client.shutdown(Shutdown::Write)
}

fn visit(client: SocketAddr, service: SocketAddr) -> io::Result<String> {
    let mut socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_ip_transparent_v4(true)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.bind(&client.into())?;
    socket.connect_timeout(&service.into(), PATIENCE)?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer.trim().to_owned())
}
