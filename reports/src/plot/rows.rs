//! Rows over an axis: one for each scheduler, its name at the left, what it comes to in words at the right.

use ipvslab_schedulers::SchedulerKind;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::{Axis, Kind};
use super::canvas::{Canvas, Drawn, FAINT_INK, Form, INK, hexadecimal, shortened, text_width, write};
use super::group::{names, raw, within};
use super::palette::Look;
use super::picture::{Paint, mesh};
use super::plane::Plane;

/// Behind rows that belong together.
pub(super) const SHADE: RGBColor = RGBColor(0xee, 0xee, 0xee);

/// A row.
pub(super) struct Row {
    /// Whose it is; nobody's is always shown.
    pub(super) scheduler: Option<SchedulerKind>,
    pub(super) name: String,
    /// At the right.
    pub(super) words: String,
    pub(super) is_shaded: bool,
    pub(super) marks: Vec<Mark>,
}

/// What is drawn in a row, at places on the axis.
pub(super) enum Mark {
    Line {
        from: f64,
        to: f64,
        color: RGBColor,
        width: f64,
    },
    /// `lane` is how far above the middle of the row, of its height.
    Disc {
        at: f64,
        lane: f64,
        look: Look,
        radius: f64,
    },
    /// From 0.
    Bar {
        to: f64,
        color: RGBColor,
    },
}

/// The picture of rows.
pub(super) struct Rows {
    pub(super) x: Axis,
    pub(super) x_label: String,
    /// Over the words at the right.
    pub(super) heading: &'static str,
    /// A line through all rows.
    pub(super) rule: Option<f64>,
    /// A band through all rows.
    pub(super) band: Option<[f64; 2]>,
    pub(super) rows: Vec<Row>,
    /// Which mark is what: above all rows.
    pub(super) keys: Vec<(Look, String)>,
}

/// Pixels below the rows, for the axis and its description.
const FOOT: i32 = 52;
/// Between the axis and what is beside it.
const GAP: i32 = 8;

impl Paint for Rows {
    fn height(&self, form: Form) -> u32 {
        (self.over(form) + self.rows.len().max(1) as i32 * pitch(form) + FOOT) as u32
    }

    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let size = form.text();
        let (width, over, pitch) = (form.width() as i32, self.over(form), pitch(form));
        let (left, right) = self.sides(form);
        let length = f64::from(width - left - right);
        let x = self.x.clone().thinned(length, |label| f64::from(text_width(label, size) + 12));
        let count = self.rows.len().max(1);
        let y = Axis::new(Kind::Names, 0.0..count as f64, []);
        let mut chart = ChartBuilder::on(&canvas.margin(top + over, 0, 0, right))
            .x_label_area_size(FOOT)
            .y_label_area_size(left)
            .build_cartesian_2d(x.clone(), y.clone())?;
        let plane = Plane::of(&chart, &x, &y);
        let place = |row: usize| count as f64 - row as f64 - 0.5;
        self.legend(canvas, top, form)?;
        let opening = format!("<g class=\"rows\" data-pitch=\"{pitch}\" {}>", plane.attributes("x"));
        within(canvas, &opening, "</g>", || {
            if let Some([from, to]) = self.band {
                raw(canvas, &plane.bar([(from, 0.0), (to, count as f64)], SHADE))?;
            }
            for (number, row) in self.rows.iter().enumerate().filter(|(_, row)| row.is_shaded) {
                let ends = [(x.start(), place(number) - 0.5), (x.end(), place(number) + 0.5)];
                let shade = plane.bar(ends, SHADE).replace("class=\"d\"", "class=\"shade\"");
                self.of(canvas, number, row, || raw(canvas, &shade))?;
            }
            mesh(canvas, &mut chart, form)?;
            if let Some(at) = self.rule {
                plane.rule(canvas, at, true, "", size)?;
            }
            for (number, row) in self.rows.iter().enumerate() {
                let y = plane.at((x.start(), place(number))).1 as i32;
                self.of(canvas, number, row, || {
                    raw(canvas, &marks(&plane, place(number), row))?;
                    let name = shortened(&row.name, left - GAP - 2, size);
                    write(canvas, &name, (left - GAP, y), size, INK, HPos::Right)?;
                    let words = shortened(&row.words, right - GAP - 2, size);
                    write(canvas, &words, (width - right + GAP, y), size, INK, HPos::Left)
                })?;
            }
            Ok(())
        })?;
        within(canvas, "<g class=\"foot\">", "</g>", || {
            let y = top + self.height(form) as i32 - size as i32 / 2 - 4;
            write(canvas, &self.x_label, (width / 2, y), size, FAINT_INK, HPos::Center)
        })
    }
}

