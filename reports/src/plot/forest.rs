//! The order of the schedulers: how much worse than the best each is, with its interval.

use super::axis::{Axis, Kind};
use super::bent::Differences;
use super::canvas::Form;
use super::palette;
use super::picture::{Caption, Picture};
use super::rows::{Mark, Row, Rows};
use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

/// The difference of every scheduler to the best, paired by replication, with its 95 % interval; groups of schedulers that
/// are not distinguishable are set apart. Those that fail clearly more connections have no place on its axis.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn forest_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    forest(study, summary).svg(Form::File)
}

pub(crate) fn forest(study: &Study, summary: &Summary) -> Picture<'static> {
    let failing = summary.schedulers.iter().any(|found| found.tier > 0);
    let apart = if failing {
        " Those that fail clearly more connections are not comparable in it, and shown apart."
    } else {
        ""
    };
    let caption = Caption {
        picture: "order of the schedulers",
        title: "Order of the schedulers".to_owned(),
        of: study.title.clone(),
        subtitle: format!(
            "How much worse than the best in {}, paired by replication; bars are 95 % intervals. Shaded rows: not \
             distinguishable from the first of their band.{apart}",
            summary.ranked_by.words()
        ),
    };
    Picture::new(caption, rows(summary))
}

/// What part of the connections fails under those that fail clearly more than the best; `None` without such.
pub(crate) fn failing(study: &Study, summary: &Summary) -> Option<Picture<'static>> {
    let failing = || summary.schedulers.iter().filter(|found| found.tier > 0);
    let caption = Caption {
        picture: "schedulers that fail",
        title: "Schedulers that fail more connections".to_owned(),
        of: study.title.clone(),
        subtitle: "The part of the connections that was refused or lost, with its 95 % interval. They come last, whatever their \
                   response times: those are only of the connections that were served."
            .to_owned(),
    };
    let ends: Vec<f64> = failing()
        .filter_map(|found| found.estimate(Metric::Failed))
        .map(|found| 100.0 * reach(&found)[1])
        .collect();
    let row = |found: &SchedulerSummary| {
        let look = palette::scheduler(found.scheduler);
        let marks = found.estimate(Metric::Failed).map_or_else(Vec::new, |failed| {
            let [from, to] = reach(&failed).map(|end| (100.0 * end).max(0.0));
            vec![
                Mark::Line { from, to, color: look.color, width: 3.0 },
                Mark::Disc { at: 100.0 * failed.mean, lane: 0.0, look, radius: 6.0 },
            ]
        });
        Row {
            scheduler: Some(found.scheduler),
            name: found.scheduler.to_string(),
            words: Scale::PER_CENT.text(found.estimate(Metric::Failed)),
            is_shaded: false,
            marks,
        }
    };
    let rows = Rows {
        x: Axis::amount(ends.iter().copied(), 8, " %"),
        x_label: "Connections refused or lost".to_owned(),
        heading: "",
        rule: None,
        band: None,
        rows: failing().map(row).collect(),
        keys: Vec::new(),
    };
    (!ends.is_empty()).then(|| Picture::new(caption, rows))
}

fn rows(summary: &Summary) -> Rows {
    let compared: Vec<&SchedulerSummary> =
        summary.schedulers.iter().filter(|found| found.tier == 0).collect();
    let difference = |row: usize| if row == 0 { None } else { compared.get(row)?.behind_first };
    let differences: Vec<Option<Estimate>> = (0..compared.len()).map(difference).collect();
    let scale = Scale::of(
        summary.ranked_by.quantity(),
        differences.iter().flatten().map(|difference| difference.mean.abs()),
    );
    let level = Differences::of(
        differences.iter().flatten().map(|difference| reach(difference).map(|end| scale.number(end))),
    );
    let unit = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    let is_shaded = |found: &SchedulerSummary| {
        summary
            .groups
            .iter()
            .position(|group| group.contains(&found.scheduler))
            .is_some_and(|group| group % 2 == 0)
    };
    let row = |(number, found): (usize, &&SchedulerSummary)| {
        let look = palette::scheduler(found.scheduler);
        let interval = differences[number].map(|difference| {
            let [from, to] = reach(&difference).map(|end| level.place(scale.number(end)));
            Mark::Line { from, to, color: look.color, width: 3.0 }
        });
        let middle = differences[number].map(|difference| level.place(scale.number(difference.mean)));
        let at = middle.or((number == 0).then_some(0.0));
        let disc = at.map(|at| Mark::Disc { at, lane: 0.0, look, radius: 6.0 });
        Row {
            scheduler: Some(found.scheduler),
            name: found.scheduler.to_string(),
            words: match &differences[number] {
                None if number == 0 => "the best".to_owned(),
                None => "not known".to_owned(),
                Some(difference) => scale.text(Some(*difference)),
            },
            is_shaded: is_shaded(found),
            marks: interval.into_iter().chain(disc).collect(),
        }
    };
    let x = if differences.iter().flatten().next().is_some() {
        level.axis()
    } else {
        Axis::new(Kind::Names, -1.0..1.0, [])
    };
    Rows {
        x,
        x_label: format!("Difference to the best{unit}"),
        heading: "",
        rule: Some(0.0),
        band: None,
        rows: compared.iter().enumerate().map(row).collect(),
        keys: Vec::new(),
    }
}

/// The ends of an interval; the mean itself if there is none.
pub(super) fn reach(estimate: &Estimate) -> [f64; 2] {
    estimate.ends()
}
