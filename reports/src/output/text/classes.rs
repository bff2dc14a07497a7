//! The table of classes for a terminal.

use std::fmt::Write as _;

use crate::estimate::classes::ClassSummary;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::output::classes::{Field, TIMES, micros, pairs};
use crate::output::quantity::{Scale, fold, unresolved};
use crate::output::table::{Column, render};
use crate::study::Study;

/// The table of classes for a terminal; nothing without classes.
pub(crate) fn classes_text(study: &Study, summary: &Summary, width: usize) -> String {
    let rows = pairs(study, summary);
    if rows.is_empty() {
        return String::new();
    }
    let leading = [
        Column::words("class", rows.iter().map(|(class, ..)| (*class).to_owned()).collect()),
        Column::words("scheduler", rows.iter().map(|(_, found, _)| found.scheduler.to_string()).collect()),
    ];
    let column = |(heading, value): Field, scale: Scale| {
        Column::estimates(
            heading,
            scale,
            rows.iter().map(|(_, _, class)| parts(scale, class, value(class))).collect(),
        )
    };
    let times = TIMES.map(|(heading, value)| column((heading, value), micros(&rows, value)));
    let failed = column(("failed", |class| class.failed_ratio), Scale::PER_CENT);
    let mut text = String::new();
    let _ = writeln!(text, "\n{}", fold("By class of clients, response times:", width, 0));
    text.push_str(&render(&leading, &[times.to_vec(), vec![failed]], width));
    text
}

/// A value and its half-width; of a time that is missing, of how many it would have to be.
fn parts(scale: Scale, class: &ClassSummary, found: Option<Estimate>) -> (String, String) {
    match found {
        None => (unresolved(class.finished), String::new()),
        Some(_) => scale.parts(found),
    }
}
