//! Persistence: how many templates there are, how long they live, and how many connections still are scheduled.

use std::net::{Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{
    HashFlags, KernelProfile, Rng, SchedulerKind, ServerId, Span, Thresholds, Time, Weight,
};
use ipvslab_sim::{
    Choice, Destination, Direction, Forwarding, Packet, PacketDirector, Payload, Persistence, Protocol,
    RandomStreams, Reached, ServiceId, ServiceKey, ServiceSettings, TimerClock, Verdict,
};

use super::Found;
use crate::reference::Reference;

const SERVICE: ServiceId = ServiceId::new(0);
const SERVER: ServerId = ServerId::new(0);

/// Clients that send datagrams, each scheduled by itself (`-o`), so that a connection lives much shorter than its
/// template. All together they are one Poisson process, whose arrivals see the time average of the templates.
pub(super) fn templates(reference: &Reference, draws: &mut Rng) -> Found {
    /// Connections that are looked at in a repetition.
    const LOOKED_AT: u64 = 40_000;
    let (clients, rate) = (reference.number("clients"), reference.number("lam_client"));
    let timeout = reference.number("persistence_timeout");
    let vip = SocketAddr::from(([192, 0, 2, 1], 80));
    let mut director = director(vip, Span::from_secs(timeout as u64));
    // Templates are forgotten after some timeouts without an arrival.
    let warm_up = Time::ZERO + Span::from_secs(20 * timeout as u64);
    let (mut at, mut seen, mut scheduled, mut templates, mut last) = (0.0, 0u64, 0u64, 0.0, Time::ZERO);
    while seen < LOOKED_AT {
        at -= libm::log(draws.unit_positive()) / (clients * rate);
        let now = Time::from_nanos((at * 1e9) as u64);
        let client = Ipv4Addr::from_bits(0x0a00_0001 + draws.below(clients as u32));
        let packet = Packet {
            from: Direction::FromClient,
            source: SocketAddr::from((client, 40_000)),
            destination: vip,
            mark: 0,
            payload: Payload::Udp,
        };
        director.expire(now, |_| {});
        let servers = director.servers(SERVICE);
        let before = servers.position(SERVER).map_or(0, |position| servers.templates(position));
        let verdict = director.packet(&packet, now);
        if now >= warm_up {
            seen += 1;
            templates += f64::from(before);
            scheduled += u64::from(matches!(verdict, Verdict::Forwarded { by: Choice::Scheduler, .. }));
            last = now;
        }
    }
    let seconds = last.since(warm_up).as_secs_f64();
    let mean_templates = templates / seen as f64;
    vec![
        ("mean_templates", mean_templates),
        // Little's law: as many as come in a life.
        ("mean_template_life", mean_templates * seconds / scheduled as f64),
        ("fraction_connections_scheduled", scheduled as f64 / seen as f64),
    ]
}

/// A service of one server that takes datagrams at `vip`.
fn director(vip: SocketAddr, timeout: Span) -> PacketDirector {
    let mut director = PacketDirector::new(KernelProfile::TOTAL, TimerClock::Exact, RandomStreams::new(1, 0));
    let key = ServiceKey { protocol: Protocol::Udp, reached: Reached::Address(vip) };
    let settings = ServiceSettings {
        scheduler: SchedulerKind::Rr,
        flags: HashFlags::default(),
        one_packet: true,
        persistence: Some(Persistence { timeout, prefix: 32 }),
    };
    director.add_service(SERVICE, key, settings, Time::ZERO);
    let endpoint = SocketAddr::from(([10, 1, 0, 1], 80));
    let (forwarding, weight, thresholds) = (Forwarding::Masquerade, Weight::ONE, Thresholds::NONE);
    director.add_server(SERVER, SERVICE, &Destination { endpoint, forwarding, weight, thresholds });
    director
}
