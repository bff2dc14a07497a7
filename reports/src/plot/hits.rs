//! Hit ratios of the servers' caches, under which scheduler.

use super::axis::{Axis, Kind};
use super::canvas::Form;
use super::forest::reach;
use super::palette::{self, Look};
use super::picture::{Caption, Picture};
use super::rows::{Mark, Row, Rows};
use crate::error::ReportError;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

/// The part of the connections whose server had their object in its cache, a row for each scheduler, best first: of all
/// caches together with its 95 % interval, and of each one.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn hits_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    hits(study, summary).svg(Form::File)
}

pub(crate) fn hits(study: &Study, summary: &Summary) -> Picture<'static> {
    let caption = Caption {
        picture: "hits of the caches",
        title: "Hits of the caches".to_owned(),
        of: study.title.clone(),
        subtitle: "The large mark: connections whose server had their object, of all, with its 95 % interval. Each small mark \
                   below it: one server's cache, mean over the replications."
            .to_owned(),
    };
    let ticks = (0..=10).map(|tenth| (f64::from(10 * tenth), format!("{} %", 10 * tenth)));
    let rows = Rows {
        x: Axis::new(Kind::Linear(1.0, " %"), 0.0..100.0, ticks),
        x_label: "Hit ratio".to_owned(),
        heading: "",
        rule: None,
        band: None,
        rows: summary.schedulers.iter().map(row).collect(),
        keys: Vec::new(),
    };
    Picture::new(caption, rows)
}

fn row(found: &SchedulerSummary) -> Row {
    let look = palette::scheduler(found.scheduler);
    let small = Look { is_dashed: false, ..look };
    let single = found.servers.iter().filter_map(|server| server.hit_ratio);
    let single =
        single.map(|hits| Mark::Disc { at: 100.0 * hits.mean, lane: -0.28, look: small, radius: 2.5 });
    let mut marks: Vec<Mark> = single.collect();
    let all = found.estimate(Metric::HitRatio);
    if let Some(all) = all {
        let [from, to] = reach(&all).map(|end| 100.0 * end.clamp(0.0, 1.0));
        marks.push(Mark::Line { from, to, color: look.color, width: 3.0 });
        marks.push(Mark::Disc { at: 100.0 * all.mean, lane: 0.0, look, radius: 6.0 });
    }
    Row {
        scheduler: Some(found.scheduler),
        name: found.scheduler.to_string(),
        words: Scale::PER_CENT.text(all),
        is_shaded: false,
        marks,
    }
}
