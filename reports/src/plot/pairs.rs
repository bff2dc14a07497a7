//! Two amounts of each server, the model's and the kernel's, one panel per scheduler.
//!
//! Up to 16 servers are rows with two bars; more are bars from left to right, each with a ring where the kernel is.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::{Axis, short};
use super::canvas::{Canvas, Drawn, FAINT_INK, INK, panel_columns, shortened, text_width, write};
use super::palette::{KERNEL, MODEL};
use super::picture::{Caption, draw, ruled};
use crate::error::ReportError;
use crate::number::MISSING;

/// More servers than this stand from left to right.
const ROWS: usize = 16;
/// More servers than this share a place, which shows the one whose sides differ most.
const PLACES: usize = 180;

const HEAD: u32 = 112;
const FOOT: u32 = 16;
/// Caption and horizontal axis of a panel with rows.
const AROUND: u32 = 88;
/// The height of a panel with servers from left to right.
const ACROSS: u32 = 230;
/// Room right of the bars, for their amounts.
const AMOUNTS: u32 = 66;
/// Inside the kernel's bars.
const PALE: RGBColor = RGBColor(0xfb, 0xef, 0xe6);
/// The most pixels for the names of servers.
const NAMES: i32 = 120;

pub(super) struct Pair<'a> {
    pub(super) name: &'a str,
    /// `None` if it is not known.
    pub(super) model: Option<f64>,
    pub(super) kernel: Option<f64>,
}

pub(super) struct PairPanel<'a> {
    pub(super) heading: String,
    /// By server id.
    pub(super) pairs: Vec<Pair<'a>>,
}

/// A picture of pairs.
pub(super) struct Pairs<'a> {
    pub(super) panels: Vec<PairPanel<'a>>,
    /// Follows the numbers on the axis.
    pub(super) unit: &'static str,
    /// What the axis shows.
    pub(super) amount: &'static str,
}

