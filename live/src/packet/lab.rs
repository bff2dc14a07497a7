//! The director of the packet engine: a namespace with a TAP device, a service, and neighbours that do not exist.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use ipvslab_sim::Forwarding;

use super::frame::{DIRECTOR, GATEWAY, Mac, Sighting, server_mac};
use super::tap::{self, Tap};
use crate::ipvs::IpvsError;
use crate::lab::{Host, LabError, Step, ipv4};
use crate::log::{Counters, KernelFacts};
use crate::script::{Reached, Script, Server, Service};

/// The director's own address; from the range that RFC 2544 sets aside for labs.
const OWN: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);
/// The router to all clients.
const ROUTER: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 2);
/// The table in which every address is the director's own, for services by firewall mark.
const EVERYTHING_LOCAL: u32 = 100;

/// A director ready to play.
pub(super) struct Lab {
    host: Host,
    pub(super) tap: Tap,
    service: Service,
    servers: Vec<Server>,
    endpoints: Vec<SocketAddrV4>,
}

impl Lab {
    /// Sets up the service and the servers that are listed at the start, in their order.
    pub(super) fn new(script: &Script) -> Result<Self, LabError> {
        let mut host = Host::new("director")?;
        host.take_all(&switches())?;
        let tap = Tap::new(host.namespace()).map_err(LabError::Tap)?;
        let mut endpoints = Vec::with_capacity(script.servers.len());
        for server in &script.servers {
            match server.endpoint {
                SocketAddr::V4(endpoint) => endpoints.push(endpoint),
                SocketAddr::V6(_) => return Err(LabError::Ipv6(server.endpoint)),
            }
        }
        host.set_mac(tap::NAME, DIRECTOR)?;
        host.take_all(&steps(script, &endpoints)?)?;
        Ok(Self { host, tap, service: script.service, servers: script.servers.clone(), endpoints })
    }

    /// What the running kernel says of itself.
    pub(super) fn kernel(&mut self, hz: u32) -> Result<KernelFacts, IpvsError> {
        self.host.kernel(hz)
    }

    /// The service and its servers as the kernel gives them back.
    pub(super) fn configuration(&mut self) -> Result<Vec<String>, IpvsError> {
        self.host.configuration()
    }

    /// All servers in the order of the list.
    pub(super) fn counters(&mut self) -> Result<Vec<Counters>, IpvsError> {
        self.host.counters(&self.service, &self.servers)
    }

    pub(super) fn set_weight(&mut self, server: u16, weight: u32) -> Result<(), IpvsError> {
        self.host.set_weight(&self.service, &self.servers[usize::from(server)], weight)
    }

    pub(super) fn add(&mut self, server: u16, weight: u32) -> Result<(), IpvsError> {
        self.host.add(&self.service, &self.servers[usize::from(server)], weight)
    }

    pub(super) fn remove(&mut self, server: u16) -> Result<(), IpvsError> {
        self.host.remove(&self.service, &self.servers[usize::from(server)])
    }

    /// Where a server's packets come from; a server with port 0 uses the service's.
    pub(super) fn endpoint(&self, server: u16) -> SocketAddrV4 {
        let endpoint = self.endpoints[usize::from(server)];
        let port = match self.service.reached {
            _ if endpoint.port() != 0 => endpoint.port(),
            reached => reached.port(),
        };
        SocketAddrV4::new(*endpoint.ip(), port)
    }

    /// Whether a client's packet reached its next hop as the forwarding method says.
    pub(super) fn delivers(&self, server: u16, destination: SocketAddrV4, seen: &Sighting) -> bool {
        let Some(endpoint) = self.endpoints.get(usize::from(server)) else { return false };
        match self.service.forwarding {
            Forwarding::Masquerade => seen.tunnel_to.is_none() && seen.destination == self.endpoint(server),
            Forwarding::DirectRoute => seen.tunnel_to.is_none() && seen.destination == destination,
            Forwarding::Tunnel => seen.tunnel_to == Some(*endpoint.ip()) && seen.destination == destination,
        }
    }
}

/// What has to be so before the device is made.
fn switches() -> Vec<Step> {
    vec![
        // First: it resets others.
        Step::Sysctl("net.ipv4.ip_forward", "1"),
        Step::Sysctl("net.ipv4.conf.all.rp_filter", "0"),
        Step::Sysctl("net.ipv4.conf.default.rp_filter", "0"),
        Step::Sysctl("net.ipv4.conf.all.send_redirects", "0"),
        Step::Sysctl("net.ipv4.conf.default.send_redirects", "0"),
        Step::Sysctl("net.ipv6.conf.all.disable_ipv6", "1"),
        Step::Sysctl("net.ipv6.conf.default.disable_ipv6", "1"),
        Step::Sysctl("net.ipv4.vs.run_estimation", "0"),
        Step::Up("lo"),
    ]
}

fn steps(script: &Script, endpoints: &[SocketAddrV4]) -> Result<Vec<Step>, LabError> {
    let device = tap::NAME;
    let neighbour = |address: Ipv4Addr, mac: Mac| Step::Neighbour { device, address, mac };
    let mut steps = vec![
        Step::Up(device),
        Step::Address { device, address: OWN, prefix: 30 },
        neighbour(ROUTER, GATEWAY),
        Step::Route { to: (Ipv4Addr::UNSPECIFIED, 0), via: Some(ROUTER), device },
    ];
    let mut addressed: Vec<Ipv4Addr> = Vec::new();
    for (number, endpoint) in endpoints.iter().enumerate() {
        // Two servers at one address would have one next hop.
        if addressed.contains(endpoint.ip()) {
            return Err(LabError::SharedAddress(*endpoint.ip()));
        }
        addressed.push(*endpoint.ip());
        steps.push(Step::Route { to: (*endpoint.ip(), 32), via: None, device });
        steps.push(neighbour(*endpoint.ip(), server_mac(number as u16)));
    }
    match script.service.reached {
        Reached::Address(address) => {
            let address = ipv4(address).map_err(LabError::Ipv6)?;
            steps.push(Step::Address { device: "lo", address, prefix: 32 });
        }
        Reached::Fwmark { mark, port } => {
            steps.push(Step::Mark(port, mark));
            steps.push(Step::LocalTable(EVERYTHING_LOCAL));
            steps.push(Step::RuleMark(mark, EVERYTHING_LOCAL));
        }
    }
    steps.push(Step::Service(script.service));
    if script.service.timeouts_s != [0, 0] {
        steps.push(Step::Timeouts(script.service.timeouts_s));
    }
    steps.extend(
        script
            .servers
            .iter()
            .filter(|server| server.listed)
            .map(|server| Step::Server(script.service, *server, server.weight)),
    );
    Ok(steps)
}

impl From<io::Error> for LabError {
    fn from(error: io::Error) -> Self {
        Self::Tap(error)
    }
}
