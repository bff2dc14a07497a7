//! Each real server over time, one panel a scheduler: who is overloaded, and when. Up to 12 servers are lines; more are
//! rows of a heat map.

mod panel;

use std::collections::BTreeMap;

use plotters::prelude::RGBColor;

use super::axis::{Axis, Kind};
use super::bent::Level;
use super::canvas::{hexadecimal, shortened};
use super::palette::{cividis, diverging, server as server_look};
use super::panels::{Key, Panel, Panels};
use super::picture::Caption;
use super::time_panel::{Layer, Time, TimePanel};
use crate::error::ReportError;
use crate::estimate::disruption::described;
use crate::estimate::summary::Summary;
use crate::number::plain;
use crate::study::{Run, Study};
use panel::Means;
pub use panel::OverTime;

/// More servers than this are shown as a heat map.
const LINES: usize = 12;
/// More servers than this share rows of the heat map, each showing its most loaded server.
const ROWS: usize = 100;
/// Points of a line, at most.
const POINTS: usize = 60;
/// Cells of all heat maps together, at most, if that leaves enough for each.
const CELLS: usize = 14_000;
/// Colours of a heat map.
const STEPS: usize = 32;

struct Servers<'a> {
    study: &'a Study,
    what: OverTime,
    panels: Vec<Means>,
    /// How many servers share a row.
    merged: usize,
    level: Level,
    time: Time,
}

/// Every real server over time, for each scheduler that was sampled.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn over_time_svg(study: &Study, summary: &Summary, what: OverTime) -> Result<String, ReportError> {
    over_time(study, summary, what).file()
}

pub(crate) fn over_time<'a>(study: &'a Study, summary: &Summary, what: OverTime) -> Panels<'a> {
    let servers = Servers::of(study, summary, what);
    let mut subtitle = what.meaning().to_owned();
    subtitle.push_str(match servers.has_lines() {
        true => " Means over bins of time of the first replication; pale: from the least to the most of any server. Grey: warm-up.",
        false => " A row a server, the first replication. Blank: not in the list.",
    });
    if servers.merged > 1 {
        subtitle.push_str(&format!(" Each row is the greatest of {} servers.", servers.merged));
    }
    if servers.panels.len() > 1 {
        subtitle.push_str(" First is the scheduler with the highest peak.");
    }
    let panel = |means: &Means| Panel {
        scheduler: Some(means.scheduler),
        heading: means.scheduler.to_string(),
        paint: Box::new(servers.panel(means)),
    };
    Panels {
        caption: Caption {
            picture: "servers over time",
            title: what.title().to_owned(),
            of: study.title.clone(),
            subtitle,
        },
        axis: what.axis().to_owned(),
        keys: if servers.has_lines() { servers.lines() } else { servers.colors() },
        list: servers.panels.iter().map(panel).collect(),
        rows: servers.rows(),
        footer: described(study),
    }
}

impl<'a> Servers<'a> {
    fn of(study: &'a Study, summary: &Summary, what: OverTime) -> Self {
        let runs: Vec<&Run> =
            summary.schedulers.iter().filter_map(|found| study.sampled_run(found.scheduler)).collect();
        let servers = study.servers.len();
        let merged = servers.div_ceil(ROWS);
        let rows = servers.div_ceil(merged.max(1));
        let bins = if servers <= LINES { POINTS } else { (CELLS / (runs.len() * rows).max(1)).clamp(14, 90) };
        let mut panels: Vec<Means> =
            runs.into_iter().map(|run| Means::of(study, run, what, merged, bins)).collect();
        panels.sort_by(|a, b| b.peak().total_cmp(&a.peak()));
        let loads = panels.iter().flat_map(|panel| panel.rows.iter().flatten().flatten().copied());
        // In a heat map, a server that falls behind for ever would leave no colours for the others.
        let most = if servers <= LINES { f64::MAX } else { what.brightest() };
        let level = Level::of(loads.map(|load| load.min(most)));
        Self { study, what, panels, merged, level, time: Time::of(study) }
    }

    fn has_lines(&self) -> bool {
        self.study.servers.len() <= LINES
    }

    fn panel(&self, means: &Means) -> TimePanel {
        let time = self.time.clone();
        if self.has_lines() {
            return TimePanel { time, y: self.level.axis(6), down: 170, layers: self.curves(means) };
        }
        let count = means.rows.len();
        let each = (240 / count).clamp(4, 12) as u32;
        let every = 14usize.div_ceil(each as usize);
        let place = |row: usize| count as f64 - row as f64 - 0.5;
        let named = |row: usize| {
            let name = &self.study.servers[row * self.merged].name;
            (place(row), shortened(name, 72, 12))
        };
        let mut time = time;
        time.warm_up = 0.0;
        TimePanel {
            time,
            y: Axis::new(Kind::Names, 0.0..count as f64, (0..count).step_by(every).map(named)),
            down: each * count as u32,
            layers: self.heat(means, f64::from(each), place),
        }
    }

