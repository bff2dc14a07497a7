//! What a decision of each scheduler costs: bars of nanoseconds.

use super::axis::Axis;
use super::canvas::{Form, INK};
use super::palette;
use super::picture::{Caption, Picture};
use super::rows::{Mark, Row, Rows};
use crate::error::ReportError;
use crate::number::plain;
use crate::study::{DecisionCost, Study};

/// The median time that a decision took, with the quartiles of the rounds; a bar a scheduler, the quickest first.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn decision_cost_svg(study: &Study) -> Result<String, ReportError> {
    decision_cost(study).svg(Form::File)
}

pub(crate) fn decision_cost(study: &Study) -> Picture<'static> {
    let caption = Caption {
        picture: "cost of a decision",
        title: "Cost of a decision".to_owned(),
        of: study.title.clone(),
        subtitle: "Median of several rounds on the machine that made this page, with its upkeep; the line joins the quartiles. \
                   Not reproducible."
            .to_owned(),
    };
    let costs = study.quickest_first();
    let row = |cost: &DecisionCost| Row {
        scheduler: Some(cost.scheduler),
        name: cost.scheduler.to_string(),
        words: format!("{} ns", plain((10.0 * cost.ns_median).round() / 10.0)),
        is_shaded: false,
        marks: vec![
            Mark::Bar { to: cost.ns_median, color: palette::scheduler(cost.scheduler).color },
            Mark::Line { from: cost.ns_lower, to: cost.ns_upper, color: INK, width: 2.0 },
        ],
    };
    let rows = Rows {
        x: Axis::amount(costs.iter().map(|cost| cost.ns_upper), 8, ""),
        x_label: "Nanoseconds per decision".to_owned(),
        heading: "",
        rule: None,
        band: None,
        rows: costs.iter().map(row).collect(),
        keys: Vec::new(),
    };
    Picture::new(caption, rows)
}
