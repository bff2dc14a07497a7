//! Each real server over time, one panel per scheduler: who is overloaded, and when. Up to 12 servers are lines; more are
//! rows of a heat map.

mod panel;

use ipvslab_schedulers::Time;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::{Axis, Level};
use super::canvas::{Canvas, Drawn, INK, WIDTH, panel_columns, text_width, write};
use super::group::of_scheduler;
use super::palette::{cividis, server as server_look};
use super::picture::{Areas, Caption, draw, note_area, ruled, with_areas};
use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::number::plain;
use crate::run::server::StudyServer;
use crate::study::{Run, Study};
pub use panel::OverTime;
use panel::Panel;

/// More servers than this are shown as a heat map.
const LINES: usize = 12;
/// More servers than this share rows of the heat map, each showing its most loaded server.
const ROWS: usize = 32;
/// Points of a line, at most.
const POINTS: usize = 120;
/// Cells of all heat maps together, at most.
const CELLS: usize = 12_000;
/// Up to this many interventions are spelled out.
const SPELLED: usize = 12;

/// Room above the panels, at least.
const HEAD: u32 = 116;
const FOOT: u32 = 24;

struct Picture<'a> {
    study: &'a Study,
    what: OverTime,
    panels: Vec<Panel>,
    /// How many servers share a row.
    merged: usize,
    level: Level,
    unit: (f64, &'static str),
    areas: Areas,
}

/// Every real server over time, for each scheduler that was sampled, best first.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn over_time_svg(study: &Study, summary: &Summary, what: OverTime) -> Result<String, ReportError> {
    let picture = Picture::of(study, summary, what);
    let title = format!("{} – {}", what.title(), study.title);
    let mut subtitle = what.meaning().to_owned();
    if picture.has_lines() {
        subtitle.push_str(" Grey: warm-up.");
    }
    if picture.merged > 1 {
        subtitle.push_str(&format!(" Each row is the maximum of {} servers.", picture.merged));
    }
    let columns = picture.columns();
    let rows = picture.panels.len().div_ceil(columns).max(1) as u32;
    let height = picture.head() + FOOT + picture.footer().len() as u32 * 20 + rows * picture.panel_height();
    let caption = Caption { picture: "servers over time", title: &title, subtitle: &subtitle };
    let svg = draw(&caption, height, |canvas| picture.paint(canvas, rows as usize, columns))?;
    Ok(with_areas(&svg, &picture.areas))
}

impl<'a> Picture<'a> {
    fn of(study: &'a Study, summary: &Summary, what: OverTime) -> Self {
        let runs: Vec<&Run> =
            summary.schedulers.iter().filter_map(|found| study.sampled_run(found.scheduler)).collect();
        let servers = study.servers.len();
        let merged = servers.div_ceil(ROWS);
        let rows = servers.div_ceil(merged.max(1));
        let bins =
            if servers <= LINES { POINTS } else { (CELLS / (runs.len() * rows).max(1)).clamp(24, 120) };
        let panels: Vec<Panel> =
            runs.into_iter().map(|run| Panel::of(study, run, what, merged, bins)).collect();
        let loads = panels.iter().flat_map(|panel| panel.rows.iter().flatten().flatten().copied());
        // In a heat map, a server that falls behind forever would leave no colours for the others.
        let most = if servers <= LINES { f64::MAX } else { what.brightest() };
        let level = Level::of(loads.map(|load| load.min(most)));
        let unit = study.time_unit();
        Self { study, what, panels, merged, level, unit, areas: Areas::default() }
    }

    fn has_lines(&self) -> bool {
        self.study.servers.len() <= LINES
    }

    fn columns(&self) -> usize {
        panel_columns(self.panels.len())
    }

    fn panel_height(&self) -> u32 {
        let rows = self.panels.first().map_or(0, |panel| panel.rows.len()) as u32;
        let base = if self.columns() == 1 { 360 } else { 236 };
        if self.has_lines() { base } else { base.max(84 + 5 * rows) }
    }

    fn paint(&self, canvas: &Canvas<'_>, rows: usize, columns: usize) -> Drawn {
        if self.panels.is_empty() {
            return write(canvas, "The servers were not sampled.", (24, HEAD as i32), 15, INK, HPos::Left);
        }
        if self.has_lines() {
            self.server_legend(canvas)?;
        } else {
            self.color_legend(canvas)?;
        }
        let footer = self.footer();
        let foot = FOOT as i32 + footer.len() as i32 * 20;
        let area = canvas.margin(self.head() as i32, foot, 8, 16);
        for (at, (panel, cell)) in self.panels.iter().zip(area.split_evenly((rows, columns))).enumerate() {
            let is_left = at % columns == 0;
            of_scheduler(canvas, panel.scheduler, || self.paint_panel(&cell, panel, is_left))?;
        }
        let top = canvas.dim_in_pixel().1 as i32 - foot + 12;
        for (line, text) in footer.iter().enumerate() {
            write(canvas, text, (24, top + 20 * line as i32), 13, INK, HPos::Left)?;
        }
        Ok(())
    }

