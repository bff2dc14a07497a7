//! Random scripts: everything that moves a decision, at random, from a seed.
//!
//! Servers of random weights, some quiesced, some with thresholds; connections that establish and are closed by either
//! side, reset, or stay half-open; weights that change, servers that leave and return; busy times, slow times, and
//! pauses in which timeouts fire.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::{Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{Rng, SchedulerKind};
use ipvslab_sim::{Forwarding, Protocol};

use super::{Action, Content, Event, Flow, Reached, Script, Server, Service, Settings, Side};

/// What a random script is drawn from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RandomScript {
    /// The scheduler.
    pub scheduler: SchedulerKind,
    /// What packets carry.
    pub protocol: Protocol,
    /// How packets reach the real servers.
    pub forwarding: Forwarding,
    /// How many connections.
    pub connections: u32,
    /// Same seed, same script.
    pub seed: u64,
}

const SECOND: u64 = 1_000_000_000;
const MILLISECOND: u64 = 1_000_000;
/// After this many connections an edit is due on average.
const CONNECTIONS_PER_EDIT: u32 = 150;
/// How many checkpoints a script has.
const CHECKPOINTS: u32 = 24;

/// Draws a script.
pub fn random(of: RandomScript) -> Script {
    let mut draw = Rng::stream(of.seed, 0, of.scheduler.name());
    let servers = servers(&mut draw, of);
    let by_destination = of.protocol == Protocol::Tcp
        && matches!(of.scheduler, SchedulerKind::Dh | SchedulerKind::Lblc | SchedulerKind::Lblcr);
    let reached = if by_destination {
        Reached::Fwmark { mark: 1 + draw.below(1 << 20), port: 80, ipv6: false }
    } else {
        Reached::Address(SocketAddr::from(([192, 168, 0, 89], 80)))
    };
    let settings = Settings {
        scheduler: of.scheduler,
        fallback: draw.below(2) == 1,
        hash_port: draw.below(2) == 1,
        one_packet: false,
        persistent: None,
    };
    let service = Service { protocol: of.protocol, reached, settings, listed: true };
    let mut traffic = Traffic {
        listed: servers.iter().map(|server| server.listed).collect(),
        thresholds: servers.iter().map(|server| server.thresholds).collect(),
        of,
        reached,
        draw,
        now: 0,
        pending: BinaryHeap::new(),
        flows: Vec::new(),
        events: Vec::new(),
    };
    traffic.run();
    Script {
        sysctls: Vec::new(),
        timeouts_s: [0; 3],
        services: vec![service],
        servers,
        flows: traffic.flows,
        events: traffic.events,
    }
}

fn servers(draw: &mut Rng, of: RandomScript) -> Vec<Server> {
    let count = 2 + draw.below(11);
    let largest = [1, 4, 20, 1000][draw.below(4) as usize];
    // An overflow is to happen, so the weights are about as many connections as there are.
    let largest = if of.scheduler == SchedulerKind::Ovf { 200 } else { largest };
    let with_thresholds = draw.below(3) == 0;
    (0..count)
        .map(|number| {
            let weight = if draw.below(12) == 0 { 0 } else { 1 + draw.below(largest) };
            let upper = if with_thresholds && draw.below(2) == 0 { 5 + draw.below(200) } else { 0 };
            let lower = if upper > 0 && draw.below(2) == 0 { 1 + draw.below(upper) } else { 0 };
            Server {
                service: 0,
                forwarding: of.forwarding,
                endpoint: SocketAddr::from(([192, 168, 1, 1 + number as u8], 8000 + (number % 3) as u16)),
                weight,
                thresholds: [upper, lower],
                listed: draw.below(10) != 0 || number < 2,
            }
        })
        .collect()
}

/// What is known of the traffic so far.
struct Traffic {
    listed: Vec<bool>,
    thresholds: Vec<[u32; 2]>,
    of: RandomScript,
    reached: Reached,
    draw: Rng,
    now: u64,
    /// Segments to come: when, in which order they were planned, of which connection.
    pending: BinaryHeap<Reverse<(u64, u64, u32, Segment)>>,
    flows: Vec<Flow>,
    events: Vec<Event>,
}

