//! How much of the connections took longer than a time: the shape of the response times, tail included.

use ipvslab_schedulers::SchedulerKind;

use super::axis::{Axis, Kind};
use super::canvas::Form;
use super::curves::{Curve, Curves, label, sharing_times};
use super::percentiles::STEP;
use super::picture::{Caption, Picture};
use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::study::Study;

/// From all to one in a million, in nines.
const NINES: (f64, f64) = (0.0, 6.0);

/// The part of connections that took longer than a time, both axes logarithmic, all replications together.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn ccdf_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    ccdf(study, summary).svg(Form::File)
}

pub(crate) fn ccdf(study: &Study, summary: &Summary) -> Picture<'static> {
    let caption = Caption {
        picture: "response times, complementary distribution",
        title: "Connections that took longer".to_owned(),
        of: study.title.clone(),
        subtitle: "The part of served connections whose response time was above a time (CCDF, both axes logarithmic); \
                   replications pooled. Further left and lower is better."
            .to_owned(),
    };
    let curves: Vec<Curve> =
        sharing_times(summary).into_iter().map(|schedulers| curve(schedulers, summary)).collect();
    let micros = curves.iter().flat_map(Curve::points).map(|(place, _)| 10f64.powf(place));
    let deepest = curves.iter().flat_map(Curve::points).map(|(_, part)| part).fold(-1.0, f64::min);
    let parts = ["100 %", "10 %", "1 %", "0.1 %", "0.01 %", "0.001 %", "0.0001 %"];
    let ticks = parts.iter().enumerate().map(|(nines, name)| (-(nines as f64), (*name).to_owned()));
    let ticks = ticks.take_while(|&(place, _)| place >= deepest.floor());
    let curves = Curves {
        x: Axis::log_micros(micros),
        y: Axis::new(Kind::Part, deepest.floor()..0.05, ticks),
        curves,
        rules: Vec::new(),
        x_label: "Response time".to_owned(),
        y_label: "Part that took longer".to_owned(),
        follow: "x",
    };
    Picture::new(caption, curves)
}

fn curve(schedulers: Vec<SchedulerKind>, summary: &Summary) -> Curve {
    let times = summary.of(schedulers[0]).map(|scheduler| &scheduler.response_times);
    let points = times.into_iter().flat_map(|times| times.curve(NINES.0, NINES.1, STEP));
    let points: Vec<(f64, f64)> =
        points.filter(|&(_, micros)| micros > 0.0).map(|(nines, micros)| (micros.log10(), -nines)).collect();
    let is_marked = |nines: f64| (nines - nines.round()).abs() < STEP / 2.0;
    let marked = points.iter().copied().filter(|&(_, part)| is_marked(part)).collect();
    let label = label(&schedulers, summary, points.is_empty());
    Curve::plain(schedulers, points, marked, label)
}