    fn paint_panel(&self, cell: &Canvas<'_>, panel: &Panel, is_left: bool) -> Drawn {
        let groups = self.group_ticks();
        let time = Axis::seconds(self.study.horizon.as_secs_f64(), self.unit.0, 6);
        let vertical = if self.has_lines() {
            self.level.axis(6)
        } else {
            Axis::new(0.0..panel.rows.len() as f64, groups.clone())
        };
        let (end, top) = (time.end(), vertical.end());
        let left = if self.has_lines() {
            58
        } else {
            groups.iter().map(|(_, name)| text_width(name, 12)).max().unwrap_or(0).clamp(30, 120) + 24
        };
        let mut chart = ChartBuilder::on(cell)
            .caption(panel.scheduler.name(), ("sans-serif", 15).into_font().color(&INK))
            .margin_right(14)
            .margin_bottom(6)
            .x_label_area_size(42)
            .y_label_area_size(left)
            .build_cartesian_2d(time, vertical)?;
        note_area(&self.areas, &chart);
        let warm_up = self.study.warm_up.as_secs_f64();
        if self.has_lines() {
            let grey = RGBColor(0xee, 0xee, 0xee).filled();
            chart.draw_series([Rectangle::new([(0.0, 0.0), (warm_up, top)], grey)])?;
        }
        let mut mesh = chart.configure_mesh();
        ruled(&mut mesh, [12, 13]);
        if !self.has_lines() {
            mesh.bold_line_style(TRANSPARENT);
        }
        let description = format!("Time, {}", self.unit.1);
        mesh.x_desc(&description);
        if is_left && self.has_lines() {
            mesh.y_desc(self.what.axis());
        }
        mesh.draw()?;
        if self.has_lines() {
            self.paint_lines(&mut chart, panel, end)?;
        } else {
            self.paint_heat(&mut chart, panel, end)?;
        }
        self.paint_interventions(&chart, if self.has_lines() { INK } else { WHITE })
    }

    fn paint_lines(&self, chart: &mut Chart<'_, '_>, panel: &Panel, end: f64) -> Drawn {
        for (server, loads) in panel.rows.iter().enumerate() {
            let look = server_look(server);
            let width = end / loads.len().max(1) as f64;
            let point = |(bin, load): (usize, &Option<f64>)| {
                load.map(|load| ((bin as f64 + 0.5) * width, self.level.place(load)))
            };
            let points: Vec<Option<(f64, f64)>> = loads.iter().enumerate().map(point).collect();
            // A line for every stretch in which the server is in the list.
            for stretch in points.split(|point| point.is_none()) {
                let stretch: Vec<(f64, f64)> = stretch.iter().flatten().copied().collect();
                if look.is_dashed {
                    chart.draw_series(DashedLineSeries::new(stretch, 4, 3, look.color.stroke_width(1)))?;
                } else {
                    chart.draw_series(LineSeries::new(stretch, look.color.stroke_width(1)))?;
                }
            }
        }
        Ok(())
    }

    fn paint_heat(&self, chart: &mut Chart<'_, '_>, panel: &Panel, end: f64) -> Drawn {
        let rows = panel.rows.len();
        for (row, loads) in panel.rows.iter().enumerate() {
            let (bottom, top) = ((rows - row - 1) as f64, (rows - row) as f64);
            let width = end / loads.len().max(1) as f64;
            let color = |load: &Option<f64>| load.map(|load| cividis(self.level.part(load)));
            // Neighbours of one colour are one rectangle.
            let mut from = 0;
            while from < loads.len() {
                let shade = color(&loads[from]);
                let to = from + loads[from..].iter().take_while(|load| color(load) == shade).count();
                if let Some(shade) = shade {
                    let corners = [(from as f64 * width, bottom), (to as f64 * width, top)];
                    chart.draw_series([Rectangle::new(corners, shade.filled())])?;
                }
                from = to;
            }
        }
        for (_, members) in self.study.groups().into_iter().skip(1) {
            let above = rows as f64 - members[0] as f64 / self.merged as f64;
            chart.draw_series([PathElement::new(vec![(0.0, above), (end, above)], WHITE.stroke_width(1))])?;
        }
        Ok(())
    }

