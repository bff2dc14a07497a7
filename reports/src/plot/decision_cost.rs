//! What a decision of each scheduler costs: bars of nanoseconds.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, FAINT_INK, GRID, INK, WIDTH, write};
use super::group::of_scheduler;
use super::palette;
use super::picture::{Caption, draw};
use crate::error::ReportError;
use crate::number::plain;
use crate::study::{DecisionCost, Study};

const ROW: u32 = 30;
const HEAD: u32 = 92;
const FOOT: u32 = 76;
/// Where the numbers at the right begin.
const RIGHT: i32 = WIDTH as i32 - 210;

/// The median time that a decision took, with the quartiles of the rounds; a bar a scheduler, the quickest first.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn decision_cost_svg(study: &Study) -> Result<String, ReportError> {
    let title = format!("Cost of a decision – {}", study.title);
    let subtitle = "Median of several rounds on the machine that made this page, with its upkeep; the line joins the quartiles. Not reproducible.";
    let caption = Caption { picture: "cost of a decision", title: &title, subtitle };
    let height = HEAD + FOOT + ROW * study.decision_costs.len().max(1) as u32;
    draw(&caption, height, |canvas| paint(canvas, &study.quickest_first()))
}

fn paint(canvas: &Canvas<'_>, costs: &[DecisionCost]) -> Drawn {
    let rows = costs.len().max(1);
    let place = |row: usize| (rows - row) as f64 - 0.5;
    let mut chart = ChartBuilder::on(&canvas.margin(HEAD as i32 - 8, 0, 0, 0))
        .margin_left(12)
        .margin_right(220)
        .margin_bottom(10)
        .x_label_area_size(58)
        .y_label_area_size(70)
        .build_cartesian_2d(
            Axis::amount(costs.iter().map(|cost| cost.ns_upper), 8, ""),
            Axis::new(0.0..rows as f64, (0..rows).map(|row| (place(row), String::new()))),
        )?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(FAINT_INK)
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .axis_desc_style(("sans-serif", 15).into_font().color(&INK))
        .x_desc("Nanoseconds per decision")
        .draw()?;
    for (row, cost) in costs.iter().enumerate() {
        of_scheduler(canvas, cost.scheduler, || {
            let look = palette::scheduler(cost.scheduler);
            let bar = [(0.0, place(row) - 0.28), (cost.ns_median, place(row) + 0.28)];
            let style =
                if look.is_dashed { look.color.mix(0.45).filled() } else { look.color.mix(0.8).filled() };
            chart.draw_series([Rectangle::new(bar, style)])?;
            let reach = vec![(cost.ns_lower, place(row)), (cost.ns_upper, place(row))];
            chart.draw_series([PathElement::new(reach, INK.stroke_width(2))])?;
            let (x, y) = chart.backend_coord(&(0.0, place(row)));
            write(canvas, cost.scheduler.name(), (x - 10, y - 8), 14, INK, HPos::Right)?;
            let words = format!("{} ns", plain((10.0 * cost.ns_median).round() / 10.0));
            write(canvas, &words, (RIGHT, y - 7), 13, INK, HPos::Left)
        })?;
    }
    Ok(())
}
