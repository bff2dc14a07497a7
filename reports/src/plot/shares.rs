//! Shares against weights: does each real server get what its weight says, under which scheduler.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::{Axis, Level};
use super::canvas::{Canvas, Drawn, FAINT_INK, GRID, INK, WIDTH, text_width, write};
use super::group::of_scheduler;
use super::palette::server as server_look;
use super::picture::{Caption, draw};
use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

const ROW: u32 = 34;
const HEAD: u32 = 112;
const FOOT: u32 = 76;
/// Where the numbers at the right begin.
const RIGHT: i32 = WIDTH as i32 - 160;
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
    let height = HEAD + FOOT + ROW * summary.schedulers.len().max(1) as u32;
    draw(&caption, height, |canvas| paint(canvas, study, summary))
}

fn paint(canvas: &Canvas<'_>, study: &Study, summary: &Summary) -> Drawn {
    let rows = summary.schedulers.len();
    let shares = |scheduler: &SchedulerSummary| -> Vec<Option<f64>> {
        scheduler.servers.iter().map(|server| server.relative_share.map(|share| share.mean)).collect()
    };
    let level = Level::of(summary.schedulers.iter().flat_map(shares).flatten());
    let place = |row: usize| (rows - row) as f64 - 0.5;
    let height = rows.max(1) as f64;
    let mut chart = ChartBuilder::on(&canvas.margin(HEAD as i32 - 8, 0, 0, 0))
        .margin_left(12)
        .margin_right(170)
        .margin_bottom(10)
        .x_label_area_size(58)
        .y_label_area_size(70)
        .build_cartesian_2d(
            level.axis(10),
            Axis::new(0.0..height, (0..rows).map(|row| (place(row), String::new()))),
        )?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(FAINT_INK)
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .axis_desc_style(("sans-serif", 15).into_font().color(&INK))
        .x_desc("Share of connections / share of weights")
        .draw()?;
    let fair = level.place(1.0);
    chart.draw_series([PathElement::new(vec![(fair, 0.0), (fair, height)], INK.stroke_width(2))])?;

    let groups = study.groups();
    for (row, scheduler) in summary.schedulers.iter().enumerate() {
        of_scheduler(canvas, scheduler.scheduler, || {
            let shares = shares(scheduler);
            let known = || shares.iter().copied().flatten();
            if let (Some(least), Some(greatest)) = (known().reduce(f64::min), known().reduce(f64::max)) {
                let reach = vec![(level.place(least), place(row)), (level.place(greatest), place(row))];
                chart.draw_series([PathElement::new(reach, RGBColor(0xbb, 0xbb, 0xbb).stroke_width(2))])?;
            }
            for (number, (_, members)) in groups.iter().enumerate() {
                // Groups stand a little below each other, so that equal shares stay visible.
                let step = 0.5 / groups.len() as f64;
                let lane = place(row) + step * ((groups.len() - 1) as f64 / 2.0 - number as f64);
                let marks = members.iter().filter_map(|&server| shares[server]);
                let style = color(number, groups.len()).mix(0.75).filled();
                chart.draw_series(marks.map(|share| Circle::new((level.place(share), lane), 5, style)))?;
            }
            let (x, y) = chart.backend_coord(&(0.0, place(row)));
            write(canvas, scheduler.scheduler.name(), (x - 10, y - 8), 14, INK, HPos::Right)?;
            let greatest = match scheduler.estimate(Metric::MaxToMean) {
                Some(Estimate { mean, half_width: None, .. }) => Scale::PLAIN.value(Some(mean)),
                estimate => Scale::PLAIN.text(estimate),
            };
            write(canvas, &greatest, (RIGHT, y - 7), 13, INK, HPos::Left)
        })?;
    }
    write(canvas, "max/mean", (RIGHT, HEAD as i32 - 26), 13, FAINT_INK, HPos::Left)?;
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
