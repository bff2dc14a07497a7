use ipvslab_schedulers::{ServerId, Span, Time};
use ipvslab_sim::{ConnectionId, Finished, Observer, Outcome, Refusal, ServerTotals};

use super::*;
use crate::{Collector, Design, Objective, Provenance, Run, StudyServer, Varies, Verdict, judge, worst};

const HORIZON: Time = Time::from_nanos(1_000_000_000_000);

/// One run of 2000 connections that take `millis` each, of which `refused` are refused.
fn run(scheduler: SchedulerKind, replication: u32, millis: u64, refused: u64, digest: u64) -> Run {
    let mut collector = Collector::new(Time::ZERO, HORIZON, 1);
    for number in 0..2_000 {
        let arrived = Time::from_nanos(number);
        if number < refused {
            collector.refused(arrived, Refusal::NoServer);
        } else {
            let took = Span::from_millis(millis);
            let server = ServerId::new(0);
            collector.finished(&Finished {
                connection: ConnectionId::new(0),
                server,
                arrived,
                started: arrived,
                finished: arrived + took,
                work: took,
                class: 0,
            });
        }
    }
    let totals = ServerTotals { assigned: 2_000 - refused, ..ServerTotals::default() };
    let outcome = Outcome {
        arrived: 2_000,
        finished: 2_000 - refused,
        refused_no_server: refused,
        refused_backlog: 0,
        lost: 0,
        overload: None,
        requests: None,
        peak_entries: 0,
        events: 0,
        traffic: None,
        director: None,
        window: HORIZON.since(Time::ZERO),
        servers: vec![totals],
        digest,
    };
    Run { scheduler, replication, metrics: collector.finish(&outcome, &servers()) }
}

fn servers() -> Vec<StudyServer> {
    vec![StudyServer {
        name: "web".to_owned(),
        group: "web".to_owned(),
        weight: 1,
        mean_weight: 1.0,
        slots: 1,
        speed: 1.0,
    }]
}

fn study(schedulers: &[SchedulerKind], replications: u32, runs: Vec<Run>) -> Study {
    Study {
        classes: Vec::new(),
        title: String::new(),
        question: String::new(),
        name: "test".to_owned(),
        seed: 1,
        replications,
        kernel: "6.12".to_owned(),
        accounting: "classic".to_owned(),
        warm_up: Time::ZERO,
        horizon: HORIZON,
        servers: servers(),
        interventions: Vec::new(),
        objectives: Vec::new(),
        provenance: Provenance::default(),
        schedulers: schedulers.to_vec(),
        runs,
        decision_costs: Vec::new(),
        design: Design::default(),
    }
}

use SchedulerKind::{Dh, Lc, Rr, Wlc};

#[test]
fn schedulers_with_equal_digests_are_one_in_the_tests_and_share_their_ranks() {
    let mut runs = Vec::new();
    for (scheduler, base, digest) in [(Rr, 80, 1), (Lc, 20, 2), (Wlc, 20, 2)] {
        runs.extend(
            (0..4).map(|at| run(scheduler, at, base + u64::from(at), 0, digest + 10 * u64::from(at))),
        );
    }
    let summary = Summary::new(&study(&[Rr, Lc, Wlc], 4, runs), Metric::ResponseP95);
    assert_eq!(summary.same_decisions, [vec![Lc, Wlc]]);
    assert_eq!(summary.groups, [vec![Lc, Wlc], vec![Rr]]);
    assert_eq!(summary.comparisons, 1);
    let ranks: Vec<(usize, usize)> =
        summary.schedulers.iter().map(|scheduler| (scheduler.rank_from, scheduler.rank_to)).collect();
    assert_eq!(ranks, [(1, 2), (1, 2), (3, 3)]);
}

#[test]
fn scheduler_that_refuses_most_is_last_however_fast() {
    let mut runs = Vec::new();
    for (scheduler, millis, refused) in [(Dh, 1, 1_600), (Rr, 90, 0)] {
        runs.extend(
            (0..3).map(|at| run(scheduler, at, millis, refused + u64::from(at), refused + u64::from(at))),
        );
    }
    let summary = Summary::new(&study(&[Dh, Rr], 3, runs), Metric::ResponseMean);
    let order: Vec<SchedulerKind> = summary.schedulers.iter().map(|scheduler| scheduler.scheduler).collect();
    assert_eq!(order, [Rr, Dh]);
    assert_eq!(summary.of(Dh).map(|scheduler| scheduler.tier), Some(1));
}

#[test]
fn jain_index_is_better_the_greater_it_is() {
    assert!(!Metric::JainIndex.less_is_better());
    let runs = vec![run(Rr, 0, 5, 0, 1), run(Lc, 0, 5, 0, 2)];
    let mut one = study(&[Rr, Lc], 1, runs);
    one.runs[0].metrics.imbalance_jain_index = Some(0.5);
    let summary = Summary::new(&one, Metric::JainIndex);
    assert_eq!(summary.schedulers[0].scheduler, Lc);
}

#[test]
fn scheduler_without_runs_is_left_out_and_one_without_connections_has_no_times() {
    let summary = Summary::new(&study(&[Rr, Lc], 1, vec![run(Rr, 0, 5, 2_000, 1)]), Metric::default());
    assert_eq!(summary.schedulers.len(), 1);
    let rr = &summary.schedulers[0];
    assert_eq!(rr.estimate(Metric::ResponseMean), None);
    assert_eq!(rr.estimate(Metric::Failed).map(|failed| failed.mean), Some(1.0));
    assert_eq!((rr.rank_from, rr.rank_to), (1, 1));
}

#[test]
fn equal_replications_are_one_and_decide_nothing() {
    let runs = [Rr, Lc].into_iter().flat_map(|scheduler| {
        let place = SchedulerKind::every().position(|kind| kind == scheduler).expect("one of all") as u64;
        (0..12).map(move |at| run(scheduler, at, 20 + 5 * u64::from(scheduler == Lc), 0, place))
    });
    let mut equal = study(&[Rr, Lc], 12, runs.collect());
    equal.objectives.push(Objective {
        metric: Metric::ResponseMean,
        below: true,
        limit: 1e6,
        text: "mean < 1s".to_owned(),
        schedulers: Vec::new(),
    });
    equal.without_repetition();
    assert_eq!((equal.replications, equal.runs.len(), equal.design.varies), (1, 2, Varies::NothingDrawn));
    let summary = Summary::new(&equal, Metric::ResponseMean);
    assert_eq!(summary.comparisons, 0);
    assert!(summary.schedulers.iter().all(|found| {
        found.estimate(Metric::ResponseMean).is_some_and(|estimate| estimate.interval.is_none())
    }));
    let judged = judge(&equal, &summary);
    assert!(judged.iter().all(|judgement| judgement.on_this_day == Some(true)));
    assert_eq!(worst(&judged), Some(Verdict::Undecided));
}
