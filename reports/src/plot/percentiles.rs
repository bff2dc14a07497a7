//! Response times by percentile: how bad is the tail, and under which scheduler.

use std::f64::consts::LOG10_2;

use ipvslab_schedulers::SchedulerKind;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::palette::{self, Look};
use super::{Canvas, Caption, Drawn, FAINT_INK, GRID, INK, WIDTH, draw, spread, text_width, write};
use crate::distribution::Distribution;
use crate::error::ReportError;
use crate::metric::Metric;
use crate::quantity::plain;
use crate::study::Study;
use crate::summary::Summary;

const HEIGHT: u32 = 720;
/// Room for the names at the right.
const NAMES: u32 = 250;

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

/// Schedulers that share a curve.
struct Curve {
    schedulers: Vec<SchedulerKind>,
    look: Look,
    /// Nines against the logarithm of microseconds.
    points: Vec<(f64, f64)>,
    label: String,
}

/// Response time against percentile for all schedulers, all replications together.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn percentiles_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let title = format!("Response time by percentile – {}", study.title);
    let runs = if study.replications == 1 { "1 replication" } else { "replications pooled" };
    let subtitle = format!(
        "Connections that were served; {runs}. A curve ends where fewer than 10 connections lie beyond. Lower is better."
    );
    let caption = Caption { picture: "response times by percentile", title: &title, subtitle: &subtitle };
    draw(&caption, HEIGHT, |canvas| paint(canvas, &curves(summary)))
}

fn paint(canvas: &Canvas<'_>, curves: &[Curve]) -> Drawn {
    let micros = curves.iter().flat_map(|curve| &curve.points).map(|&(_, place)| 10f64.powf(place));
    let (plot, _) = canvas.margin(76, 0, 0, 0).split_horizontally(WIDTH - NAMES);
    let mut chart = ChartBuilder::on(&plot)
        .margin_left(12)
        .margin_bottom(8)
        .x_label_area_size(58)
        .y_label_area_size(84)
        .build_cartesian_2d(
            Axis::new(NINES.0..NINES.1, TICKS.map(|(nines, label)| (nines, label.to_owned()))),
            Axis::log_micros(micros),
        )?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(FAINT_INK)
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .axis_desc_style(("sans-serif", 15).into_font().color(&INK))
        .x_desc("Percentile of served connections")
        .y_desc("Response time")
        .draw()?;
    for curve in curves {
        let style = curve.look.color.stroke_width(2);
        let points = curve.points.clone();
        if curve.look.is_dashed {
            chart.draw_series(DashedLineSeries::new(points, 7, 4, style))?;
        } else {
            chart.draw_series(LineSeries::new(points, style))?;
        }
        let marked = curve.points.iter().filter(|(nines, _)| is_marked(*nines));
        chart.draw_series(marked.map(|&point| mark(point, curve.look)))?;
    }
    let ends: Vec<Option<(i32, i32)>> =
        curves.iter().map(|curve| curve.points.last().map(|point| chart.backend_coord(point))).collect();
    name(canvas, curves, &ends)
}

/// Names the curves at the right, each joined to the end of its curve.
fn name(canvas: &Canvas<'_>, curves: &[Curve], ends: &[Option<(i32, i32)>]) -> Drawn {
    let left = (WIDTH - NAMES) as i32 + 26;
    // Curves from top to bottom; those without points last.
    let mut order: Vec<usize> = (0..curves.len()).collect();
    order.sort_by_key(|&at| ends[at].map_or(i32::MAX, |(_, y)| y));
    let wanted: Vec<i32> = order.iter().map(|&at| ends[at].map_or(HEIGHT as i32, |(_, y)| y)).collect();
    for (&at, y) in order.iter().zip(spread(&wanted, 22, 90, HEIGHT as i32 - 70)) {
        let curve = &curves[at];
        if let Some(end) = ends[at] {
            let lead = curve.look.color.mix(0.45).stroke_width(1);
            canvas.draw(&PathElement::new(vec![end, (left - 6, y)], lead))?;
        }
        let sample = vec![(left, y), (left + 30, y)];
        let style = curve.look.color.stroke_width(2);
        if curve.look.is_dashed {
            canvas.draw(&DashedPathElement::new(sample, 7, 4, style))?;
        } else {
            canvas.draw(&PathElement::new(sample, style))?;
        }
        canvas.draw(&mark((left + 15, y), curve.look))?;
        // Smaller where it would not fit.
        let room = NAMES as i32 - 70;
        let size = if text_width(&curve.label, 14) > room { 11 } else { 14 };
        write(canvas, &curve.label, (left + 38, y - size as i32 / 2 - 1), size, INK, HPos::Left)?;
    }
    Ok(())
}

/// A disc, or a ring for dashed curves.
fn mark<Coord>(at: Coord, look: Look) -> Circle<Coord, i32> {
    let style = if look.is_dashed { look.color.stroke_width(2) } else { look.color.filled() };
    Circle::new(at, 4, style)
}

pub(super) fn is_marked(nines: f64) -> bool {
    TICKS.iter().any(|&(tick, _)| (nines - tick).abs() < STEP / 2.0)
}

fn curves(summary: &Summary) -> Vec<Curve> {
    let mut curves: Vec<(Curve, &Distribution)> = Vec::new();
    for scheduler in &summary.schedulers {
        let times = &scheduler.response_times;
        if let Some((curve, _)) = curves.iter_mut().find(|(_, other)| *other == times && times.count() > 0) {
            curve.schedulers.push(scheduler.scheduler);
            continue;
        }
        let points = times.curve(NINES.0, NINES.1, STEP).into_iter();
        let curve = Curve {
            schedulers: vec![scheduler.scheduler],
            look: palette::scheduler(scheduler.scheduler),
            points: points
                .filter(|&(_, micros)| micros > 0.0)
                .map(|(nines, micros)| (nines, micros.log10()))
                .collect(),
            label: String::new(),
        };
        curves.push((curve, times));
    }
    let mut curves: Vec<Curve> = curves.into_iter().map(|(curve, _)| curve).collect();
    for curve in &mut curves {
        curve.label = label(curve, summary);
    }
    curves
}

fn label(curve: &Curve, summary: &Summary) -> String {
    let names: Vec<&str> = curve.schedulers.iter().map(|scheduler| scheduler.name()).collect();
    let mut label = names.join(", ");
    if names.len() > 1 {
        label.push_str(" (same)");
    }
    let failed = summary.of(curve.schedulers[0]).and_then(|scheduler| scheduler.estimate(Metric::Failed));
    match failed {
        Some(failed) if failed.mean >= 0.0005 => {
            label.push_str(&format!(" – {} % fail", plain((failed.mean * 1e3).round() / 10.0)));
        }
        _ => {}
    }
    if curve.points.is_empty() {
        label.push_str(" – too few served");
    }
    label
}
