//! Rows over an axis: one for each scheduler, its name at the left, what it comes to in words at the right.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, INK, WIDTH, write};
use super::picture::Chart;

/// Pixels below the rows, for the axis and its description.
const FOOT: u32 = 76;
/// Pixels between an axis and what is written beside it.
const GAP: i32 = 10;

/// How the rows of a picture lie.
pub(super) struct Rows {
    /// How many there are.
    pub(super) count: usize,
    /// Pixels from one to the next.
    pub(super) pitch: u32,
    /// Pixels above the first.
    pub(super) head: u32,
    /// Pixels for what stands at the left.
    pub(super) left: i32,
    /// Pixels for what stands at the right.
    pub(super) right: u32,
}

impl Rows {
    /// Pixels from top to bottom of the picture.
    pub(super) fn height(&self) -> u32 {
        self.head + FOOT + self.pitch * self.count.max(1) as u32
    }

    /// The top of the first row in the chart; the bottom of the last is at 0.
    pub(super) fn top(&self) -> f64 {
        self.count.max(1) as f64
    }

    /// The middle of a row in the chart.
    pub(super) fn place(&self, row: usize) -> f64 {
        self.top() - row as f64 - 0.5
    }

    /// A chart over `across`; `names` are drawn beside the axis by row, or nothing if they come later.
    pub(super) fn chart<'a>(
        &self,
        canvas: &Canvas<'a>,
        across: Axis,
        names: Option<Vec<String>>,
    ) -> Drawn<Chart<'a>> {
        let names = names.unwrap_or_else(|| vec![String::new(); self.count]);
        let ticks = names.into_iter().enumerate().map(|(row, name)| (self.place(row), name));
        let chart = ChartBuilder::on(&canvas.margin(self.head as i32 - 8, 0, 0, 0))
            .margin_left(12)
            .margin_right(self.right + GAP as u32)
            .margin_bottom(10)
            .x_label_area_size(58)
            .y_label_area_size(self.left)
            .build_cartesian_2d(across, Axis::new(0.0..self.top(), ticks))?;
        Ok(chart)
    }

    /// A line through all rows at a place of the axis.
    pub(super) fn rule(&self, chart: &mut Chart<'_>, at: f64) -> Drawn {
        chart.draw_series([PathElement::new(vec![(at, 0.0), (at, self.top())], INK.stroke_width(2))])?;
        Ok(())
    }

    /// The name of a row at the left of the axis, which begins at `start`: drawn with what belongs to the row.
    pub(super) fn name(
        &self,
        canvas: &Canvas<'_>,
        chart: &Chart<'_>,
        start: f64,
        row: usize,
        name: &str,
    ) -> Drawn {
        let (x, y) = chart.backend_coord(&(start, self.place(row)));
        write(canvas, name, (x - GAP, y - 8), 14, INK, HPos::Right)
    }

    /// What a row comes to, at the right.
    pub(super) fn words(&self, canvas: &Canvas<'_>, chart: &Chart<'_>, row: usize, words: &str) -> Drawn {
        let (_, y) = chart.backend_coord(&(0.0, self.place(row)));
        write(canvas, words, (self.words_from(), y - 7), 13, INK, HPos::Left)
    }

    /// Where the words at the right begin, in pixels.
    pub(super) fn words_from(&self) -> i32 {
        WIDTH as i32 - self.right as i32
    }
}
