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
    let known =
        summary.schedulers.iter().flat_map(|found| &found.servers).filter_map(|server| server.relative_share);
    let level = Level::of(known.map(|share| share.mean));
    let rows = Rows {
        x: level.axis(10),
        x_label: "Share of connections / share of weights".to_owned(),
        heading: "max/mean",
        rule: Some(level.place(1.0)),
        band: None,
        rows: summary.schedulers.iter().map(|found| row(found, &groups, level)).collect(),
        keys: keys(&groups),
    };
    Picture::new(caption, rows)
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
