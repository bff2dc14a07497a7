//! What random directors taught us about the kernel (`docs/kernel-findings.md`).

use std::net::SocketAddr;

use ipvslab_schedulers::{
    HashFlags, KernelProfile, SchedulerKind, ServerId, ServerIndex, Span, Thresholds, Time, Weight,
};
use ipvslab_sim::{
    Destination, Direction, Forwarding, Packet, PacketDirector, Payload, Persistence, Protocol,
    RandomStreams, Reached, ServiceId, ServiceKey, ServiceSettings, Sysctl, TcpFlags, TimerClock, Verdict,
    Wheel,
};

const WEB: ServiceId = ServiceId::new(0);
const OTHER: ServiceId = ServiceId::new(1);
const A: ServerId = ServerId::new(0);
const VIP: &str = "192.0.2.1:80";

/// A jiffy at 250 Hz.
fn jiffy(number: u64) -> Time {
    Time::from_nanos(number * 4_000_000)
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn key(at: &str) -> ServiceKey {
    ServiceKey { protocol: Protocol::Tcp, reached: Reached::Address(address(at)) }
}

fn settings(scheduler: SchedulerKind) -> ServiceSettings {
    ServiceSettings { scheduler, flags: HashFlags::default(), one_packet: false, persistence: None }
}

fn persistent() -> ServiceSettings {
    let persistence = Some(Persistence { timeout: Span::from_secs(300), prefix: 32 });
    ServiceSettings { persistence, ..settings(SchedulerKind::Rr) }
}

/// A director with one service of TCP.
fn director(settings: ServiceSettings) -> PacketDirector {
    let clock = TimerClock::Wheel(Wheel::new(250, 0));
    let mut director = PacketDirector::new(KernelProfile::default(), clock, RandomStreams::new(1, 0));
    director.add_service(WEB, key(VIP), settings, Time::ZERO);
    director
}

fn add(director: &mut PacketDirector, id: ServerId, endpoint: &str, forwarding: Forwarding) {
    let (weight, thresholds) = (Weight::ONE, Thresholds::NONE);
    let endpoint = address(endpoint);
    director.add_server(id, WEB, &Destination { endpoint, forwarding, weight, thresholds });
}

fn add_a(director: &mut PacketDirector) {
    add(director, A, "10.1.0.1:80", Forwarding::DirectRoute);
}

fn send(director: &mut PacketDirector, client: &str, flags: TcpFlags, now: Time) -> Verdict {
    director.packet(
        &Packet {
            from: Direction::FromClient,
            source: address(client),
            destination: address(VIP),
            mark: 0,
            payload: Payload::Tcp(flags),
        },
        now,
    )
}

#[test]
fn without_any_service_of_a_family_its_packets_are_the_directors_own() {
    let mut director = director(settings(SchedulerKind::Rr));
    director.add_service(OTHER, key("192.0.2.1:443"), settings(SchedulerKind::Rr), Time::ZERO);
    add_a(&mut director);
    let client = "198.51.100.1:1024";
    assert!(matches!(send(&mut director, client, TcpFlags::SYN, jiffy(1)), Verdict::Forwarded { .. }));
    director.remove_service(WEB, jiffy(2));
    assert_eq!(send(&mut director, client, TcpFlags::ACK, jiffy(3)), Verdict::Dropped);
    director.remove_service(OTHER, jiffy(4));
    assert_eq!(send(&mut director, client, TcpFlags::ACK, jiffy(5)), Verdict::Local);
    director.add_service(ServiceId::new(2), key("[2001:db8::1]:443"), settings(SchedulerKind::Rr), jiffy(6));
    assert_eq!(send(&mut director, client, TcpFlags::ACK, jiffy(7)), Verdict::Local);
}

#[test]
fn expire_nodest_conn_ends_the_templates_of_established_connections_too() {
    let mut director = director(persistent());
    director.set_sysctl(Sysctl::ExpireNodestConn, 1, Time::ZERO);
    add_a(&mut director);
    send(&mut director, "198.51.100.1:1024", TcpFlags::SYN, jiffy(1));
    send(&mut director, "198.51.100.1:1024", TcpFlags::ACK, jiffy(1));
    assert_eq!(director.servers(WEB).templates(ServerIndex::new(0)), 1);
    director.remove_server(A, jiffy(2));
    director.expire(jiffy(10), |_| {});
    add_a(&mut director);
    assert_eq!(director.servers(WEB).templates(ServerIndex::new(0)), 0);
}

#[test]
fn entries_of_a_server_that_is_gone_live_for_a_timer_of_one_jiffy() {
    let mut director = director(settings(SchedulerKind::Rr));
    director.set_sysctl(Sysctl::ExpireNodestConn, 1, Time::ZERO);
    let active = |director: &PacketDirector| director.servers(WEB).server(ServerIndex::new(0)).active();
    add_a(&mut director);
    send(&mut director, "198.51.100.1:1024", TcpFlags::SYN, jiffy(1));
    director.remove_server(A, jiffy(2));
    director.expire(jiffy(3), |_| {});
    add_a(&mut director);
    assert_eq!(active(&director), 1);
    director.remove_server(A, jiffy(10));
    director.expire(jiffy(12), |_| {});
    add_a(&mut director);
    assert_eq!(active(&director), 0);
}

#[test]
fn mh_hashes_the_leading_bits_of_an_ipv6_server_in_an_ipv4_service() {
    let mixed = ["[fd00:1::7]:80", "[fd00:2::4]:80"];
    let same = ["253.0.0.1:80", "253.0.0.2:80"];
    let [mixed, same] = [mixed, same].map(|servers| {
        let mut director = director(settings(SchedulerKind::Mh));
        for (number, endpoint) in servers.into_iter().enumerate() {
            add(&mut director, ServerId::new(number as u32), endpoint, Forwarding::Tunnel);
        }
        let clients = (1..60).map(|last| format!("198.51.100.{last}:1024"));
        let server = |client: String| match send(&mut director, &client, TcpFlags::SYN, jiffy(1)) {
            Verdict::Forwarded { server, .. } => server,
            other => panic!("{other:?}"),
        };
        clients.map(server).collect::<Vec<ServerId>>()
    });
    assert_eq!(mixed, same);
}

#[test]
fn the_directors_own_reset_keeps_a_dying_entry_for_ten_seconds() {
    let mut director = director(persistent());
    director.add_service(OTHER, key("192.0.2.1:443"), settings(SchedulerKind::Rr), Time::ZERO);
    director.set_sysctl(Sysctl::ExpireNodestConn, 1, Time::ZERO);
    let counts = |director: &PacketDirector| {
        let server = director.servers(WEB).server(ServerIndex::new(0));
        (server.active(), server.inactive())
    };
    add_a(&mut director);
    let client = "198.51.100.1:1024";
    send(&mut director, client, TcpFlags::SYN, jiffy(1));
    director.remove_service(WEB, jiffy(2));
    assert_eq!(send(&mut director, client, TcpFlags::ACK, jiffy(2)), Verdict::Local);
    director.add_service(WEB, key(VIP), persistent(), jiffy(2));
    add_a(&mut director);
    assert_eq!(counts(&director), (0, 1));
    director.expire(jiffy(2_500), |_| {});
    assert_eq!(counts(&director), (0, 1));
    director.expire(jiffy(2_700), |_| {});
    assert_eq!(counts(&director), (0, 0));
}