type Segment = (bool, u8);

impl Traffic {
    fn run(&mut self) {
        let connections = self.of.connections;
        let between_checkpoints = (connections / CHECKPOINTS).max(1);
        let mut pace = MILLISECOND;
        while self.opened() < connections {
            if self.draw.below(400) == 0 {
                pace = [MILLISECOND / 10, MILLISECOND, 20 * MILLISECOND, 500 * MILLISECOND]
                    [self.draw.below(4) as usize];
            }
            if self.draw.below(1500) == 0 {
                // A pause in which timeouts fire: seconds to more than the longest timeout.
                let pause = (3 + self.draw.below(60)) * [1, 1, 3, 20][self.draw.below(4) as usize];
                self.pass(u64::from(pause) * SECOND);
            }
            if self.draw.below(CONNECTIONS_PER_EDIT) == 0 {
                self.edit();
            }
            let gap = (self.draw.unit() * 2.0 * pace as f64) as u64;
            self.pass(gap);
            self.open();
            if self.opened().is_multiple_of(between_checkpoints) {
                self.push(Action::Checkpoint);
            }
        }
        self.pass(100 * SECOND);
        self.push(Action::Checkpoint);
        self.pass(1200 * SECOND);
        self.push(Action::Checkpoint);
    }

    fn opened(&self) -> u32 {
        self.flows.len() as u32
    }

    fn push(&mut self, action: Action) {
        self.events.push(Event { at_ns: self.now, action });
    }

    /// Lets time pass, with the segments that fall due.
    fn pass(&mut self, span: u64) {
        let until = self.now + span;
        while let Some(&Reverse((at, _, connection, (from_server, flags)))) = self.pending.peek() {
            if at > until {
                break;
            }
            self.pending.pop();
            self.now = at.max(self.now);
            let from = if from_server { Side::Server } else { Side::Client };
            let content = match self.of.protocol {
                Protocol::Udp => Content::Datagram,
                _ => [Content::SynAck, Content::Ack, Content::Fin, Content::Rst][usize::from(flags)],
            };
            self.push(Action::Packet { flow: connection, from, content });
        }
        self.now = until;
    }

    fn open(&mut self) {
        let number = self.opened();
        // 512 clients, and others for every 60,000 connections: no tuple comes twice.
        let client = self.draw.below(512) * 37 + ((number / 60_000) << 16);
        let client =
            SocketAddr::from((Ipv4Addr::from(0x0a80_0000 + client), 1024 + (number % 60_000) as u16));
        let destination = match self.reached {
            Reached::Address(address) => address,
            Reached::Fwmark { port, .. } => {
                let popular = self.draw.unit() * self.draw.unit();
                SocketAddr::from((Ipv4Addr::from(0xac10_0001 + (popular * 60.0) as u32), port))
            }
        };
        self.flows.push(Flow { protocol: self.of.protocol, client, destination });
        let content = if self.of.protocol == Protocol::Udp { Content::Datagram } else { Content::Syn };
        self.push(Action::Packet { flow: number, from: Side::Client, content });
        self.live(number);
    }

