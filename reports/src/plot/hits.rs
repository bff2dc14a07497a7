//! Hit ratios of the servers' caches, under which scheduler.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, FAINT_INK, GRID, INK, WIDTH, write};
use super::palette;
use super::picture::{Caption, draw};
use crate::error::ReportError;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

const ROW: u32 = 34;
const HEAD: u32 = 92;
const FOOT: u32 = 76;
/// Where the numbers at the right begin.
const RIGHT: i32 = WIDTH as i32 - 160;

/// The part of the connections whose server had their object in its cache, a row for each scheduler, best first: of all
/// caches together with its 95 % interval, and of each one.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn hits_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let title = format!("Hits of the caches – {}", study.title);
    let subtitle = "The large mark: connections whose server had their object, of all, with its 95 % interval. Each small mark: \
                    one server's cache, mean over the replications.";
    let caption = Caption { picture: "hits of the caches", title: &title, subtitle };
    let height = HEAD + FOOT + ROW * summary.schedulers.len().max(1) as u32;
    draw(&caption, height, |canvas| paint(canvas, summary))
}

fn paint(canvas: &Canvas<'_>, summary: &Summary) -> Drawn {
    let rows = summary.schedulers.len();
    let place = |row: usize| (rows - row) as f64 - 0.5;
    let named = |(row, found): (usize, &SchedulerSummary)| (place(row), found.scheduler.to_string());
    let ticks = (0..=10).map(|tenth| (f64::from(tenth) / 10.0, format!("{} %", 10 * tenth)));
    let mut chart = ChartBuilder::on(&canvas.margin(HEAD as i32 - 8, 0, 0, 0))
        .margin_left(12)
        .margin_right(170)
        .margin_bottom(10)
        .x_label_area_size(58)
        .y_label_area_size(70)
        .build_cartesian_2d(
            Axis::new(0.0..1.0, ticks),
            Axis::new(0.0..rows.max(1) as f64, summary.schedulers.iter().enumerate().map(named)),
        )?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(FAINT_INK)
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .axis_desc_style(("sans-serif", 15).into_font().color(&INK))
        .x_desc("Hit ratio")
        .draw()?;
    for (row, found) in summary.schedulers.iter().enumerate() {
        let look = palette::scheduler(found.scheduler);
        let single = found.servers.iter().filter_map(|server| server.hit_ratio);
        let faint = look.color.mix(0.35).filled();
        chart.draw_series(single.map(|hits| Circle::new((hits.mean, place(row) - 0.22), 3, faint)))?;
        let Some(all) = found.estimate(Metric::HitRatio) else { continue };
        let width = all.half_width.unwrap_or(0.0);
        let ends = [(all.mean - width).max(0.0), (all.mean + width).min(1.0)];
        let line = ends.map(|end| (end, place(row))).to_vec();
        chart.draw_series([PathElement::new(line, look.color.stroke_width(3))])?;
        let style = if look.is_dashed { look.color.stroke_width(2) } else { look.color.filled() };
        chart.draw_series([Circle::new((all.mean, place(row)), 6, style)])?;
        let (_, y) = chart.backend_coord(&(0.0, place(row)));
        let words = Scale::PER_CENT.text(Some(all));
        write(canvas, &words, (RIGHT, y - 7), 13, INK, HPos::Left)?;
    }
    Ok(())
}
