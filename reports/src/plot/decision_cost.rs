//! What a decision of each scheduler costs: bars of nanoseconds.

use plotters::prelude::*;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, INK};
use super::group::of_scheduler;
use super::palette;
use super::picture::{Caption, draw, ruled};
use super::rows::Rows;
use crate::error::ReportError;
use crate::number::plain;
use crate::study::{DecisionCost, Study};

/// The median time that a decision took, with the quartiles of the rounds; a bar a scheduler, the quickest first.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn decision_cost_svg(study: &Study) -> Result<String, ReportError> {
    let title = format!("Cost of a decision – {}", study.title);
    let subtitle = "Median of several rounds on the machine that made this page, with its upkeep; the line joins the quartiles. Not reproducible.";
    let caption = Caption { picture: "cost of a decision", title: &title, subtitle };
    let rows = Rows { count: study.decision_costs.len(), pitch: 30, head: 92, left: 70, right: 210 };
    draw(&caption, rows.height(), |canvas| paint(canvas, &rows, &study.quickest_first()))
}

fn paint(canvas: &Canvas<'_>, rows: &Rows, costs: &[DecisionCost]) -> Drawn {
    let across = Axis::amount(costs.iter().map(|cost| cost.ns_upper), 8, "");
    let mut chart = rows.chart(canvas, across, None)?;
    ruled(chart.configure_mesh().disable_y_mesh(), [14, 15]).x_desc("Nanoseconds per decision").draw()?;
    for (row, cost) in costs.iter().enumerate() {
        of_scheduler(canvas, cost.scheduler, || {
            let look = palette::scheduler(cost.scheduler);
            let place = rows.place(row);
            let bar = [(0.0, place - 0.28), (cost.ns_median, place + 0.28)];
            let style =
                if look.is_dashed { look.color.mix(0.45).filled() } else { look.color.mix(0.8).filled() };
            chart.draw_series([Rectangle::new(bar, style)])?;
            let reach = vec![(cost.ns_lower, place), (cost.ns_upper, place)];
            chart.draw_series([PathElement::new(reach, INK.stroke_width(2))])?;
            rows.name(canvas, &chart, 0.0, row, cost.scheduler.name())?;
            let words = format!("{} ns", plain((10.0 * cost.ns_median).round() / 10.0));
            rows.words(canvas, &chart, row, &words)
        })?;
    }
    Ok(())
}
