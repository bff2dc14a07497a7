//! Groups of an SVG: what belongs to one scheduler, so that a page can hide it with the scheduler, and lines that are dashed.
//!
//! plotters draws no groups, and a dashed line as many short ones. So the begins and ends of groups are drawn as texts in a
//! font that nothing else has, and replaced when the picture is done.

use ipvslab_schedulers::SchedulerKind;
use plotters::prelude::*;

use super::canvas::{Canvas, Drawn};

/// The font of the marks.
const FONT: &str = "group-mark";
/// The mark of a group's end.
const END: &str = "end";

/// Paints what belongs to a scheduler. `canvas` is the whole picture's.
pub(super) fn of_scheduler(
    canvas: &Canvas<'_>,
    scheduler: SchedulerKind,
    paint: impl FnOnce() -> Drawn,
) -> Drawn {
    within(canvas, &format!("data-scheduler=\"{scheduler}\""), paint)
}

/// Paints lines that are dashed. `canvas` is the whole picture's.
pub(super) fn dashed(canvas: &Canvas<'_>, paint: impl FnOnce() -> Drawn) -> Drawn {
    within(canvas, "stroke-dasharray=\"7 4\"", paint)
}

fn within(canvas: &Canvas<'_>, attribute: &str, paint: impl FnOnce() -> Drawn) -> Drawn {
    let mark = |text: &str| -> Drawn {
        Ok(canvas.draw(&Text::new(text.to_owned(), (0, 0), (FONT, 1).into_font()))?)
    };
    mark(attribute)?;
    paint()?;
    mark(END)
}

/// The picture with groups in place of their marks.
pub(super) fn with_groups(svg: &str) -> String {
    let mut parts = svg.split("<text ");
    let mut grouped = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (text, rest) = part.split_once("</text>").unwrap_or((part, ""));
        let (attributes, words) = text.split_once('>').unwrap_or((text, ""));
        if !attributes.contains(&format!("font-family=\"{FONT}\"")) {
            grouped.push_str("<text ");
            grouped.push_str(part);
            continue;
        }
        match words.trim() {
            END => grouped.push_str("</g>"),
            attribute => grouped.push_str(&format!("<g {}>", attribute.replace("&quot;", "\""))),
        }
        grouped.push_str(rest);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_groups_and_other_texts_stay() {
        let mark = |text: &str| format!("<text x=\"0\" font-family=\"{FONT}\">\n{text}\n</text>\n");
        let svg = format!(
            "<svg>{}<text x=\"3\" font-family=\"sans-serif\">rr</text>{}<circle/></svg>",
            mark("data-scheduler=&quot;rr&quot;"),
            mark("end")
        );
        let expected = "<svg><g data-scheduler=\"rr\">\n<text x=\"3\" font-family=\"sans-serif\">rr</text></g>\n<circle/></svg>";
        assert_eq!(with_groups(&svg), expected);
    }
}
