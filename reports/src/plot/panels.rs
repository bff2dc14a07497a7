//! Panels of one picture, a scheduler each: beside each other as the page has room, and three in a row in a file.

use ipvslab_schedulers::SchedulerKind;
use plotters::style::text_anchor::HPos;

use super::canvas::{Canvas, Drawn, FAINT_INK, Form, INK, shortened, text_width, write};
use super::group::{escaped, raw};
use super::picture::{Caption, Paint, svg};
use crate::error::ReportError;

/// Panels that share their caption and legend.
pub(crate) struct Panels<'a> {
    pub(crate) caption: Caption,
    /// What is up the axis of each.
    pub(crate) axis: String,
    pub(crate) keys: Vec<Key>,
    pub(super) list: Vec<Panel<'a>>,
    /// The names of the rows of heat maps, if that is what they are.
    pub(crate) rows: Vec<String>,
    /// What the numbered lines stand for.
    pub(crate) footer: Vec<String>,
}

/// Which mark is what.
pub(crate) struct Key {
    /// SVG of 30 by 14 pixels.
    pub(crate) sample: String,
    pub(crate) label: String,
}

pub(super) struct Panel<'a> {
    pub(super) scheduler: Option<SchedulerKind>,
    pub(super) heading: String,
    pub(super) paint: Box<dyn Paint + 'a>,
}

/// A panel that was drawn.
pub(crate) struct DrawnPanel {
    pub(crate) scheduler: Option<SchedulerKind>,
    pub(crate) heading: String,
    pub(crate) svg: String,
}

/// Room for a heading in a file.
const HEADING: u32 = 30;
const LINE: i32 = 22;

impl Panels<'_> {
    /// Each panel by itself.
    ///
    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(crate) fn drawn(&self) -> Result<Vec<DrawnPanel>, ReportError> {
        let drawn = |panel: &Panel<'_>| {
            let Panel { scheduler, heading, paint } = panel;
            let caption = Caption {
                picture: self.caption.picture,
                title: format!("{}: {heading}", self.caption.title),
                of: String::new(),
                subtitle: String::new(),
            };
            let svg = svg(&caption, Form::Narrow, paint.height(Form::Narrow), &|canvas, top| {
                paint.paint(canvas, top, Form::Narrow)
            })?;
            Ok(DrawnPanel { scheduler: *scheduler, heading: heading.clone(), svg })
        };
        self.list.iter().map(drawn).collect()
    }

    /// All in one file.
    ///
    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(super) fn file(&self) -> Result<String, ReportError> {
        let drawn = self.drawn()?;
        let columns = match drawn.len() {
            0 | 1 => 1,
            2 | 4 => 2,
            _ => 3,
        };
        let width = Form::File.width() / columns as u32;
        let each = |panel: &Panel<'_>| {
            panel.paint.height(Form::Narrow) * width.min(480) / Form::Narrow.width() + HEADING
        };
        let heights: Vec<u32> =
            self.list.chunks(columns).map(|row| row.iter().map(each).max().unwrap_or(0)).collect();
        let legend = self.legend();
        let head = legend.last().map_or(0, |&(_, (_, y))| y + LINE) + LINE;
        let foot = self.footer.len() as i32 * LINE + 8;
        let height = head as u32 + heights.iter().sum::<u32>().max(40) + foot as u32;
        svg(&self.caption, Form::File, height, &|canvas, top| {
            for (key, (x, y)) in &legend {
                raw(canvas, &format!("<g transform=\"translate({x} {})\">{}</g>", top + y - 7, key.sample))?;
                write(canvas, &key.label, (x + 36, top + y), 14, INK, HPos::Left)?;
            }
            write(canvas, &self.axis, (24, top + head - LINE / 2), 14, FAINT_INK, HPos::Left)?;
            if drawn.is_empty() {
                write(canvas, "There is nothing to show.", (24, top + head + 20), 14, INK, HPos::Left)?;
            }
            let mut y = top + head;
            for (row, height) in drawn.chunks(columns).zip(&heights) {
                for (column, panel) in row.iter().enumerate() {
                    place(canvas, panel, (column as u32 * width) as i32, y, width)?;
                }
                y += *height as i32;
            }
            for (number, line) in self.footer.iter().enumerate() {
                write(canvas, line, (24, y + LINE * number as i32 + 10), 14, INK, HPos::Left)?;
            }
            Ok(())
        })
    }

    /// Keys and where they stand, in as many lines as it takes.
    fn legend(&self) -> Vec<(&Key, (i32, i32))> {
        let (mut x, mut y) = (24, LINE / 2);
        let mut place = |key: &Key| {
            let length = 36 + text_width(&key.label, 14) + 20;
            if x > 24 && x + length > Form::File.width() as i32 {
                (x, y) = (24, y + LINE);
            }
            let at = (x, y);
            x += length;
            at
        };
        self.keys.iter().map(|key| (key, place(key))).collect()
    }
}

/// A panel as a part of a file.
fn place(canvas: &Canvas<'_>, panel: &DrawnPanel, x: i32, y: i32, width: u32) -> Drawn {
    let heading = shortened(&panel.heading, width as i32 - 24, 15);
    write(canvas, &heading, (x + 16, y + HEADING as i32 / 2), 15, INK, HPos::Left)?;
    let scale = f64::from(width.min(480)) / f64::from(Form::Narrow.width());
    let opening = format!("<g transform=\"translate({x} {}) scale({scale:.4})\"", y + HEADING as i32);
    let whose = panel
        .scheduler
        .map_or_else(String::new, |kind| format!(" data-scheduler=\"{}\"", escaped(kind.name())));
    raw(canvas, &format!("{opening}{whose}>{}</g>", panel.svg))
}