impl Pairs<'_> {
    pub(super) fn draw(&self, caption: &Caption<'_>) -> Result<String, ReportError> {
        let columns = if self.has_rows() { panel_columns(self.panels.len()) } else { 1 };
        let rows = self.panels.len().div_ceil(columns).max(1);
        let each = if self.has_rows() { AROUND + self.most() as u32 * self.pitch() } else { ACROSS };
        let height = HEAD + FOOT + rows as u32 * each.max(150);
        draw(caption, height, |canvas| self.paint(canvas, rows, columns))
    }

    /// Servers of the panel with the most.
    fn most(&self) -> usize {
        self.panels.iter().map(|panel| panel.pairs.len()).max().unwrap_or(0)
    }

    fn has_rows(&self) -> bool {
        self.most() <= ROWS
    }

    /// Pixels from one row to the next.
    fn pitch(&self) -> u32 {
        if self.most() <= ROWS / 2 { 34 } else { 28 }
    }

    fn paint(&self, canvas: &Canvas<'_>, rows: usize, columns: usize) -> Drawn {
        if self.panels.is_empty() {
            return write(canvas, "Nothing was run.", (24, HEAD as i32), 15, INK, HPos::Left);
        }
        self.legend(canvas)?;
        let area = canvas.margin(HEAD as i32, FOOT as i32, 8, 12);
        for (panel, cell) in self.panels.iter().zip(area.split_evenly((rows, columns))) {
            if panel.pairs.is_empty() {
                let heading = shortened(&panel.heading, cell.dim_in_pixel().0 as i32 - 40, 15);
                write(&cell, &heading, (20, 4), 15, INK, HPos::Left)?;
                write(&cell, "No servers.", (20, 34), 13, INK, HPos::Left)?;
            } else if self.has_rows() {
                self.paint_rows(&cell, panel)?;
            } else {
                self.paint_across(&cell, panel)?;
            }
        }
        Ok(())
    }

    /// A row a server: the model's bar above the kernel's, each with its amount.
    fn paint_rows(&self, cell: &Canvas<'_>, panel: &PairPanel<'_>) -> Drawn {
        let count = panel.pairs.len();
        let place = |row: usize| (count - row) as f64 - 0.5;
        let names: Vec<String> = panel.pairs.iter().map(|pair| short_name(pair.name, 12)).collect();
        let left = names.iter().map(|name| text_width(name, 12)).max().unwrap_or(0) + 20;
        let (width, height) = cell.dim_in_pixel();
        // Panels with fewer servers have rows of the same height.
        let spare = (self.most() - count) as u32 * self.pitch();
        let cell = cell.margin(0, spare.min(height.saturating_sub(120)), 0, 0);
        let heading = shortened(&panel.heading, width as i32 - 20, 15);
        let ticks = panel.pairs.iter().enumerate().zip(names).map(|((row, _), name)| (place(row), name));
        let mut chart = ChartBuilder::on(&cell)
            .caption(heading, ("sans-serif", 15).into_font().color(&INK))
            .margin_right(AMOUNTS)
            .margin_bottom(8)
            .x_label_area_size(44)
            .y_label_area_size(left)
            .build_cartesian_2d(
                Axis::amount(amounts(panel), 4, self.unit),
                Axis::new(0.0..count as f64, ticks),
            )?;
        ruled(chart.configure_mesh().disable_y_mesh(), [12, 13]).x_desc(self.amount).draw()?;
        let base = chart.plotting_area().get_base_pixel();
        let plot = chart.plotting_area().strip_coord_spec();
        let thick = self.pitch() as i32 / 2 - 4;
        for (row, pair) in panel.pairs.iter().enumerate() {
            for (amount, is_model) in [(pair.model, true), (pair.kernel, false)] {
                let (x, y) = chart.backend_coord(&(amount.unwrap_or(0.0), place(row)));
                let (x, y) = (x - base.0, y - base.1);
                let (top, bottom) = if is_model { (y - thick, y - 1) } else { (y + 1, y + thick) };
                if amount.is_some_and(|amount| amount > 0.0) {
                    bar(&plot, [(0, top), (x, bottom)], is_model)?;
                }
                let label = amount.map_or_else(|| MISSING.to_owned(), short);
                write(&plot, &label, (x + 5, (top + bottom) / 2 - 4), 11, INK, HPos::Left)?;
            }
        }
        Ok(())
    }

    /// A place a server from left to right: the model's bar, and a ring where the kernel is.
    fn paint_across(&self, cell: &Canvas<'_>, panel: &PairPanel<'_>) -> Drawn {
        let merged = panel.pairs.len().div_ceil(PLACES).max(1);
        let shown: Vec<&Pair<'_>> = panel.pairs.chunks(merged).filter_map(most_different).collect();
        let (width, _) = cell.dim_in_pixel();
        let plot_width = f64::from(width) - 100.0;
        let place = plot_width / shown.len() as f64;
        // Names stand where there is room for them.
        let names = || shown.iter().map(|pair| short_name(pair.name, 11));
        let widest = names().map(|name| text_width(&name, 11) + 14).max().unwrap_or(1);
        let every = ((f64::from(widest) / place).ceil() as usize).max(1);
        let ticks = names().enumerate().step_by(every).map(|(at, name)| (at as f64 + 0.5, name));
        let heading = shortened(&panel.heading, width as i32 - 20, 15);
        let mut chart = ChartBuilder::on(cell)
            .caption(heading, ("sans-serif", 15).into_font().color(&INK))
            .margin_right(30)
            .margin_bottom(10)
            .x_label_area_size(26)
            .y_label_area_size(70)
            .build_cartesian_2d(
                Axis::new(0.0..shown.len() as f64, ticks),
                Axis::amount(amounts(panel), 5, self.unit),
            )?;
        ruled(chart.configure_mesh().disable_x_mesh(), [11, 13]).y_desc(self.amount).draw()?;
        let half = (place * 0.35).clamp(1.0, 30.0) / place;
        let bars = shown.iter().enumerate().filter_map(|(at, pair)| {
            let middle = at as f64 + 0.5;
            let corners = [(middle - half, 0.0), (middle + half, pair.model?)];
            Some(Rectangle::new(corners, MODEL.filled()))
        });
        chart.draw_series(bars)?;
        let radius = if place >= 10.0 { 4 } else { 3 };
        let rings = shown.iter().enumerate().filter_map(|(at, pair)| Some((at as f64 + 0.5, pair.kernel?)));
        let rings: Vec<(f64, f64)> = rings.collect();
        chart.draw_series(rings.iter().map(|&at| Circle::new(at, radius, WHITE.filled())))?;
        chart.draw_series(rings.iter().map(|&at| Circle::new(at, radius, KERNEL.stroke_width(2))))?;
        Ok(())
    }

    /// Which mark is which side.
    fn legend(&self, canvas: &Canvas<'_>) -> Drawn {
        let (y, mut x) = (86, 24);
        let label = "model";
        bar(canvas, [(x, y - 6), (x + 30, y + 6)], true)?;
        write(canvas, label, (x + 38, y - 6), 14, INK, HPos::Left)?;
        x += 38 + text_width(label, 14) + 28;
        let label = "kernel";
        if self.has_rows() {
            bar(canvas, [(x, y - 6), (x + 30, y + 6)], false)?;
        } else {
            canvas.draw(&Circle::new((x + 22, y), 4, KERNEL.stroke_width(2)))?;
        }
        write(canvas, label, (x + 38, y - 6), 14, INK, HPos::Left)?;
        x += 38 + text_width(label, 14) + 28;
        let merged = self.most().div_ceil(PLACES);
        if merged > 1 {
            let merged = format!(
                "Each position shows the server, of {merged} neighbours, whose two sides differ most."
            );
            write(canvas, &merged, (x, y - 6), 14, FAINT_INK, HPos::Left)?;
        }
        Ok(())
    }
}

