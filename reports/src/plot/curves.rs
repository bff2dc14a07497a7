//! Curves of schedulers with their names at the right, each joined to the end of its curve.

use ipvslab_schedulers::SchedulerKind;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, FAINT_INK, Form, INK, hexadecimal, spread, text_width, write};
use super::group::{names, of_schedulers, raw};
use super::palette::{self, Look};
use super::picture::{Paint, mesh};
use super::plane::{Plane, disc};
use crate::estimate::summary::Summary;
use crate::number::plain;
use crate::run::metric::Metric;

/// A scheduler's curve, or that of several that share it.
pub(super) struct Curve {
    pub(super) schedulers: Vec<SchedulerKind>,
    /// As they are placed on the axes; a line for each stretch.
    pub(super) stretches: Vec<Vec<(f64, f64)>>,
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
    /// A curve of one stretch with nothing but its marks.
    pub(super) fn plain(
        schedulers: Vec<SchedulerKind>,
        points: Vec<(f64, f64)>,
        marked: Vec<(f64, f64)>,
        label: String,
    ) -> Self {
        Self { schedulers, stretches: vec![points], marked, band: Vec::new(), crossings: Vec::new(), label }
    }

    pub(super) fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.stretches.iter().flatten().copied()
    }

    fn look(&self) -> Look {
        palette::scheduler(self.schedulers[0])
    }

    /// Its name where there is little room.
    fn short_label(&self) -> String {
        let first = self.schedulers[0].name();
        if self.schedulers.len() > 1 {
            format!("{first} +{}", self.schedulers.len() - 1)
        } else {
            first.to_owned()
        }
    }
}

/// Curves between their axes.
pub(super) struct Curves {
    pub(super) curves: Vec<Curve>,
    pub(super) rules: Vec<Rule>,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) x_label: String,
    pub(super) y_label: String,
    /// Which axes follow what is shown: `x`, `y`, or both.
    pub(super) follow: &'static str,
}

/// Pixels around the plot of a form: left, right (the names), over it, below it.
fn around(form: Form) -> [i32; 4] {
    if form.is_narrow() { [62, 68, 26, 44] } else { [84, 230, 32, 54] }
}

impl Paint for Curves {
    fn height(&self, form: Form) -> u32 {
        if form.is_narrow() { 320 } else { 560 }
    }

    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let [left, right, over, below] = around(form);
        let size = form.text();
        let (width, height) = (form.width() as i32, self.height(form) as i32);
        let length = f64::from(width - left - right);
        let x = self.x.clone().thinned(length, |label| f64::from(text_width(label, size) + 10));
        let y = self.y.clone().thinned(f64::from(height - over - below), |_| 2.0 * f64::from(size));
        let mut chart = ChartBuilder::on(&canvas.margin(top + over, 0, 0, right))
            .x_label_area_size(below)
            .y_label_area_size(left)
            .build_cartesian_2d(x.clone(), y.clone())?;
        mesh(canvas, &mut chart, form)?;
        let plane = Plane::of(&chart, &x, &y);
        write(canvas, &self.y_label, (4, top + size as i32 / 2 + 3), size, FAINT_INK, HPos::Left)?;
        let middle = left + (width - left - right) / 2;
        // What is longer than the plot is written from the left.
        let long = text_width(&self.x_label, size) > width - left - right;
        let (at, anchor) = if long { (4, HPos::Left) } else { (middle, HPos::Center) };
        write(canvas, &self.x_label, (at, top + height - size as i32 / 2 - 4), size, FAINT_INK, anchor)?;
        plane.clipped(canvas, self.follow, || {
            for curve in self.curves.iter().filter(|curve| curve.band.len() > 1) {
                let upper = curve.band.iter().map(|&(x, [_, upper])| (x, upper));
                let lower = curve.band.iter().rev().map(|&(x, [lower, _])| (x, lower));
                let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
                let band = plane.area(&outline, curve.look().color, 0.18);
                of_schedulers(canvas, &curve.schedulers, || raw(canvas, &band))?;
            }
            for rule in &self.rules {
                plane.rule(canvas, rule.at, rule.is_vertical, &rule.words, size.min(13))?;
            }
            for curve in &self.curves {
                of_schedulers(canvas, &curve.schedulers, || raw(canvas, &self.shapes(&plane, curve)))?;
            }
            Ok(())
        })?;
        self.name(canvas, &plane, form)
    }
}

impl Curves {
    fn shapes(&self, plane: &Plane, curve: &Curve) -> String {
        let look = curve.look();
        let mut shapes: String = curve
            .stretches
            .iter()
            .filter(|line| line.len() > 1)
            .map(|line| plane.line(line, look, 2.0, ""))
            .collect();
        // A stretch of a single point would not be seen.
        let single = curve.stretches.iter().filter(|line| line.len() == 1).flatten();
        shapes.extend(curve.marked.iter().chain(single).map(|&point| plane.mark(point, look, 4.0)));
        let solid = Look { is_dashed: false, ..look };
        for crossing in &curve.crossings {
            let (x, y) = crossing.at;
            shapes.push_str(&plane.line(&[(crossing.from, y), (crossing.to, y)], solid, 7.0, ""));
            shapes.push_str(&plane.line(&[(x, y), (x, self.y.start())], solid, 2.0, ""));
        }
        shapes
    }

    /// Names the curves at the right, each joined to the end of its curve.
    fn name(&self, canvas: &Canvas<'_>, plane: &Plane, form: Form) -> Drawn {
        let size = form.text();
        let gap = size as i32 + 3;
        let [_, right, ..] = around(form);
        let left = form.width() as i32 - right + 16;
        let [top, bottom] = plane.down();
        // Curves from top to bottom; those without points last.
        let ends: Vec<Option<(f64, f64)>> =
            self.curves.iter().map(|curve| curve.points().last().map(|point| plane.at(point))).collect();
        let place = |at: usize| ends[at].map_or(bottom, |(_, y)| y) as i32;
        let mut order: Vec<usize> = (0..self.curves.len()).collect();
        order.sort_by_key(|&at| place(at));
        let wanted: Vec<i32> = order.iter().map(|&at| place(at)).collect();
        for (&at, y) in order.iter().zip(spread(&wanted, gap, top as i32 + 6, bottom as i32 + gap)) {
            let curve = &self.curves[at];
            let look = curve.look();
            let color = hexadecimal(look.color);
            let mut markup = format!(
                "<g class=\"name\" data-scheduler=\"{}\" data-at=\"{y}\" data-gap=\"{gap}\">",
                names(&curve.schedulers)
            );
            if let Some((x1, y1)) = ends[at] {
                markup.push_str(&format!(
                    "<line class=\"lead\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{}\" y2=\"{y}\" stroke=\"{color}\" stroke-opacity=\"0.45\"/>",
                    left - 4
                ));
            }
            let words = if form.is_narrow() {
                left
            } else {
                let dashes = if look.is_dashed { " stroke-dasharray=\"7 4\"" } else { "" };
                markup.push_str(&format!(
                    "<line x1=\"{left}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\" stroke=\"{color}\" stroke-width=\"2\"{dashes}/>",
                    left + 28
                ));
                markup.push_str(&disc((f64::from(left + 14), f64::from(y)), look, 4.0, "sample"));
                left + 34
            };
            let label = if form.is_narrow() || text_width(&curve.label, size) > form.width() as i32 - words {
                curve.short_label()
            } else {
                curve.label.clone()
            };
            raw(canvas, &markup)?;
            write(canvas, &label, (words, y), size, INK, HPos::Left)?;
            raw(canvas, "</g>")?;
        }
        Ok(())
    }
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
