//! What is counted of the packets that pass the director, for connections that carry several requests.

use ipvslab_schedulers::{Flow, SchedulerKind, Span, Time};
use ipvslab_sim::{
    Arrival, ChainPosition, ClientPolicy, Disturbances, FollowUp, FollowUps, Forwarding, RandomStreams,
    Retries, Service, Setup, Sizes, Traffic, Volume, simulate_chains,
};

use crate::support::{FCFS_1, flow, seconds, server, textbook};

/// A chain on one connection: what follows the first request, each `wait` after the answer to the one before.
struct OnOneConnection {
    wait: Span,
    sizes: &'static [Sizes],
}

impl FollowUps for OnOneConnection {
    fn next(&mut self, link: ChainPosition, _: &Flow) -> Option<FollowUp> {
        let &sizes = self.sizes.get(link.requests as usize - 1)?;
        Some(FollowUp { wait: self.wait, work: Span::from_secs(1), sizes, anew: None, keepalive: None })
    }
}

/// A small question with a long answer.
const PAGE: Sizes = Sizes { request: 400, response: 1461 };
/// A long question with a small answer.
const FORM: Sizes = Sizes { request: 3000, response: 100 };

fn load(packets: u64, bytes: u64) -> Volume {
    Volume { packets, bytes }
}

/// A client comes at 0 s with a [`PAGE`], and goes on as `follows`.
fn traffic(
    service: Service,
    warm_up: f64,
    patience: Option<ClientPolicy>,
    follows: OnOneConnection,
) -> Traffic {
    let setup = Setup::new(service, vec![server(1, FCFS_1)], vec![], seconds(warm_up), seconds(2_000.0));
    let setup = setup.expect("sound").counting_traffic();
    let setup = setup.disturbed(Disturbances { patience, ..Disturbances::default() }).expect("sound");
    let arrival = Arrival { sizes: PAGE, ..Arrival::new(Time::ZERO, Span::from_secs(1), flow(1)) };
    let arrivals = [Ok::<_, std::convert::Infallible>(arrival)];
    let sequels: Option<Box<dyn FollowUps>> = Some(Box::new(follows));
    let outcome =
        simulate_chains(&setup, SchedulerKind::Rr, RandomStreams::new(1, 0), arrivals, sequels, &mut ());
    outcome.expect("in order").traffic.expect("it is counted")
}

fn soon(sizes: &'static [Sizes]) -> OnOneConnection {
    OnOneConnection { wait: Span::from_secs(2), sizes }
}

/// Every packet has 40 bytes of headers, segments are of 1460 bytes.
///
/// | request | from the client | from the server |
/// |---|---|---|
/// | page, first | SYN, ACK, 1 segment, 1 ACK, FIN, ACK: 6, 640 bytes | SYN-ACK, ACK, 2 segments, FIN, ACK: 6, 1701 bytes |
/// | form | 3 segments, 1 ACK: 4, 3160 bytes | 2 ACKs, 1 segment: 3, 220 bytes |
/// | page | 1 segment, 1 ACK: 2, 480 bytes | 1 ACK, 2 segments: 3, 1581 bytes |
#[test]
fn a_request_on_an_open_connection_has_no_handshake_and_no_close() {
    let all = Traffic { connections: 1, inbound: load(12, 4280), outbound: load(12, 3502) };
    let of = |forwarding| {
        let service = Service { forwarding, ..textbook() };
        traffic(service, 0.0, None, soon(&[FORM, PAGE]))
    };
    assert_eq!(of(Forwarding::Masquerade), all);
    // Past the director; the outer header of a tunnel does not count.
    for past in [Forwarding::DirectRoute, Forwarding::Tunnel] {
        assert_eq!(of(past), Traffic { outbound: load(0, 0), ..all });
    }
}

#[test]
fn longer_headers_make_shorter_segments() {
    // Over IPv6 60 bytes of headers, segments of 1440: the answer of 1461 bytes has 2 still, the question of 3000 has 3.
    let service = Service { ipv6: true, ..textbook() };
    let found = traffic(service, 0.0, None, soon(&[FORM, PAGE]));
    assert_eq!((found.inbound, found.outbound), (load(12, 3800 + 12 * 60), load(12, 3022 + 12 * 60)));
}

#[test]
fn requests_of_the_window_count_and_their_connection_if_it_began_there() {
    // The form at 3 s, the page at 6 s.
    let found = traffic(textbook(), 2.0, None, soon(&[FORM, PAGE]));
    assert_eq!(found, Traffic { connections: 0, inbound: load(6, 3640), outbound: load(6, 1801) });
    let found = traffic(textbook(), 4.0, None, soon(&[FORM, PAGE]));
    assert_eq!(found, Traffic { connections: 0, inbound: load(2, 480), outbound: load(3, 1581) });
}

#[test]
fn a_request_that_needs_a_new_connection_counts_with_it() {
    // After 901 s the director has forgotten the connection: the page is reset, and asked for again on another one.
    let retries =
        Retries { most: 1, backoff: Span::from_millis(500), factor: 1.0, jitter: 0.0, budget: None };
    let patience = Some(ClientPolicy { retries: Some(retries), ..ClientPolicy::default() });
    let late = OnOneConnection { wait: Span::from_secs(901), sizes: &[PAGE] };
    let found = traffic(textbook(), 0.0, patience, late);
    assert_eq!(found, Traffic { connections: 2, inbound: load(12, 1280), outbound: load(12, 3402) });
}
