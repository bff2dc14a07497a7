//! What every picture is drawn on and with: forms, inks, texts.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// What a picture is drawn for, which decides how large it and its texts are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// A file of its own: with its title.
    File,
    /// A page on a screen that is at least as wide as a tablet's.
    Wide,
    /// A page on a telephone; also a panel of several beside each other.
    Narrow,
}

impl Form {
    /// Pixels from left to right.
    pub(crate) fn width(self) -> u32 {
        if self.is_narrow() { 360 } else { 1040 }
    }

    pub(super) fn is_narrow(self) -> bool {
        self == Self::Narrow
    }

    /// The size of all texts but titles, in pixels.
    pub(super) fn text(self) -> u32 {
        if self.is_narrow() { 12 } else { 14 }
    }
}

pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub(super) const FAINT_INK: RGBColor = RGBColor(0x59, 0x59, 0x59);
pub(super) const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

pub(super) type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Drawn<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A font of so many pixels; plotters divides what it is given.
pub(super) fn font(size: u32) -> FontDesc<'static> {
    ("sans-serif", 1.24 * f64::from(size)).into_font()
}

/// Text whose left or right end, or middle, is at `at`; half way down is there too.
pub(super) fn write(
    canvas: &Canvas<'_>,
    text: &str,
    at: (i32, i32),
    size: u32,
    color: RGBColor,
    anchor: HPos,
) -> Drawn {
    let style = font(size).color(&color).pos(Pos::new(anchor, VPos::Center));
    Ok(canvas.draw(&Text::new(text.to_owned(), at, style))?)
}

/// About how many pixels a text takes at most, in the widest of the usual typefaces.
pub(super) fn text_width(text: &str, size: u32) -> i32 {
    (text.chars().map(|character| width(character) * f64::from(size)).sum::<f64>()).ceil() as i32
}

/// Of a character, in sizes of the font.
fn width(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '|' | '\'' | ' ' => 0.36,
        '<' | '>' | '=' | '+' | '±' | '−' | '–' | '%' | 'm' | 'w' | 'M' | 'W' | '@' | '#' | '…' => {
            0.92
        }
        character if character.is_ascii() => 0.66,
        _ => 1.0,
    }
}

/// A colour as attributes have it.
pub(crate) fn hexadecimal(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// What of a text fits into `room` pixels, with dots for the rest.
pub(super) fn shortened(text: &str, room: i32, size: u32) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = f64::from(room) - width('…') * f64::from(size);
    let fits = |character: &char| {
        left -= width(*character) * f64::from(size);
        left >= 0.0
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Moves labels apart: each at least `gap` below the one before, all between `top` and `bottom` if there is room.
/// `wanted` ascends.
pub(super) fn spread(wanted: &[i32], gap: i32, top: i32, bottom: i32) -> Vec<i32> {
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
}
