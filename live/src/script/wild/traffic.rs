//! The events of a random script.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipvslab_schedulers::Rng;
use ipvslab_sim::Protocol;

use super::chance::{once_in, one_of};
use super::edits::Administrator;
use super::lives::Life;
use super::setup::Setup;
use super::theme::Theme;
use crate::script::{Action, Event, Flow, Reached, Script, Service};

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
/// Packets between two looks at the counters.
const BETWEEN_CHECKPOINTS: u32 = 80;
/// The longest pause: beyond every timeout and its lateness.
const LONGEST_S: f64 = 1_900.0;
/// How many flows are in the middle of something.
const RECENT: usize = 16;

/// The script so far.
pub(super) struct Traffic {
    draw: Rng,
    theme: Theme,
    administrator: Administrator,
    services: Vec<Service>,
    /// By service: the addresses of its servers.
    addresses: Vec<Vec<IpAddr>>,
    flows: Vec<Flow>,
    /// By flow: the service that it is meant for.
    meant: Vec<u16>,
    lives: Vec<Life>,
    now: u64,
    events: Vec<Event>,
}

impl Traffic {
    pub(super) fn new(draw: Rng, theme: Theme, setup: &Setup) -> Self {
        let addresses = (0..setup.services.len()).map(|service| {
            let of = setup.servers.iter().filter(|server| usize::from(server.service) == service);
            of.map(|server| server.endpoint.ip()).collect()
        });
        Self {
            draw,
            theme,
            administrator: Administrator::new(theme, &setup.services, &setup.servers),
            services: setup.services.clone(),
            addresses: addresses.collect(),
            flows: Vec::new(),
            meant: Vec::new(),
            lives: Vec::new(),
            now: 0,
            events: Vec::new(),
        }
    }

    /// All of it.
    pub(super) fn run(mut self, setup: Setup, packets: u32) -> Script {
        let mut pace = 5 * MILLISECOND;
        for packet in 0..packets {
            if once_in(&mut self.draw, 100) {
                pace = one_of(
                    &mut self.draw,
                    &[20 * MICROSECOND, MILLISECOND, 5 * MILLISECOND, 200 * MILLISECOND, 3 * SECOND],
                );
            }
            self.pause(pace);
            if once_in(&mut self.draw, self.theme.edit()) {
                for action in self.administrator.edit(&mut self.draw) {
                    self.push(action);
                }
            }
            if packet % BETWEEN_CHECKPOINTS == BETWEEN_CHECKPOINTS - 1 {
                self.push(Action::Checkpoint);
            }
            self.packet();
        }
        for pause in [0, 100, LONGEST_S as u64] {
            self.now += pause * SECOND;
            self.push(Action::Checkpoint);
        }
        Script {
            sysctls: setup.sysctls,
            timeouts_s: setup.timeouts_s,
            services: setup.services,
            servers: setup.servers,
            flows: self.flows,
            events: self.events,
        }
    }

    fn push(&mut self, action: Action) {
        self.events.push(Event { at_ns: self.now, action });
    }

    /// Lets time pass: about `pace`, now and then a second to half an hour.
    fn pause(&mut self, pace: u64) {
        let unit = self.draw.unit();
        let nanos = if once_in(&mut self.draw, 60) {
            SECOND as f64 * LONGEST_S.powf(unit)
        } else {
            pace as f64 * 2.0 * unit
        };
        self.now += nanos as u64;
    }

    fn packet(&mut self) {
        let flow = if self.flows.is_empty() || once_in(&mut self.draw, self.theme.new_flow()) {
            self.open()
        } else if once_in(&mut self.draw, 6) {
            self.draw.below(self.flows.len() as u32) as usize
        } else {
            let recent = self.flows.len().min(RECENT) as u32;
            self.flows.len() - 1 - self.draw.below(recent) as usize
        };
        let (from, content) = self.lives[flow].step(&mut self.draw, self.flows[flow].protocol);
        self.push(Action::Packet { flow: flow as u32, from, content });
    }

    /// A flow that never was.
    fn open(&mut self) -> usize {
        let service = self.draw.below(self.services.len() as u32) as u16;
        let Service { reached, protocol, .. } = self.services[usize::from(service)];
        let protocol = match reached {
            Reached::Address(_) => protocol,
            Reached::Fwmark { .. } => match self.theme {
                Theme::Datagrams => Protocol::Udp,
                Theme::Associations => Protocol::Sctp,
                _ => one_of(&mut self.draw, &[Protocol::Tcp, Protocol::Tcp, Protocol::Udp, Protocol::Sctp]),
            },
        };
        let destination = self.destination(&reached);
        let client = loop {
            let client = self.client(destination.is_ipv6());
            if !self.is_ambiguous(protocol, client, service) {
                break client;
            }
        };
        self.flows.push(Flow { protocol, client, destination });
        self.meant.push(service);
        self.lives.push(Life::draw(&mut self.draw, protocol));
        self.flows.len() - 1
    }

    fn destination(&mut self, reached: &Reached) -> SocketAddr {
        let draw = &mut self.draw;
        match *reached {
            Reached::Address(at) => {
                let port = match at.port() {
                    0 => one_of(draw, &[22, 80, 443, 5_000, 20, 21]),
                    // FTP's data, passive and active.
                    21 => one_of(draw, &[21, 21, 21, 20, 1_024, 40_000, 1_023]),
                    _ if once_in(draw, 30) => 7,
                    named => named,
                };
                SocketAddr::new(at.ip(), port)
            }
            Reached::Fwmark { port, ipv6: true, .. } => {
                let last = 1 + draw.below(9) as u16;
                SocketAddr::new(Ipv6Addr::new(0xfd00, 0x172, 0, 0, 0, 0, 0, last).into(), port)
            }
            Reached::Fwmark { port, .. } => {
                SocketAddr::new(Ipv4Addr::new(172, 16, 0, 1 + draw.below(9) as u8).into(), port)
            }
        }
    }

    /// A client of a few networks. Port 20 is that of FTP's active data connections.
    fn client(&mut self, ipv6: bool) -> SocketAddr {
        let draw = &mut self.draw;
        let (network, host) = (one_of(draw, &[0, 1, 17, 130]), 1 + draw.below(5) as u16);
        let ip: IpAddr = match ipv6 {
            true => Ipv6Addr::new(0xfd00, 0xc, 0, network, 0, 0, host / 3, host).into(),
            false => Ipv4Addr::new(10 + (network / 100) as u8, 128, network as u8, host as u8).into(),
        };
        let port = if once_in(draw, 40) { 20 } else { 1_024 + draw.below(2_000) as u16 };
        SocketAddr::new(ip, port)
    }

    /// Whether a server may hold both this flow and another of the same client and port.
    fn is_ambiguous(&self, protocol: Protocol, client: SocketAddr, service: u16) -> bool {
        self.flows.iter().zip(&self.meant).any(|(flow, &other)| {
            let theirs = &self.addresses[usize::from(other)];
            flow.protocol == protocol
                && flow.client == client
                && self.addresses[usize::from(service)].iter().any(|ip| theirs.contains(ip))
        })
    }
}
