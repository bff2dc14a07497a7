//! A panel over time: lines, bands, bars or the rows of a heat map, with numbered lines where something was done or broke.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, FAINT_INK, Form, hexadecimal, text_width, write};
use super::group::raw;
use super::palette::Look;
use super::picture::{Paint, mesh};
use super::plane::Plane;
use crate::estimate::disruption::instants;
use crate::study::Study;

/// A panel.
pub(super) struct TimePanel {
    pub(super) time: Time,
    pub(super) y: Axis,
    /// Pixels of the plot from top to bottom.
    pub(super) down: u32,
    pub(super) layers: Vec<Layer>,
}

/// What all panels of a study have in common.
#[derive(Clone)]
pub(super) struct Time {
    pub(super) axis: Axis,
    label: String,
    /// Seconds at which something was done or broke.
    instants: Vec<f64>,
    /// Seconds until which nothing is measured.
    pub(super) warm_up: f64,
}

/// What is drawn, seconds from left to right.
pub(super) enum Layer {
    /// A line for each stretch; the number is its place in the legend.
    Line { stretches: Vec<Vec<(f64, f64)>>, look: Look, width: f64, key: usize },
    /// The lower and the upper end at each time.
    Band { stretches: Vec<Vec<(f64, [f64; 2])>>, color: RGBColor, opacity: f64 },
    /// Between two times, from the bottom to a height.
    Bars { bars: Vec<[f64; 3]>, color: RGBColor },
    /// Strokes of one colour from left to right, each in the middle of its row, which is `thick` high; what they stand for.
    Heat { strokes: Vec<[f64; 3]>, color: RGBColor, thick: f64, level: String },
}

/// More instants than this have no number.
const NUMBERED: usize = 40;

impl Time {
    pub(super) fn of(study: &Study) -> Self {
        let unit = study.time_unit();
        Self {
            axis: Axis::seconds(study.horizon.as_secs_f64(), unit, 8),
            label: format!("Time, {}", unit.1),
            instants: instants(study).iter().map(|(at, _)| at.as_secs_f64()).collect(),
            warm_up: study.warm_up.as_secs_f64(),
        }
    }
}

impl Paint for TimePanel {
    fn height(&self, form: Form) -> u32 {
        self.down + 10 + below(form) as u32
    }

    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let size = form.text();
        let named = self.y.labels().map(|label| text_width(label, size)).max().unwrap_or(0);
        // Room for the labels of other scales too.
        let left = named.max(if form.is_narrow() { 40 } else { 72 }) + 12;
        let right = if form.is_narrow() { 10 } else { 24 };
        let length = f64::from(form.width() as i32 - left - right);
        let x = self.time.axis.clone().thinned(length, |label| f64::from(text_width(label, size) + 10));
        let y = self.y.clone().thinned(f64::from(self.down), |_| 1.5 * f64::from(size));
        let mut chart = ChartBuilder::on(&canvas.margin(top + 10, 0, 0, right))
            .x_label_area_size(below(form))
            .y_label_area_size(left)
            .build_cartesian_2d(x.clone(), y.clone())?;
        mesh(canvas, &mut chart, form)?;
        let plane = Plane::of(&chart, &x, &y);
        let at = (left + (length / 2.0) as i32, top + self.height(form) as i32 - size as i32 / 2 - 2);
        write(canvas, &self.time.label, at, size, FAINT_INK, HPos::Center)?;
        plane.clipped(canvas, "y", || {
            let ends = [(0.0, y.start()), (self.time.warm_up, y.end())];
            let shade = plane.bar(ends, super::rows::SHADE).replace("class=\"d\"", "class=\"d shade\"");
            raw(canvas, &shade)?;
            for layer in &self.layers {
                raw(canvas, &layer.markup(&plane))?;
            }
            for (number, &at) in self.time.instants.iter().enumerate() {
                let words = if number < NUMBERED { (number + 1).to_string() } else { String::new() };
                plane.rule(canvas, at, true, &words, size)?;
            }
            Ok(())
        })
    }
}

fn below(form: Form) -> i32 {
    if form.is_narrow() { 42 } else { 50 }
}

impl Layer {
    fn markup(&self, plane: &Plane) -> String {
        match self {
            Self::Line { stretches, look, width, key } => {
                let key = format!(" data-key=\"{key}\"");
                let line = |points: &Vec<(f64, f64)>| match points.as_slice() {
                    [] => String::new(),
                    [one] => plane.mark(*one, *look, 2.0),
                    several => plane.line(several, *look, *width, &key),
                };
                stretches.iter().map(line).collect()
            }
            Self::Band { stretches, color, opacity } => {
                let band = |points: &Vec<(f64, [f64; 2])>| {
                    let upper = points.iter().map(|&(x, [_, upper])| (x, upper));
                    let lower = points.iter().rev().map(|&(x, [lower, _])| (x, lower));
                    plane.area(&upper.chain(lower).collect::<Vec<_>>(), *color, *opacity)
                };
                stretches.iter().filter(|points| points.len() > 1).map(band).collect()
            }
            Self::Bars { bars, color } => {
                let bar = |&[from, to, height]: &[f64; 3]| plane.bar([(from, 0.0), (to, height)], *color);
                bars.iter().map(bar).collect()
            }
            Self::Heat { strokes, color, thick, level } => {
                let stroke = |&[from, to, row]: &[f64; 3]| {
                    let (left, y) = plane.at((from, row));
                    let (right, _) = plane.at((to, row));
                    let [x, y, length] = [left, y, right - left].map(|pixels| (10.0 * pixels).round() / 10.0);
                    format!("M{x} {y}h{length}")
                };
                let path: String = strokes.iter().map(stroke).collect();
                let color = hexadecimal(*color);
                format!(
                    "<path class=\"d\" data-level=\"{level}\" stroke=\"{color}\" stroke-width=\"{thick:.2}\" d=\"{path}\"/>"
                )
            }
        }
    }
}
