//! `compare` as text: every scheduler in a row, best first, and what the numbers do not say by themselves.

use std::fmt::Write as _;

use ipvslab_schedulers::{Span, Time};

use crate::estimate::confidence::Estimate;
use crate::estimate::objective::judge;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::caveats;
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};
use crate::run::classes::classes_text;
use crate::run::metric::Metric;
use crate::study::Study;

/// The columns about served connections, with their headings.
const TIMES: [(Metric, &str); 5] = [
    (Metric::ResponseMean, "mean"),
    (Metric::ResponseP50, "p50"),
    (Metric::ResponseP95, "p95"),
    (Metric::ResponseP99, "p99"),
    (Metric::ResponseP999, "p99.9"),
];

/// The columns about the others, and about the servers.
const SHARES: [(Metric, &str); 10] = [
    (Metric::Refused, "refused"),
    (Metric::Lost, "lost"),
    (Metric::TimedOut, "timed out"),
    (Metric::Attempts, "attempts"),
    (Metric::Detection, "detected"),
    (Metric::HitRatio, "hits"),
    (Metric::DirectorBusy, "director"),
    (Metric::DirectorDropped, "dropped"),
    (Metric::MaxToMean, "max/mean"),
    (Metric::JainIndex, "Jain"),
];

/// The table of a study with its heading and notes, for a terminal of `width` columns.
pub fn compare_text(study: &Study, summary: &Summary, width: usize) -> String {
    let mut text = heading(study, width);
    let estimates = |metric| summary.schedulers.iter().map(move |scheduler| scheduler.estimate(metric));
    let column = |(metric, heading): (Metric, &str)| {
        let means = estimates(metric).flatten().map(|Estimate { mean, .. }| mean);
        let scale = Scale::of(metric.quantity(), means);
        let parts = summary.schedulers.iter().map(|scheduler| scheduler.parts(metric, scale));
        Column::estimates(heading, scale, parts.collect())
    };
    let shares = SHARES.into_iter().filter(|&(metric, _)| is_shown(metric, summary)).map(column).collect();
    let groups = [TIMES.map(column).to_vec(), shares];
    text.push_str(&render(&leading(summary), &groups, width));
    text.push('\n');
    text.push_str(&order(summary, width));
    text.push_str(&objectives(study, summary, width));
    text.push_str(&classes_text(study, summary, width));
    let legend = "± is half the width of the 95 % confidence interval over the replications. max/mean is the largest \
                  share of a server over its weight's share, Jain the evenness of these; 1 is even.";
    for note in [legend.to_owned()].into_iter().chain(caveats::of(study, summary)) {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

/// The columns of a table of schedulers with their headings.
pub(crate) fn columns(summary: &Summary) -> Vec<(Metric, &'static str, Scale)> {
    let shown = TIMES.into_iter().chain(SHARES).filter(|&(metric, _)| is_shown(metric, summary));
    let scaled = |(metric, heading): (Metric, &'static str)| {
        let means =
            summary.schedulers.iter().filter_map(|found| found.estimate(metric)).map(|found| found.mean);
        (metric, heading, Scale::of(metric.quantity(), means))
    };
    shown.map(scaled).collect()
}

/// What no scheduler of the study knows is not shown, nor connections lost where none was.
fn is_shown(metric: Metric, summary: &Summary) -> bool {
    match metric {
        Metric::Lost => summary.schedulers.iter().any(|scheduler| scheduler.lost > 0),
        _ => summary.metrics().any(|known| known == metric),
    }
}

/// Title, question and circumstances.
pub(crate) fn heading(study: &Study, width: usize) -> String {
    let plural = if study.replications == 1 { "" } else { "s" };
    let circumstances = format!(
        "{}: {} replication{plural} of {} s after {} s of warm-up, seed {}; {} real server{}; kernel {}, {} accounting.",
        study.name,
        study.replications,
        seconds(study.window()),
        seconds(study.warm_up.since(Time::ZERO)),
        study.seed,
        study.servers.len(),
        if study.servers.len() == 1 { "" } else { "s" },
        study.kernel,
        study.accounting,
    );
    titled(&study.title, &study.question, &circumstances, width)
}

/// What a report begins with; lines that are empty are left out.
pub(crate) fn titled(title: &str, question: &str, circumstances: &str, width: usize) -> String {
    let mut text = String::new();
    for line in [title, question].into_iter().filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "{}", fold(line, width, 0));
    }
    let _ = writeln!(text, "{}\n", fold(circumstances, width, 0));
    text
}

pub(crate) fn seconds(span: Span) -> String {
    Scale::PLAIN.value(Some(span.as_secs_f64()))
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
fn order(summary: &Summary, width: usize) -> String {
    if summary.schedulers.len() < 2 {
        return String::new();
    }
    let mut text = String::new();
    let words = summary.ranked_by.words();
    if summary.comparisons == 0 {
        let names: Vec<&str> =
            summary.schedulers.iter().map(|scheduler| scheduler.scheduler.name()).collect();
        let line = format!("Order by {words}, which may be chance: {}.", names.join(", "));
        let _ = writeln!(text, "{}", fold(&line, width, 2));
        return text;
    }
    let pairs = if summary.comparisons == 1 {
        "the only pair".to_owned()
    } else {
        format!("all {} pairs together", summary.comparisons)
    };
    let line = format!(
        "Best to worst by {words}, with how much worse than the best each is, paired by replication. Schedulers on one line are \
         not distinguishable from the first of the line (95 % confidence for {pairs}):"
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

/// What was to hold, and whether it does.
pub(crate) fn objectives(study: &Study, summary: &Summary, width: usize) -> String {
    let judgements = judge(study, summary);
    if judgements.is_empty() {
        return String::new();
    }
    let mut text = "Objectives, judged by 95 % intervals:\n".to_owned();
    for judgement in &judgements {
        let line = format!(
            "  {:<10} {}, {}: {}",
            judgement.verdict.word(),
            judgement.objective.text,
            judgement.scheduler,
            judgement.words()
        );
        let _ = writeln!(text, "{}", fold(&line, width, 13));
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
