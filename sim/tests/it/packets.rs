//! The director, packet by packet: the spec's walks (section 2.3), edge cases 64 to 67, 71, 73, 80 to 82.

use std::net::SocketAddr;

use ipvslab_schedulers::{
    Activity, AnyScheduler, Draws, HashFlags, KernelProfile, Rng, SchedulerKind, SchedulerOptions, ServerId,
    ServerIndex, Span, Thresholds, Time, Weight,
};
use ipvslab_sim::{
    Chances, ConnectionId, Destination, Direction, Director, Expired, Forwarding, Packet, PacketDirector,
    Payload, Protocol, Reached, Service, ServiceId, ServiceKey, ServiceSettings, Sysctl, TcpFlags, TcpState,
    TcpTimeouts, Timeouts, TimerClock, Verdict, Wheel,
};

use crate::support::{FCFS_1, flow, seconds, server};

const A: ServerId = ServerId::new(0);
const B: ServerId = ServerId::new(1);
const SERVICE: ServiceId = ServiceId::new(0);
const VIP: &str = "192.0.2.1:80";

/// A director whose ended connections are kept in view.
struct Watched {
    director: PacketDirector,
    protocol: Protocol,
    forwarding: Forwarding,
    clients: Vec<(ConnectionId, SocketAddr, SocketAddr)>,
    port: u16,
    ended: Vec<Expired>,
}

/// A service of `servers` servers under `rr`.
fn watched(forwarding: Forwarding, servers: u32) -> Watched {
    watch(forwarding, servers, Protocol::Tcp, TimerClock::Exact)
}

fn watch(forwarding: Forwarding, servers: u32, protocol: Protocol, clock: TimerClock) -> Watched {
    let mut director = PacketDirector::new(KernelProfile::default(), clock, Chances::new(1, 0));
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
    fn add(&mut self, id: ServerId) {
        let endpoint = server(id.index() as u8 + 1, FCFS_1).endpoint;
        let (forwarding, weight, thresholds) = (self.forwarding, Weight::ONE, Thresholds::NONE);
        self.director.add_server(id, SERVICE, &Destination { endpoint, forwarding, weight, thresholds });
    }

    fn expire(&mut self, at: f64) -> Time {
        self.director.expire(seconds(at), |expired| self.ended.push(expired));
        seconds(at)
    }

    /// The first packet of a new client.
    fn first(&mut self, payload: Payload, at: f64) -> ConnectionId {
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

    fn syn(&mut self, at: f64) -> ConnectionId {
        let payload = if self.protocol == Protocol::Udp { Payload::Udp } else { Payload::Tcp(TcpFlags::SYN) };
        self.first(payload, at)
    }

    /// A packet in words, such as `C:FIN`.
    fn packet(&mut self, id: ConnectionId, word: &str, at: f64) -> Verdict {
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

    fn state(&self, id: ConnectionId) -> Option<TcpState> {
        self.director.tcp_state(id)
    }

    /// Sends the packets at `at` and checks state and counts (active, inactive) of server A after each.
    fn walk(&mut self, id: ConnectionId, at: f64, steps: &[(&str, TcpState, (i32, i32))]) {
        for &(word, state, counts) in steps {
            assert!(passed(self.packet(id, word, at)), "{word}");
            assert_eq!((self.state(id), self.counts(A)), (Some(state), counts), "after {word}");
        }
    }

    fn counts(&self, id: ServerId) -> (i32, i32) {
        let server = self.director.servers(SERVICE).find(id).expect("the server was added");
        (server.active(), server.inactive())
    }

    /// The entry lives until `until` and no longer.
    fn ends_at(&mut self, id: ConnectionId, until: f64) {
        self.expire(until - 0.001);
        assert!(self.state(id).is_some(), "gone before {until} s");
        self.expire(until);
        assert_eq!(self.state(id), None, "still there at {until} s");
        assert_eq!(self.ended.last().map(|ended| ended.connection), Some(id));
    }
}

fn flags_of(words: &str) -> TcpFlags {
    match words {
        "SYN" => TcpFlags::SYN,
        "SYN+ACK" => TcpFlags::SYN | TcpFlags::ACK,
        "FIN" => TcpFlags::FIN | TcpFlags::ACK,
        "ACK" => TcpFlags::ACK,
        "RST" => TcpFlags::RST,
        _ => TcpFlags::default(),
    }
}

fn passed(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Forwarded { .. } | Verdict::Answered(_))
}

const ACTIVE: (i32, i32) = (1, 0);
const INACTIVE: (i32, i32) = (0, 1);

use TcpState::{Close, CloseWait, Established, FinWait, SynRecv, SynSent, TimeWait};

#[test]
fn masquerade_the_client_closes_first() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(1.0);
    assert_eq!((lab.state(id), lab.counts(A)), (Some(SynRecv), ACTIVE));
    let open = [("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)];
    lab.walk(id, 1.0, &open);
    lab.walk(id, 2.0, &[("C:FIN", CloseWait, INACTIVE), ("S:ACK", CloseWait, INACTIVE)]);
    lab.walk(id, 3.0, &[("S:FIN", TimeWait, INACTIVE), ("C:ACK", TimeWait, INACTIVE)]);
    lab.ends_at(id, 123.0);
    assert_eq!(lab.counts(A), (0, 0));
}

#[test]
fn masquerade_a_client_that_closes_alone_is_forgotten_after_60_s() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.walk(id, 1.0, &[("C:FIN", CloseWait, INACTIVE)]);
    lab.ends_at(id, 61.0);
}

#[test]
fn masquerade_the_server_closes_first() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.walk(id, 1.0, &[("S:FIN", FinWait, INACTIVE), ("C:ACK", FinWait, INACTIVE)]);
    lab.walk(id, 2.0, &[("C:FIN", TimeWait, INACTIVE), ("S:ACK", TimeWait, INACTIVE)]);
    lab.ends_at(id, 122.0);
}

