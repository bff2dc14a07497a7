//! A sweep as text: a row a load, a column a scheduler; then the knees.

use std::fmt::Write as _;

use ipvslab_schedulers::SchedulerKind;

use crate::number::plain;
use crate::output::markdown::escaped;
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};
use crate::output::text::heading::{seconds, titled};
use crate::run::metric::Metric;
use crate::sweep::answer::{answer, knee_words};
use crate::sweep::loads::{LoadStudy, Sweep};
use crate::sweep::notes::notes;
use crate::sweep::summary::SweepSummary;

/// The tables of a sweep with its answer and notes, for a terminal of `width` columns.
pub fn sweep_text(sweep: &Sweep, summary: &SweepSummary, width: usize) -> String {
    let head = sweep.head();
    let circumstances = format!(
        "{}: {} loads, {} replication{} of {} s each, seed {}; {} real server{}; kernel {}, {} accounting.",
        head.name,
        sweep.loads.len(),
        head.replications,
        if head.replications == 1 { "" } else { "s" },
        seconds(head.window()),
        head.seed,
        head.servers.len(),
        if head.servers.len() == 1 { "" } else { "s" },
        head.kernel,
        head.accounting,
    );
    let mut text = titled(&head.title, &head.question, &circumstances, width);
    for &metric in &summary.metrics {
        let scale = scale(summary, metric);
        let _ = writeln!(text, "{} by load:\n", metric.words());
        let column =
            |kind: SchedulerKind| Column::estimates(kind.name(), scale, summary.parts(kind, metric, scale));
        let columns: Vec<Vec<Column>> = summary.order().into_iter().map(|kind| vec![column(kind)]).collect();
        text.push_str(&render(&leading(sweep), &columns, width));
        text.push('\n');
    }
    for knees in &summary.knees {
        let _ = writeln!(text, "Highest load at which {} holds:", knees.objective.text);
        for knee in &knees.of {
            let line = format!("  {:<6} {}", knee.scheduler.name(), knee_words(sweep, &knee.found));
            let _ = writeln!(text, "{}", fold(&line, width, 9));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", fold(&answer(sweep, summary), width, 0));
    for note in notes(sweep, summary) {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

/// A sweep for a pull request.
pub fn sweep_markdown(sweep: &Sweep, summary: &SweepSummary) -> String {
    let head = sweep.head();
    let mut text = format!("### {}\n\n", escaped(&head.title));
    let _ = writeln!(text, "{}\n", escaped(&answer(sweep, summary)));
    let order = summary.order();
    for &metric in &summary.metrics {
        let scale = scale(summary, metric);
        let unit = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
        let names: Vec<String> = order.iter().map(|kind| format!("`{kind}`")).collect();
        let _ = writeln!(text, "{}{unit}:\n", metric.words());
        let _ = writeln!(text, "| load, % | connections/s | {} |", names.join(" | "));
        let _ = writeln!(text, "|--:|--:|{}", "--:|".repeat(names.len()));
        for (at, load) in sweep.loads.iter().enumerate() {
            let cell = |&kind| {
                let (value, half_width) = &summary.parts(kind, metric, scale)[at];
                format!("{value} {half_width}").trim_end().to_owned()
            };
            let cells: Vec<String> = order.iter().map(cell).collect();
            let rate = plain(load.arrivals_per_s);
            let _ = writeln!(text, "| {} | {rate} | {} |", load_text(load), cells.join(" | "));
        }
        text.push('\n');
    }
    for note in notes(sweep, summary) {
        let _ = writeln!(text, "- {}", escaped(&note));
    }
    text
}

/// The load in per cent of the capacity, marked if it is at the capacity or above.
pub(crate) fn load_text(load: &LoadStudy) -> String {
    let mark = if load.load_ratio >= 1.0 { " !" } else { "" };
    format!("{}{mark}", plain((1e3 * load.load_ratio).round() / 10.0))
}

/// The scale that suits a metric at all loads.
pub(crate) fn scale(summary: &SweepSummary, metric: Metric) -> Scale {
    let found = summary.loads.iter().flat_map(|load| &load.schedulers);
    let means = found.filter_map(|found| found.estimate(metric)).map(|estimate| estimate.mean);
    Scale::of(metric.quantity(), means)
}

fn leading(sweep: &Sweep) -> [Column; 2] {
    let rates = sweep.loads.iter().map(|load| plain(load.arrivals_per_s)).collect();
    [
        Column::numbers("load %", sweep.loads.iter().map(load_text).collect()),
        Column::numbers("connections/s", rates),
    ]
}
