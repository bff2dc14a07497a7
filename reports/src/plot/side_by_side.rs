//! Model and kernel side by side: response times by percentile, and each server's share; a panel a scheduler.

use ipvslab_schedulers::SchedulerKind;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::{Axis, Kind};
use super::canvas::{Canvas, Drawn, FAINT_INK, Form, text_width, write};
use super::group::raw;
use super::pairs::{PLACES, Pair, Pairs, keys};
use super::palette::{KERNEL, Look, MODEL, sample};
use super::panels::{Key, Panel, Panels};
use super::percentiles::{NINES, STEP, TICKS, is_marked};
use super::picture::{Caption, Paint, mesh};
use super::plane::Plane;
use crate::error::ReportError;
use crate::number::{plain, signed, unsigned};
use crate::run::distribution::Distribution;
use crate::side_by_side::{SideBySide, SideBySideRow, relative_difference};

/// The least part that is worth a word in a heading.
const WORTH_SAYING: f64 = 0.0005;

/// Nines against the logarithm of microseconds.
type Points = Vec<(f64, f64)>;

/// A panel of both sides.
struct Sides {
    axes: (Axis, Axis),
    model: Points,
    kernel: Points,
}

const MODELS: Look = Look { color: MODEL, is_dashed: false };
const KERNELS: Look = Look { color: KERNEL, is_dashed: true };

/// Response time against percentile in the model and in the kernel, a panel for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn side_by_side_svg(results: &SideBySide) -> Result<String, ReportError> {
    side_by_side(results).file()
}

pub(crate) fn side_by_side<'a>(results: &SideBySide) -> Panels<'a> {
    let curves = |row: &SideBySideRow| {
        (row.scheduler, heading(row), points(&row.model.response_times), points(&row.kernel.response_times))
    };
    let rows: Vec<(SchedulerKind, String, Points, Points)> = results.rows.iter().map(curves).collect();
    // All panels have the same scales, so that schedulers can be compared too.
    let all = || rows.iter().flat_map(|(_, _, model, kernel)| model.iter().chain(kernel));
    let end = all().map(|&(nines, _)| nines).fold(0.0, f64::max).max(2.0) + 0.1;
    let y = Axis::log_micros(all().map(|&(_, place)| 10f64.powf(place)));
    let ticks = TICKS.into_iter().filter(|&(nines, _)| nines <= end);
    let x = Axis::new(Kind::Nines, NINES.0..end, ticks.map(|(nines, label)| (nines, label.to_owned())));
    let panel = |(scheduler, heading, model, kernel): (SchedulerKind, String, Points, Points)| Panel {
        scheduler: Some(scheduler),
        heading: format!("{heading}{}", missing(&model, &kernel)),
        paint: Box::new(Sides { axes: (x.clone(), y.clone()), model, kernel }),
    };
    let key = |look: Look, label: &str| Key { sample: sample(look), label: label.to_owned() };
    Panels {
        caption: Caption {
            picture: "model and kernel side by side",
            title: "Response time by percentile, model and kernel".to_owned(),
            of: results.title.clone(),
            subtitle: "Connections that were served. A curve ends where fewer than 10 lie beyond. Above each panel: the \
                       kernel's p99 against the model's; what fails, model | kernel."
                .to_owned(),
        },
        axis: "Response time".to_owned(),
        keys: vec![key(MODELS, "model"), key(KERNELS, "kernel, with real TCP handshakes and the emulating machine's own time")],
        list: rows.into_iter().map(panel).collect(),
        rows: Vec::new(),
        footer: Vec::new(),
    }
}

/// Each server's share of the connections in the model and in the kernel, a panel for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn side_by_side_shares_svg(results: &SideBySide) -> Result<String, ReportError> {
    side_by_side_shares(results).file()
}

