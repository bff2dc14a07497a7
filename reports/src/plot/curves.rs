//! Curves of schedulers with their names at the right, each joined to the end of its curve.

use ipvslab_schedulers::SchedulerKind;
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, INK, WIDTH, spread, text_width, write};
use super::group::{dashed, of_scheduler};
use super::palette::{self, Look};
use super::picture::{Areas, Caption, draw, note_area, ruled, with_areas};
use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::number::plain;
use crate::run::metric::Metric;

const HEIGHT: u32 = 720;
/// Room for the names at the right.
const NAMES: u32 = 250;

/// A scheduler's curve, or that of several that share it.
pub(super) struct Curve {
    pub(super) schedulers: Vec<SchedulerKind>,
    /// As they are placed on the axes.
    pub(super) points: Vec<(f64, f64)>,
    /// Points with a mark.
    pub(super) marked: Vec<(f64, f64)>,
    /// Around the curve: from left to right, the lower and the upper end.
    pub(super) band: Vec<(f64, [f64; 2])>,
    /// Where it crosses rules, each with the ends of its interval.
    pub(super) crossings: Vec<Crossing>,
    pub(super) label: String,
}

/// Where a curve crosses a rule.
pub(super) struct Crossing {
    pub(super) at: (f64, f64),
    pub(super) from: f64,
    pub(super) to: f64,
}

/// A line across the whole plot, with words.
pub(super) struct Rule {
    pub(super) at: f64,
    pub(super) is_vertical: bool,
    pub(super) words: String,
}

impl Curve {
    fn look(&self) -> Look {
        palette::scheduler(self.schedulers[0])
    }
}

/// Curves between their axes.
pub(super) struct Curves<'a> {
    pub(super) curves: Vec<Curve>,
    pub(super) rules: Vec<Rule>,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) x_label: &'a str,
    pub(super) y_label: &'a str,
}

impl Curves<'_> {
    /// The picture.
    pub(super) fn draw(self, caption: &Caption<'_>) -> Result<String, ReportError> {
        let areas = Areas::default();
        let svg = draw(caption, HEIGHT, |canvas| self.paint(canvas, &areas))?;
        Ok(with_areas(&svg, &areas))
    }

    fn paint(self, canvas: &Canvas<'_>, areas: &Areas) -> Drawn {
        let (plot, _): (DrawingArea<_, Shift>, _) =
            canvas.margin(76, 0, 0, 0).split_horizontally(WIDTH - NAMES);
        let mut chart = ChartBuilder::on(&plot)
            .margin_left(12)
            .margin_bottom(8)
            .x_label_area_size(58)
            .y_label_area_size(84)
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        ruled(&mut chart.configure_mesh(), [14, 15]).x_desc(self.x_label).y_desc(self.y_label).draw()?;
        note_area(areas, &chart);
        for curve in self.curves.iter().filter(|curve| curve.band.len() > 1) {
            let upper = curve.band.iter().map(|&(x, [_, upper])| (x, upper));
            let lower = curve.band.iter().rev().map(|&(x, [lower, _])| (x, lower));
            let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
            chart.draw_series([Polygon::new(outline, curve.look().color.mix(0.18).filled())])?;
        }
        for rule in &self.rules {
            let ends = match rule.is_vertical {
                true => [(rule.at, self.y.start()), (rule.at, self.y.end())],
                false => [(self.x.start(), rule.at), (self.x.end(), rule.at)],
            };
            chart.draw_series(DashedLineSeries::new(ends, 3, 3, INK.stroke_width(1)))?;
            let (x, y) = chart.backend_coord(&ends[usize::from(rule.is_vertical)]);
            write(
                canvas,
                &rule.words,
                (x + 6, y + if rule.is_vertical { 2 } else { -18 }),
                13,
                INK,
                HPos::Left,
            )?;
        }
        for curve in &self.curves {
            let look = curve.look();
            let style = look.color.stroke_width(2);
            let points = curve.points.clone();
            let mut line = || -> Drawn {
                chart.draw_series(LineSeries::new(points.clone(), style))?;
                Ok(())
            };
            if look.is_dashed {
                dashed(canvas, line)?
            } else {
                line()?
            }
            chart.draw_series(curve.marked.iter().map(|&point| mark(point, look)))?;
            for crossing in &curve.crossings {
                let (x, y) = crossing.at;
                let interval = vec![(crossing.from, y), (crossing.to, y)];
                chart.draw_series([PathElement::new(interval, look.color.stroke_width(7))])?;
                let foot = vec![(x, y), (x, self.y.start())];
                chart.draw_series([PathElement::new(foot, style)])?;
                chart.draw_series([TriangleMarker::new((x, self.y.start()), 8, look.color.filled())])?;
            }
        }
        let end = |curve: &Curve| curve.points.last().map(|point| chart.backend_coord(point));
        let ends: Vec<Option<(i32, i32)>> = self.curves.iter().map(end).collect();
        name(canvas, &self.curves, &ends)
    }
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
        let look = curve.look();
        of_scheduler(canvas, curve.schedulers[0], || {
            if let Some(end) = ends[at] {
                let lead = look.color.mix(0.45).stroke_width(1);
                canvas.draw(&PathElement::new(vec![end, (left - 6, y)], lead))?;
            }
            let sample = vec![(left, y), (left + 30, y)];
            let style = look.color.stroke_width(2);
            if look.is_dashed {
                canvas.draw(&DashedPathElement::new(sample, 7, 4, style))?;
            } else {
                canvas.draw(&PathElement::new(sample, style))?;
            }
            canvas.draw(&mark((left + 15, y), look))?;
            // Smaller where it would not fit.
            let room = NAMES as i32 - 70;
            let size = if text_width(&curve.label, 14) > room { 11 } else { 14 };
            write(canvas, &curve.label, (left + 38, y - size as i32 / 2 - 1), size, INK, HPos::Left)
        })?;
    }
    Ok(())
}

/// A disc, or a ring for dashed curves.
fn mark<Coord>(at: Coord, look: Look) -> Circle<Coord, i32> {
    let style = if look.is_dashed { look.color.stroke_width(2) } else { look.color.filled() };
    Circle::new(at, 4, style)
}

/// The schedulers of a summary in sets that have the same response times, best first.
pub(super) fn sharing_times(summary: &Summary) -> Vec<Vec<SchedulerKind>> {
    let mut sets: Vec<Vec<SchedulerKind>> = Vec::new();
    for scheduler in &summary.schedulers {
        let times = &scheduler.response_times;
        let same = |set: &&mut Vec<SchedulerKind>| {
            times.count() > 0 && summary.of(set[0]).is_some_and(|other| other.response_times == *times)
        };
        match sets.iter_mut().find(same) {
            Some(set) => set.push(scheduler.scheduler),
            None => sets.push(vec![scheduler.scheduler]),
        }
    }
    sets
}

/// The names of schedulers that share a curve, and what part of the connections failed.
pub(super) fn label(schedulers: &[SchedulerKind], summary: &Summary, is_empty: bool) -> String {
    let names: Vec<&str> = schedulers.iter().map(|scheduler| scheduler.name()).collect();
    let mut label = names.join(", ");
    if names.len() > 1 {
        label.push_str(" (same)");
    }
    let failed = summary.of(schedulers[0]).and_then(|scheduler| scheduler.estimate(Metric::Failed));
    match failed {
        Some(failed) if failed.mean >= 0.0005 => {
            label.push_str(&format!(" – {} % fail", plain((failed.mean * 1e3).round() / 10.0)));
        }
        _ => {}
    }
    if is_empty {
        label.push_str(" – too few served");
    }
    label
}
