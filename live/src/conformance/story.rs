//! Writing a case down as its sentence reads: a service, its servers, and then what happens, in order.
//!
//! Servers and flows go by names, and an end by a word: a server's name (`"A"`, or `"A:443"` where the port matters),
//! `refused` (ICMP port unreachable), `reset` (the director's own stack), `dropped`, `answered` (to the client, in the
//! service's name), `untouched` (routed unchanged). What is called before the first event describes the beginning.

mod events;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::{Accounting, SchedulerKind};
use ipvslab_sim::{Forwarding, Protocol};

use super::case::{Case, End, Expectation, Opening, Play, Scripted, What};
use crate::script::{Action, Event, Persistent, Reached, Script, Server, Service, Settings};

/// The virtual address of a case that names none.
const VIRTUAL: ([u8; 4], u16) = ([198, 51, 100, 10], 80);
/// The client of a case that names none.
const CLIENT: [u8; 4] = [203, 0, 113, 1];
/// Where servers are, by their number.
const SERVERS: [u8; 3] = [192, 168, 77];
/// The client port of the first flow.
const FIRST_PORT: u16 = 10_000;
/// Between events: two jiffies at 250 Hz, so that what goes in the next jiffy has gone.
const STEP_NS: u64 = 8_000_000;

/// A case that is being written.
pub(super) struct Story {
    opening: Opening,
    script: Script,
    expectations: Vec<Expectation>,
    now_ns: u64,
    /// Which kernels the expectations are of.
    of: Option<Accounting>,
    servers: Vec<&'static str>,
    flows: BTreeMap<String, u32>,
    /// What servers have been edited to.
    weights: Vec<u32>,
    limits: Vec<[u32; 2]>,
    /// What services have been edited to.
    settings: Vec<Settings>,
    service: usize,
    forwarding: Forwarding,
    network: [u8; 3],
    client: IpAddr,
    next_port: u16,
    destination: SocketAddr,
    protocol: Protocol,
}

impl Story {
    pub(super) fn new(opening: Opening, scheduler: SchedulerKind) -> Self {
        let story = Self {
            opening,
            script: Script {
                sysctls: Vec::new(),
                timeouts_s: [0; 3],
                services: Vec::new(),
                servers: Vec::new(),
                flows: Vec::new(),
                events: Vec::new(),
            },
            expectations: Vec::new(),
            now_ns: 0,
            of: None,
            servers: Vec::new(),
            flows: BTreeMap::new(),
            weights: Vec::new(),
            limits: Vec::new(),
            settings: Vec::new(),
            service: 0,
            forwarding: Forwarding::DirectRoute,
            network: SERVERS,
            client: CLIENT.into(),
            next_port: FIRST_PORT,
            destination: VIRTUAL.into(),
            protocol: Protocol::Tcp,
        };
        story.and_service(scheduler)
    }

    /// The case as written.
    pub(super) fn end(self) -> Case {
        self.opening.becomes(Play::Script(Box::new(Scripted {
            script: self.script,
            names: self.servers,
            expectations: self.expectations,
        })))
    }

    /// Another service, which the words after this are about, at the address that packets go to.
    pub(super) fn and_service(mut self, scheduler: SchedulerKind) -> Self {
        self.service = self.script.services.len();
        let settings =
            Settings { scheduler, fallback: false, hash_port: false, one_packet: false, persistent: None };
        self.settings.push(settings);
        self.script.services.push(Service {
            protocol: self.protocol,
            reached: Reached::Address(self.destination),
            settings,
            listed: true,
        });
        self
    }

    fn described(mut self, describe: impl FnOnce(&mut Service)) -> Self {
        let service = &mut self.script.services[self.service];
        describe(service);
        self.settings[self.service] = service.settings;
        self
    }

    /// The service is at another address.
    pub(super) fn at(mut self, address: &str) -> Self {
        self.destination = address.parse().expect("a case's address");
        let reached = Reached::Address(self.destination);
        self.described(|service| service.reached = reached)
    }

    /// The service is reached by a mark, on every packet to the port of its address.
    pub(super) fn marked(self, mark: u32) -> Self {
        let (port, ipv6) = (self.destination.port(), self.destination.is_ipv6());
        self.described(|service| service.reached = Reached::Fwmark { mark, port, ipv6 })
    }

    /// The service is of this protocol, and so are the flows.
    pub(super) fn of(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self.described(|service| service.protocol = protocol)
    }

