//! The plot between the axes: shapes on it, finer than a pixel, and what a page must know to draw it at another scale.

use plotters::prelude::*;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, INK, hexadecimal, text_width};
use super::group::{escaped, raw, within};
use super::palette::Look;
use super::picture::Chart;

/// Where a plot is in its picture, in pixels, and its axes.
pub(super) struct Plane {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    x: Axis,
    y: Axis,
}

impl Plane {
    pub(super) fn of(chart: &Chart<'_>, x: &Axis, y: &Axis) -> Self {
        let (across, down) = chart.plotting_area().get_pixel_range();
        let [left, right, top, bottom] = [across.start, across.end, down.start, down.end].map(f64::from);
        Self { left, right, top, bottom, x: x.clone(), y: y.clone() }
    }

    /// Pixels of a place on both axes.
    pub(super) fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let part = |axis: &Axis, place: f64| (place - axis.start()) / (axis.end() - axis.start());
        // Far outside is as good as infinitely far, and drawn.
        let part = |axis: &Axis, place: f64| part(axis, place).clamp(-9.0, 10.0);
        (
            self.left + part(&self.x, x) * (self.right - self.left),
            self.bottom - part(&self.y, y) * (self.bottom - self.top),
        )
    }

    /// Pixels from top to bottom.
    pub(super) fn down(&self) -> [f64; 2] {
        [self.top, self.bottom]
    }

    /// Paints within the plot: nothing is seen outside. `follow` says which axes follow what is shown: "x", "y" or none.
    pub(super) fn clipped(&self, canvas: &Canvas<'_>, follow: &str, paint: impl FnOnce() -> Drawn) -> Drawn {
        let Self { left, right, top, bottom, .. } = self;
        let (width, height) = (right - left, bottom - top);
        let opening = format!(
            "<svg class=\"plot\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" viewBox=\"{left} {top} {width} {height}\" {}>",
            self.attributes(follow)
        );
        within(canvas, &opening, "</svg>", paint)
    }

    /// Box and axes, for the page.
    pub(super) fn attributes(&self, follow: &str) -> String {
        let Self { left, right, top, bottom, x, y } = self;
        format!(
            "data-box=\"{left} {right} {top} {bottom}\" data-x=\"{}\" data-y=\"{}\" data-follow=\"{follow}\"",
            x.described(),
            y.described()
        )
    }

    /// A line; `more` are attributes.
    pub(super) fn line(&self, points: &[(f64, f64)], look: Look, width: f64, more: &str) -> String {
        let dashes = if look.is_dashed { " stroke-dasharray=\"7 4\"" } else { "" };
        let color = hexadecimal(look.color);
        format!(
            "<polyline class=\"d\" points=\"{}\" stroke=\"{color}\" stroke-width=\"{width}\"{dashes}{more} fill=\"none\"/>",
            self.points(points)
        )
    }

    /// What is enclosed, in a colour that lets through.
    pub(super) fn area(&self, points: &[(f64, f64)], color: RGBColor, opacity: f64) -> String {
        let color = hexadecimal(color);
        format!(
            "<polygon class=\"d\" points=\"{}\" fill=\"{color}\" fill-opacity=\"{opacity}\"/>",
            self.points(points)
        )
    }

    /// A disc, or a ring for what is dashed.
    pub(super) fn mark(&self, at: (f64, f64), look: Look, radius: f64) -> String {
        let (x, y) = self.at(at);
        disc((x, y), look, radius, "d")
    }

    /// A bar between two corners.
    pub(super) fn bar(&self, [from, to]: [(f64, f64); 2], color: RGBColor) -> String {
        let (a, b) = (self.at(from), self.at(to));
        let (x, y) = (a.0.min(b.0), a.1.min(b.1));
        let (width, height) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
        let color = hexadecimal(color);
        format!(
            "<rect class=\"d\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{color}\"/>"
        )
    }

    /// A dashed line across the plot, with words where it begins; `is_vertical` if it stands.
    pub(super) fn rule(
        &self,
        canvas: &Canvas<'_>,
        at: f64,
        is_vertical: bool,
        words: &str,
        size: u32,
    ) -> Drawn {
        let (x, y) = self
            .at((if is_vertical { at } else { self.x.start() }, if is_vertical { self.y.end() } else { at }));
        let ends = if is_vertical { [x, self.top, x, self.bottom] } else { [self.left, y, self.right, y] };
        let [x1, y1, x2, y2] = ends.map(|end| format!("{end:.1}"));
        let ink = hexadecimal(INK);
        let keep = if is_vertical { "y" } else { "x" };
        // Words that would not fit are on the other side of the line.
        let room = f64::from(text_width(words, size)) + 8.0;
        let (text_x, anchor) = match is_vertical && x + room > self.right {
            true => (x - 4.0, " text-anchor=\"end\""),
            false => (x + 4.0, ""),
        };
        let is_high = y - 5.0 - f64::from(size) < self.top;
        let text_y = if is_vertical || is_high { y.max(self.top) + f64::from(size) + 1.0 } else { y - 5.0 };
        raw(
            canvas,
            &format!(
                "<line class=\"d rule\" data-keep=\"{keep}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{ink}\" stroke-dasharray=\"3 3\"/>\
             <text class=\"d halo\" data-keep=\"{keep}\" x=\"{text_x:.1}\" y=\"{text_y:.1}\" font-size=\"{size}\" fill=\"{ink}\"{anchor}>{}</text>",
                escaped(words)
            ),
        )
    }

    /// Points that are less than a pixel from the last are left out, but for the end.
    fn points(&self, points: &[(f64, f64)]) -> String {
        let mut drawn: Vec<(f64, f64)> = Vec::new();
        for (number, &point) in points.iter().enumerate() {
            let (x, y) = self.at(point);
            let is_far = drawn
                .last()
                .is_none_or(|&(last_x, last_y): &(f64, f64)| (x - last_x).hypot(y - last_y) >= 1.0);
            if is_far || number + 1 == points.len() {
                drawn.push((x, y));
            }
        }
        drawn.into_iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
    }
}

/// A disc, or a ring for what is dashed, at pixels.
pub(super) fn disc((x, y): (f64, f64), look: Look, radius: f64, class: &str) -> String {
    let color = hexadecimal(look.color);
    let paint = match look.is_dashed {
        true => format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"2\""),
        false => format!("fill=\"{color}\""),
    };
    format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" {paint}/>")
}
