//! Groups of an SVG: what belongs to one scheduler, so that a page can hide it with the scheduler, and lines that are dashed.
//!
//! plotters draws no groups, and a dashed line as many short ones. So the begins and ends of groups are drawn as texts at a
//! place where nothing else is, and replaced when the picture is done.

use ipvslab_schedulers::SchedulerKind;
use plotters::style::text_anchor::HPos;

use super::{Canvas, Drawn, INK, write};

/// Left of and above everything that is drawn.
const NOWHERE: i32 = -7_777;
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
    let mark = |text: &str| write(canvas, text, (NOWHERE, NOWHERE), 1, INK, HPos::Left);
    mark(attribute)?;
    paint()?;
    mark(END)
}

/// The picture with groups in place of their marks.
pub(super) fn with_groups(svg: &str) -> String {
    let opening = format!("<text x=\"{NOWHERE}\"");
    let mut parts = svg.split(opening.as_str());
    let mut grouped = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (mark, rest) = part.split_once("</text>").unwrap_or((part, ""));
        match mark.split_once('>').map_or("", |(_, text)| text.trim()) {
            END => grouped.push_str("</g>"),
            attribute => grouped.push_str(&format!("<g {}>", attribute.replace("&quot;", "\""))),
        }
        grouped.push_str(rest);
    }
    grouped
}