    /// The pale band from the least to the most, and a line a server.
    fn curves(&self, means: &Means) -> Vec<Layer> {
        let end = self.time.axis.end();
        let bins = means.spread.len();
        let width = end / bins.max(1) as f64;
        let middle = |bin: usize| (bin as f64 + 0.5) * width;
        let spread = |(bin, ends): (usize, &Option<[f64; 2]>)| {
            ends.map(|ends| (middle(bin), ends.map(|end| self.level.place(end))))
        };
        let band = Layer::Band {
            stretches: stretches(means.spread.iter().enumerate().map(spread)),
            color: RGBColor(0x59, 0x59, 0x59),
            opacity: 0.14,
        };
        let line = |(server, loads): (usize, &Vec<Option<f64>>)| {
            let point =
                |(bin, load): (usize, &Option<f64>)| load.map(|load| (middle(bin), self.level.place(load)));
            let stretches = stretches(loads.iter().enumerate().map(point));
            Layer::Line { stretches, look: server_look(server), width: 1.5, key: server }
        };
        [band].into_iter().chain(means.rows.iter().enumerate().map(line)).collect()
    }

    fn heat(&self, means: &Means, thick: f64, place: impl Fn(usize) -> f64) -> Vec<Layer> {
        let end = self.time.axis.end();
        let mut strokes: BTreeMap<usize, Vec<[f64; 3]>> = BTreeMap::new();
        for (row, loads) in means.rows.iter().enumerate() {
            let width = end / loads.len().max(1) as f64;
            let step = |load: &Option<f64>| load.map(|load| self.step(load));
            // Neighbours of one colour are one stroke.
            let mut from = 0;
            while from < loads.len() {
                let shade = step(&loads[from]);
                let to = from + loads[from..].iter().take_while(|load| step(load) == shade).count();
                if let Some(shade) = shade {
                    let ends = [from as f64 * width, to as f64 * width, place(row)];
                    strokes.entry(shade).or_default().push(ends);
                }
                from = to;
            }
        }
        let layer = |(step, strokes): (usize, Vec<[f64; 3]>)| {
            let level = plain((100.0 * self.value(step)).round() / 100.0);
            Layer::Heat { strokes, color: self.color(step), thick, level }
        };
        strokes.into_iter().map(layer).collect()
    }

    /// Which colour a value has.
    fn step(&self, value: f64) -> usize {
        (self.level.part(value) * (STEPS - 1) as f64).round() as usize
    }

    /// About which value has a colour.
    fn value(&self, step: usize) -> f64 {
        self.level.value(step as f64 / (STEPS - 1) as f64)
    }

    fn color(&self, step: usize) -> RGBColor {
        match self.what {
            // All slots busy and nobody waiting is the middle.
            OverTime::Load => {
                let (value, most) = (self.value(step), self.value(STEPS - 1).max(1.0));
                let part =
                    if value <= 1.0 { value / 2.0 } else { 0.5 + 0.5 * (value.ln() / most.ln().max(1e-9)) };
                diverging(part)
            }
            OverTime::Active | OverTime::Inactive => cividis(step as f64 / (STEPS - 1) as f64),
        }
    }

    /// The names of the rows of a heat map: of servers, or of the first of those that share a row.
    fn rows(&self) -> Vec<String> {
        if self.has_lines() {
            return Vec::new();
        }
        self.study.servers.iter().step_by(self.merged).map(|server| server.name.clone()).collect()
    }

    /// Which line is which server.
    fn lines(&self) -> Vec<Key> {
        let key = |(number, server): (usize, &crate::run::server::StudyServer)| {
            let label = match server.weight {
                0 => server.name.clone(),
                weight => format!("{} (weight {weight})", server.name),
            };
            Key { sample: super::palette::sample(server_look(number)), label }
        };
        self.study.servers.iter().enumerate().map(key).collect()
    }

    /// Which colour is which value.
    fn colors(&self) -> Vec<Key> {
        let most = self.value(STEPS - 1);
        let beyond = most >= self.what.brightest();
        let key = |level: f64| {
            let color = hexadecimal(self.color(self.step(level)));
            let more = if beyond && level >= most { " and more" } else { "" };
            Key {
                sample: format!("<rect width=\"30\" height=\"14\" fill=\"{color}\"/>"),
                label: format!("{}{more}", plain((100.0 * level).round() / 100.0)),
            }
        };
        let ticks = self.level.ticks(6);
        // The greatest is named too, unless a tick is near it.
        let last = ticks.last().copied().unwrap_or(0.0);
        let greatest = (self.step(last) + 3 < STEPS).then_some(most);
        ticks.into_iter().chain(greatest).map(key).collect()
    }
}

/// What follows each other without a gap.
pub(super) fn stretches<T: Copy>(points: impl Iterator<Item = Option<T>>) -> Vec<Vec<T>> {
    let points: Vec<Option<T>> = points.collect();
    let stretches = points.split(|point| point.is_none()).filter(|stretch| !stretch.is_empty());
    stretches.map(|stretch| stretch.iter().flatten().copied().collect()).collect()
}