/// Edge case 65.
#[test]
fn masquerade_a_server_that_refuses_leaves_an_inactive_entry_for_10_s() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:RST", Close, INACTIVE)]);
    lab.ends_at(id, 10.0);
}

/// Edge case 64.
#[test]
fn a_client_that_resets_before_the_handshake_leaves_an_active_entry_for_60_s_more() {
    for forwarding in [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel] {
        let mut lab = watched(forwarding, 1);
        let id = lab.syn(0.0);
        lab.walk(id, 5.0, &[("C:RST", SynRecv, ACTIVE)]);
        lab.ends_at(id, 65.0);
        assert_eq!(lab.ended, [Expired { connection: id, server: A, was: Activity::Active }]);
    }
}

/// Edge case 66.
#[test]
fn direct_routing_a_server_that_closes_alone_is_not_seen() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE)]);
    // The client's last acknowledgement, of a FIN that did not pass here.
    lab.walk(id, 2.0, &[("C:ACK", Established, ACTIVE)]);
    lab.ends_at(id, 902.0);
}

/// Edge cases 67 and 71 (as far as the entry itself goes: `conn_reuse_mode` 1).
#[test]
fn direct_routing_a_client_that_closes_is_in_fin_wait_and_may_come_back() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE), ("C:FIN", FinWait, INACTIVE)]);
    lab.walk(id, 2.0, &[("C:ACK", FinWait, INACTIVE)]);
    lab.walk(id, 3.0, &[("C:SYN", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.walk(id, 4.0, &[("C:FIN", FinWait, INACTIVE)]);
    lab.ends_at(id, 124.0);
}

#[test]
fn a_fin_without_a_handshake_goes_to_time_wait() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("C:FIN", TimeWait, INACTIVE)]);
    lab.ends_at(id, 120.0);
}