/// A name with dots in its middle if it is long, since numbers are at the end.
fn short_name(name: &str, size: u32) -> String {
    if text_width(name, size) <= NAMES {
        return name.to_owned();
    }
    let begin = shortened(name, NAMES / 2, size);
    let beyond = name.chars().count().saturating_sub(begin.chars().count());
    begin.chars().chain(name.chars().skip(beyond)).collect()
}

/// Filled for the model, hollow for the kernel.
fn bar(canvas: &Canvas<'_>, corners: [(i32, i32); 2], is_model: bool) -> Drawn {
    if is_model {
        return Ok(canvas.draw(&Rectangle::new(corners, MODEL.filled()))?);
    }
    canvas.draw(&Rectangle::new(corners, PALE.filled()))?;
    let [(left, top), (right, bottom)] = corners;
    let outline = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    Ok(canvas.draw(&PathElement::new(outline, KERNEL.stroke_width(2)))?)
}

fn amounts<'a>(panel: &'a PairPanel<'_>) -> impl Iterator<Item = f64> + 'a {
    panel.pairs.iter().flat_map(|pair| [pair.model, pair.kernel]).flatten()
}

/// The one whose sides differ most, the earlier if several do.
fn most_different<'a, 'b>(pairs: &'a [Pair<'b>]) -> Option<&'a Pair<'b>> {
    let difference = |pair: &Pair<'_>| (pair.model.unwrap_or(0.0) - pair.kernel.unwrap_or(0.0)).abs();
    pairs.iter().reduce(|most, next| if difference(next) > difference(most) { next } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_numbers() {
        assert_eq!(short_name("web-1", 12), "web-1");
        assert_eq!(short_name("a-group-with-quite-a-long-name-16", 12), "a-group…-name-16");
    }

    #[test]
    fn server_that_differs_stands_for_its_neighbours() {
        let pair = |name, model, kernel| Pair { name, model: Some(model), kernel: Some(kernel) };
        let pairs = [pair("a", 1.0, 1.0), pair("b", 3.0, 1.0), pair("c", 1.0, 3.0)];
        assert_eq!(most_different(&pairs).map(|pair| pair.name), Some("b"));
        assert!(most_different(&[]).is_none());
    }
}
