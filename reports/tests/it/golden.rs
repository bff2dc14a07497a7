//! Text as a reviewer reads it. To accept new text: `IPVSLAB_ACCEPT=1 cargo test -p ipvslab-reports`.

use std::path::Path;

use ipvslab_reports::{
    Metric, SideBySide, Study, Summary, compare_text, in_depth_text, side_by_side_text, summary_csv,
};
use ipvslab_schedulers::SchedulerKind;

use crate::support::{made_up, made_up_side_by_side, side_by_side, simulated};

fn expect(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    if std::env::var_os("IPVSLAB_ACCEPT").is_some() {
        std::fs::write(&path, text).expect("the file can be written");
    }
    let accepted = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == accepted, "{name} has changed; it is now:\n{text}");
}

fn only(study: &Study, schedulers: &[SchedulerKind]) -> Study {
    let mut part = study.clone();
    part.schedulers.retain(|scheduler| schedulers.contains(scheduler));
    part.runs.retain(|run| schedulers.contains(&run.scheduler));
    part
}

#[test]
fn comparison_on_a_wide_terminal() {
    let study = made_up(5);
    let summary = Summary::new(&study, Metric::ResponseP99);
    expect("compare.txt", &compare_text(&study, &summary, 140));
}

#[test]
fn comparison_on_a_narrow_terminal() {
    let study = made_up(5);
    let summary = Summary::new(&study, Metric::ResponseP99);
    let text = compare_text(&study, &summary, 80);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    expect("compare-80.txt", &text);
}

#[test]
fn comparison_of_a_single_replication() {
    let study = made_up(1);
    let summary = Summary::new(&study, Metric::ResponseMean);
    expect("compare-single.txt", &compare_text(&study, &summary, 100));
}

#[test]
fn one_scheduler_in_depth() {
    let study = only(&made_up(5), &[SchedulerKind::Wlc]);
    let summary = Summary::new(&study, Metric::default());
    expect("in-depth.txt", &in_depth_text(&study, &summary, 110));
}

#[test]
fn estimates_as_csv() {
    let study = only(&made_up(3), &[SchedulerKind::Rr, SchedulerKind::Dh]);
    let summary = Summary::new(&study, Metric::default());
    expect("summary.csv", &summary_csv(&summary).expect("plain numbers"));
}

#[test]
fn many_servers_are_shown_by_group() {
    let groups = [("small", 30, 1, 2, 1.0), ("large", 10, 4, 8, 1.0)];
    let study = simulated(&groups, 0.7, &[SchedulerKind::Wlc], 2, Vec::new());
    let text = in_depth_text(&study, &Summary::new(&study, Metric::default()), 120);
    assert!(text.contains("small (30)") && !text.contains("small-1"), "{text}");
    let small = text.lines().position(|line| line.starts_with("small (30)  least")).expect("a group");
    let rows: Vec<&str> = text.lines().skip(small + 1).take(2).map(str::trim_start).collect();
    assert!(rows[0].starts_with("mean") && rows[1].starts_with("greatest"), "{text}");
}

/// Two of the made-up schedulers: one whose sides serve alike, one that refuses most.
fn two_side_by_side() -> SideBySide {
    let mut results = made_up_side_by_side();
    results.rows.retain(|row| [SchedulerKind::Wlc, SchedulerKind::Dh].contains(&row.scheduler));
    let dh = &mut results.rows[1].kernel;
    (dh.response_time_us_p99, dh.failed_ratio) = (None, Some(0.7));
    results
}

#[test]
fn model_and_kernel_side_by_side() {
    expect("side-by-side.txt", &side_by_side_text(&two_side_by_side(), 120));
}

#[test]
fn model_and_kernel_on_a_narrow_terminal() {
    let text = side_by_side_text(&two_side_by_side(), 60);
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    expect("side-by-side-60.txt", &text);
}

#[test]
fn shares_of_many_servers_are_compared_by_group() {
    let groups = [("small", 30, 1, 2, 1.0), ("large", 10, 4, 8, 1.0)];
    let study = simulated(&groups, 0.7, &[SchedulerKind::Wlc], 2, Vec::new());
    expect("side-by-side-groups.txt", &side_by_side_text(&side_by_side(&study), 100));
}

#[test]
fn a_side_without_connections_has_no_share_and_no_zero() {
    let mut results = made_up_side_by_side();
    results.rows.truncate(2);
    let kernel = &mut results.rows[1].kernel;
    (kernel.arrived, kernel.failed_ratio, kernel.response_time_us_mean) = (0, None, None);
    kernel.servers.iter_mut().for_each(|server| server.share_ratio = None);
    assert!(results.rows[0].share_difference().is_some());
    assert_eq!((results.rows[1].share_difference(), results.share_difference()), (None, None));
    let text = side_by_side_text(&results, 120);
    assert!(
        text.contains("Shares cannot be compared (–) if a side gave no server a connection: lc."),
        "{text}"
    );
    results.rows.truncate(1);
    let largest = results.share_difference().expect("all shares are known");
    assert!((largest - 30.0 / 12_000.0).abs() < 1e-12, "{largest}");
    results.rows.clear();
    assert_eq!(results.share_difference(), None);
    side_by_side_text(&results, 80);
}
