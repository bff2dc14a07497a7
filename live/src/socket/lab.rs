//! Hosts on one switch: clients, a director, and the real servers, each in a namespace of its own.
//!
//! The clients' host is also everybody's way to the clients. Under masquerading the servers answer by way of the
//! director; under direct routing and tunnels they answer the clients directly, and have the service's address
//! themselves: on their loopback device, about which they keep quiet, or on their tunnel's end.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipvslab_sim::Forwarding;

use super::situation::Situation;
use crate::ipvs::IpvsError;
use crate::lab::{Host, LabError, Step, ipv4};
use crate::log::{Counters, KernelFacts};
use crate::nft::Mark;
use crate::script::{Reached, Server, Service};
use crate::ticks;

/// The director's own address; from the range that RFC 2544 sets aside for labs.
const DIRECTOR: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);
/// The address of the clients' host, which is the router to all clients.
const ROUTER: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 2);
/// Every host's device.
const DEVICE: &str = "eth0";
/// The end of tunnels, which the module `ipip` puts into every namespace.
const TUNNEL: &str = "tunl0";
/// The table in which every address is the host's own.
const EVERYTHING_LOCAL: u32 = 100;
const ALL: (IpAddr, u8) = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// A lab of the socket engine.
pub struct Lab {
    clients: Host,
    director: Host,
    servers: Vec<Host>,
    /// Keeps the cables together.
    switch: Host,
    service: Service,
    forwarding: Forwarding,
    specs: Vec<Server>,
}

impl Lab {
    /// Builds all hosts, and sets up the service with the servers that are listed at the start, in their order.
    ///
    /// # Errors
    /// If a host cannot be set up.
    pub fn new(situation: &Situation) -> Result<Self, LabError> {
        let (service, specs) = (situation.service, situation.servers.iter().map(|server| server.server));
        let specs: Vec<Server> = specs.collect();
        let forwarding = situation.forwarding();
        let mut switch = Host::new("switch")?;
        switch.become_switch()?;
        let mut clients = Host::new("clients")?;
        let mut director = Host::new("director")?;
        let mut servers = Vec::with_capacity(specs.len());
        let addresses = addresses(&specs)?;
        clients.plug_into(&mut switch)?;
        clients.take_all(&for_clients(service)?)?;
        director.plug_into(&mut switch)?;
        director.take_all(&for_director(service, &addresses)?)?;
        for (number, &address) in addresses.iter().enumerate() {
            let mut server = Host::new(format!("rs{}", number + 1))?;
            server.plug_into(&mut switch)?;
            server.take_all(&for_server(service, forwarding, address)?)?;
            servers.push(server);
        }
        let mut steps = vec![Step::Service(service)];
        if situation.timeouts_s != [0; 3] {
            steps.push(Step::Timeouts(situation.timeouts_s));
        }
        let listed = specs.iter().filter(|server| server.listed);
        steps.extend(listed.map(|server| Step::Server(service, *server, server.weight)));
        director.take_all(&steps)?;
        Ok(Self { clients, director, servers, switch, service, forwarding, specs })
    }

    /// All hosts: switch, clients, director, real servers.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        [&self.switch, &self.clients, &self.director].into_iter().chain(&self.servers)
    }

    /// The director.
    pub fn director(&mut self) -> &mut Host {
        &mut self.director
    }

    pub(super) fn clients(&self) -> &Host {
        &self.clients
    }

    pub(super) fn server(&self, number: usize) -> &Host {
        &self.servers[number]
    }

    /// Where a server listens: packets keep the service's port unless the director rewrites them.
    pub(super) fn listening_port(&self, number: usize) -> u16 {
        let own = self.specs[number].endpoint.port();
        match self.service.reached {
            _ if self.forwarding == Forwarding::Masquerade && own != 0 => own,
            reached => reached.port(),
        }
    }

    pub(super) fn kernel(&mut self) -> Result<KernelFacts, IpvsError> {
        self.director.kernel(ticks::hz())
    }

    pub(super) fn configuration(&mut self) -> Result<Vec<String>, IpvsError> {
        self.director.configuration()
    }

    /// All servers in the order of the kernel's list.
    pub(super) fn counters(&mut self) -> Result<Vec<Counters>, IpvsError> {
        let of = |address: SocketAddr| {
            let at = self.specs.iter().position(|server| server.endpoint == address);
            at.map(|at| at as u16)
        };
        self.director.counters(&self.service, of)
    }

    /// Connections that the kernel says it gave to each server that is in its list, by number. It tells them up to two
    /// seconds late.
    pub(super) fn scheduled(&mut self) -> Result<Vec<u64>, IpvsError> {
        let mut scheduled = vec![0; self.specs.len()];
        for state in self.director.states(&self.service)? {
            let of = |server: &Server| server.endpoint == state.destination.address;
            if let Some(number) = self.specs.iter().position(of) {
                scheduled[number] = state.statistics.connections;
            }
        }
        Ok(scheduled)
    }

    pub(super) fn edit(&mut self, server: u16, weight: u32, thresholds: [u32; 2]) -> Result<(), IpvsError> {
        self.director.edit(&self.service, &self.specs[usize::from(server)], weight, thresholds)
    }

    pub(super) fn add(&mut self, server: u16, weight: u32) -> Result<(), IpvsError> {
        self.director.add(&self.service, &self.specs[usize::from(server)], weight)
    }

    pub(super) fn remove(&mut self, server: u16) -> Result<(), IpvsError> {
        self.director.remove(&self.service, &self.specs[usize::from(server)])
    }
}