#[test]
fn direct_routing_the_first_packet_of_the_server_that_passes_opens_the_directors_eyes() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let (blind, seeing) = (lab.syn(0.0), lab.syn(0.0));
    lab.walk(blind, 0.0, &[("C:ACK", Established, (2, 0)), ("C:FIN", FinWait, (1, 1))]);
    lab.walk(seeing, 0.0, &[("S:SYN+ACK", SynRecv, (1, 1)), ("C:ACK", Established, (1, 1))]);
    // For good, whatever passes later.
    lab.walk(seeing, 0.0, &[("C:ACK", Established, (1, 1)), ("C:FIN", CloseWait, (0, 2))]);
}

#[test]
fn a_new_entry_in_an_old_place_is_blind_again() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let old = lab.syn(0.0);
    lab.walk(old, 0.0, &[("S:RST", Close, INACTIVE)]);
    lab.ends_at(old, 10.0);
    let new = lab.syn(10.0);
    assert_eq!(new, old);
    lab.walk(new, 10.0, &[("C:ACK", Established, ACTIVE), ("C:FIN", FinWait, INACTIVE)]);
}

/// Edge case 73.
#[test]
fn a_removed_servers_client_packets_are_dropped_and_its_entries_count_on() {
    let mut lab = watched(Forwarding::Masquerade, 2);
    lab.syn(0.0);
    let on_a = lab.syn(0.0);
    assert_eq!((lab.counts(B), lab.counts(A)), (ACTIVE, ACTIVE));
    lab.walk(on_a, 0.0, &[("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.director.remove_server(A, Time::ZERO);
    assert_eq!(lab.packet(on_a, "C:FIN", 100.0), Verdict::Dropped);
    assert_eq!((lab.state(on_a), lab.counts(A)), (Some(Established), ACTIVE));
    // What the server sends still passes, and starts the timer anew.
    assert_eq!(lab.packet(on_a, "S:ACK", 200.0), Verdict::Answered(A));
    lab.add(A);
    assert_eq!(lab.director.servers(SERVICE).position(A), Some(ServerIndex::new(0)));
    lab.walk(on_a, 300.0, &[("C:ACK", Established, ACTIVE)]);
    lab.director.remove_server(A, Time::ZERO);
    assert_eq!(lab.packet(on_a, "C:ACK", 1_000.0), Verdict::Dropped);
    lab.ends_at(on_a, 1_200.0);
    assert_eq!(lab.packet(on_a, "C:ACK", 1_200.0), Verdict::Local);
    assert_eq!(lab.packet(on_a, "S:ACK", 1_200.0), Verdict::Foreign);
}

/// Edge case 81, with `sloppy_tcp`.
#[test]
fn other_first_packets_follow_the_table_from_none() {
    for (flags, state, counts) in
        [("SYN", SynRecv, ACTIVE), ("ACK", Established, ACTIVE), ("FIN", Close, INACTIVE)]
    {
        let mut lab = watched(Forwarding::Masquerade, 1);
        lab.director.set_sysctl(Sysctl::SloppyTcp, 1, Time::ZERO);
        let id = lab.first(Payload::Tcp(flags_of(flags)), 0.0);
        assert_eq!((lab.state(id), lab.counts(A)), (Some(state), counts), "{flags}");
    }
}

/// Edge case 82.
#[test]
fn a_packet_without_flags_closes_an_established_connection() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE), ("C:-", Close, INACTIVE)]);
    lab.ends_at(id, 11.0);
}

#[test]
fn every_packet_starts_the_timer_of_the_state_it_leads_to() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    for second in 1..100 {
        lab.walk(id, f64::from(second) * 50.0, &[("C:SYN", SynRecv, ACTIVE)]);
    }
    lab.ends_at(id, 99.0 * 50.0 + 60.0);
}

#[test]
fn a_closed_connection_on_which_the_server_opens_is_active_again() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:RST", Close, INACTIVE), ("S:SYN+ACK", SynSent, ACTIVE)]);
    lab.ends_at(id, 120.0);
    assert_eq!(lab.counts(A), (0, 0));
}

