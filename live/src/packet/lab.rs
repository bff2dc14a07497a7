//! The director of the packet engine: a namespace with a TAP device, its services, and neighbours that do not exist.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipvslab_sim::{Forwarding, Sysctl};

use super::frame::{DIRECTOR, GATEWAY, Mac, Sighting, server_mac};
use super::tap::{self, Tap};
use crate::ipvs::IpvsError;
use crate::lab::{Host, LabError, Step};
use crate::log::{Counters, KernelFacts};
use crate::nft::Mark;
use crate::script::{Reached, Script, Settings};
use crate::sysctl::SysctlError;

/// The director's own addresses; the first from the range that RFC 2544 sets aside for labs.
const OWN: [(IpAddr, u8); 2] = [
    (IpAddr::V4(Ipv4Addr::new(198, 18, 0, 1)), 30),
    (IpAddr::V6(Ipv6Addr::new(0xfd00, 0x198, 0x18, 0, 0, 0, 0, 1)), 126),
];
/// The router to all clients.
const ROUTER: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(198, 18, 0, 2)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0x198, 0x18, 0, 0, 0, 0, 2))];

/// A director ready to play.
pub(super) struct Lab<'a> {
    host: Host,
    pub(super) tap: Tap,
    script: &'a Script,
    /// Which services exist.
    listed: Vec<bool>,
}

impl<'a> Lab<'a> {
    /// Sets up the services and the servers that are listed at the start, in their order.
    pub(super) fn new(script: &'a Script) -> Result<Self, LabError> {
        let mut host = Host::new("director")?;
        host.take_all(&switches())?;
        let tap = Tap::new(host.namespace()).map_err(LabError::Tap)?;
        host.set_mac(tap::NAME, DIRECTOR)?;
        host.take_all(&network(script)?)?;
        host.take_all(&configuration(script))?;
        let listed = script.services.iter().map(|service| service.listed).collect();
        Ok(Self { host, tap, script, listed })
    }

    /// What the running kernel says of itself.
    pub(super) fn kernel(&mut self, hz: u32) -> Result<KernelFacts, IpvsError> {
        self.host.kernel(hz)
    }

    /// The services and their servers as the kernel gives them back.
    pub(super) fn configuration(&mut self) -> Result<Vec<String>, IpvsError> {
        self.host.configuration()
    }

    /// All servers of all services that exist, each service's in the order of its list.
    pub(super) fn counters(&mut self) -> Result<Vec<Counters>, IpvsError> {
        let mut all = Vec::new();
        for (number, service) in self.script.services.iter().enumerate() {
            if self.listed[number] {
                let of = |address| {
                    let at = self.script.servers.iter().position(|server| {
                        usize::from(server.service) == number && server.endpoint == address
                    });
                    at.map(|at| at as u16)
                };
                all.extend(self.host.counters(service, of)?);
            }
        }
        Ok(all)
    }

    pub(super) fn edit(&mut self, server: u16, weight: u32, thresholds: [u32; 2]) -> Result<(), IpvsError> {
        let spec = &self.script.servers[usize::from(server)];
        self.host.edit(&self.script.services[usize::from(spec.service)], spec, weight, thresholds)
    }

    pub(super) fn add(&mut self, server: u16, weight: u32) -> Result<(), IpvsError> {
        let spec = &self.script.servers[usize::from(server)];
        self.host.add(&self.script.services[usize::from(spec.service)], spec, weight)
    }

    pub(super) fn remove(&mut self, server: u16) -> Result<(), IpvsError> {
        let spec = &self.script.servers[usize::from(server)];
        self.host.remove(&self.script.services[usize::from(spec.service)], spec)
    }

    pub(super) fn add_service(&mut self, service: u16) -> Result<(), IpvsError> {
        self.listed[usize::from(service)] = true;
        self.host.add_service(&self.script.services[usize::from(service)])
    }

    pub(super) fn edit_service(&mut self, service: u16, settings: &Settings) -> Result<(), IpvsError> {
        self.host.edit_service(&self.script.services[usize::from(service)], settings)
    }

    pub(super) fn remove_service(&mut self, service: u16) -> Result<(), IpvsError> {
        self.listed[usize::from(service)] = false;
        self.host.remove_service(&self.script.services[usize::from(service)])
    }

    pub(super) fn set_sysctl(&mut self, sysctl: Sysctl, value: u32) -> Result<(), SysctlError> {
        self.host.set_sysctl(&name(sysctl), &value.to_string())
    }

    pub(super) fn set_timeouts(&mut self, timeouts_s: [u32; 3]) -> Result<(), IpvsError> {
        self.host.set_timeouts(timeouts_s)
    }

    /// Whether a client's packet reached its next hop as a forwarding method of a server there says.
    pub(super) fn delivers(&self, host: u16, destination: SocketAddr, seen: &Sighting) -> bool {
        let Some(ip) = self.script.servers.get(usize::from(host)).map(|server| server.endpoint.ip()) else {
            return false;
        };
        let there = self.script.servers.iter().filter(|server| server.endpoint.ip() == ip);
        there.map(|server| server.forwarding).any(|method| match method {
            Forwarding::Masquerade => seen.tunnel_to.is_none() && seen.destination.ip() == ip,
            Forwarding::DirectRoute => seen.tunnel_to.is_none() && seen.destination == destination,
            Forwarding::Tunnel => seen.tunnel_to == Some(ip) && seen.destination == destination,
        })
    }
}

