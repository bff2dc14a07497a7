//! Director, as the fast director is told of them, and the packets that they stand for.

use ipvslab_schedulers::{Activity, AnyScheduler, Draws, Rng, SchedulerKind, SchedulerOptions, Time, Weight};
use ipvslab_sim::TcpState::Established;
use ipvslab_sim::{ConnectionId, FastDirector, Forwarding, Service, TimerClock, Verdict};

use super::watched::{A, ACTIVE, Watched, passed, watched};
use crate::support::{FCFS_1, flow, seconds, server};

/// The director that is told of milestones.
struct Told {
    director: FastDirector<AnyScheduler>,
    ended: Vec<(f64, Activity)>,
}

fn told(forwarding: Forwarding) -> Told {
    let service = Service { forwarding, ..Service::default() };
    let options = SchedulerOptions {
        profile: service.profile,
        flags: service.flags,
        draws: Draws::Stream(Rng::stream(1, 0, "twos")),
    };
    let mut director = FastDirector::new(&service, TimerClock::Exact, |table| {
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
