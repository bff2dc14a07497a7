use ipvslab_sim::ServerTotals;

use super::*;

const WARM_UP: Time = Time::from_nanos(1_000);
const HORIZON: Time = Time::from_nanos(9_000_000);

fn servers(weights: &[i32]) -> Vec<StudyServer> {
    let server = |(number, &weight): (usize, &i32)| StudyServer {
        name: format!("web-{number}"),
        group: "web".to_owned(),
        weight,
        mean_weight: f64::from(weight),
        slots: 2,
        speed: 1.0,
    };
    weights.iter().enumerate().map(server).collect()
}

fn outcome(assigned: &[u64]) -> Outcome {
    let window = HORIZON.since(WARM_UP);
    let totals = |&assigned: &u64| ServerTotals {
        assigned,
        busy_ns: u128::from(window.as_nanos()),
        in_system_ns: 3 * u128::from(window.as_nanos()),
        peak_active: 4,
        peak_total: 5,
        ..ServerTotals::default()
    };
    Outcome {
        arrived: 0,
        finished: 0,
        refused_no_server: 0,
        refused_backlog: 0,
        lost: 0,
        overload: None,
        requests: None,
        peak_entries: 7,
        events: 0,
        traffic: None,
        director: None,
        window,
        servers: assigned.iter().map(totals).collect(),
        digest: 0xabc,
    }
}

fn finished(arrived: u64, wait: u64, response: u64, work: u64) -> Finished {
    Finished {
        connection: ConnectionId::new(0),
        server: ServerId::new(0),
        arrived: Time::from_nanos(arrived),
        started: Time::from_nanos(arrived + wait),
        finished: Time::from_nanos(arrived + response),
        work: Span::from_nanos(work),
        class: 0,
    }
}

#[test]
fn only_connections_that_arrive_in_the_window_count() {
    let mut collector = Collector::new(WARM_UP, HORIZON, 1);
    collector.finished(&finished(999, 0, 500_000, 1));
    collector.finished(&finished(1_000, 1_000, 3_000, 1_000));
    // Ends long after the horizon, and counts.
    collector.finished(&finished(8_999_999, 0, 5_000, 1_000));
    collector.refused(Time::from_nanos(10), Refusal::NoServer);
    collector.refused(Time::from_nanos(2_000), Refusal::NoServer);
    let metrics = collector.finish(&outcome(&[2]), &servers(&[1]));
    assert_eq!((metrics.arrived, metrics.finished, metrics.refused_no_server, metrics.lost), (3, 2, 1, 0));
    assert_eq!(metrics.response_time_us_mean, Some(4.0));
    assert_eq!(metrics.waiting_time_us_mean, Some(0.5));
    assert_eq!(metrics.waiting_time_us2_variance, Some(0.25));
    assert_eq!(metrics.waiting_probability, Some(0.5));
    assert_eq!(metrics.slowdown_mean, Some(4.0));
    assert_eq!(metrics.refused_ratio, Some(1.0 / 3.0));
    assert_eq!((metrics.response_time_us_p50, metrics.waiting_time_us_p99), (None, None));
}

#[test]
fn connections_fail_by_refusal_or_loss() {
    let mut collector = Collector::new(WARM_UP, HORIZON, 2);
    collector.finished(&finished(2_000, 0, 1_000, 1_000));
    collector.refused(
        Time::from_nanos(3_000),
        Refusal::BacklogFull { connection: ConnectionId::new(0), server: ServerId::new(1) },
    );
    collector.lost(Time::from_nanos(4_000), ConnectionId::new(1), ServerId::new(1), Time::from_nanos(3_500));
    collector.lost(Time::from_nanos(5_000), ConnectionId::new(1), ServerId::new(1), Time::from_nanos(1_000));
    // Came before the window.
    collector.lost(Time::from_nanos(5_000), ConnectionId::new(1), ServerId::new(1), Time::from_nanos(999));
    let metrics = collector.finish(&outcome(&[1, 3]), &servers(&[1, 1]));
    assert_eq!((metrics.arrived, metrics.refused_backlog, metrics.lost), (4, 1, 2));
    assert_eq!(metrics.failed_ratio, Some(0.75));
    assert_eq!(metrics.servers[1].refused_backlog, 1);
    assert_eq!(metrics.imbalance_max_to_mean, Some(1.5));
    assert_eq!(metrics.imbalance_jain_index, Some(0.8));
}

#[test]
fn run_without_connections_has_no_ratios() {
    let metrics = Collector::new(WARM_UP, HORIZON, 1).finish(&outcome(&[0]), &servers(&[1]));
    assert_eq!((metrics.arrived, metrics.refused_ratio, metrics.failed_ratio), (0, None, None));
    assert_eq!((metrics.response_time_us_mean, metrics.imbalance_max_to_mean), (None, None));
    assert_eq!(metrics.servers[0].share_ratio, None);
    assert_eq!(metrics.servers[0].utilisation_ratio, 0.5);
    assert_eq!(metrics.in_system_mean, 3.0);
}

#[test]
fn active_connections_are_averaged_over_the_window_s_samples() {
    let mut collector = Collector::new(WARM_UP, HORIZON, 1);
    for (at, active) in [(0, 100), (1_000, 1), (2_000, 2), (9_000_000, 100)] {
        collector.sampled(Time::from_nanos(at), &[ServerLoad { active, ..ServerLoad::default() }]);
    }
    let metrics = collector.finish(&outcome(&[0]), &servers(&[1]));
    assert_eq!(metrics.servers[0].active_mean, Some(1.5));
    assert_eq!(metrics.timeline.samples().count(), 4);
}

#[test]
fn years_are_recorded_too() {
    let mut collector = Collector::new(WARM_UP, HORIZON, 1);
    (0..20).for_each(|_| collector.finished(&finished(2_000, 0, u64::MAX / 2, 1)));
    let metrics = collector.finish(&outcome(&[20]), &servers(&[1]));
    let median = metrics.response_time_us_p50.expect("ten lie beyond");
    assert!((median / (u64::MAX as f64 / 2e3) - 1.0).abs() < 1e-3);
}
