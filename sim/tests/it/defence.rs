//! `drop_entry`: who is dropped, and how often (kernel spec, section 2.11).

use std::net::SocketAddr;

use ipvslab_schedulers::{
    HashFlags, KernelProfile, SchedulerKind, ServerId, ServerIndex, Span, Thresholds, Time, Weight,
};
use ipvslab_sim::{
    Destination, Direction, Discipline, Forwarding, Outcome, Packet, PacketDirector, Payload, Persistence,
    Protocol, RandomStreams, Reached, SctpEvent, Service, ServiceId, ServiceKey, ServiceSettings, Setup,
    Sysctl, Sysctls, TcpFlags, TimerClock, simulate,
};

use crate::support::{poisson, seconds, server};

const SERVICE: ServiceId = ServiceId::new(0);
const VIP: &str = "192.0.2.1:80";
const SYN: Payload = Payload::Tcp(TcpFlags::SYN);
const ACK: Payload = Payload::Tcp(TcpFlags::ACK);
const FIN: Payload = Payload::Tcp(TcpFlags::FIN);

/// A director with one server under direct routing.
struct Lab(PacketDirector);

impl Lab {
    fn new(profile: KernelProfile, replication: u32, protocol: Protocol, persistent: bool) -> Self {
        let chances = RandomStreams::new(1, replication);
        let mut director = PacketDirector::new(profile, TimerClock::Exact, chances);
        let settings = ServiceSettings {
            scheduler: SchedulerKind::Rr,
            flags: HashFlags::default(),
            // Of no consequence for the others.
            one_packet: persistent && protocol == Protocol::Udp,
            persistence: persistent.then_some(Persistence { timeout: Span::from_secs(3_600), prefix: 32 }),
        };
        let reached = Reached::Address(VIP.parse().expect("an address"));
        director.add_service(SERVICE, ServiceKey { protocol, reached }, settings, Time::ZERO);
        let server = Destination {
            endpoint: "10.1.0.1:80".parse().expect("an address"),
            forwarding: Forwarding::DirectRoute,
            weight: Weight::ONE,
            thresholds: Thresholds::NONE,
        };
        director.add_server(ServerId::new(0), SERVICE, &server);
        Self(director)
    }

    /// TCP under the newest rules.
    fn tcp() -> Self {
        Self::new(KernelProfile::TOTAL, 0, Protocol::Tcp, false)
    }

    /// The same packets of `clients` clients at an instant.
    fn send(mut self, clients: u32, payloads: &[Payload], at: f64) -> Self {
        for client in 0..clients {
            let source = SocketAddr::from(([10, 0, (client >> 8) as u8, client as u8], 1024));
            let destination = VIP.parse().expect("an address");
            for &payload in payloads {
                let packet = Packet { from: Direction::FromClient, source, destination, mark: 0, payload };
                self.0.packet(&packet, seconds(at));
            }
        }
        self
    }

    fn drop_entry(mut self, mode: u32, at: f64) -> Self {
        self.0.set_sysctl(Sysctl::DropEntry, mode, seconds(at));
        self
    }

    /// How many connections there are at an instant.
    fn left(&mut self, at: f64) -> i32 {
        self.0.expire(seconds(at), |_| {});
        let server = self.0.servers(SERVICE).server(ServerIndex::new(0));
        server.active() + server.inactive()
    }

    fn templates(&self) -> i32 {
        self.0.servers(SERVICE).templates(ServerIndex::new(0))
    }
}

/// The mean of many runs is `expected` within five of its own standard deviations.
fn is_on_average(expected: f64, run: impl Fn(u32) -> i32) {
    const RUNS: u32 = 200;
    let found: Vec<f64> = (0..RUNS).map(|replication| run(replication).into()).collect();
    let mean = found.iter().sum::<f64>() / f64::from(RUNS);
    let variance = found.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / f64::from(RUNS - 1);
    let sd = (variance / f64::from(RUNS)).sqrt();
    assert!(
        (mean - expected).abs() < 5.0 * sd,
        "{mean}, expected {expected}, one standard deviation is {sd}"
    );
}

#[test]
fn half_open_connections_are_dropped_whenever_they_are_looked_at() {
    // 128 of 4,096 chains a second: all different, or drawn one by one.
    let drawn = (1.0 - 1.0 / 4096.0_f64).powi(128);
    for (profile, stays) in [(KernelProfile::TOTAL, 31.0 / 32.0_f64), (KernelProfile::CLASSIC, drawn)] {
        is_on_average(200.0 * stays.powi(20), |run| {
            let lab = Lab::new(profile, run, Protocol::Tcp, false).drop_entry(3, 0.0);
            lab.send(200, &[SYN], 0.5).left(20.5)
        });
    }
}

#[test]
fn a_quiet_connection_of_few_packets_is_dropped_one_time_in_as_many() {
    for (packets, clients) in [(2, 200), (8, 200)] {
        let mut payloads = vec![ACK; packets];
        payloads[0] = SYN;
        // The looks at 60, 61, … 99 s.
        let expected = f64::from(clients) * (1.0 - 1.0 / 32.0 / packets as f64).powi(40);
        is_on_average(expected, |run| {
            let lab = Lab::new(KernelProfile::TOTAL, run, Protocol::Tcp, false).drop_entry(3, 0.0);
            let mut lab = lab.send(clients as u32, &payloads, 0.0);
            assert_eq!(lab.left(59.9), clients);
            lab.left(99.5)
        });
    }
}

#[test]
fn a_datagram_alone_is_dropped_after_a_minute_whenever_it_is_looked_at() {
    is_on_average(200.0 * (31.0 / 32.0_f64).powi(40), |run| {
        let lab = Lab::new(KernelProfile::TOTAL, run, Protocol::Udp, false).drop_entry(3, 0.0);
        lab.send(200, &[Payload::Udp], 0.0).left(99.5)
    });
}

