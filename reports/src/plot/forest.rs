//! The order of the schedulers: how much worse than the best each is, with its interval.

use plotters::prelude::*;

use super::axis::Differences;
use super::canvas::{Canvas, Drawn};
use super::group::of_scheduler;
use super::palette;
use super::picture::{Caption, draw, ruled};
use super::rows::Rows;
use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

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
    let rows = Rows { count: summary.schedulers.len(), pitch: 34, head: 92, left: 70, right: 190 };
    draw(&caption, rows.height(), |canvas| paint(canvas, &rows, summary))
}

fn paint(canvas: &Canvas<'_>, rows: &Rows, summary: &Summary) -> Drawn {
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
    let reach = Estimate::ends;
    let intervals =
        differences.iter().flatten().map(|difference| reach(difference).map(|end| scale.number(end)));
    let level = Differences::of(intervals);
    let x = level.axis();
    let (left, right) = (x.start(), x.end());
    let mut chart = rows.chart(canvas, x, None)?;
    let mut row = 0;
    for (number, group) in summary.groups.iter().enumerate() {
        let top = rows.place(row) + 0.5;
        let bottom = top - group.len() as f64;
        if number % 2 == 0 {
            chart.draw_series([Rectangle::new(
                [(left, bottom), (right, top)],
                RGBColor(0xee, 0xee, 0xee).filled(),
            )])?;
        }
        row += group.len();
    }
    let unit = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    ruled(&mut chart.configure_mesh(), [14, 15]).x_desc(format!("Difference to the best{unit}")).draw()?;
    rows.rule(&mut chart, 0.0)?;
    for (row, (found, difference)) in summary.schedulers.iter().zip(&differences).enumerate() {
        of_scheduler(canvas, found.scheduler, || {
            let look = palette::scheduler(found.scheduler);
            let place = rows.place(row);
            rows.name(canvas, &chart, left, row, found.scheduler.name())?;
            let words = match difference {
                None if row == 0 => "the best".to_owned(),
                None => "not known".to_owned(),
                Some(difference) => {
                    let [from, to] = reach(difference).map(|end| level.place(scale.number(end)));
                    chart.draw_series([PathElement::new(
                        vec![(from, place), (to, place)],
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
                chart.draw_series([Circle::new((at, place), 6, style)])?;
            }
            rows.words(canvas, &chart, row, &words)
        })?;
    }
    Ok(())
}
