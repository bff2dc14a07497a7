//! Two amounts of each server, the model's and the kernel's, a panel a scheduler.
//!
//! Up to 16 servers are rows with two bars; more are bars from left to right, each with a ring where the kernel is.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::{Axis, Kind, short};
use super::canvas::{Canvas, Drawn, FAINT_INK, Form, INK, hexadecimal, shortened, text_width, write};
use super::palette::{KERNEL, MODEL};
use super::panels::Key;
use super::picture::{Paint, ruled};
use crate::number::MISSING;

/// More servers than this stand from left to right.
const ROWS: usize = 16;
/// More servers than this share a place, which shows the one whose sides differ most.
pub(super) const PLACES: usize = 70;
/// Pixels from one row to the next.
const PITCH: i32 = 34;
/// Above the plot, for the axis of what stands from left to right.
const OVER: i32 = 10;
/// Below it.
const BELOW: i32 = 44;
/// Inside the kernel's bars.
const PALE: RGBColor = RGBColor(0xfb, 0xef, 0xe6);
/// The most pixels for the names of servers.
const NAMES: i32 = 96;

pub(super) struct Pair {
    pub(super) name: String,
    /// `None` if it is not known.
    pub(super) model: Option<f64>,
    pub(super) kernel: Option<f64>,
}

/// A panel of pairs, by server id.
pub(super) struct Pairs {
    pub(super) pairs: Vec<Pair>,
    /// Follows the numbers on the axis.
    pub(super) unit: &'static str,
    /// What the axis shows.
    pub(super) amount: &'static str,
}

/// Which mark is which side.
pub(super) fn keys() -> Vec<Key> {
    let [model, kernel, pale] = [MODEL, KERNEL, PALE].map(hexadecimal);
    let key = |sample: String, label: &str| Key { sample, label: label.to_owned() };
    vec![
        key(format!("<rect y=\"1\" width=\"30\" height=\"12\" fill=\"{model}\"/>"), "model"),
        key(
            format!(
                "<rect x=\"1\" y=\"2\" width=\"28\" height=\"10\" fill=\"{pale}\" stroke=\"{kernel}\" stroke-width=\"2\"/>"
            ),
            "kernel",
        ),
    ]
}

impl Paint for Pairs {
    fn height(&self, _: Form) -> u32 {
        let plot = match self.pairs.len() {
            0 => 0,
            count if count <= ROWS => PITCH * count as i32,
            _ => 180,
        };
        (OVER + plot + BELOW) as u32
    }

    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        match self.pairs.len() {
            0 => write(canvas, "No servers.", (8, top + 24), form.text(), INK, HPos::Left),
            count if count <= ROWS => self.paint_rows(canvas, top, form),
            _ => self.paint_across(canvas, top, form),
        }
    }
}

impl Pairs {
    /// A row a server: the model's bar above the kernel's, each with its amount.
    fn paint_rows(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let size = form.text();
        let count = self.pairs.len();
        let place = |row: usize| (count - row) as f64 - 0.5;
        let names: Vec<String> = self.pairs.iter().map(|pair| short_name(&pair.name, size)).collect();
        let left = names.iter().map(|name| text_width(name, size)).max().unwrap_or(0) + 14;
        let ticks = names.into_iter().enumerate().map(|(row, name)| (place(row), name));
        let right =
            amounts(&self.pairs).map(|amount| text_width(&short(amount), size)).max().unwrap_or(0) + 14;
        let x = Axis::amount(amounts(&self.pairs), 4, self.unit)
            .thinned(f64::from(form.width() as i32 - left - right), |label| {
                f64::from(text_width(label, size) + 12)
            });
        let mut chart = ChartBuilder::on(&canvas.margin(top + OVER, 0, 0, right))
            .x_label_area_size(BELOW)
            .y_label_area_size(left)
            .build_cartesian_2d(x, Axis::new(Kind::Names, 0.0..count as f64, ticks))?;
        ruled(chart.configure_mesh().disable_y_mesh(), form).draw()?;
        self.name_axis(canvas, top, form)?;
        let plot = chart.plotting_area().strip_coord_spec();
        let base = chart.plotting_area().get_base_pixel();
        let thick = PITCH / 2 - 3;
        for (row, pair) in self.pairs.iter().enumerate() {
            for (amount, is_model) in [(pair.model, true), (pair.kernel, false)] {
                let (x, y) = chart.backend_coord(&(amount.unwrap_or(0.0), place(row)));
                let (x, y) = (x - base.0, y - base.1);
                let (upper, lower) = if is_model { (y - thick, y - 1) } else { (y + 1, y + thick) };
                if amount.is_some_and(|amount| amount > 0.0) {
                    bar(&plot, [(0, upper), (x, lower)], is_model)?;
                }
                let label = amount.map_or_else(|| MISSING.to_owned(), short);
                write(&plot, &label, (x + 5, (upper + lower) / 2), size, INK, HPos::Left)?;
            }
        }
        Ok(())
    }