#[test]
fn an_association_that_is_not_established_is_dropped() {
    let lab = Lab::new(KernelProfile::TOTAL, 0, Protocol::Sctp, false).drop_entry(3, 0.0);
    let init = Payload::Sctp(SctpEvent::Init);
    // The second leads from INIT1, 4 s, to INIT, 61 s.
    let mut lab = lab.send(500, &[init, init], 0.0);
    assert!((1..500).contains(&lab.left(50.0)));
}

#[test]
fn nine_packets_make_an_entry_safe() {
    let mut payloads = [ACK; 9];
    payloads[0] = SYN;
    let mut lab = Lab::tcp().drop_entry(3, 0.0).send(300, &payloads, 0.0);
    assert_eq!(lab.left(899.0), 300);
}

#[test]
fn a_packet_makes_an_entry_safe_for_a_minute() {
    let mut lab = Lab::tcp().drop_entry(3, 0.0).send(300, &[SYN, ACK], 0.0).send(300, &[ACK], 50.0);
    assert_eq!(lab.left(109.5), 300);
    assert!(lab.left(300.0) < 300);
}

#[test]
fn connections_that_close_wait_for_their_time() {
    let mut lab = Lab::tcp().drop_entry(3, 0.0).send(300, &[SYN, FIN], 0.0);
    assert_eq!(lab.left(119.9), 300);
    assert_eq!(lab.left(120.0), 0);
}

#[test]
fn the_automatic_modes_drop_nothing_and_neither_does_a_mode_that_was_left() {
    for mode in [0, 1, 2] {
        assert_eq!(Lab::tcp().drop_entry(mode, 0.0).send(300, &[SYN], 0.0).left(59.9), 300);
    }
    let mut lab = Lab::tcp().drop_entry(3, 0.0).send(300, &[SYN], 0.0);
    let left = lab.left(10.0);
    assert!(left < 300);
    assert_eq!(lab.drop_entry(0, 10.0).left(59.9), left);
}

#[test]
fn a_template_goes_with_its_last_connection_unless_one_was_established() {
    let lab = |payloads: &[Payload]| {
        let lab = Lab::new(KernelProfile::TOTAL, 0, Protocol::Tcp, true);
        lab.send(300, payloads, 0.0).drop_entry(3, 0.0)
    };
    let mut half_open = lab(&[SYN]);
    let left = half_open.left(30.0);
    assert!((1..300).contains(&left));
    assert_eq!(half_open.templates(), left);
    // Dropped by and by, and established ones stay: the last one was seen 60 s before the first is dropped.
    let mut established = lab(&[SYN, ACK]);
    assert!(established.left(300.0) < 300);
    assert_eq!(established.templates(), 300);
    assert_eq!(established.left(1_000.0), 0);
    assert_eq!(established.templates(), 300);
}

#[test]
fn an_unassured_template_without_connections_is_dropped() {
    let lab = Lab::new(KernelProfile::TOTAL, 0, Protocol::Tcp, true);
    let mut lab = lab.send(300, &[SYN], 0.0);
    assert_eq!((lab.left(61.0), lab.templates()), (0, 300));
    let mut lab = lab.drop_entry(3, 61.0);
    lab.left(120.0);
    assert!((1..300).contains(&lab.templates()));
}

#[test]
fn a_template_of_a_one_packet_service_is_quiet_a_minute_after_few_datagrams() {
    let lab = |datagrams: usize| {
        let lab = Lab::new(KernelProfile::TOTAL, 0, Protocol::Udp, true);
        lab.send(300, &vec![Payload::Udp; datagrams], 0.0).drop_entry(3, 0.0)
    };
    let (mut few, mut many) = (lab(8), lab(9));
    few.left(59.9);
    assert_eq!(few.templates(), 300);
    for lab in [&mut few, &mut many] {
        lab.left(1_000.0);
    }
    assert!(few.templates() < 300);
    assert_eq!(many.templates(), 300);
}

/// A run in which servers refuse a good part: half-open entries that a director of direct routing cannot tell from others.
fn run(forwarding: Forwarding, backlog: u32, drop_entry: u32) -> Outcome {
    let sysctls = Sysctls { drop_entry, ..Sysctls::default() };
    let service = Service { forwarding, sysctls, ..Service::default() };
    let servers = (1..=4).map(|number| {
        let mut server = server(number, Discipline::FirstComeFirstServed { slots: 2 });
        server.backlog = Some(backlog);
        server
    });
    let setup = Setup::new(service, servers.collect(), vec![], Time::ZERO, seconds(400.0)).expect("sound");
    let setup = setup.by_packets();
    simulate(&setup, SchedulerKind::Wlc, RandomStreams::new(1, 0), poisson(7, 12.0, 4_000), &mut ())
        .expect("in order")
}

#[test]
fn connections_in_progress_and_closed_ones_are_not_dropped() {
    for forwarding in [Forwarding::Masquerade, Forwarding::DirectRoute] {
        let (without, with) = (run(forwarding, 10_000, 0), run(forwarding, 10_000, 3));
        assert_eq!(without.refused_backlog, 0);
        assert_eq!((without.digest, without.servers), (with.digest, with.servers));
    }
}

#[test]
fn half_open_entries_of_refused_connections_stand_for_a_shorter_time() {
    let (without, with) = (run(Forwarding::DirectRoute, 0, 0), run(Forwarding::DirectRoute, 0, 3));
    assert!(without.refused_backlog > 0 && with.lost == 0);
    assert!(with.peak_entries < without.peak_entries);
}
