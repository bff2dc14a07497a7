//! The order of the schedulers: how much worse than the best each is, with its interval.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::{Axis, Differences};
use super::canvas::{Canvas, Drawn, FAINT_INK, GRID, INK, WIDTH, write};
use super::group::of_scheduler;
use super::palette;
use super::picture::{Caption, draw};
use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

const ROW: u32 = 34;
const HEAD: u32 = 92;
const FOOT: u32 = 76;
/// Where the numbers at the right begin.
const RIGHT: i32 = WIDTH as i32 - 190;

/// The difference of every scheduler to the best, paired by replication, with its 95 % interval; groups of schedulers that
/// are not distinguishable are set apart.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn forest_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let title = format!("Order of the schedulers – {}", study.title);
    let subtitle = format!(
        "How much worse than the best in {}, paired by replication; bars are 95 % intervals. Shaded rows: not \
         distinguishable from the first of their band.",
        summary.ranked_by.words()
    );
    let caption = Caption { picture: "order of the schedulers", title: &title, subtitle: &subtitle };
    let height = HEAD + FOOT + ROW * summary.schedulers.len().max(1) as u32;
    draw(&caption, height, |canvas| paint(canvas, summary))
}

fn paint(canvas: &Canvas<'_>, summary: &Summary) -> Drawn {
    let rows = summary.schedulers.len().max(1);
    let place = |row: usize| (rows - row) as f64 - 0.5;
    let differences: Vec<Option<Estimate>> = summary
        .schedulers
        .iter()
        .enumerate()
        .map(|(row, found)| if row == 0 { None } else { found.behind_first })
        .collect();
    let scale = Scale::of(
        summary.ranked_by.quantity(),
        differences.iter().flatten().map(|difference| difference.mean.abs()),
    );
    let reach = |estimate: &Estimate| [estimate.mean - width(estimate), estimate.mean + width(estimate)];
    let intervals =
        differences.iter().flatten().map(|difference| reach(difference).map(|end| scale.number(end)));
    let level = Differences::of(intervals);
    let x = level.axis();
    let y = Axis::new(0.0..rows as f64, (0..rows).map(|row| (place(row), String::new())));
    let (left, right) = (x.start(), x.end());
    let mut chart = ChartBuilder::on(&canvas.margin(HEAD as i32 - 8, 0, 0, 0))
        .margin_left(12)
        .margin_right(200)
        .margin_bottom(10)
        .x_label_area_size(58)
        .y_label_area_size(70)
        .build_cartesian_2d(x, y)?;
    let mut row = 0;
    for (number, group) in summary.groups.iter().enumerate() {
        let (top, bottom) = (place(row) + 0.5, place(row) + 0.5 - group.len() as f64);
        if number % 2 == 0 {
            chart.draw_series([Rectangle::new(
                [(left, bottom), (right, top)],
                RGBColor(0xee, 0xee, 0xee).filled(),
            )])?;
        }
        row += group.len();
    }
    let unit = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(FAINT_INK)
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .axis_desc_style(("sans-serif", 15).into_font().color(&INK))
        .x_desc(format!("Difference to the best{unit}"))
        .draw()?;
    chart.draw_series([PathElement::new(vec![(0.0, 0.0), (0.0, rows as f64)], INK.stroke_width(2))])?;
    for (row, (found, difference)) in summary.schedulers.iter().zip(&differences).enumerate() {
        of_scheduler(canvas, found.scheduler, || {
            let look = palette::scheduler(found.scheduler);
            let (x, y) = chart.backend_coord(&(left, place(row)));
            write(canvas, found.scheduler.name(), (x - 10, y - 8), 14, INK, HPos::Right)?;
            let words = match difference {
                None if row == 0 => "the best".to_owned(),
                None => "not known".to_owned(),
                Some(difference) => {
                    let [from, to] = reach(difference).map(|end| level.place(scale.number(end)));
                    chart.draw_series([PathElement::new(
                        vec![(from, place(row)), (to, place(row))],
                        look.color.stroke_width(3),
                    )])?;
                    scale.text(Some(*difference))
                }
            };
            let words = if found.tier > 0 {
                format!("{} fail", Scale::PER_CENT.text(found.estimate(Metric::Failed)))
            } else {
                words
            };
            let at = difference.map_or(0.0, |difference| level.place(scale.number(difference.mean)));
            if row == 0 || difference.is_some() {
                let style = if look.is_dashed { look.color.stroke_width(2) } else { look.color.filled() };
                chart.draw_series([Circle::new((at, place(row)), 6, style)])?;
            }
            write(canvas, &words, (RIGHT, y - 7), 13, INK, HPos::Left)
        })?;
    }
    Ok(())
}

fn width(estimate: &Estimate) -> f64 {
    estimate.half_width.unwrap_or(0.0)
}
