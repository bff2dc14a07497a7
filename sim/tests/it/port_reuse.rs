//! Clients that come again from a port whose entry the director still has (kernel spec, section 2.8).

use std::num::NonZeroU16;

use ipvslab_schedulers::{SchedulerKind, ServerId, Time, Weight};
use ipvslab_sim::{FIRST_PORT, Intervention, Outcome, RandomStreams, Service, Setup, Sysctls, simulate};

use crate::support::{FCFS_1, arrivals, seconds, server, textbook};

/// One client with `ports` ports, which takes them in turn, before two servers under rr. The second server has its first
/// connection when the first of them is quiesced or removed.
fn run(ports: u16, sysctls: Sysctls, edit: Intervention, times: &[(f64, f64)]) -> Outcome {
    let service = Service { client_ports: NonZeroU16::new(ports), sysctls, ..textbook() };
    let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
    let setup =
        Setup::new(service, servers, vec![(seconds(5.0), edit)], Time::ZERO, seconds(400.0)).expect("sound");
    let mut turn = 0;
    let arrivals = arrivals(times).into_iter().map(|arrival| {
        arrival.map(|mut arrival| {
            arrival.flow.client = [192, 0, 2, 1].into();
            arrival.flow.client_port = FIRST_PORT + turn % ports;
            turn += 1;
            arrival
        })
    });
    simulate(&setup, SchedulerKind::Rr, RandomStreams::new(1, 0), arrivals, &mut ()).expect("in order")
}

fn assigned(outcome: &Outcome) -> Vec<u64> {
    outcome.servers.iter().map(|server| server.assigned).collect()
}

/// The first connection goes to the second server, at the head of the list.
const AGAIN: [(f64, f64); 4] = [(0.0, 1.0), (10.0, 1.0), (20.0, 1.0), (30.0, 1.0)];
const QUIESCE: Intervention = Intervention::SetWeight(ServerId::new(1), Weight::QUIESCED);

#[test]
fn without_reuse_a_quiesced_server_keeps_a_client_that_comes_again() {
    let reuse = |mode| Sysctls { conn_reuse_mode: mode, ..Sysctls::default() };
    assert_eq!(assigned(&run(1, reuse(0), QUIESCE, &AGAIN)), [0, 4], "mode 0: by the old entry");
    for mode in 1..=3 {
        assert_eq!(assigned(&run(1, reuse(mode), QUIESCE, &AGAIN)), [3, 1], "mode {mode}: scheduled anew");
    }
    let expire = Sysctls { expire_nodest_conn: 1, ..reuse(0) };
    assert_eq!(assigned(&run(1, expire, QUIESCE, &AGAIN)), [3, 1], "expire_nodest_conn");
}

#[test]
fn a_port_that_does_not_come_again_is_scheduled() {
    let sysctls = Sysctls { conn_reuse_mode: 0, ..Sysctls::default() };
    assert_eq!(assigned(&run(4, sysctls, QUIESCE, &AGAIN)), [3, 1]);
}

#[test]
fn the_entry_is_forgotten_after_its_time_out() {
    let sysctls = Sysctls { conn_reuse_mode: 0, ..Sysctls::default() };
    let late = [(0.0, 1.0), (122.0, 1.0)];
    assert_eq!(assigned(&run(1, sysctls, QUIESCE, &late)), [1, 1], "120 s of TIME_WAIT from 1 s on");
    let early = [(0.0, 1.0), (120.0, 1.0)];
    assert_eq!(assigned(&run(1, sysctls, QUIESCE, &early)), [0, 2]);
}

#[test]
fn a_removed_server_drops_the_client_that_comes_again() {
    let remove = Intervention::Remove(ServerId::new(1));
    let mode_0 = Sysctls { conn_reuse_mode: 0, ..Sysctls::default() };
    let outcome = run(1, mode_0, remove, &AGAIN);
    assert_eq!((assigned(&outcome), outcome.refused_no_server), (vec![0, 1], 3));
    let expire = Sysctls { expire_nodest_conn: 1, ..mode_0 };
    assert_eq!(assigned(&run(1, expire, remove, &AGAIN)), [3, 1]);
}

#[test]
fn an_open_port_is_passed_over_and_without_a_free_one_nothing_is_sent() {
    let never = Intervention::SetWeight(ServerId::new(0), Weight::ONE);
    // Four connections of 100 s from three ports: the fourth finds none.
    let long = [(0.0, 100.0), (1.0, 100.0), (2.0, 100.0), (3.0, 100.0), (250.0, 1.0)];
    let outcome = run(3, Sysctls::default(), never, &long);
    assert_eq!((outcome.finished, outcome.refused_no_server, outcome.peak_entries), (4, 1, 3));
}