    /// `-p`.
    pub(super) fn persistent(self, timeout_s: u32) -> Self {
        let prefix = if self.destination.is_ipv6() { 128 } else { 32 };
        self.described(|service| service.settings.persistent = Some(Persistent { timeout_s, prefix }))
    }

    /// `-p -M`.
    pub(super) fn persistent_by(self, timeout_s: u32, prefix: u8) -> Self {
        self.described(|service| service.settings.persistent = Some(Persistent { timeout_s, prefix }))
    }

    /// `-o`.
    pub(super) fn one_packet(self) -> Self {
        self.described(|service| service.settings.one_packet = true)
    }

    /// The servers after this are reached so; by direct routing if nothing is said.
    pub(super) fn by(mut self, forwarding: Forwarding) -> Self {
        self.forwarding = forwarding;
        self
    }

    /// The servers after this are in this network, the first of them at .1.
    pub(super) fn servers_in(mut self, network: [u8; 3]) -> Self {
        self.network = network;
        self
    }

    /// The service's servers with their weights, in the order of adding: the last is the head of the list.
    pub(super) fn servers<const N: usize>(mut self, servers: [(&'static str, u32); N]) -> Self {
        assert!(self.script.events.is_empty(), "servers are there before anything happens");
        for (name, weight) in servers {
            let server = self.known(name);
            self.script.servers[usize::from(server)].weight = weight;
            self.script.servers[usize::from(server)].listed = true;
            self.weights[usize::from(server)] = weight;
        }
        self
    }

    /// A server's thresholds whenever it is added.
    pub(super) fn limited(mut self, name: &'static str, limits: [u32; 2]) -> Self {
        let server = self.known(name);
        self.script.servers[usize::from(server)].thresholds = limits;
        self.limits[usize::from(server)] = limits;
        self
    }

    /// A server's address and port, whatever its name.
    pub(super) fn located(mut self, name: &'static str, endpoint: &str) -> Self {
        let server = self.known(name);
        self.script.servers[usize::from(server)].endpoint = endpoint.parse().expect("a case's address");
        self
    }

    /// The number of a server, which is described if it is new.
    fn known(&mut self, name: &'static str) -> u16 {
        if let Some(number) = self.servers.iter().position(|known| *known == name) {
            return number as u16;
        }
        let number = self.servers.len() as u8;
        let [a, b, c] = self.network;
        self.servers.push(name);
        self.weights.push(1);
        self.limits.push([0, 0]);
        self.script.servers.push(Server {
            service: self.service as u16,
            endpoint: SocketAddr::from(([a, b, c, 1 + number], self.destination.port())),
            forwarding: self.forwarding,
            weight: 1,
            thresholds: [0, 0],
            listed: false,
        });
        number.into()
    }

    fn server(&self, name: &str) -> u16 {
        let number = self.servers.iter().position(|known| *known == name);
        number.unwrap_or_else(|| panic!("no server is called {name}")) as u16
    }

    /// New flows are of this client.
    pub(super) fn client(mut self, address: &str) -> Self {
        self.client = address.parse().expect("a case's address");
        self
    }

    /// The next new flow is from this port, those after it from the ports after it.
    pub(super) fn port(mut self, port: u16) -> Self {
        self.next_port = port;
        self
    }

    /// New flows are to this address.
    pub(super) fn to(mut self, address: &str) -> Self {
        self.destination = address.parse().expect("a case's address");
        self
    }

    /// New flows are of this protocol.
    pub(super) fn over(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The expectations after this are of kernels of one accounting generation.
    pub(super) fn on(mut self, of: Accounting) -> Self {
        self.of = Some(of);
        self
    }

    /// The expectations after this are of every kernel.
    pub(super) fn on_all(mut self) -> Self {
        self.of = None;
        self
    }

    fn event(mut self, action: Action) -> Self {
        self.script.events.push(Event { at_ns: self.now_ns, action });
        self.now_ns += STEP_NS;
        self
    }

    fn expect_last(self, end: &str) -> Self {
        let end = match end {
            "refused" => End::Refused,
            "reset" => End::Reset,
            "dropped" => End::Dropped,
            "answered" => End::Answered,
            "untouched" => End::Untouched,
            server => match server.split_once(':') {
                None => End::Server { server: self.server(server), port: None },
                Some((name, port)) => {
                    let port = port.parse().expect("a case's port");
                    End::Server { server: self.server(name), port: Some(port) }
                }
            },
        };
        let last = self.script.events.len() - 1;
        self.expect_at(last, What::Ends(end))
    }

    fn expect_at(mut self, event: usize, what: What) -> Self {
        self.expectations.push(Expectation { of: self.of, event, what });
        self
    }
}
