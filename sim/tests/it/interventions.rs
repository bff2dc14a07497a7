//! What an administrator does during the run.

use ipvslab_schedulers::{SchedulerKind, ServerId, Span, Time, Weight};
use ipvslab_sim::{Intervention, RealServer, Service, Setup, SetupError};

use crate::support::{FCFS_1, Log, arrivals, run, seconds, server, setup};

const FIRST: ServerId = ServerId::new(0);
const SECOND: ServerId = ServerId::new(1);

fn weight(weight: u32) -> Weight {
    Weight::new(weight).expect("within range")
}

#[test]
fn quiesced_server_keeps_its_connections() {
    let timeline = vec![(1.0, Intervention::SetWeight(SECOND, Weight::QUIESCED))];
    let setup = setup(vec![server(1, FCFS_1), server(2, FCFS_1)], timeline, 100.0);
    let mut log = Log::default();
    run(&setup, SchedulerKind::Rr, arrivals(&[(0.0, 5.0), (2.0, 1.0), (3.5, 1.0)]), &mut log);
    assert_eq!(
        log.lines,
        [
            "0 assigned 1",
            "2 assigned 0",
            "3 finished 0 response 1 waiting 0",
            "3.5 assigned 0",
            "4.5 finished 0 response 1 waiting 0",
            "5 finished 1 response 5 waiting 0",
        ]
    );
}

#[test]
fn removed_server_loses_its_connections_and_its_entries_live_on_for_900_s() {
    let timeline = vec![(1.0, Intervention::Remove(SECOND)), (500.0, Intervention::Add(SECOND, weight(1)))];
    let setup = setup(vec![server(1, FCFS_1), server(2, FCFS_1)], timeline, 1_000.0)
        .sample_every(Span::from_secs(100));
    let mut log = Log::default();
    let outcome = run(&setup, SchedulerKind::Rr, arrivals(&[(0.0, 5.0), (0.1, 5.0), (0.2, 5.0)]), &mut log);
    assert_eq!(log.lines[3..], ["1 lost 1", "1 lost 1", "5.1 finished 0 response 5 waiting 0"]);
    assert_eq!((outcome.finished, outcome.lost), (1, 2));
    let second = |sample: usize| {
        let load = log.samples[sample].1[1];
        (load.listed, load.active)
    };
    // The counts are kept while it is away, and after its return, until the entries expire at 901 s.
    assert_eq!((second(4), second(6), second(9), second(10)), ((false, 2), (true, 2), (true, 2), (true, 0)));
}

#[test]
fn wlc_gives_a_newcomer_every_connection_until_it_has_caught_up() {
    let late = RealServer { listed: false, ..server(2, FCFS_1) };
    let setup =
        setup(vec![server(1, FCFS_1), late], vec![(10.0, Intervention::Add(SECOND, weight(1)))], 100.0);
    let list: Vec<(f64, f64)> = (0..15).map(|i| (f64::from(i), 1_000.0)).collect();
    let mut log = Log::default();
    run(&setup, SchedulerKind::Wlc, arrivals(&list), &mut log);
    let to_second = log.lines.iter().filter(|line| line.ends_with("assigned 1")).count();
    // Ten connections on the first when the second joins; the remaining five all go to the newcomer.
    assert_eq!(to_second, 5);
}

#[test]
fn a_service_without_open_servers_refuses() {
    let timeline = vec![(1.0, Intervention::SetWeight(FIRST, Weight::QUIESCED))];
    let setup = setup(vec![server(1, FCFS_1)], timeline, 100.0);
    let mut log = Log::default();
    let outcome = run(&setup, SchedulerKind::Wlc, arrivals(&[(0.0, 1.0), (2.0, 1.0)]), &mut log);
    assert_eq!(log.lines[2], "2 refused NoServer");
    assert_eq!((outcome.arrived, outcome.finished, outcome.refused_no_server), (2, 1, 1));
}

#[test]
fn impossible_timelines_are_refused() {
    let error = |timeline: Vec<(Time, Intervention)>| {
        Setup::new(Service::default(), vec![server(1, FCFS_1)], timeline, Time::ZERO, seconds(10.0)).err()
    };
    let at = seconds(1.0);
    assert_eq!(
        error(vec![(at, Intervention::Add(FIRST, weight(1)))]),
        Some(SetupError::AlreadyListed(FIRST, at))
    );
    assert_eq!(error(vec![(at, Intervention::Remove(SECOND))]), Some(SetupError::UnknownServer(SECOND)));
    let later = seconds(2.0);
    assert_eq!(
        error(vec![(later, Intervention::SetWeight(FIRST, weight(1))), (at, Intervention::Remove(FIRST))]),
        Some(SetupError::NotListed(FIRST, later))
    );
}
