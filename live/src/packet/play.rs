//! Playing a script: every event in its turn, and what came of it.

use std::io;
use std::net::{SocketAddr, SocketAddrV4};

use ipvslab_sim::Transport;

use super::frame::{GATEWAY, LENGTH, Mac, Sighting, datagram, flag_bits, segment, server_mac};
use super::lab::Lab;
use crate::ipvs::IpvsError;
use crate::lab::LabError;
use crate::log::{Log, Outcome};
use crate::script::{Action, Flags, Script, Side, Tuple};
use crate::ticks::{self, Ticks, TicksError};

/// About how often progress is told.
const PARTS: usize = 20;

/// Why a script could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The lab could not be set up.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The kernel's clock cannot be told.
    #[error(transparent)]
    Ticks(#[from] TicksError),
    /// An edit or a look at the counters failed.
    #[error(transparent)]
    Ipvs(#[from] IpvsError),
    /// The device failed.
    #[error("the lab's TAP device failed: {0}")]
    Device(#[from] io::Error),
    /// The script has addresses that the lab does not speak.
    #[error("the packet engine plays IPv4 only, not {0}")]
    Ipv6(SocketAddr),
    /// A packet was neither dropped nor passed on as its forwarding method says.
    #[error("event {event}: {what}; the lab is not set up as it should be")]
    Astray {
        /// The number of the event.
        event: usize,
        /// What came out.
        what: String,
    },
}

/// Plays a script to the running kernel, in a network namespace that lives as long as this call. Tells `progress` now and
/// then how much of it is done, in per cent.
///
/// # Errors
/// If the lab cannot be set up, or the kernel does what no forwarding method explains.
pub fn play(script: &Script, mut progress: impl FnMut(usize)) -> Result<Log, PlayError> {
    let mut ticks = Ticks::now()?;
    let mut lab = Lab::new(script)?;
    let configuration = lab.configuration()?;
    let kernel = lab.kernel(ticks::hz())?;
    let first_jiffy = ticks.start();
    let mut player = Player {
        transport: script.service.transport,
        lab: &mut lab,
        connections: Vec::with_capacity(script.connections()),
        checkpoints: Vec::new(),
        buffer: [0; 2048],
    };
    let (mut outcomes, mut jiffies) =
        (Vec::with_capacity(script.events.len()), Vec::with_capacity(script.events.len()));
    let (mut last, mut straddled) = (first_jiffy, 0);
    let part = (script.events.len() / PARTS).max(1);
    for (number, event) in script.events.iter().enumerate() {
        if number > 0 && number.is_multiple_of(part) {
            progress(100 * number / script.events.len());
        }
        ticks.wait_until(event.at_ns);
        let mut jiffy = ticks.jiffy();
        let mut outcome = player.take(event.action).map_err(|failed| failed.at(number))?;
        // Looking twice does no harm, and a timer may have fired in the middle of it.
        while event.action == Action::Checkpoint && ticks.jiffy() != jiffy {
            player.checkpoints.pop();
            ticks.wait_until(event.at_ns);
            jiffy = ticks.jiffy();
            outcome = player.take(event.action).map_err(|failed| failed.at(number))?;
        }
        straddled += u64::from(ticks.jiffy() != jiffy);
        outcomes.push(outcome);
        jiffies.push((jiffy - last) as u32);
        last = jiffy;
    }
    let checkpoints = player.checkpoints;
    Ok(Log { kernel, configuration, first_jiffy, jiffies, outcomes, checkpoints, straddled })
}

/// Why an event failed; its number is not known yet.
enum Failed {
    Ipvs(IpvsError),
    Device(io::Error),
    Ipv6(SocketAddr),
    Astray(String),
}

impl Failed {
    fn at(self, event: usize) -> PlayError {
        match self {
            Self::Ipvs(error) => PlayError::Ipvs(error),
            Self::Device(error) => PlayError::Device(error),
            Self::Ipv6(address) => PlayError::Ipv6(address),
            Self::Astray(what) => PlayError::Astray { event, what },
        }
    }
}

impl From<IpvsError> for Failed {
    fn from(error: IpvsError) -> Self {
        Self::Ipvs(error)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Device(error)
    }
}

/// A connection as clients and servers know it.
#[derive(Clone, Copy)]
struct Connection {
    client: SocketAddrV4,
    destination: SocketAddrV4,
    /// Where its SYN went; `None` if it was not let in.
    server: Option<u16>,
}

struct Player<'a> {
    transport: Transport,
    lab: &'a mut Lab,
    connections: Vec<Connection>,
    checkpoints: Vec<Vec<crate::log::Counters>>,
    buffer: [u8; 2048],
}

impl Player<'_> {
    fn take(&mut self, action: Action) -> Result<Outcome, Failed> {
        match action {
            Action::Open(tuple) => return self.open(tuple),
            Action::Segment { connection, from, flags } => return self.segment(connection, from, flags),
            Action::SetWeight { server, weight } => self.lab.set_weight(server, weight)?,
            Action::Add { server, weight } => self.lab.add(server, weight)?,
            Action::Remove { server } => self.lab.remove(server)?,
            Action::Checkpoint => {
                let counters = self.lab.counters()?;
                self.checkpoints.push(counters);
            }
        }
        Ok(Outcome::Nothing)
    }

    fn open(&mut self, tuple: Tuple) -> Result<Outcome, Failed> {
        let (client, destination) = (v4(tuple.client)?, v4(tuple.destination)?);
        let outcome = self.client_sends(client, destination, Flags::Syn)?;
        let server = match outcome {
            Outcome::Server(server) => Some(server),
            _ => None,
        };
        self.connections.push(Connection { client, destination, server });
        Ok(outcome)
    }

    fn segment(&mut self, connection: u32, from: Side, flags: Flags) -> Result<Outcome, Failed> {
        let Connection { client, destination, server } = self.connections[connection as usize];
        let Some(server) = server else { return Ok(Outcome::Skipped) };
        match from {
            Side::Client => {
                let outcome = self.client_sends(client, destination, flags)?;
                // A datagram whose entry has expired is scheduled anew.
                if let Outcome::Server(now) = outcome {
                    self.connections[connection as usize].server = Some(now);
                }
                Ok(outcome)
            }
            Side::Server => self.server_sends(server, client, destination, flags),
        }
    }

    fn packet(&self, from: Mac, source: SocketAddrV4, destination: SocketAddrV4, flags: u8) -> [u8; LENGTH] {
        match self.transport {
            Transport::Tcp => segment(from, source, destination, flags),
            Transport::Udp => datagram(from, source, destination),
        }
    }

    /// Sends a client's packet, and finds out which server it goes to.
    fn client_sends(
        &mut self,
        client: SocketAddrV4,
        destination: SocketAddrV4,
        flags: Flags,
    ) -> Result<Outcome, Failed> {
        let frame = self.packet(GATEWAY, client, destination, flag_bits(flags, false));
        self.lab.tap.send(&frame)?;
        while let Some(frame) = self.lab.tap.receive(&mut self.buffer)? {
            let Some(seen) = Sighting::read(frame).filter(|seen| seen.source == client) else { continue };
            let Some(server) = seen.next_hop else {
                return Err(Failed::Astray(format!("a packet of {client} went back to the clients")));
            };
            return match self.lab.delivers(server, destination, &seen) {
                true => Ok(Outcome::Server(server)),
                false => {
                    Err(Failed::Astray(format!("a packet of {client} reached server {server} as {seen:?}")))
                }
            };
        }
        Ok(Outcome::Nothing)
    }

    /// Sends a server's packet, and finds out whether it reaches the client in the service's name.
    fn server_sends(
        &mut self,
        server: u16,
        client: SocketAddrV4,
        destination: SocketAddrV4,
        flags: Flags,
    ) -> Result<Outcome, Failed> {
        let source = self.lab.endpoint(server);
        let frame = self.packet(server_mac(server), source, client, flag_bits(flags, true));
        self.lab.tap.send(&frame)?;
        while let Some(frame) = self.lab.tap.receive(&mut self.buffer)? {
            let Some(seen) = Sighting::read(frame) else { continue };
            if seen.destination != client || seen.next_hop.is_some() {
                continue;
            }
            if seen.source == destination {
                return Ok(Outcome::Server(server));
            }
            if seen.source == source {
                return Ok(Outcome::Untouched);
            }
        }
        Ok(Outcome::Nothing)
    }
}

fn v4(address: SocketAddr) -> Result<SocketAddrV4, Failed> {
    match address {
        SocketAddr::V4(address) => Ok(address),
        SocketAddr::V6(_) => Err(Failed::Ipv6(address)),
    }
}