/// The servers' addresses, which are all different.
fn addresses(specs: &[Server]) -> Result<Vec<Ipv4Addr>, LabError> {
    let mut addresses = Vec::with_capacity(specs.len());
    for server in specs {
        let address = ipv4(server.endpoint).map_err(LabError::Ipv6)?;
        if addresses.contains(&address) {
            return Err(LabError::SharedAddress(IpAddr::V4(address)));
        }
        addresses.push(address);
    }
    Ok(addresses)
}

/// What every host has: a device with an address, and no way of answering for others.
fn common(address: Ipv4Addr) -> Vec<Step> {
    let address = IpAddr::V4(address);
    vec![
        Step::sysctl("net.ipv6.conf.all.disable_ipv6", "1"),
        Step::sysctl("net.ipv4.conf.all.rp_filter", "0"),
        Step::sysctl("net.ipv4.conf.default.rp_filter", "0"),
        Step::sysctl("net.ipv4.conf.eth0.rp_filter", "0"),
        Step::sysctl("net.ipv4.conf.all.arp_ignore", "1"),
        Step::sysctl("net.ipv4.conf.all.arp_announce", "2"),
        Step::Up("lo"),
        Step::Up(DEVICE),
        Step::Address { device: DEVICE, address, prefix: 32 },
    ]
}

fn on_link(address: Ipv4Addr) -> Step {
    Step::Route { to: (IpAddr::V4(address), 32), via: None, device: DEVICE }
}

fn default_via(router: Ipv4Addr) -> Step {
    Step::Route { to: ALL, via: Some(IpAddr::V4(router)), device: DEVICE }
}

/// The clients' host: every address that an answer comes for is its own.
fn for_clients(service: Service) -> Result<Vec<Step>, LabError> {
    let mut steps = common(ROUTER);
    steps.push(Step::LocalTable { table: EVERYTHING_LOCAL, ipv6: false });
    steps.push(Step::RuleFrom(DEVICE, EVERYTHING_LOCAL));
    steps.push(on_link(DIRECTOR));
    match service.reached {
        // On the same link: clients ask who has it, and only the director may answer.
        Reached::Address(address) => steps.push(on_link(ipv4(address).map_err(LabError::Ipv6)?)),
        Reached::Fwmark { .. } => steps.push(default_via(DIRECTOR)),
    }
    Ok(steps)
}

fn for_director(service: Service, servers: &[Ipv4Addr]) -> Result<Vec<Step>, LabError> {
    let mut steps = vec![
        // First: it resets others.
        Step::sysctl("net.ipv4.ip_forward", "1"),
        Step::sysctl("net.ipv4.conf.all.send_redirects", "0"),
        Step::sysctl("net.ipv4.conf.default.send_redirects", "0"),
        Step::sysctl("net.ipv4.conf.eth0.send_redirects", "0"),
    ];
    steps.extend(common(DIRECTOR));
    steps.push(on_link(ROUTER));
    steps.push(default_via(ROUTER));
    steps.extend(servers.iter().map(|&server| on_link(server)));
    match service.reached {
        Reached::Address(address) => steps.push(Step::Address {
            device: DEVICE,
            address: IpAddr::V4(ipv4(address).map_err(LabError::Ipv6)?),
            prefix: 32,
        }),
        Reached::Fwmark { mark, port, ipv6 } => {
            steps.push(Step::Marks(vec![Mark { port, mark, ipv6 }]));
            steps.push(Step::LocalTable { table: EVERYTHING_LOCAL, ipv6: false });
            steps.push(Step::RuleMark { mark, table: EVERYTHING_LOCAL, ipv6 });
        }
    }
    Ok(steps)
}

fn for_server(service: Service, forwarding: Forwarding, address: Ipv4Addr) -> Result<Vec<Step>, LabError> {
    let mut steps = common(address);
    steps.push(on_link(DIRECTOR));
    steps.push(on_link(ROUTER));
    let (device, answers_by) = match forwarding {
        Forwarding::Masquerade => {
            steps.push(default_via(DIRECTOR));
            return Ok(steps);
        }
        Forwarding::DirectRoute => ("lo", DEVICE),
        Forwarding::Tunnel => {
            steps.push(Step::Up(TUNNEL));
            steps.push(Step::sysctl("net.ipv4.conf.tunl0.rp_filter", "0"));
            (TUNNEL, TUNNEL)
        }
    };
    steps.push(default_via(ROUTER));
    match service.reached {
        Reached::Address(vip) => {
            let address = IpAddr::V4(ipv4(vip).map_err(LabError::Ipv6)?);
            steps.push(Step::Address { device, address, prefix: 32 });
        }
        // A service of many addresses: whatever comes in is for this server.
        Reached::Fwmark { .. } => {
            steps.push(Step::LocalTable { table: EVERYTHING_LOCAL, ipv6: false });
            steps.push(Step::RuleFrom(answers_by, EVERYTHING_LOCAL));
        }
    }
    Ok(steps)
}
