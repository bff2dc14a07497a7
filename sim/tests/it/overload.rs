//! Runs that cannot keep up.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{ClientPolicy, Disturbances, Outcome, Setup};

use crate::support::{FCFS_1, arrivals, run, server, setup};

/// One server that does one connection a second, to which they come at these distances, one after the other.
fn overloaded(distances: impl Iterator<Item = f64>, change: impl FnOnce(Setup) -> Setup) -> Outcome {
    let times = distances.scan(0.0, |at, distance| {
        *at += distance;
        Some((*at, 1.0))
    });
    let list: Vec<(f64, f64)> = times.collect();
    let setup = setup(vec![server(1, FCFS_1)], vec![], 1e6).at_most_in_progress(1_000);
    run(&change(setup), SchedulerKind::Rr, arrivals(&list), &mut ())
}

/// Two a second come, and one is done: after 1,000 s a thousand are in progress.
#[test]
fn a_run_that_cannot_keep_up_is_ended_with_the_reason() {
    for reacts in [false, true] {
        let clients = || Disturbances { patience: Some(ClientPolicy::default()), ..Disturbances::default() };
        let change = |setup: Setup| if reacts { setup.disturbed(clients()).expect("sound") } else { setup };
        let outcome = overloaded(std::iter::repeat_n(0.5, 5_000), change);
        let overload = outcome.overload.expect("it cannot keep up");
        assert_eq!(overload.in_progress, 1_000);
        assert!((overload.ended.as_secs_f64() - 1_000.0).abs() < 2.0, "{overload:?}");
        assert!(overload.since.as_secs_f64() < 3.0, "{overload:?}");
        assert!((overload.arrived_per_s - 2.0).abs() < 0.01 && (overload.finished_per_s - 1.0).abs() < 0.01);
        assert_eq!(outcome.arrived - outcome.finished, 1_000);
        let served = outcome.servers[0];
        assert!((served.busy_ns as f64 / 1e9 - overload.ended.as_secs_f64()).abs() < 1.0, "{served:?}");
    }
}

#[test]
fn since_when_is_told_by_how_fast_the_line_grew() {
    // A connection every two seconds for 1,000 s, then two a second.
    let distances = std::iter::repeat_n(2.0, 500).chain(std::iter::repeat_n(0.5, 5_000));
    let overload = overloaded(distances, |setup| setup).overload.expect("it cannot keep up");
    assert!((overload.since.as_secs_f64() - 1_000.0).abs() < 4.0, "{overload:?}");
}

#[test]
fn a_run_that_keeps_up_is_not_ended() {
    let outcome = overloaded(std::iter::repeat_n(1.5, 5_000), |setup| setup);
    assert_eq!((outcome.overload, outcome.finished), (None, 5_000));
}