    fn paint_interventions(&self, chart: &Chart<'_, '_>, color: RGBColor) -> Drawn {
        let (horizontal, vertical) = chart.plotting_area().get_pixel_range();
        let end = self.study.horizon.as_secs_f64();
        let canvas = chart.plotting_area().strip_coord_spec();
        let (width, height) = (horizontal.end - horizontal.start, vertical.end - vertical.start);
        for (number, (at, _)) in self.study.interventions.iter().enumerate() {
            let x = (f64::from(width) * at.as_secs_f64() / end) as i32;
            let line = vec![(x, 0), (x, height)];
            canvas.draw(&DashedPathElement::new(line, 4, 3, color.stroke_width(1)))?;
            if number < SPELLED {
                let label = (number + 1).to_string();
                let corners = [(x + 1, 1), (x + 5 + text_width(&label, 11), 14)];
                canvas.draw(&Rectangle::new(corners, WHITE.filled()))?;
                write(&canvas, &label, (x + 3, 2), 11, INK, HPos::Left)?;
            }
        }
        Ok(())
    }

    /// Which line is which server.
    fn server_legend(&self, canvas: &Canvas<'_>) -> Drawn {
        for (number, (label, (x, y))) in self.legend().into_iter().enumerate() {
            let look = server_look(number);
            let sample = vec![(x, y), (x + 26, y)];
            if look.is_dashed {
                canvas.draw(&DashedPathElement::new(sample, 4, 3, look.color.stroke_width(3)))?;
            } else {
                canvas.draw(&PathElement::new(sample, look.color.stroke_width(3)))?;
            }
            write(canvas, &label, (x + 32, y - 7), 13, INK, HPos::Left)?;
        }
        Ok(())
    }

    /// Each server's label and where it stands, in as many rows as it takes.
    fn legend(&self) -> Vec<(String, (i32, i32))> {
        let (mut x, mut y) = (24, 84);
        let mut place = |server: &StudyServer| {
            let label = match server.weight {
                0 => server.name.clone(),
                weight => format!("{} (weight {weight})", server.name),
            };
            let length = 50 + text_width(&label, 13);
            if x > 24 && x + length > WIDTH as i32 {
                (x, y) = (24, y + 20);
            }
            let at = (x, y);
            x += length;
            (label, at)
        };
        self.study.servers.iter().map(&mut place).collect()
    }

    /// Where the panels begin.
    fn head(&self) -> u32 {
        let last = if self.has_lines() { self.legend().last().map(|&(_, (_, y))| y as u32) } else { None };
        last.map_or(HEAD, |last| (last + 30).max(HEAD))
    }

    /// Which colour is which load.
    fn color_legend(&self, canvas: &Canvas<'_>) -> Drawn {
        const LENGTH: i32 = 480;
        write(canvas, self.what.axis(), (24, 76), 13, INK, HPos::Left)?;
        let left = 200;
        for step in 0..32 {
            let corners = [(left + step * LENGTH / 32, 76), (left + (step + 1) * LENGTH / 32, 90)];
            canvas.draw(&Rectangle::new(corners, cividis(f64::from(step) / 31.0).filled()))?;
        }
        for level in self.level.ticks(8) {
            let x = left + (self.level.part(level) * f64::from(LENGTH)) as i32;
            canvas.draw(&PathElement::new(vec![(x, 90), (x, 94)], INK.stroke_width(1)))?;
            write(canvas, &plain(level), (x, 95), 12, INK, HPos::Center)?;
        }
        let above = match self.what.brightest() {
            brightest if brightest < f64::MAX => {
                format!("Values above {0} look like {0}. ", plain(brightest))
            }
            _ => String::new(),
        };
        let note = format!("{above}Blank: not in the list.");
        write(canvas, &note, (left + LENGTH + 30, 76), 13, INK, HPos::Left)
    }

    /// The middle of each group's rows, counted from below, with its name.
    fn group_ticks(&self) -> Vec<(f64, String)> {
        let rows = self.panels.first().map_or(0, |panel| panel.rows.len()) as f64;
        let middle = |(name, members): (&str, Vec<usize>)| {
            let middle = members.iter().sum::<usize>() as f64 / members.len() as f64 + 0.5;
            (rows - middle / self.merged as f64, name.to_owned())
        };
        self.study.groups().into_iter().map(middle).collect()
    }

    /// What the numbered lines stand for.
    fn footer(&self) -> Vec<String> {
        let interventions = &self.study.interventions;
        let word = |(number, (at, what)): (usize, &(Time, String))| {
            let (divisor, unit) = self.unit;
            format!("{}: {} {unit} {what}", number + 1, plain(at.as_secs_f64() / divisor))
        };
        let mut words: Vec<String> = interventions.iter().enumerate().take(SPELLED).map(word).collect();
        if interventions.len() > SPELLED {
            words.push(format!("and {} more", interventions.len() - SPELLED));
        }
        words.chunks(4).map(|line| line.join(";  ")).collect()
    }
}

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;