#[test]
fn a_connection_of_very_many_packets_does_not_end_early() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    // The arming numbers of an entry begin again after 65,536; here at a time when the old ones are still queued.
    for number in 0..150_000 {
        lab.walk(id, f64::from(number) * 0.001, &[("C:ACK", Established, ACTIVE)]);
    }
    lab.ends_at(id, 149.999 + 900.0);
}

#[test]
fn the_scheduler_moves_on_by_its_own_decision_whoever_gets_the_connection() {
    let mut lab = watched(Forwarding::Masquerade, 3);
    let mut decided = Vec::new();
    for port in 0..6 {
        let packet = Packet {
            from: Direction::FromClient,
            source: SocketAddr::from(([10, 0, 0, 1], 2000 + port)),
            destination: VIP.parse().expect("an address"),
            mark: 0,
            payload: Payload::Tcp(TcpFlags::SYN),
        };
        lab.director.packet_steered(&packet, Time::ZERO, &mut |_, chosen| {
            decided.push(chosen.expect("a server is open").index());
            Some(B)
        });
    }
    assert_eq!((decided, lab.counts(B), lab.counts(A)), (vec![2, 1, 0, 2, 1, 0], (6, 0), (0, 0)));
}

/// The director that is told of milestones.
struct Told {
    director: Director<AnyScheduler>,
    ended: Vec<(f64, Activity)>,
}

fn told(forwarding: Forwarding) -> Told {
    let service = Service { forwarding, ..Service::default() };
    let options = SchedulerOptions {
        profile: service.profile,
        flags: service.flags,
        draws: Draws::Stream(Rng::stream(1, 0, "twos")),
    };
    let mut director = Director::new(&service, |table| {
        AnyScheduler::new(SchedulerKind::Rr, options, table, Time::ZERO).expect("rr takes every list")
    });
    director.add(A, &server(1, FCFS_1), Weight::ONE);
    Told { director, ended: Vec::new() }
}

impl Told {
    fn open(&mut self) -> ConnectionId {
        self.director.open(&flow(1), seconds(1.0)).expect("a server is open").0
    }

    fn ends_at(&mut self, until: f64) {
        for at in [until - 0.001, until] {
            assert!(self.ended.is_empty(), "gone before {until} s");
            self.director.expire(seconds(at), |expired| self.ended.push((at, expired.was)));
        }
        assert_eq!(self.ended.len(), 1, "still there at {until} s");
    }
}

/// The milestones of a connection, and the packets they stand for.
#[test]
fn milestones_equal_the_packets_they_stand_for() {
    const BOTH_WAYS: [&[&str]; 3] = [
        &["S:SYN+ACK", "C:ACK", "C:FIN", "S:ACK", "S:FIN", "C:ACK"],
        &["S:SYN+ACK", "C:ACK", "S:FIN", "C:ACK", "C:FIN", "S:ACK"],
        &["S:SYN+ACK", "C:ACK", "S:FIN", "C:FIN", "S:ACK", "C:ACK"],
    ];
    const ONE_WAY: [&[&str]; 2] = [&["C:ACK", "C:FIN", "C:ACK"], &["C:ACK", "C:ACK", "C:FIN"]];
    let cases = [
        (Forwarding::Masquerade, &BOTH_WAYS[..], ["S:RST"].as_slice()),
        (Forwarding::DirectRoute, &ONE_WAY[..], [].as_slice()),
        (Forwarding::Tunnel, &ONE_WAY[..], [].as_slice()),
    ];
    for (forwarding, closings, refusal) in cases {
        for packets in closings {
            let (mut told, mut seen) = (told(forwarding), watched(forwarding, 1));
            let milestone = told.open();
            let entry = seen.syn(1.0);
            same(&told, &seen);
            let (handshake, closing) = packets.split_at(if forwarding.sees_replies() { 2 } else { 1 });
            told.director.establish(milestone);
            handshake.iter().for_each(|word| assert!(passed(seen.packet(entry, word, 1.0))));
            same(&told, &seen);
            told.director.close(milestone, seconds(30.0));
            closing.iter().for_each(|word| assert!(passed(seen.packet(entry, word, 30.0))));
            same(&told, &seen);
            told.ends_at(150.0);
            seen.ends_at(entry, 150.0);
        }
        let (mut told, mut seen) = (told(forwarding), watched(forwarding, 1));
        let milestone = told.open();
        told.director.reset(milestone, seconds(1.0));
        let entry = seen.syn(1.0);
        refusal.iter().for_each(|word| assert!(passed(seen.packet(entry, word, 1.0))));
        same(&told, &seen);
        let end = if forwarding.sees_replies() { 11.0 } else { 61.0 };
        told.ends_at(end);
        seen.ends_at(entry, end);
    }
}

