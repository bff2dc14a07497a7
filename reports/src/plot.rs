//! Pictures as SVG, drawn with plotters.
//!
//! plotters does not end on an infinite axis and says nothing about an empty one, so every axis comes from
//! [`axis`], which checks its range, and a series has at most a few hundred points. Pictures are 1200 pixels wide.

mod agreement;
mod axis;
mod ccdf;
mod course;
mod curves;
mod decision_cost;
mod forest;
mod group;
mod hits;
mod imbalance;
mod knee;
mod over_time;
mod pairs;
pub(crate) mod palette;
mod percentiles;
mod rate;
mod residuals;
mod shares;
mod side_by_side;

use std::cell::RefCell;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::error::ReportError;

pub use agreement::agreement_svg;
pub use ccdf::ccdf_svg;
pub(crate) use course::course;
pub use course::{Coursed, course_svg};
pub use decision_cost::decision_cost_svg;
pub use forest::forest_svg;
pub use hits::hits_svg;
pub use imbalance::imbalance_svg;
pub use knee::knee_svg;
pub use over_time::{OverTime, over_time_svg};
pub use percentiles::percentiles_svg;
pub use rate::rate_svg;
pub use residuals::{agreement_residuals_svg, side_by_side_residuals_svg};
pub use shares::shares_svg;
pub use side_by_side::{side_by_side_shares_svg, side_by_side_svg};

/// Pixels from left to right.
const WIDTH: u32 = 1200;
const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const FAINT_INK: RGBColor = RGBColor(0x59, 0x59, 0x59);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// What a picture is called, for people and for programs that read it aloud.
struct Caption<'a> {
    /// Names the picture in an error.
    picture: &'static str,
    title: &'a str,
    subtitle: &'a str,
}

/// A white picture with its title, on which `paint` draws.
fn draw(
    caption: &Caption<'_>,
    height: u32,
    paint: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Result<String, ReportError> {
    let mut svg = String::new();
    let painted = {
        let canvas = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        title(&canvas, caption).and_then(|()| paint(&canvas)).and_then(|()| Ok(canvas.present()?))
    };
    painted.map_err(|error| ReportError::Plot { picture: caption.picture, reason: error.to_string() })?;
    Ok(group::with_groups(&described(&svg, caption)))
}

fn title(canvas: &Canvas<'_>, caption: &Caption<'_>) -> Drawn {
    canvas.fill(&WHITE)?;
    let room = WIDTH as i32 - 48;
    write(canvas, &shortened(caption.title, room, 20), (24, 20), 20, INK, HPos::Left)?;
    write(canvas, caption.subtitle, (24, 48), 14, FAINT_INK, HPos::Left)
}

/// Text whose left or right end, or middle, is at `at`; its top is there too.
fn write(canvas: &Canvas<'_>, text: &str, at: (i32, i32), size: u32, color: RGBColor, anchor: HPos) -> Drawn {
    let style = ("sans-serif", size).into_font().color(&color).pos(Pos::new(anchor, VPos::Top));
    Ok(canvas.draw(&Text::new(text.to_owned(), at, style))?)
}

/// About how many pixels a text takes.
fn text_width(text: &str, size: u32) -> i32 {
    (text.chars().count() as f64 * f64::from(size) * 0.56) as i32
}

/// What of a text fits into `room` pixels, with dots for the rest.
fn shortened(text: &str, room: i32, size: u32) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let fits = (f64::from(room.max(0)) / (f64::from(size) * 0.56)) as usize;
    text.chars().take(fits.saturating_sub(1)).chain(['…']).collect()
}

/// How many panels stand side by side.
fn panel_columns(panels: usize) -> usize {
    match panels {
        0 | 1 => 1,
        2 | 4 => 2,
        _ => 3,
    }
}

/// Where plots are within a picture: left, right, top and bottom in pixels.
type Areas = RefCell<Vec<[i32; 4]>>;

/// Notes where a chart's plot is.
fn note_area(areas: &Areas, chart: &ChartContext<'_, SVGBackend<'_>, Cartesian2d<axis::Axis, axis::Axis>>) {
    let (across, down) = chart.plotting_area().get_pixel_range();
    areas.borrow_mut().push([across.start, across.end, down.start, down.end]);
}

/// Tells where the plots are, for a page that lets readers point into them.
fn with_areas(svg: &str, areas: &Areas) -> String {
    let areas: Vec<String> = areas
        .borrow()
        .iter()
        .map(|[left, right, top, bottom]| format!("{left},{right},{top},{bottom}"))
        .collect();
    if areas.is_empty() {
        return svg.to_owned();
    }
    svg.replacen("<svg ", &format!("<svg data-areas=\"{}\" ", areas.join(";")), 1)
}

/// Title and subtitle as elements of the SVG.
fn described(svg: &str, caption: &Caption<'_>) -> String {
    let Some(end) = svg.find('>') else { return svg.to_owned() };
    let (opening, rest) = svg.split_at(end + 1);
    let (title, subtitle) = (escaped(caption.title), escaped(caption.subtitle));
    // What is so anyway takes a third of the bytes.
    let rest = rest.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "");
    format!("{opening}\n<title>{title}</title>\n<desc>{subtitle}</desc>{rest}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Moves labels apart: each at least `gap` below the one before, all between `top` and `bottom` if there is room.
/// `wanted` ascends.
fn spread(wanted: &[i32], gap: i32, top: i32, bottom: i32) -> Vec<i32> {
    let mut placed: Vec<i32> = Vec::new();
    for &at in wanted {
        let least = placed.last().map_or(top, |last| last + gap);
        placed.push(at.max(least));
    }
    let mut most = bottom;
    for at in placed.iter_mut().rev() {
        *at = (*at).min(most);
        most = *at - gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_touch() {
        assert_eq!(spread(&[10, 12, 50], 10, 0, 100), [10, 20, 50]);
        assert_eq!(spread(&[95, 96, 97], 10, 0, 100), [80, 90, 100]);
        assert_eq!(spread(&[], 10, 0, 100), [0; 0]);
    }

    #[test]
    fn titles_are_escaped() {
        let caption = Caption { picture: "test", title: "a < b & c", subtitle: "" };
        let svg = draw(&caption, 100, |_| Ok(())).expect("an empty picture");
        assert!(svg.contains("<title>a &lt; b &amp; c</title>"), "{svg}");
        assert!(!svg.contains("a < b"), "{svg}");
    }
}
