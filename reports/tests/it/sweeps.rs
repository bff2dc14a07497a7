//! Sweeps: knees against queueing theory, their words, their files, their page.

use ipvslab_reports::{
    Estimate, KneeFound, LoadStudy, Metric, Objective, Sweep, SweepSummary, knee_svg, knees_csv, loads_csv,
    read_sweep, store_sweep, sweep_html, sweep_json, sweep_markdown, sweep_text,
};
use ipvslab_schedulers::SchedulerKind;

use crate::support::simulated;

fn objective(metric: Metric, limit: f64, text: &str) -> Objective {
    Objective { metric, below: true, limit, text: text.to_owned(), schedulers: Vec::new() }
}

/// Studies by the engine: exponential work of mean 20 ms on these groups.
pub(crate) fn swept(
    groups: &[(&str, u32, u32, u32, f64)],
    loads: &[f64],
    schedulers: &[SchedulerKind],
    replications: u32,
    objectives: &[Objective],
) -> Sweep {
    let slots: f64 = groups.iter().map(|&(_, count, _, slots, speed)| f64::from(count * slots) * speed).sum();
    let load = |&load_ratio: &f64| {
        let mut study = simulated(groups, load_ratio, schedulers, replications, Vec::new());
        study.objectives = objectives.to_vec();
        LoadStudy { factor: load_ratio, arrivals_per_s: load_ratio * slots / 0.02, load_ratio, study }
    };
    Sweep { loads: loads.iter().map(load).collect() }
}

fn at(found: KneeFound) -> Estimate {
    match found {
        KneeFound::At { arrivals_per_s, outside: 0 } => arrivals_per_s,
        other => panic!("a knee with an interval, not {other:?}"),
    }
}

/// M/M/1: the mean response time is s / (1 - rho), so it reaches 3 s at two thirds of the capacity.
#[test]
fn knee_of_a_single_server_is_that_of_theory() {
    let objectives = [objective(Metric::ResponseMean, 60_000.0, "mean < 60ms")];
    let loads = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    let sweep = swept(&[("only", 1, 1, 1, 1.0)], &loads, &[SchedulerKind::Rr], 40, &objectives);
    let summary = SweepSummary::new(&sweep, Metric::default());
    let knee = at(summary.knees[0].of[0].found);
    let expected = 2.0 / 3.0 / 0.02;
    let half_width = knee.half_width.expect("40 replications");
    assert!(half_width < 0.04 * expected, "{knee:?}");
    // The chord between the loads takes off less than half a per cent here.
    assert!((knee.mean - expected).abs() < half_width + 0.005 * expected, "{knee:?}, theory {expected}");
}

fn farm() -> Sweep {
    let objectives = [
        objective(Metric::ResponseP99, 120_000.0, "p99 < 120ms"),
        objective(Metric::Failed, 0.5, "failed < 50%"),
        objective(Metric::ResponseMean, 1_000.0, "mean < 1ms"),
    ];
    let schedulers = [SchedulerKind::Rr, SchedulerKind::Wlc, SchedulerKind::Sed, SchedulerKind::Sh];
    let groups = [("old", 4, 1, 4, 1.0), ("new", 2, 3, 8, 1.5)];
    swept(&groups, &[0.5, 0.65, 0.8, 0.95, 1.05], &schedulers, 4, &objectives)
}

#[test]
fn schedulers_are_ordered_by_their_knees_and_told_apart() {
    let sweep = farm();
    let summary = SweepSummary::new(&sweep, Metric::default());
    let knees = &summary.knees[0];
    let (wlc, rr) = (knees.under(SchedulerKind::Wlc), knees.under(SchedulerKind::Rr));
    let (wlc, rr) = (wlc.expect("held to it"), rr.expect("held to it"));
    assert!(rr.apart_from_first && !knees.of[0].apart_from_first, "{knees:?}");
    assert!(matches!(wlc.found, KneeFound::At { .. }), "{wlc:?}");
    assert!(summary.knees[1].of.iter().all(|knee| knee.found == KneeFound::Beyond));
    assert!(summary.knees[2].of.iter().all(|knee| knee.found == KneeFound::Before));

    let text = sweep_text(&sweep, &summary, 130);
    for said in [
        "holds \u{201c}p99 < 120ms\u{201d} up to",
        "above the highest load tried, 2100/s (load 105 %)",
        "do not hold \u{201c}mean < 1ms\u{201d} even at the lowest load tried, 1000/s (load 50 %)",
        "105 !",
        "queues grow for as long as connections arrive",
    ] {
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folded.contains(said), "{said:?} is not in\n{text}");
    }
    let markdown = sweep_markdown(&sweep, &summary);
    assert!(markdown.contains("| load, % | connections/s |"), "{markdown}");
}

#[test]
fn files_hold_every_load_and_knee() {
    let sweep = farm();
    let summary = SweepSummary::new(&sweep, Metric::default());
    let json = sweep_json(&sweep, &summary).expect("JSON");
    for said in ["\"schema\": \"ipvslab.sweep/1\"", "\"found\": \"beyond\"", "\"load_ratio\": 0.65"] {
        assert!(json.contains(said), "{said} is not in\n{json}");
    }
    assert_eq!(loads_csv(&sweep, &summary).expect("CSV").lines().count(), 1 + 5 * 4);
    assert_eq!(knees_csv(&sweep, &summary).expect("CSV").lines().count(), 1 + 3 * 4);
}

#[test]
fn stored_sweep_is_the_same_sweep() {
    let sweep = farm();
    let bytes = store_sweep(&sweep).expect("a sweep can be stored");
    assert_eq!(read_sweep(&bytes).expect("it can be read"), sweep);
    for cut in (0..bytes.len()).step_by(997) {
        read_sweep(&bytes[..cut]).expect_err("a sweep that was cut short");
    }
    let other = [b"ipvslab.study/1 1\n".as_slice(), &bytes].concat();
    read_sweep(&other).expect_err("a study is no sweep");
}

#[test]
fn a_sweep_without_objective_says_how_to_give_one() {
    let sweep =
        swept(&[("web", 2, 1, 4, 1.0)], &[0.5, 0.8], &[SchedulerKind::Rr, SchedulerKind::Wlc], 2, &[]);
    let summary = SweepSummary::new(&sweep, Metric::default());
    let text = sweep_text(&sweep, &summary, 130);
    assert!(text.contains("[[objectives]]") && !text.contains("Highest load at which"), "{text}");
    let svg = knee_svg(&sweep, &summary, Metric::ResponseP99).expect("a picture");
    assert!(svg.contains("no knee is marked"));
    crate::pages::kept("sweep-plain", &sweep_html(&sweep, &summary).expect("a page"));
}

#[test]
fn page_of_a_sweep() {
    let sweep = farm();
    let summary = SweepSummary::new(&sweep, Metric::default());
    let html = sweep_html(&sweep, &summary).expect("a page");
    assert_eq!(html, sweep_html(&sweep, &summary).expect("a page"), "the same bytes");
    crate::pages::kept("sweep", &html);
    let one = swept(&[("web", 2, 1, 4, 1.0)], &[0.5], &[SchedulerKind::Rr], 1, &[]);
    let summary = SweepSummary::new(&one, Metric::default());
    crate::pages::kept("sweep-one", &sweep_html(&one, &summary).expect("a page"));
}
