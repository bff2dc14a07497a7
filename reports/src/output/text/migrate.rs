//! `migrate` as text: today's rule, and what each other one makes of the same connections.

use std::fmt::Write as _;

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::number::MISSING;
use crate::output::caveats;
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};
use crate::output::text::heading::heading;
use crate::run::metric::Metric;
use crate::study::Study;

/// A sentence and a table for a terminal of `width` columns. Today's rule is the study's first.
pub fn migrate_text(study: &Study, summary: &Summary, width: usize) -> String {
    let mut text = heading(study, width);
    let Some((&today, others)) = study.schedulers.split_first() else { return text };
    let _ = writeln!(text, "{}\n", fold(&sentence(study, today, others), width, 2));
    text.push_str(&table(study, summary, today, width));
    text.push('\n');
    let legend = "Against today: the relative difference of the p99 response time, paired by replication. ± is half the width of the \
                  95 % confidence interval over the replications, for each pair by itself. Lost: connections that were cut off, \
                  as when their server left or the director had forgotten them. Max/mean is the largest share of a server over its \
                  weight's share. Each data plane remembers connections as long as it does by itself.";
    for note in [legend.to_owned()].into_iter().chain(caveats::of(study, summary)) {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

/// What changes, rule by rule.
fn sentence(study: &Study, today: SchedulerKind, others: &[SchedulerKind]) -> String {
    let parts: Vec<String> = others.iter().map(|&other| verdict(study, today, other)).collect();
    format!("Instead of {today}: {}.", parts.join("; "))
}

fn verdict(study: &Study, today: SchedulerKind, other: SchedulerKind) -> String {
    let slower = relative(study, today, other);
    let response = match slower {
        Some(found) if is_apart(found) && found.mean < 0.0 => {
            format!("{other} is better, its p99 is {} lower", percent(negated(found)))
        }
        Some(found) if is_apart(found) => format!("{other} has a p99 that is {} higher", percent(found)),
        Some(Estimate { half_width: Some(_), .. }) => format!("{other} shows no difference in p99"),
        _ => format!("{other} was run too few times to compare its p99"),
    };
    let failed = paired(study, today, other, Metric::Failed, |before, after| after - before);
    match failed {
        Some(found) if is_apart(found) && found.mean > 0.0 => {
            format!("{response}, and it refuses or loses {} more of all connections", percent(found))
        }
        Some(found) if is_apart(found) => {
            format!(
                "{response}, and it refuses or loses {} fewer of all connections",
                percent(negated(found))
            )
        }
        _ => response,
    }
}

/// By what part the p99 of one rule is above another's.
fn relative(study: &Study, today: SchedulerKind, other: SchedulerKind) -> Option<Estimate> {
    paired(study, today, other, Metric::ResponseP99, |before, after| after / before - 1.0)
}

/// How a metric differs between two rules, replication by replication.
fn paired(
    study: &Study,
    today: SchedulerKind,
    other: SchedulerKind,
    metric: Metric,
    difference: impl Fn(f64, f64) -> f64,
) -> Option<Estimate> {
    let of = |kind: SchedulerKind| {
        let runs = study.runs.iter().filter(move |run| run.scheduler == kind);
        runs.map(|run| (metric.info().of)(&run.metrics))
    };
    let pairs = of(today).zip(of(other));
    let values: Vec<f64> = pairs.filter_map(|(before, after)| Some(difference(before?, after?))).collect();
    Estimate::of(&values)
}

fn is_apart(found: Estimate) -> bool {
    found.half_width.is_some_and(|half_width| found.mean.abs() > half_width)
}

fn negated(found: Estimate) -> Estimate {
    Estimate { mean: -found.mean, ..found }
}

fn percent(found: Estimate) -> String {
    let (value, half_width) = Scale::PER_CENT.parts(Some(found));
    format!("{value} {half_width} %")
}

fn table(study: &Study, summary: &Summary, today: SchedulerKind, width: usize) -> String {
    let rows: Vec<_> = study.schedulers.iter().filter_map(|&kind| summary.of(kind)).collect();
    let names = rows.iter().map(|row| {
        if row.scheduler == today { format!("{today} (today)") } else { row.scheduler.to_string() }
    });
    let values = |metric: Metric| rows.iter().filter_map(move |row| Some(row.estimate(metric)?.mean));
    let column = |metric: Metric, heading: &str| {
        let scale = Scale::of(metric.quantity(), values(metric));
        Column::estimates(heading, scale, rows.iter().map(|row| row.parts(metric, scale)).collect())
    };
    let against = rows.iter().map(|row| {
        if row.scheduler == today {
            return (MISSING.to_owned(), String::new());
        }
        Scale::PER_CENT.parts(relative(study, today, row.scheduler))
    });
    let groups = [
        column(Metric::ResponseP99, "p99"),
        Column::estimates("against today", Scale::PER_CENT, against.collect()),
        column(Metric::Refused, "refused"),
        column(Metric::Lost, "lost"),
        column(Metric::MaxToMean, "max/mean"),
        Column::numbers("entries, most", rows.iter().map(|row| row.table_entries_peak.to_string()).collect()),
    ];
    let groups: Vec<Vec<Column>> = groups.into_iter().map(|column| vec![column]).collect();
    render(&[Column::words("rule", names.collect())], &groups, width)
}