fn pitch(form: Form) -> i32 {
    if form.is_narrow() { 28 } else { 32 }
}

fn marks(plane: &Plane, place: f64, row: &Row) -> String {
    let shape = |mark: &Mark| match *mark {
        Mark::Line { from, to, color, width } => {
            plane.line(&[(from, place), (to, place)], Look { color, is_dashed: false }, width, "")
        }
        Mark::Disc { at, lane, look, radius } => plane.mark((at, place + lane), look, radius),
        Mark::Bar { to, color } => plane.bar([(0.0, place - 0.28), (to, place + 0.28)], color),
    };
    row.marks.iter().map(shape).collect()
}

impl Rows {
    /// Paints what belongs to a row.
    fn of(&self, canvas: &Canvas<'_>, number: usize, row: &Row, paint: impl FnOnce() -> Drawn) -> Drawn {
        let whose =
            row.scheduler.map_or_else(String::new, |kind| format!(" data-scheduler=\"{}\"", names(&[kind])));
        within(canvas, &format!("<g class=\"row\" data-row=\"{number}\"{whose}>"), "</g>", paint)
    }

    /// Pixels above the rows.
    fn over(&self, form: Form) -> i32 {
        let line = form.text() as i32 + 8;
        let heading = if self.heading.is_empty() { 8 } else { line };
        heading + self.legend_lines(form).len() as i32 * line
    }

    /// Pixels left and right of the axis, as the names and words take.
    fn sides(&self, form: Form) -> (i32, i32) {
        let most = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|text| text_width(text, form.text())).max().unwrap_or(0)
        };
        let limit = if form.is_narrow() { 118 } else { 260 };
        let left = most(&mut self.rows.iter().map(|row| row.name.as_str())).min(limit) + GAP + 8;
        let words = self.rows.iter().map(|row| row.words.as_str()).chain([self.heading]);
        (left, most(&mut words.into_iter()).min(limit) + GAP + 4)
    }

    /// The keys, by line.
    fn legend_lines(&self, form: Form) -> Vec<Vec<(i32, &(Look, String))>> {
        let mut lines: Vec<Vec<(i32, &(Look, String))>> = Vec::new();
        let mut x = form.width() as i32;
        for key in &self.keys {
            let room = 16 + text_width(&key.1, form.text()) + 16;
            if x + room > form.width() as i32 {
                x = 8;
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push((x, key));
            }
            x += room;
        }
        lines
    }

    fn legend(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let size = form.text();
        let line = size as i32 + 8;
        for (number, keys) in self.legend_lines(form).into_iter().enumerate() {
            let y = top + number as i32 * line + line / 2;
            for (x, (look, label)) in keys {
                let color = hexadecimal(look.color);
                raw(canvas, &format!("<circle cx=\"{}\" cy=\"{y}\" r=\"5\" fill=\"{color}\"/>", x + 5))?;
                let label = shortened(label, form.width() as i32 - x - 24, size);
                write(canvas, &label, (x + 16, y), size, INK, HPos::Left)?;
            }
        }
        let at = (form.width() as i32 - self.sides(form).1 + GAP, top + self.over(form) - line / 2);
        write(canvas, self.heading, at, size, FAINT_INK, HPos::Left)
    }
}
