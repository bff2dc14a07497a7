//! `compare` as text: every scheduler in a row, best first, and what the numbers do not say by themselves.

use std::fmt::Write as _;

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::answer::may_be_best;
use crate::output::caveats::{self, LEGEND};
use crate::output::columns::columns;
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};
use crate::output::text::classes::classes_text;
use crate::output::text::heading::heading;
use crate::output::text::objectives::objectives;
use crate::run::metric::{Heading, Metric};
use crate::study::Study;

/// The table of a study with its heading and notes, for a terminal of `width` columns.
pub fn compare_text(study: &Study, summary: &Summary, width: usize) -> String {
    let mut text = heading(study, width);
    let is_time = |&(metric, ..): &(Metric, &str, Scale)| matches!(metric.info().heading, Heading::Times(_));
    let column = |(metric, heading, scale): (Metric, &str, Scale)| {
        let parts = summary.schedulers.iter().map(|scheduler| scheduler.parts(metric, scale));
        Column::estimates(heading, scale, parts.collect())
    };
    let (times, shares): (Vec<_>, Vec<_>) = columns(summary).into_iter().partition(is_time);
    let groups = [times, shares].map(|columns| columns.into_iter().map(column).collect::<Vec<Column>>());
    text.push_str(&render(&leading(summary), &groups, width));
    text.push('\n');
    text.push_str(&order(study, summary, width));
    text.push_str(&objectives(study, summary, width));
    text.push_str(&classes_text(study, summary, width));
    let shares = "max/mean is the largest share of a server over its weight's share, Jain the evenness of these; 1 is even.";
    for note in [format!("{LEGEND} {shares}")].into_iter().chain(caveats::of(study, summary)) {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

/// Rank and name.
fn leading(summary: &Summary) -> [Column; 2] {
    let names = summary.schedulers.iter().map(|scheduler| scheduler.scheduler.to_string());
    [
        Column::words("rank", (0..summary.schedulers.len()).map(|place| summary.rank(place)).collect()),
        Column::words("scheduler", names.collect()),
    ]
}

/// Best to worst in groups, each scheduler with how much worse than the first it is.
fn order(study: &Study, summary: &Summary, width: usize) -> String {
    if summary.schedulers.len() < 2 {
        return String::new();
    }
    let mut text = String::new();
    let words = summary.ranked_by.words();
    if summary.comparisons == 0 {
        let names: Vec<&str> =
            summary.schedulers.iter().map(|scheduler| scheduler.scheduler.name()).collect();
        let doubt = if study.design.varies.is_one_day() { "on this day" } else { "which may be chance" };
        let line = format!("Order by {words}, {doubt}: {}.", names.join(", "));
        let _ = writeln!(text, "{}", fold(&line, width, 2));
        return text;
    }
    if let Some(best) = may_be_best(summary) {
        let _ = writeln!(text, "{}", fold(&best, width, 2));
    }
    let pairs = if summary.comparisons == 1 {
        "the only pair".to_owned()
    } else {
        format!("all {} pairs together", summary.comparisons)
    };
    let line = format!(
        "Best to worst by {words}, each with its difference from the best, paired by replication. Schedulers on one line are not distinguishable from the first of that line (95 % confidence for {pairs}):"
    );
    let _ = writeln!(text, "{}", fold(&line, width, 2));
    for (place, group) in summary.groups.iter().enumerate() {
        let names: Vec<String> = group
            .iter()
            .filter_map(|&scheduler| summary.of(scheduler))
            .map(|found| format!("{}{}", found.scheduler, behind(found, summary.ranked_by)))
            .collect();
        let _ = writeln!(text, "{}", fold(&format!("{:>3}. {}", place + 1, names.join(", ")), width, 5));
    }
    text
}

/// What puts a scheduler behind the best: what it fails, or the metric.
fn behind(scheduler: &SchedulerSummary, metric: Metric) -> String {
    if scheduler.tier > 0 {
        return format!(" ({} refused or lost)", Scale::PER_CENT.text(scheduler.estimate(Metric::Failed)));
    }
    match scheduler.behind_first {
        None => String::new(),
        Some(Estimate { mean: 0.0, half_width: Some(0.0), .. }) => " (the same)".to_owned(),
        Some(difference) => {
            let scale = Scale::of(metric.quantity(), [difference.mean.abs()].into_iter());
            let sign = if difference.mean > 0.0 { "+" } else { "" };
            format!(" ({sign}{})", scale.text(Some(difference)))
        }
    }
}
