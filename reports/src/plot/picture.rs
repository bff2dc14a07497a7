//! A picture from its caption to the finished SVG.

use plotters::chart::MeshStyle;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, FAINT_INK, Form, GRID, INK, font, shortened, write};
use super::group::{escaped, with_markup, within};
use crate::error::ReportError;
use crate::output::quantity::fold;

/// What a picture is called, for people and for programs that read it aloud.
pub(crate) struct Caption {
    /// Names the picture in an error.
    pub(super) picture: &'static str,
    pub(crate) title: String,
    /// What it is about: the title of the study.
    pub(super) of: String,
    pub(crate) subtitle: String,
}

/// Something that can be painted in every form.
pub(super) trait Paint {
    /// Pixels from top to bottom.
    fn height(&self, form: Form) -> u32;

    /// Paints it on the whole canvas, from `top` pixels on.
    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn;
}

/// A picture that is still to be drawn.
pub(crate) struct Picture<'a> {
    pub(crate) caption: Caption,
    paint: Box<dyn Paint + 'a>,
}

impl<'a> Picture<'a> {
    pub(super) fn new(caption: Caption, paint: impl Paint + 'a) -> Self {
        Self { caption, paint: Box::new(paint) }
    }

    /// The picture in a form.
    ///
    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(crate) fn svg(&self, form: Form) -> Result<String, ReportError> {
        svg(&self.caption, form, self.paint.height(form), &|canvas, top| self.paint.paint(canvas, top, form))
    }
}

/// An SVG of what is painted: with its title over it if it is a file.
pub(super) fn svg(
    caption: &Caption,
    form: Form,
    height: u32,
    paint: &dyn Fn(&Canvas<'_>, i32) -> Drawn,
) -> Result<String, ReportError> {
    let lines: Vec<String> = match form {
        Form::File => fold(&caption.subtitle, 124, 0).lines().map(str::to_owned).collect(),
        Form::Wide | Form::Narrow => Vec::new(),
    };
    let top = if form == Form::File { 52 + 20 * lines.len() as u32 } else { 0 };
    let mut svg = String::new();
    let painted = {
        let canvas = SVGBackend::with_string(&mut svg, (form.width(), top + height)).into_drawing_area();
        let titled = if form == Form::File { title(&canvas, caption, &lines) } else { Ok(()) };
        titled.and_then(|()| paint(&canvas, top as i32)).and_then(|()| Ok(canvas.present()?))
    };
    painted.map_err(|error| ReportError::Plot { picture: caption.picture, reason: error.to_string() })?;
    Ok(described(&with_markup(&compact(&svg)), caption, form))
}

fn title(canvas: &Canvas<'_>, caption: &Caption, lines: &[String]) -> Drawn {
    canvas.fill(&WHITE)?;
    let title = format!("{} – {}", caption.title, caption.of);
    write(canvas, &shortened(&title, Form::File.width() as i32 - 48, 18), (24, 24), 18, INK, HPos::Left)?;
    for (number, line) in lines.iter().enumerate() {
        write(canvas, line, (24, 50 + 20 * number as i32), 14, FAINT_INK, HPos::Left)?;
    }
    Ok(())
}

/// A plot with its two axes.
pub(super) type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

/// Axes and grid as all pictures have them.
pub(super) fn ruled<'m, 'a, 'b>(
    mesh: &'m mut MeshStyle<'a, 'b, Axis, Axis, SVGBackend<'a>>,
    form: Form,
) -> &'m mut MeshStyle<'a, 'b, Axis, Axis, SVGBackend<'a>> {
    mesh.light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(FAINT_INK)
        .label_style(font(form.text()).color(&INK))
}

/// Draws them, as an element that a page can exchange.
pub(super) fn mesh(canvas: &Canvas<'_>, chart: &mut Chart<'_>, form: Form) -> Drawn {
    within(canvas, "<g class=\"mesh\">", "</g>", || Ok(ruled(&mut chart.configure_mesh(), form).draw()?))
}

/// What is so anyway takes a third of the bytes.
fn compact(svg: &str) -> String {
    let mut short = svg.to_owned();
    for spared in [" opacity=\"1\"", " stroke=\"none\"", " font-family=\"sans-serif\"", " stroke-width=\"1\""]
    {
        short = short.replace(spared, "");
    }
    short
}

/// Title and subtitle: as elements of a file, as a label on a page, where they are written anyway.
fn described(svg: &str, caption: &Caption, form: Form) -> String {
    let Some(end) = svg.find('>') else { return svg.to_owned() };
    let (opening, rest) = svg.split_at(end + 1);
    let (title, of, subtitle) = (escaped(&caption.title), escaped(&caption.of), escaped(&caption.subtitle));
    let class = match form {
        Form::File => {
            let opening = opening.replacen("<svg ", "<svg font-family=\"sans-serif\" ", 1);
            return format!("{opening}\n<title>{title} – {of}</title>\n<desc>{subtitle}</desc>{rest}");
        }
        Form::Wide => "wide",
        Form::Narrow => "narrow",
    };
    let opening =
        opening.replacen("<svg ", &format!("<svg class=\"{class}\" role=\"img\" aria-label=\"{title}\" "), 1);
    format!("{opening}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_escaped() {
        let caption = |title: &str| Caption {
            picture: "test",
            title: title.to_owned(),
            of: String::new(),
            subtitle: String::new(),
        };
        for form in [Form::File, Form::Wide, Form::Narrow] {
            let svg = svg(&caption("a < b & \"c"), form, 100, &|_, _| Ok(())).expect("an empty picture");
            assert!(svg.contains("a &lt; b &amp; &quot;c"), "{svg}");
            assert!(!svg.contains("a < b"), "{svg}");
        }
    }
}