    /// Plans the life of a connection.
    fn live(&mut self, number: u32) {
        let sees_replies = self.of.forwarding.sees_replies();
        let mut at = self.now;
        let mut order = 0;
        let mut plan = |traffic: &mut Self, delay: u64, from_server: bool, flags: u8| {
            at += delay;
            // The director sees what servers send under masquerading only.
            if !from_server || sees_replies {
                traffic.pending.push(Reverse((
                    at,
                    u64::from(number) << 8 | order,
                    number,
                    (from_server, flags),
                )));
                order += 1;
            }
        };
        const SYN: u8 = 0;
        const ACK: u8 = 1;
        const FIN: u8 = 2;
        const RST: u8 = 3;
        let soon = |traffic: &mut Self| u64::from(traffic.draw.below(40)) * MILLISECOND / 10;
        let life = |traffic: &mut Self| {
            let scale = [MILLISECOND, 50 * MILLISECOND, SECOND, 30 * SECOND, 600 * SECOND];
            let scale = scale[traffic.draw.below(16).min(traffic.draw.below(5)) as usize];
            (traffic.draw.unit() * scale as f64) as u64
        };
        if self.of.protocol == Protocol::Udp {
            // Datagrams to and fro, now and then with a silence in which the entry expires.
            for _ in 0..self.draw.below(8) {
                let delay = life(self);
                plan(self, delay, false, ACK);
                let delay = soon(self);
                plan(self, delay, true, ACK);
            }
            return;
        }
        let fate = self.draw.below(20);
        let delay = soon(self);
        match fate {
            // Half-open: nobody answers, or the client gives up.
            0 => return,
            1 => return plan(self, delay, false, RST),
            // Refused.
            2 => return plan(self, delay, true, RST),
            _ => {}
        }
        plan(self, delay, true, SYN);
        let delay = soon(self);
        plan(self, delay, false, ACK);
        if fate == 3 {
            // Data, for long enough that the entry is re-armed.
            for _ in 0..1 + self.draw.below(4) {
                let delay = life(self);
                plan(self, delay, false, ACK);
                let delay = soon(self);
                plan(self, delay, true, ACK);
            }
        }
        let delay = life(self);
        let next = soon(self);
        match fate {
            4 => plan(self, delay, false, RST),
            5 => plan(self, delay, true, RST),
            // Never closed.
            6 => {}
            7..=13 => {
                plan(self, delay, false, FIN);
                plan(self, next, true, ACK);
                let linger = if fate == 7 { life(self) } else { soon(self) };
                plan(self, linger, true, FIN);
                plan(self, next, false, ACK);
            }
            _ => {
                plan(self, delay, true, FIN);
                plan(self, next, false, ACK);
                let linger = if fate == 14 { life(self) } else { soon(self) };
                plan(self, linger, false, FIN);
                plan(self, next, true, ACK);
            }
        }
    }

    fn edit(&mut self) {
        let server = self.draw.below(self.listed.len() as u32) as u16;
        let weight = [0, 1, 1 + self.draw.below(5), 1 + self.draw.below(100)][self.draw.below(4) as usize];
        let listed = self.listed[usize::from(server)];
        let kind = self.draw.below(3);
        match (listed, kind) {
            (true, 0) if self.listed.iter().filter(|&&listed| listed).count() > 1 => {
                self.listed[usize::from(server)] = false;
                self.push(Action::Remove { server });
            }
            (true, _) => {
                let thresholds = self.thresholds[usize::from(server)];
                self.push(Action::EditServer { server, weight, thresholds });
            }
            (false, _) => {
                self.listed[usize::from(server)] = true;
                self.push(Action::Add { server, weight });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(seed: u64) -> Script {
        let forwarding = Forwarding::Masquerade;
        let (scheduler, protocol) = (SchedulerKind::Wlc, Protocol::Tcp);
        random(RandomScript { scheduler, protocol, forwarding, connections: 3_000, seed })
    }

    #[test]
    fn a_seed_is_a_script() {
        assert_eq!(script(1), script(1));
        assert_ne!(script(1), script(2));
    }

    #[test]
    fn scripts_have_what_moves_a_decision() {
        let script = script(1);
        assert_eq!(script.connections(), 3_000);
        assert!(script.events.is_sorted_by_key(|event| event.at_ns), "events are in order of time");
        let count =
            |wanted: fn(&Action) -> bool| script.events.iter().filter(|event| wanted(&event.action)).count();
        assert!(count(|action| matches!(action, Action::EditServer { .. })) > 3);
        assert!(count(|action| matches!(action, Action::Remove { .. })) > 1);
        assert!(count(|action| matches!(action, Action::Add { .. })) > 1);
        for content in [Content::Syn, Content::SynAck, Content::Ack, Content::Fin, Content::Rst] {
            let some = script.events.iter().any(
                |event| matches!(event.action, Action::Packet { content: found, .. } if found == content),
            );
            assert!(some, "{content:?}");
        }
    }
}
