//! Shares against weights: does each real server get what its weight says, under which scheduler.

use plotters::prelude::*;

use super::bent::Level;
use super::canvas::{FAINT_INK, Form};
use super::palette::{Look, server as server_look};
use super::picture::{Caption, Picture};
use super::rows::{Mark, Row, Rows};
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
    shares(study, summary).svg(Form::File)
}

pub(crate) fn shares(study: &Study, summary: &Summary) -> Picture<'static> {
    let caption = Caption {
        picture: "shares against weights",
        title: "Shares against weights".to_owned(),
        of: study.title.clone(),
        subtitle: "Each mark is a real server: its share of the connections over its share of the weights, mean over \
                   the replications. At 1 it gets what its weight says."
            .to_owned(),
    };
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

fn row(found: &SchedulerSummary, groups: &[(&str, Vec<usize>)], level: Level) -> Row {
    let share = |server: usize| Some(level.place(found.servers[server].relative_share?.mean));
    let known = || (0..found.servers.len()).filter_map(share);
    let ends = known().reduce(f64::min).zip(known().reduce(f64::max));
    let grey = RGBColor(0xbb, 0xbb, 0xbb);
    let mut marks: Vec<Mark> =
        ends.into_iter().map(|(from, to)| Mark::Line { from, to, color: grey, width: 2.0 }).collect();
    for (number, (_, members)) in groups.iter().enumerate() {
        // Groups stand a little below each other, so that equal shares stay visible.
        let lane = 0.5 / groups.len() as f64 * ((groups.len() - 1) as f64 / 2.0 - number as f64);
        let look = look(number, groups.len());
        marks.extend(
            members
                .iter()
                .filter_map(|&server| Some(Mark::Disc { at: share(server)?, lane, look, radius: 5.0 })),
        );
    }
    let words = match found.estimate(Metric::MaxToMean) {
        Some(Estimate { mean, half_width: None, .. }) => Scale::PLAIN.value(Some(mean)),
        estimate => Scale::PLAIN.text(estimate),
    };
    Row {
        scheduler: Some(found.scheduler),
        name: found.scheduler.to_string(),
        words,
        is_shaded: false,
        marks,
    }
}

fn keys(groups: &[(&str, Vec<usize>)]) -> Vec<(Look, String)> {
    if groups.len() > COLORED {
        return Vec::new();
    }
    let key = |(number, (name, members)): (usize, &(&str, Vec<usize>))| {
        let label =
            if members.len() == 1 { (*name).to_owned() } else { format!("{name} ({})", members.len()) };
        (look(number, groups.len()), label)
    };
    groups.iter().enumerate().map(key).collect()
}

fn look(group: usize, groups: usize) -> Look {
    let color = if groups > COLORED { FAINT_INK } else { server_look(group).color };
    Look { color, is_dashed: false }
}
