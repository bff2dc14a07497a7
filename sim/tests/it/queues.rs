//! Real servers as queues, against sums done by hand.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Discipline, RandomStreams, RealServer, RunError, simulate_with};

use crate::support::{FCFS_1, Log, arrivals, run, server, setup};

fn log(servers: Vec<RealServer>, kind: SchedulerKind, list: &[(f64, f64)]) -> Vec<String> {
    let mut log = Log::default();
    run(&setup(servers, vec![], 1_000.0), kind, arrivals(list), &mut log);
    log.lines
}

#[test]
fn one_slot_serves_in_order_of_arrival() {
    let lines = log(vec![server(1, FCFS_1)], SchedulerKind::Rr, &[(0.0, 5.0), (1.0, 2.0), (2.0, 1.0)]);
    assert_eq!(
        lines,
        [
            "0 assigned 0",
            "1 assigned 0",
            "2 assigned 0",
            "5 finished 0 response 5 waiting 0",
            "7 finished 0 response 6 waiting 4",
            "8 finished 0 response 6 waiting 5",
        ]
    );
}

#[test]
fn two_slots_take_turns_and_speed_divides_the_work() {
    let fast = RealServer { speed: 2.0, ..server(1, Discipline::FirstComeFirstServed { slots: 2 }) };
    let lines = log(vec![fast], SchedulerKind::Rr, &[(0.0, 8.0), (0.0, 4.0), (1.0, 6.0)]);
    assert_eq!(
        lines[3..],
        [
            "2 finished 0 response 2 waiting 0",
            "4 finished 0 response 4 waiting 0",
            "5 finished 0 response 4 waiting 1",
        ]
    );
}

#[test]
fn one_core_is_shared_evenly() {
    // A alone until 2 (2 of 4 done), then A and B at half speed: B's 1 s of work ends at 4, A's rest at 5.
    let ps = server(1, Discipline::ProcessorSharing { cores: 1, workers: None });
    let lines = log(vec![ps], SchedulerKind::Rr, &[(0.0, 4.0), (2.0, 1.0)]);
    assert_eq!(lines[2..], ["4 finished 0 response 2 waiting 0", "5 finished 0 response 5 waiting 0"]);
}

#[test]
fn a_connection_never_gets_more_than_one_core() {
    let ps = server(1, Discipline::ProcessorSharing { cores: 2, workers: None });
    let lines = log(vec![ps], SchedulerKind::Rr, &[(0.0, 3.0), (0.0, 3.0), (0.0, 3.0)]);
    // 9 s of work on 2 cores, all three alike: each ends at 4.5.
    assert_eq!(lines[3..], ["4.5 finished 0 response 4.5 waiting 0"; 3]);
}

#[test]
fn a_full_backlog_refuses() {
    let small = RealServer { backlog: Some(1), ..server(1, FCFS_1) };
    let lines = log(vec![small], SchedulerKind::Rr, &[(0.0, 5.0), (1.0, 1.0), (2.0, 1.0), (5.5, 1.0)]);
    assert_eq!(
        lines,
        [
            "0 assigned 0",
            "1 assigned 0",
            "2 assigned 0",
            "2 refused BacklogFull { connection: ConnectionId(2), server: ServerId(0) }",
            "5 finished 0 response 5 waiting 0",
            "5.5 assigned 0",
            "6 finished 0 response 5 waiting 4",
            "7 finished 0 response 1.5 waiting 0.5",
        ]
    );
}

#[test]
fn departures_at_one_instant_come_in_the_order_they_were_scheduled() {
    let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
    // rr begins with the server added last. Both end at 3: server 0 began first.
    let lines = log(servers, SchedulerKind::Rr, &[(0.0, 1.0), (0.5, 2.5), (1.0, 2.0)]);
    assert_eq!(lines[4..], ["3 finished 0 response 2.5 waiting 0", "3 finished 1 response 2 waiting 0"]);
}

#[test]
fn work_beyond_the_end_of_the_clock_is_an_error() {
    for discipline in [FCFS_1, Discipline::ProcessorSharing { cores: 1, workers: None }] {
        let slow = RealServer { speed: 1e-300, ..server(1, discipline) };
        let setup = setup(vec![slow], vec![], 10.0);
        let list = arrivals(&[(0.0, 1.0), (1.0, 1.0)]);
        let scheduler = |_: &_| ipvslab_schedulers::RoundRobin::default();
        let ended = simulate_with(&setup, scheduler, &RandomStreams::new(1, 0), list, &mut ());
        assert_eq!(ended.err(), Some(RunError::OutOfTime), "{discipline:?}");
    }
}
