//! Response times and failures over time, with what was done or broke.

use ipvslab_schedulers::SchedulerKind;

use super::axis::Axis;
use super::curves::{Curve, Curves, Rule};
use super::picture::Caption;
use crate::error::ReportError;
use crate::estimate::disruption::{MOST, disruptions};
use crate::estimate::summary::Summary;
use crate::run::time_series::{BINS, Bin};
use crate::study::Study;

/// Bins that are drawn as one point.
const TOGETHER: usize = 2;

/// What is drawn over time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunOverTime {
    /// The mean response time of the connections that came.
    Response,
    /// Connections that failed.
    Failed,
}

/// Mean response times or failures over time, a curve a scheduler, with numbered lines where something was done or broke;
/// means over the replications.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn time_series_svg(study: &Study, summary: &Summary, what: RunOverTime) -> Result<String, ReportError> {
    let (name, subtitle) = match what {
        RunOverTime::Response => (
            "Response time around interventions",
            "Mean response time of the connections that arrived at a time, all replications together. Numbered lines: interventions and faults.",
        ),
        RunOverTime::Failed => (
            "Failures around interventions",
            "Failed connections per second, by the time of the failure, mean over the replications. Numbered lines: interventions and faults.",
        ),
    };
    let title = format!("{name} – {}", study.title);
    let caption = Caption { picture: "course of a run", title: &title, subtitle };
    let curve = |scheduler: SchedulerKind| {
        let points = series(study, scheduler, what).into_iter();
        let points = points.filter(|&(_, value)| what == RunOverTime::Failed || value > 0.0);
        let place = |value: f64| if what == RunOverTime::Response { value.log10() } else { value };
        Curve {
            schedulers: vec![scheduler],
            points: points.map(|(at, value)| (at, place(value))).collect(),
            marked: Vec::new(),
            band: Vec::new(),
            crossings: Vec::new(),
            label: scheduler.to_string(),
        }
    };
    let curves: Vec<Curve> = summary.schedulers.iter().map(|found| curve(found.scheduler)).collect();
    let values: Vec<f64> = curves.iter().flat_map(|curve| &curve.points).map(|&(_, value)| value).collect();
    let rule = |(number, at): (usize, f64)| Rule { at, is_vertical: true, words: (number + 1).to_string() };
    let instants = disruptions(study).into_iter().take(MOST).map(|instant| instant.at.as_secs_f64());
    let (unit, unit_name) = study.time_unit();
    Curves {
        rules: instants.enumerate().map(rule).collect(),
        x: Axis::seconds(study.horizon.as_secs_f64(), unit, 8),
        y: match what {
            RunOverTime::Response => Axis::log_micros(values.iter().map(|&place| 10f64.powf(place))),
            RunOverTime::Failed => Axis::amount(values.iter().copied(), 6, ""),
        },
        x_label: &format!("Time, {unit_name}"),
        y_label: if what == RunOverTime::Response { "Mean response time" } else { "Failures per second" },
        curves,
    }
    .draw(&caption)
}

/// Seconds against microseconds or failures per second, all replications of a scheduler together; instants at which nobody
/// came are left out of response times.
pub(crate) fn series(study: &Study, scheduler: SchedulerKind, what: RunOverTime) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, Bin::default()); BINS.div_ceil(TOGETHER)];
    let mut runs = 0.0;
    let mut width = 0.0;
    for series in study.runs_of(scheduler).filter_map(|run| run.metrics.time_series.as_ref()) {
        runs += 1.0;
        for (number, (middle, bin)) in series.bins().enumerate() {
            let (at, sum) = &mut sums[number / TOGETHER];
            // Half a bin from the middle of the first to the middle of both.
            if number % TOGETHER == 0 {
                width = 2.0 * series.bins().next().map_or(0.0, |(middle, _)| middle.as_secs_f64());
                *at = middle.as_secs_f64() + 0.5 * (TOGETHER - 1) as f64 * width;
            }
            sum.finished += bin.finished;
            sum.response_ns = sum.response_ns.saturating_add(bin.response_ns);
            sum.failed += bin.failed;
        }
    }
    let value = |(at, sum): (f64, Bin)| match what {
        RunOverTime::Response => Some((at, sum.response_us()?)),
        RunOverTime::Failed => {
            (runs > 0.0).then(|| (at, sum.failed as f64 / runs / (width * TOGETHER as f64)))
        }
    };
    sums.into_iter().filter_map(value).collect()
}
