//! What every picture is drawn on and with: a canvas of 1200 pixels across, inks, texts.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Pixels from left to right.
pub(super) const WIDTH: u32 = 1200;
pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub(super) const FAINT_INK: RGBColor = RGBColor(0x59, 0x59, 0x59);
pub(super) const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

pub(super) type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Drawn<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Text whose left or right end, or middle, is at `at`; its top is there too.
pub(super) fn write(
    canvas: &Canvas<'_>,
    text: &str,
    at: (i32, i32),
    size: u32,
    color: RGBColor,
    anchor: HPos,
) -> Drawn {
    let style = ("sans-serif", size).into_font().color(&color).pos(Pos::new(anchor, VPos::Top));
    Ok(canvas.draw(&Text::new(text.to_owned(), at, style))?)
}

/// About how many pixels a text takes.
pub(super) fn text_width(text: &str, size: u32) -> i32 {
    (text.chars().count() as f64 * f64::from(size) * 0.56) as i32
}

/// What of a text fits into `room` pixels, with dots for the rest.
pub(super) fn shortened(text: &str, room: i32, size: u32) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let fits = (f64::from(room.max(0)) / (f64::from(size) * 0.56)) as usize;
    text.chars().take(fits.saturating_sub(1)).chain(['…']).collect()
}

/// How many panels stand side by side.
pub(super) fn panel_columns(panels: usize) -> usize {
    match panels {
        0 | 1 => 1,
        2 | 4 => 2,
        _ => 3,
    }
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