pub(crate) fn side_by_side_shares<'a>(results: &SideBySide) -> Panels<'a> {
    let mut subtitle =
        "Of the connections given to any server, the part given to this one. Each panel has its own scale."
            .to_owned();
    let merged = results.servers.len().div_ceil(PLACES);
    if merged > 1 {
        subtitle
            .push_str(&format!(" Each place is the server of {merged} neighbours whose sides differ most."));
    }
    let pairs = |row: &SideBySideRow| {
        let both = results.servers.iter().zip(row.model.servers.iter().zip(&row.kernel.servers));
        let pair = both.map(|(server, (model, kernel))| Pair {
            name: server.name.clone(),
            model: model.share_ratio.map(|share| share * 100.0),
            kernel: kernel.share_ratio.map(|share| share * 100.0),
        });
        pair.collect()
    };
    let panel = |row: &SideBySideRow| Panel {
        scheduler: Some(row.scheduler),
        heading: match row.share_difference() {
            Some(0.0) => format!("{}: equal shares", row.scheduler),
            Some(largest) => format!("{}: at most {} points apart", row.scheduler, unsigned(largest * 100.0)),
            None => format!("{}: no shares to compare", row.scheduler),
        },
        paint: Box::new(Pairs { pairs: pairs(row), unit: " %", amount: "Share of connections" }),
    };
    Panels {
        caption: Caption {
            picture: "shares of model and kernel",
            title: "Shares of the real servers, model and kernel".to_owned(),
            of: results.title.clone(),
            subtitle,
        },
        axis: String::new(),
        keys: keys(),
        list: results.rows.iter().map(panel).collect(),
        rows: Vec::new(),
        footer: Vec::new(),
    }
}

impl Paint for Sides {
    fn height(&self, _: Form) -> u32 {
        240
    }

    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let size = form.text();
        let (x, y) = &self.axes;
        let left = y.labels().map(|label| text_width(label, size)).max().unwrap_or(0) + 12;
        let x = x.clone().thinned(f64::from(form.width() as i32 - left - 30), |label| {
            f64::from(text_width(label, size) + 8)
        });
        let mut chart = ChartBuilder::on(&canvas.margin(top + 10, 0, 0, 30))
            .x_label_area_size(44)
            .y_label_area_size(left)
            .build_cartesian_2d(x.clone(), y.clone())?;
        mesh(canvas, &mut chart, form)?;
        let at = (form.width() as i32 / 2, top + 230);
        write(canvas, "Percentile of served connections", at, size, FAINT_INK, HPos::Center)?;
        let plane = Plane::of(&chart, &x, y);
        plane.clipped(canvas, "y", || {
            let mut shapes = plane.line(&self.model, MODELS, 2.0, " data-key=\"0\"");
            shapes.push_str(&plane.line(&self.kernel, KERNELS, 2.0, " data-key=\"1\""));
            let marked = self.kernel.iter().filter(|(nines, _)| is_marked(*nines));
            shapes.extend(marked.map(|&point| plane.mark(point, KERNELS, 4.0)));
            raw(canvas, &shapes)
        })
    }
}

/// What cannot be shown of a scheduler.
fn missing(model: &Points, kernel: &Points) -> &'static str {
    match (model.is_empty(), kernel.is_empty()) {
        (true, true) => ", too few served",
        (true, false) => ", model: too few served",
        (false, true) => ", kernel: too few served",
        (false, false) => "",
    }
}

fn points(times: &Distribution) -> Points {
    let curve = times.curve(NINES.0, NINES.1, STEP).into_iter();
    curve.filter(|&(_, micros)| micros > 0.0).map(|(nines, micros)| (nines, micros.log10())).collect()
}

/// The scheduler, how far the tails are apart, and what fails.
fn heading(row: &SideBySideRow) -> String {
    let mut heading = row.scheduler.to_string();
    let (model, kernel) = (&row.model, &row.kernel);
    if let Some(part) = relative_difference(model.response_time_us_p99, kernel.response_time_us_p99) {
        heading.push_str(&format!(": p99 {} %", signed(part * 100.0)));
    }
    match model.failed_ratio.zip(kernel.failed_ratio) {
        Some((model, kernel)) if model.max(kernel) >= WORTH_SAYING => {
            let [model, kernel] = [model, kernel].map(|part| plain((part * 1e3).round() / 10.0));
            heading.push_str(&format!(", fail {model} % | {kernel} %"));
        }
        _ => {}
    }
    heading
}
