//! What plotters does not draw: groups, so that a page can hide what belongs to a scheduler, and shapes that are finer than a
//! pixel.
//!
//! It is drawn as texts in a font that nothing else has, and put in place of them when the picture is done.

use ipvslab_schedulers::SchedulerKind;
use plotters::prelude::*;

use super::canvas::{Canvas, Drawn};

/// The font of what is put in its place.
const FONT: &str = "raw-markup";

/// Puts markup into the picture. Texts in it are to be escaped.
pub(super) fn raw(canvas: &Canvas<'_>, markup: &str) -> Drawn {
    Ok(canvas.draw(&Text::new(markup.to_owned(), (0, 0), (FONT, 1).into_font()))?)
}

/// Paints what belongs to schedulers: it is seen while any of them is.
pub(super) fn of_schedulers(
    canvas: &Canvas<'_>,
    schedulers: &[SchedulerKind],
    paint: impl FnOnce() -> Drawn,
) -> Drawn {
    within(canvas, &format!("<g data-scheduler=\"{}\">", names(schedulers)), "</g>", paint)
}

/// The names of schedulers as an attribute has them.
pub(super) fn names(schedulers: &[SchedulerKind]) -> String {
    schedulers.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
}

/// Paints between an opening and a closing.
pub(super) fn within(
    canvas: &Canvas<'_>,
    opening: &str,
    closing: &str,
    paint: impl FnOnce() -> Drawn,
) -> Drawn {
    raw(canvas, opening)?;
    paint()?;
    raw(canvas, closing)
}

/// Text as it stands in markup.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The picture with the markup in its place.
pub(super) fn with_markup(svg: &str) -> String {
    let mut parts = svg.split("<text ");
    let mut whole = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (text, rest) = part.split_once("</text>").unwrap_or((part, ""));
        let (attributes, words) = text.split_once('>').unwrap_or((text, ""));
        if !attributes.contains(&format!("font-family=\"{FONT}\"")) {
            whole.push_str("<text ");
            whole.push_str(part);
            continue;
        }
        whole.push_str(&unescaped(words.trim()));
        whole.push_str(rest);
    }
    whole
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&quot;", "\"").replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">");
    plain.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_in_place_and_other_texts_stay() {
        let mark = |text: &str| format!("<text x=\"0\" font-family=\"{FONT}\">\n{text}\n</text>\n");
        let svg = format!(
            "<svg>{}<text x=\"3\" font-family=\"sans-serif\">rr &lt;g&gt;</text>{}<circle/></svg>",
            mark("&lt;g data-scheduler=&quot;rr&quot;&gt;"),
            mark("&lt;/g&gt;")
        );
        let expected = "<svg><g data-scheduler=\"rr\">\n<text x=\"3\" font-family=\"sans-serif\">rr &lt;g&gt;</text></g>\n<circle/></svg>";
        assert_eq!(with_markup(&svg), expected);
    }

    #[test]
    fn what_was_escaped_before_stays_so() {
        let text = escaped("<b> & \"c\"");
        assert_eq!(unescaped(&escaped(&text)), text);
    }
}