    /// A place a server from left to right: the model's bar, and a ring where the kernel is.
    fn paint_across(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let size = form.text();
        let merged = self.pairs.len().div_ceil(PLACES).max(1);
        let shown: Vec<&Pair> = self.pairs.chunks(merged).filter_map(most_different).collect();
        let y = Axis::amount(amounts(&self.pairs), 5, self.unit);
        let left = y.labels().map(|label| text_width(label, size)).max().unwrap_or(0) + 12;
        let length = f64::from(form.width() as i32 - left - 12);
        let names =
            shown.iter().enumerate().map(|(at, pair)| (at as f64 + 0.5, short_name(&pair.name, size)));
        let x = Axis::new(Kind::Names, 0.0..shown.len() as f64, names)
            .thinned(length, |label| f64::from(text_width(label, size) + 12));
        let x = x.within(length, |label| f64::from(text_width(label, size)));
        let mut chart = ChartBuilder::on(&canvas.margin(top + OVER, 0, 0, 12))
            .x_label_area_size(BELOW)
            .y_label_area_size(left)
            .build_cartesian_2d(x, y)?;
        ruled(chart.configure_mesh().disable_x_mesh(), form).draw()?;
        self.name_axis(canvas, top, form)?;
        let bars = shown.iter().enumerate().filter_map(|(at, pair)| {
            let corners = [(at as f64 + 0.15, 0.0), (at as f64 + 0.85, pair.model?)];
            Some(Rectangle::new(corners, MODEL.filled()))
        });
        chart.draw_series(bars)?;
        let radius = if length / shown.len() as f64 >= 10.0 { 4 } else { 2 };
        let rings = shown.iter().enumerate().filter_map(|(at, pair)| Some((at as f64 + 0.5, pair.kernel?)));
        let rings: Vec<(f64, f64)> = rings.collect();
        chart.draw_series(rings.iter().map(|&at| Circle::new(at, radius, WHITE.filled())))?;
        chart.draw_series(rings.iter().map(|&at| Circle::new(at, radius, KERNEL.stroke_width(2))))?;
        Ok(())
    }

    fn name_axis(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let at = (form.width() as i32 / 2, top + self.height(form) as i32 - 8);
        let words = if self.pairs.len() <= ROWS { self.amount } else { "Servers" };
        write(canvas, words, at, form.text(), FAINT_INK, HPos::Center)
    }
}

/// A name with dots in its middle if it is long, since numbers are at the end.
pub(super) fn short_name(name: &str, size: u32) -> String {
    if text_width(name, size) <= NAMES {
        return name.to_owned();
    }
    let begin = shortened(name, NAMES / 2, size);
    let backwards: String = name.chars().rev().collect();
    let end = shortened(&backwards, NAMES / 2, size);
    begin.chars().chain(end.trim_end_matches('…').chars().rev()).collect()
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

fn amounts(pairs: &[Pair]) -> impl Iterator<Item = f64> + '_ {
    pairs.iter().flat_map(|pair| [pair.model, pair.kernel]).flatten()
}

/// The one whose sides differ most, the earlier if several do.
fn most_different(pairs: &[Pair]) -> Option<&Pair> {
    let difference = |pair: &Pair| (pair.model.unwrap_or(0.0) - pair.kernel.unwrap_or(0.0)).abs();
    pairs.iter().reduce(|most, next| if difference(next) > difference(most) { next } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_numbers() {
        assert_eq!(short_name("web-1", 12), "web-1");
        assert_eq!(short_name("a-group-with-quite-a-long-name-16", 12), "a-gr…e-16");
    }

    #[test]
    fn server_that_differs_stands_for_its_neighbours() {
        let pair = |name: &str, model, kernel| Pair {
            name: name.to_owned(),
            model: Some(model),
            kernel: Some(kernel),
        };
        let pairs = [pair("a", 1.0, 1.0), pair("b", 3.0, 1.0), pair("c", 1.0, 3.0)];
        assert_eq!(most_different(&pairs).map(|pair| pair.name.as_str()), Some("b"));
        assert!(most_different(&[]).is_none());
    }
}
