//! Arrivals, response times and failures over time, with what was done or broke.

use ipvslab_schedulers::SchedulerKind;
use plotters::style::RGBColor;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, Form};
use super::curves::{Curve, Curves, Rule};
use super::over_time::stretches;
use super::palette::{self, Look, MODEL};
use super::panels::{Key, Panel, Panels};
use super::picture::{Caption, Paint, Picture};
use super::time_panel::{Layer, Time, TimePanel};
use crate::error::ReportError;
use crate::estimate::disruption::{MOST, described, instants};
use crate::estimate::flow::{Flow, arrivals, flow};
use crate::estimate::summary::Summary;
use crate::study::Study;

/// What is drawn over time, as a file of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunOverTime {
    /// Percentiles of the response times of the connections that came.
    Response,
    /// Connections that failed.
    Failed,
}

/// Response times or failures over time, a panel a scheduler, with numbered lines where something was done or broke; all
/// replications together.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn time_series_svg(study: &Study, summary: &Summary, what: RunOverTime) -> Result<String, ReportError> {
    match what {
        RunOverTime::Response => tails(study, summary).file(),
        RunOverTime::Failed => failures(study, summary).file(),
    }
}

/// Arrivals per second over time: what every scheduler has to deal with.
pub(crate) fn load(study: &Study) -> Option<Picture<'static>> {
    let bins = arrivals(study);
    let rates: Vec<(f64, f64)> = bins.iter().map(|&(_, rate)| (0.0, rate)).collect();
    if rates.is_empty() {
        return None;
    }
    let bars = bins.iter().map(|&([from, to], rate)| [from, to, rate]).collect();
    let panel = TimePanel {
        time: Time::of(study),
        y: Axis::amount(rates.iter().map(|&(_, rate)| rate), 3, ""),
        down: 64,
        layers: vec![Layer::Bars { bars, color: RGBColor(0x7a, 0xa6, 0xcf) }],
    };
    let caption = Caption {
        picture: "arrivals over time",
        title: "Arrivals per second".to_owned(),
        of: study.title.clone(),
        subtitle: "The same for all schedulers; mean over the replications. Grey: warm-up.".to_owned(),
    };
    Some(Picture::new(caption, Strip(panel)))
}

/// A panel as wide as the page.
struct Strip(TimePanel);

impl Paint for Strip {
    fn height(&self, form: Form) -> u32 {
        self.0.height(form)
    }

    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        self.0.paint(canvas, top, form)
    }
}

/// A percentile over time, a curve a scheduler; of the median if there are too few connections for the 95th or 99th.
pub(crate) fn course(study: &Study, summary: &Summary) -> Picture<'static> {
    let flows: Vec<(SchedulerKind, Flow)> =
        summary.schedulers.iter().map(|found| (found.scheduler, flow(study, found.scheduler))).collect();
    let (which, name) = best_resolved(&flows);
    let curve = |(scheduler, flow): &(SchedulerKind, Flow)| {
        let points = flow.bins.iter().map(|bin| Some((bin.middle(), bin.percentiles[which]?.log10())));
        // A line does not cross an instant at which something was done.
        let stretches = flow.cut(points);
        Curve {
            schedulers: vec![*scheduler],
            stretches,
            marked: Vec::new(),
            band: Vec::new(),
            crossings: Vec::new(),
            label: scheduler.to_string(),
        }
    };
    let curves: Vec<Curve> = flows.iter().map(curve).collect();
    let micros = curves.iter().flat_map(Curve::points).map(|(_, place)| 10f64.powf(place));
    let y = Axis::log_micros(micros);
    let rule = |(number, (at, _)): (usize, &(ipvslab_schedulers::Time, Vec<String>))| Rule {
        at: at.as_secs_f64(),
        is_vertical: true,
        words: (number + 1).to_string(),
    };
    let (unit, unit_name) = study.time_unit();
    let caption = Caption {
        picture: "course of a run",
        title: format!("{name} response time over time"),
        of: study.title.clone(),
        subtitle: "Of the connections that came at a time, all replications together.".to_owned(),
    };
    let curves = Curves {
        rules: instants(study).iter().take(MOST).enumerate().map(rule).collect(),
        x: Axis::seconds(study.horizon.as_secs_f64(), (unit, unit_name), 12),
        y,
        x_label: format!("Time, {unit_name}"),
        y_label: format!("{name} response time"),
        follow: "y",
        curves,
    };
    Picture::new(caption, curves)
}

/// Which percentile most bins have: its place among those of a flow, and its name.
fn best_resolved(flows: &[(SchedulerKind, Flow)]) -> (usize, &'static str) {
    let bins = || flows.iter().flat_map(|(_, flow)| &flow.bins).filter(|bin| bin.finished > 0);
    let most = |which: &usize| {
        let known = bins().filter(|bin| bin.percentiles[*which].is_some()).count();
        10 * known >= 8 * bins().count()
    };
    let which = [2, 1].into_iter().find(most).unwrap_or(0);
    (which, ["Median", "p95", "p99"][which])
}