fn same(told: &Told, seen: &Watched) {
    let server = told.director.servers().find(A).expect("the server was added");
    assert_eq!((server.active(), server.inactive()), seen.counts(A));
}

/// A connection cut off by the removal of its server, and the packets that are dropped from then on.
#[test]
fn a_cut_connection_equals_one_whose_packets_are_dropped() {
    let (mut told, mut seen) = (told(Forwarding::Masquerade), watched(Forwarding::Masquerade, 1));
    let milestone = told.open();
    told.director.establish(milestone);
    let entry = seen.syn(1.0);
    seen.walk(entry, 5.0, &[("C:ACK", Established, ACTIVE)]);
    told.director.remove(A);
    seen.director.remove_server(A, seconds(5.0));
    told.director.cut(milestone, seconds(5.0));
    assert_eq!(seen.packet(entry, "C:ACK", 6.0), Verdict::Dropped);
    same(&told, &seen);
    told.ends_at(905.0);
    seen.ends_at(entry, 905.0);
}

/// 250 Hz; 120 s are 30,000 jiffies in buckets of 512, 60 s are 15,000 in buckets of 512 too.
#[test]
fn a_wheel_lets_entries_go_when_their_bucket_comes_up() {
    for (start, half_open, closed) in [(0, 61.44, 122.88), (200, 60.64, 122.08)] {
        let clock = TimerClock::Wheel(Wheel::new(250, start));
        let mut lab = watch(Forwarding::Masquerade, 1, Protocol::Tcp, clock);
        let id = lab.syn(0.0);
        // In the same jiffy, so from 15,000 and 15,200 to 15,360.
        lab.ends_at(id, half_open);
        let clock = TimerClock::Wheel(Wheel::new(250, start));
        let mut lab = watch(Forwarding::Masquerade, 1, Protocol::Tcp, clock);
        let id = lab.syn(0.0);
        lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE), ("S:FIN", FinWait, INACTIVE)]);
        lab.ends_at(id, closed);
    }
}

#[test]
fn timeouts_can_be_set_for_every_state() {
    let tcp = TcpTimeouts { close_wait: Span::from_secs(7), ..TcpTimeouts::default() };
    let mut lab = watched(Forwarding::Masquerade, 1);
    lab.director.set_timeouts(Timeouts { tcp, ..Timeouts::default() });
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("C:ACK", Established, ACTIVE), ("C:FIN", CloseWait, INACTIVE)]);
    lab.ends_at(id, 7.0);
}

/// Edge case 68, and section 2.4: a datagram makes an inactive entry for 300 s, and every further one in either direction
/// arms its timer anew.
#[test]
fn udp_is_inactive_for_three_hundred_seconds_after_its_last_datagram() {
    let mut lab = watch(Forwarding::Masquerade, 1, Protocol::Udp, TimerClock::Exact);
    let id = lab.syn(0.0);
    assert_eq!(lab.counts(A), INACTIVE);
    for (word, at) in [("S:", 200.0), ("C:", 450.0)] {
        assert!(passed(lab.packet(id, word, at)));
        assert_eq!(lab.counts(A), INACTIVE);
    }
    lab.expire(749.999);
    assert_eq!(lab.counts(A), INACTIVE);
    lab.expire(750.0);
    assert_eq!(lab.counts(A), (0, 0));
}