/// The full name of a sysctl.
fn name(sysctl: Sysctl) -> String {
    format!("net.ipv4.vs.{sysctl}")
}

/// What has to be so before the device is made.
fn switches() -> Vec<Step> {
    let switches = [
        // First: it resets others.
        ("net.ipv4.ip_forward", "1"),
        ("net.ipv4.conf.all.rp_filter", "0"),
        ("net.ipv4.conf.default.rp_filter", "0"),
        ("net.ipv4.conf.all.send_redirects", "0"),
        ("net.ipv4.conf.default.send_redirects", "0"),
        // Every refusal is to be seen.
        ("net.ipv4.icmp_ratemask", "0"),
        ("net.ipv6.icmp.ratelimit", "0"),
        // There is a limit for all of a second too, for messages of these types: none that a director sends.
        ("net.ipv6.icmp.ratemask", "128"),
        ("net.ipv6.conf.all.forwarding", "1"),
        ("net.ipv6.conf.default.forwarding", "1"),
        ("net.ipv6.conf.all.accept_ra", "0"),
        ("net.ipv6.conf.default.accept_ra", "0"),
        ("net.ipv6.conf.all.accept_dad", "0"),
        ("net.ipv6.conf.default.accept_dad", "0"),
        ("net.ipv6.conf.default.router_solicitations", "0"),
        ("net.ipv4.vs.run_estimation", "0"),
    ];
    switches.into_iter().map(|(name, value)| Step::sysctl(name, value)).chain([Step::Up("lo")]).collect()
}

/// Addresses, routes, neighbours and marks.
fn network(script: &Script) -> Result<Vec<Step>, LabError> {
    let device = tap::NAME;
    let neighbour = |address: IpAddr, mac: Mac| Step::Neighbour { device, address, mac };
    let mut steps = vec![Step::Up(device)];
    for ((address, prefix), router) in OWN.into_iter().zip(ROUTER) {
        let everywhere = match router {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        steps.push(Step::Address { device, address, prefix });
        steps.push(neighbour(router, GATEWAY));
        steps.push(Step::Route { to: (everywhere, 0), via: Some(router), device });
    }
    for (number, server) in script.servers.iter().enumerate() {
        let ip = server.endpoint.ip();
        let host = script.host(number as u16);
        if usize::from(host) == number {
            steps.push(Step::Route { to: (ip, whole(ip)), via: None, device });
            steps.push(neighbour(ip, server_mac(host)));
        } else if script.servers[..number]
            .iter()
            .any(|other| other.service == server.service && other.endpoint.ip() == ip)
        {
            // Two servers of one service at one address would have one next hop.
            return Err(LabError::SharedAddress(ip));
        }
    }
    let mut addressed = Vec::new();
    let mut marks = Vec::new();
    for service in &script.services {
        match service.reached {
            Reached::Address(at) if addressed.contains(&at.ip()) => {}
            Reached::Address(at) => {
                let address = at.ip();
                addressed.push(address);
                steps.push(Step::Address { device: "lo", address, prefix: whole(address) });
            }
            Reached::Fwmark { mark, port, ipv6 } => marks.push(Mark { port, mark, ipv6 }),
        }
    }
    // What a firewall mark makes a service of is the director's own, so that it can refuse in its name.
    let marked = script.flows.iter().filter(|flow| script.mark(flow) != 0).map(|flow| flow.destination.ip());
    let marked: BTreeSet<IpAddr> = marked.filter(|ip| !addressed.contains(ip)).collect();
    steps.extend(marked.into_iter().map(Step::Local));
    if !marks.is_empty() {
        steps.push(Step::Marks(marks));
    }
    Ok(steps)
}

/// The services, the kernel's settings, and the servers.
fn configuration(script: &Script) -> Vec<Step> {
    let services = script.services.iter().filter(|service| service.listed);
    let mut steps: Vec<Step> = services.map(|service| Step::Service(*service)).collect();
    if script.timeouts_s != [0; 3] {
        steps.push(Step::Timeouts(script.timeouts_s));
    }
    let sysctls = script.sysctls.iter();
    steps.extend(sysctls.map(|(sysctl, value)| Step::sysctl(name(*sysctl), value)));
    let servers = script.servers.iter().filter(|server| server.listed);
    steps
        .extend(servers.map(|server| {
            Step::Server(script.services[usize::from(server.service)], *server, server.weight)
        }));
    steps
}

/// The prefix length of one address.
fn whole(ip: IpAddr) -> u8 {
    if ip.is_ipv6() { 128 } else { 32 }
}

impl From<io::Error> for LabError {
    fn from(error: io::Error) -> Self {
        Self::Tap(error)
    }
}
