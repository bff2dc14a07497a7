//! What the tables of classes have in common, on a terminal and on the page.

use crate::estimate::classes::ClassSummary;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::quantity::Scale;
use crate::study::Study;

pub(crate) type Field = (&'static str, fn(&ClassSummary) -> Option<Estimate>);

pub(crate) const TIMES: [Field; 4] = [
    ("mean", |class| class.response_time_us_mean),
    ("p50", |class| class.response_time_us_p50),
    ("p95", |class| class.response_time_us_p95),
    ("p99", |class| class.response_time_us_p99),
];

/// Classes and schedulers in the order of the table: by class, then best first.
pub(crate) fn pairs<'a>(
    study: &'a Study,
    summary: &'a Summary,
) -> Vec<(&'a str, &'a SchedulerSummary, ClassSummary)> {
    let of_class = |(number, name): (usize, &'a String)| {
        summary.schedulers.iter().map(move |found| (name.as_str(), found, found.classes[number]))
    };
    study.classes.iter().enumerate().flat_map(of_class).collect()
}

pub(crate) fn micros(
    rows: &[(&str, &SchedulerSummary, ClassSummary)],
    value: fn(&ClassSummary) -> Option<Estimate>,
) -> Scale {
    Scale::of_micros(rows.iter().filter_map(|(_, _, class)| value(class)).map(|found| found.mean))
}
