//! Response times by percentile: how bad is the tail, and under which scheduler.

use std::f64::consts::LOG10_2;

use ipvslab_schedulers::SchedulerKind;

use super::axis::{Axis, Kind};
use super::canvas::Form;
use super::curves::{Curve, Curves, label, sharing_times};
use super::picture::{Caption, Picture};
use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::study::Study;

/// From the median to 99.99 %, in nines.
pub(super) const NINES: (f64, f64) = (LOG10_2, 4.0);
pub(super) const STEP: f64 = 0.02;

/// Percentiles that are named on the axis.
pub(super) const TICKS: [(f64, &str); 6] = [
    (NINES.0, "50 %"),
    (1.0, "90 %"),
    (1.0 + LOG10_2, "95 %"),
    (2.0, "99 %"),
    (3.0, "99.9 %"),
    (4.0, "99.99 %"),
];

/// Response time against percentile for all schedulers, all replications together.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn percentiles_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    percentiles(study, summary).svg(Form::File)
}

pub(crate) fn percentiles(study: &Study, summary: &Summary) -> Picture<'static> {
    let runs = if study.replications == 1 { "1 replication" } else { "replications pooled" };
    let caption = Caption {
        picture: "response times by percentile",
        title: "Response time by percentile".to_owned(),
        of: study.title.clone(),
        subtitle: format!(
            "Connections that were served; {runs}. A curve ends where fewer than 10 connections lie beyond. Lower is better."
        ),
    };
    let curves = curves(summary);
    let micros = curves.iter().flat_map(Curve::points).map(|(_, place)| 10f64.powf(place));
    let curves = Curves {
        rules: Vec::new(),
        x: Axis::new(
            Kind::Nines,
            NINES.0..NINES.1 + 0.03,
            TICKS.map(|(nines, label)| (nines, label.to_owned())),
        ),
        y: Axis::log_micros(micros),
        x_label: "Percentile of served connections".to_owned(),
        y_label: "Response time".to_owned(),
        follow: "y",
        curves,
    };
    Picture::new(caption, curves)
}

pub(super) fn is_marked(nines: f64) -> bool {
    TICKS.iter().any(|&(tick, _)| (nines - tick).abs() < STEP / 2.0)
}

fn curves(summary: &Summary) -> Vec<Curve> {
    let curve = |schedulers: Vec<SchedulerKind>| {
        let times = summary.of(schedulers[0]).map(|scheduler| &scheduler.response_times);
        let points = times.into_iter().flat_map(|times| times.curve(NINES.0, NINES.1, STEP));
        let points: Vec<(f64, f64)> = points
            .filter(|&(_, micros)| micros > 0.0)
            .map(|(nines, micros)| (nines, micros.log10()))
            .collect();
        let marked = points.iter().copied().filter(|&(nines, _)| is_marked(nines)).collect();
        let label = label(&schedulers, summary, points.is_empty());
        Curve::plain(schedulers, points, marked, label)
    };
    sharing_times(summary).into_iter().map(curve).collect()
}
