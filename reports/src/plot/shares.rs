//! Shares against weights: does each real server get what its weight says, under which scheduler.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Level;
use super::canvas::{Canvas, Drawn, FAINT_INK, INK, text_width, write};
use super::group::of_scheduler;
use super::palette::server as server_look;
use super::picture::{Caption, draw, ruled};
use super::rows::Rows;
use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

/// More groups than this are not told apart by colour.
const COLORED: usize = 7;

/// Every real server's share of the connections over its weight's share, a row for each scheduler, best first.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn shares_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let title = format!("Shares against weights – {}", study.title);
    let subtitle = "Each mark is a real server: its share of the connections over its share of the weights, mean over \
                    the replications. At 1 it gets what its weight says.";
    let caption = Caption { picture: "shares against weights", title: &title, subtitle };
    let rows = Rows { count: summary.schedulers.len(), pitch: 34, head: 112, left: 70, right: 160 };
    draw(&caption, rows.height(), |canvas| paint(canvas, &rows, study, summary))
}

fn paint(canvas: &Canvas<'_>, rows: &Rows, study: &Study, summary: &Summary) -> Drawn {
    let shares = |scheduler: &SchedulerSummary| -> Vec<Option<f64>> {
        scheduler.servers.iter().map(|server| server.relative_share.map(|share| share.mean)).collect()
    };
    let level = Level::of(summary.schedulers.iter().flat_map(shares).flatten());
    let mut chart = rows.chart(canvas, level.axis(10), None)?;
    ruled(&mut chart.configure_mesh(), [14, 15]).x_desc("Share of connections / share of weights").draw()?;
    rows.rule(&mut chart, level.place(1.0))?;

    let groups = study.groups();
    for (row, scheduler) in summary.schedulers.iter().enumerate() {
        of_scheduler(canvas, scheduler.scheduler, || {
            let shares = shares(scheduler);
            let place = rows.place(row);
            let known = || shares.iter().copied().flatten();
            if let (Some(least), Some(greatest)) = (known().reduce(f64::min), known().reduce(f64::max)) {
                let reach = vec![(level.place(least), place), (level.place(greatest), place)];
                chart.draw_series([PathElement::new(reach, RGBColor(0xbb, 0xbb, 0xbb).stroke_width(2))])?;
            }
            for (number, (_, members)) in groups.iter().enumerate() {
                // Groups stand a little below each other, so that equal shares stay visible.
                let step = 0.5 / groups.len() as f64;
                let lane = place + step * ((groups.len() - 1) as f64 / 2.0 - number as f64);
                let marks = members.iter().filter_map(|&server| shares[server]);
                let style = color(number, groups.len()).mix(0.75).filled();
                chart.draw_series(marks.map(|share| Circle::new((level.place(share), lane), 5, style)))?;
            }
            rows.name(canvas, &chart, 0.0, row, scheduler.scheduler.name())?;
            let greatest = match scheduler.estimate(Metric::MaxToMean) {
                Some(Estimate { mean, interval: None, .. }) => Scale::PLAIN.value(Some(mean)),
                estimate => Scale::PLAIN.text(estimate),
            };
            rows.words(canvas, &chart, row, &greatest)
        })?;
    }
    write(canvas, "max/mean", (rows.words_from(), rows.head as i32 - 26), 13, FAINT_INK, HPos::Left)?;
    legend(canvas, &groups)
}

fn legend(canvas: &Canvas<'_>, groups: &[(&str, Vec<usize>)]) -> Drawn {
    let mut x = 84;
    for (number, (name, members)) in groups.iter().enumerate().take(COLORED) {
        canvas.draw(&Circle::new((x, 86), 5, color(number, groups.len()).mix(0.75).filled()))?;
        let label =
            if members.len() == 1 { (*name).to_owned() } else { format!("{name} ({})", members.len()) };
        write(canvas, &label, (x + 12, 79), 13, INK, HPos::Left)?;
        x += 12 + text_width(&label, 13) + 24;
    }
    if groups.len() > COLORED {
        let rest = format!("and {} more groups", groups.len() - COLORED);
        write(canvas, &rest, (x, 79), 13, INK, HPos::Left)?;
    }
    Ok(())
}

fn color(group: usize, groups: usize) -> RGBColor {
    if groups > COLORED { FAINT_INK } else { server_look(group).color }
}
