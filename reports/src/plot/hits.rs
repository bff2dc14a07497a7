//! Hit ratios of the servers' caches, under which scheduler.

use plotters::prelude::*;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn};
use super::palette;
use super::picture::{Caption, draw, ruled};
use super::rows::Rows;
use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

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
    let rows = Rows { count: summary.schedulers.len(), pitch: 34, head: 92, left: 70, right: 160 };
    draw(&caption, rows.height(), |canvas| paint(canvas, &rows, summary))
}

fn paint(canvas: &Canvas<'_>, rows: &Rows, summary: &Summary) -> Drawn {
    let names = summary.schedulers.iter().map(|found| found.scheduler.to_string()).collect();
    let ticks = (0..=10).map(|tenth| (f64::from(tenth) / 10.0, format!("{} %", 10 * tenth)));
    let mut chart = rows.chart(canvas, Axis::new(0.0..1.0, ticks), Some(names))?;
    ruled(&mut chart.configure_mesh(), [14, 15]).x_desc("Hit ratio").draw()?;
    for (row, found) in summary.schedulers.iter().enumerate() {
        let look = palette::scheduler(found.scheduler);
        let place = rows.place(row);
        let single = found.servers.iter().filter_map(|server| server.hit_ratio);
        let faint = look.color.mix(0.35).filled();
        chart.draw_series(single.map(|hits| Circle::new((hits.mean, place - 0.22), 3, faint)))?;
        let Some(all) = found.estimate(Metric::HitRatio) else { continue };
        let line = all.ends().map(|end| (end.clamp(0.0, 1.0), place)).to_vec();
        chart.draw_series([PathElement::new(line, look.color.stroke_width(3))])?;
        let style = if look.is_dashed { look.color.stroke_width(2) } else { look.color.filled() };
        chart.draw_series([Circle::new((all.mean, place), 6, style)])?;
        rows.words(canvas, &chart, row, &Scale::PER_CENT.text(Some(all)))?;
    }
    Ok(())
}