/// Median, 95th and 99th percentile over time, a panel a scheduler.
pub(crate) fn tails<'a>(study: &Study, summary: &Summary) -> Panels<'a> {
    let flows: Vec<(SchedulerKind, Flow)> =
        summary.schedulers.iter().map(|found| (found.scheduler, flow(study, found.scheduler))).collect();
    let all = flows.iter().flat_map(|(_, flow)| &flow.bins).flat_map(|bin| bin.percentiles).flatten();
    let y = Axis::log_micros(all);
    let time = Time::of(study);
    let looks = [
        Look { color: palette::server(0).color, is_dashed: false },
        Look { color: palette::server(2).color, is_dashed: false },
        Look { color: palette::server(3).color, is_dashed: false },
    ];
    let panel = |(scheduler, flow): &(SchedulerKind, Flow)| {
        let point = |which: usize| {
            flow.bins.iter().map(move |bin| Some((bin.middle(), bin.percentiles[which]?.log10())))
        };
        let between = flow.bins.iter().map(|bin| {
            let [low, .., high] = bin.percentiles;
            Some((bin.middle(), [low?.log10(), high.or(bin.percentiles[1])?.log10()]))
        });
        let band = Layer::Band { stretches: flow.cut(between), color: MODEL, opacity: 0.12 };
        let line = |which: usize| Layer::Line {
            stretches: flow.cut(point(which)),
            look: looks[which],
            width: 1.8,
            key: which,
        };
        let layers = [band].into_iter().chain((0..3).map(line)).collect();
        Panel {
            scheduler: Some(*scheduler),
            heading: scheduler.to_string(),
            paint: Box::new(TimePanel { time: time.clone(), y: y.clone(), down: 170, layers }),
        }
    };
    let key = |(which, label): (usize, &str)| Key {
        sample: palette::sample(looks[which]),
        label: label.to_owned(),
    };
    Panels {
        caption: Caption {
            picture: "percentiles over time",
            title: "Percentiles of the response time over time".to_owned(),
            of: study.title.clone(),
            subtitle: "Of the connections that came in a bin of time, all replications together; a percentile is missing where \
                       fewer than 10 connections are beyond it."
                .to_owned(),
        },
        axis: "Response time".to_owned(),
        keys: ["median", "p95", "p99"].into_iter().enumerate().map(key).collect(),
        list: flows.iter().map(panel).collect(),
        rows: Vec::new(),
        footer: described(study),
    }
}

/// Connections that failed, a panel for each scheduler under which any did, bars cut where something was done.
pub(crate) fn failures<'a>(study: &Study, summary: &Summary) -> Panels<'a> {
    let flows = summary.schedulers.iter().map(|found| (found.scheduler, flow(study, found.scheduler)));
    let flows: Vec<(SchedulerKind, Flow)> = flows.filter(|(_, flow)| flow.fails()).collect();
    let time = Time::of(study);
    let most = flows.iter().flat_map(|(_, flow)| &flow.bins).map(|bin| bin.failed);
    let y = Axis::amount(most, 5, "");
    let panel = |(scheduler, flow): &(SchedulerKind, Flow)| {
        let bars = flow.bins.iter().filter(|bin| bin.failed > 0.0);
        let bars = bars.map(|bin| [bin.from, bin.to, bin.failed]).collect();
        let layers = vec![Layer::Bars { bars, color: palette::KERNEL }];
        Panel {
            scheduler: Some(*scheduler),
            heading: scheduler.to_string(),
            paint: Box::new(TimePanel { time: time.clone(), y: y.clone(), down: 150, layers }),
        }
    };
    Panels {
        caption: Caption {
            picture: "failures over time",
            title: "Failures over time".to_owned(),
            of: study.title.clone(),
            subtitle: "Connections that failed in each bin of time, when they failed, mean over the replications. Bins are cut where \
                       something was done or broke. Schedulers under which none failed have no panel."
                .to_owned(),
        },
        axis: "Connections that failed".to_owned(),
        keys: Vec::new(),
        list: flows.iter().map(panel).collect(),
        rows: Vec::new(),
        footer: described(study),
    }
}

/// What is cut at instants is cut in each of its stretches.
pub(super) fn cut<T: Copy>(points: impl Iterator<Item = (bool, Option<T>)>) -> Vec<Vec<T>> {
    let with_gaps = points.flat_map(|(is_cut, point)| if is_cut { vec![None, point] } else { vec![point] });
    stretches(with_gaps)
}

impl Flow {
    /// Points of its bins as stretches, which end where something was done.
    fn cut<T: Copy>(&self, points: impl Iterator<Item = Option<T>>) -> Vec<Vec<T>> {
        cut(self.bins.iter().map(|bin| bin.begins_at_instant).zip(points))
    }
}
