//! A picture from its caption to the finished SVG.

use std::cell::RefCell;

use plotters::chart::MeshStyle;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, FAINT_INK, GRID, INK, WIDTH, shortened, write};
use super::group;
use crate::error::ReportError;

/// What a picture is called, for people and for programs that read it aloud.
pub(super) struct Caption<'a> {
    /// Names the picture in an error.
    pub(super) picture: &'static str,
    pub(super) title: &'a str,
    pub(super) subtitle: &'a str,
}

/// A white picture with its title, on which `paint` draws.
pub(super) fn draw(
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

/// A plot with its two axes.
pub(super) type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

/// Axes and grid as all pictures have them; labels and descriptions of the given sizes.
pub(super) fn ruled<'m, 'a, 'b>(
    mesh: &'m mut MeshStyle<'a, 'b, Axis, Axis, SVGBackend<'a>>,
    [labels, descriptions]: [u32; 2],
) -> &'m mut MeshStyle<'a, 'b, Axis, Axis, SVGBackend<'a>> {
    mesh.light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(FAINT_INK)
        .label_style(("sans-serif", labels).into_font().color(&INK))
        .axis_desc_style(("sans-serif", descriptions).into_font().color(&INK))
}

/// Where plots are within a picture: left, right, top and bottom in pixels.
pub(super) type Areas = RefCell<Vec<[i32; 4]>>;

/// Notes where a chart's plot is.
pub(super) fn note_area(areas: &Areas, chart: &Chart<'_>) {
    let (across, down) = chart.plotting_area().get_pixel_range();
    areas.borrow_mut().push([across.start, across.end, down.start, down.end]);
}

/// Tells where the plots are, for a page that lets readers point into them.
pub(super) fn with_areas(svg: &str, areas: &Areas) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_escaped() {
        let caption = Caption { picture: "test", title: "a < b & c", subtitle: "" };
        let svg = draw(&caption, 100, |_| Ok(())).expect("an empty picture");
        assert!(svg.contains("<title>a &lt; b &amp; c</title>"), "{svg}");
        assert!(!svg.contains("a < b"), "{svg}");
    }
}
