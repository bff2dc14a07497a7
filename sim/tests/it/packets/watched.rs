//! A director whose ended connections are kept in view, and packets in words.

use std::net::SocketAddr;

use ipvslab_schedulers::{HashFlags, KernelProfile, SchedulerKind, ServerId, Thresholds, Time, Weight};
use ipvslab_sim::{
    ConnectionId, Destination, Direction, Expired, Forwarding, Packet, PacketDirector, Payload, Protocol,
    RandomStreams, Reached, ServiceId, ServiceKey, ServiceSettings, TcpFlags, TcpState, TimerClock, Verdict,
};

use crate::support::{FCFS_1, seconds, server};

pub(super) const A: ServerId = ServerId::new(0);
pub(super) const B: ServerId = ServerId::new(1);
pub(super) const SERVICE: ServiceId = ServiceId::new(0);
pub(super) const VIP: &str = "192.0.2.1:80";

/// A director whose ended connections are kept in view.
pub(super) struct Watched {
    pub(super) director: PacketDirector,
    protocol: Protocol,
    forwarding: Forwarding,
    clients: Vec<(ConnectionId, SocketAddr, SocketAddr)>,
    port: u16,
    pub(super) ended: Vec<Expired>,
}

/// A service of `servers` servers under `rr`.
pub(super) fn watched(forwarding: Forwarding, servers: u32) -> Watched {
    watch(forwarding, servers, Protocol::Tcp, TimerClock::Exact)
}

pub(super) fn watch(forwarding: Forwarding, servers: u32, protocol: Protocol, clock: TimerClock) -> Watched {
    let mut director = PacketDirector::new(KernelProfile::default(), clock, RandomStreams::new(1, 0));
    let settings = ServiceSettings {
        scheduler: SchedulerKind::Rr,
        flags: HashFlags::default(),
        one_packet: false,
        persistence: None,
    };
    let reached = Reached::Address(VIP.parse().expect("an address"));
    director.add_service(SERVICE, ServiceKey { protocol, reached }, settings, Time::ZERO);
    let mut watched =
        Watched { director, protocol, forwarding, clients: Vec::new(), port: 1024, ended: Vec::new() };
    (0..servers).for_each(|number| watched.add(ServerId::new(number)));
    watched
}

impl Watched {
    pub(super) fn add(&mut self, id: ServerId) {
        let endpoint = server(id.index() as u8 + 1, FCFS_1).endpoint;
        let (forwarding, weight, thresholds) = (self.forwarding, Weight::ONE, Thresholds::NONE);
        self.director.add_server(id, SERVICE, &Destination { endpoint, forwarding, weight, thresholds });
    }

    pub(super) fn expire(&mut self, at: f64) -> Time {
        self.director.expire(seconds(at), |expired| self.ended.push(expired));
        seconds(at)
    }

    /// The first packet of a new client.
    pub(super) fn first(&mut self, payload: Payload, at: f64) -> ConnectionId {
        let now = self.expire(at);
        self.port += 1;
        let client = SocketAddr::from(([10, 0, 0, 1], self.port));
        let vip = VIP.parse().expect("an address");
        let packet =
            Packet { from: Direction::FromClient, source: client, destination: vip, mark: 0, payload };
        let Verdict::Forwarded { destination, .. } = self.director.packet(&packet, now) else {
            panic!("a server is open")
        };
        let id = self.director.entry_of(self.protocol, client, vip).expect("the entry just made");
        self.clients.retain(|&(other, ..)| other != id);
        self.clients.push((id, client, destination));
        id
    }

    pub(super) fn syn(&mut self, at: f64) -> ConnectionId {
        let payload = if self.protocol == Protocol::Udp { Payload::Udp } else { Payload::Tcp(TcpFlags::SYN) };
        self.first(payload, at)
    }

    /// A packet in words, such as `C:FIN`.
    pub(super) fn packet(&mut self, id: ConnectionId, word: &str, at: f64) -> Verdict {
        let now = self.expire(at);
        let known = self.clients.iter().find(|&&(other, ..)| other == id);
        let &(_, client, arrived) = known.expect("a connection of this lab");
        let (side, flags) = word.split_once(':').expect("side and flags");
        let payload =
            if self.protocol == Protocol::Udp { Payload::Udp } else { Payload::Tcp(flags_of(flags)) };
        let (from, source, destination) = match side {
            "C" => (Direction::FromClient, client, VIP.parse().expect("an address")),
            _ => (Direction::FromServer, arrived, client),
        };
        self.director.packet(&Packet { from, source, destination, mark: 0, payload }, now)
    }

    pub(super) fn state(&self, id: ConnectionId) -> Option<TcpState> {
        self.director.tcp_state(id)
    }

    /// Sends the packets at `at` and checks state and counts (active, inactive) of server A after each.
    pub(super) fn walk(&mut self, id: ConnectionId, at: f64, steps: &[(&str, TcpState, (i32, i32))]) {
        for &(word, state, counts) in steps {
            assert!(passed(self.packet(id, word, at)), "{word}");
            assert_eq!((self.state(id), self.counts(A)), (Some(state), counts), "after {word}");
        }
    }

    pub(super) fn counts(&self, id: ServerId) -> (i32, i32) {
        let server = self.director.servers(SERVICE).find(id).expect("the server was added");
        (server.active(), server.inactive())
    }

    /// The entry lives until `until` and no longer.
    pub(super) fn ends_at(&mut self, id: ConnectionId, until: f64) {
        self.expire(until - 0.001);
        assert!(self.state(id).is_some(), "gone before {until} s");
        self.expire(until);
        assert_eq!(self.state(id), None, "still there at {until} s");
        assert_eq!(self.ended.last().map(|ended| ended.connection), Some(id));
    }
}

pub(super) fn flags_of(words: &str) -> TcpFlags {
    match words {
        "SYN" => TcpFlags::SYN,
        "SYN+ACK" => TcpFlags::SYN | TcpFlags::ACK,
        "FIN" => TcpFlags::FIN | TcpFlags::ACK,
        "ACK" => TcpFlags::ACK,
        "RST" => TcpFlags::RST,
        _ => TcpFlags::default(),
    }
}

pub(super) fn passed(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Forwarded { .. } | Verdict::Answered(_))
}

pub(super) const ACTIVE: (i32, i32) = (1, 0);
pub(super) const INACTIVE: (i32, i32) = (0, 1);
