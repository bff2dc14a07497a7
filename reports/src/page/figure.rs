//! A picture with its data as a table.

use maud::{Markup, PreEscaped, html};

use super::rows::rows;
use crate::error::ReportError;
use crate::estimate::flow::{Flow, FlowBin, arrivals, flow};
use crate::estimate::imbalance;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::number::{MISSING, plain};
use crate::output::quantity::{Scale, unresolved};
use crate::plot::{Form, OverTime, Panels, Picture};
use crate::run::metric::Metric;
use crate::study::Study;

/// What a figure shows from left to right, if a part of it can be looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum XAxis {
    /// Time from 0 to the horizon.
    Time,
    /// Percentiles.
    Percentile,
    /// Response times.
    Response,
    /// The load.
    Load,
}

impl XAxis {
    fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Percentile => "percentile",
            Self::Response => "response",
            Self::Load => "load",
        }
    }
}

/// A picture and what it was drawn of.
pub(super) struct Figure {
    id: String,
    title: String,
    subtitle: String,
    body: Body,
    table: Table,
    along: Option<XAxis>,
}

enum Body {
    /// As it is drawn for wide and narrow pages.
    Picture([String; 2]),
    /// As it is drawn for narrow ones only.
    Small(String),
    /// Axis, keys and panels.
    Panels { axis: String, keys: Vec<(String, String)>, panels: Vec<Markup>, rows: Option<String> },
}

/// A table: the first column names the rows.
#[derive(Default)]
pub(super) struct Table {
    headings: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    cells: Vec<String>,
}

impl Figure {
    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(super) fn new(
        id: impl Into<String>,
        picture: &Picture<'_>,
        table: Table,
    ) -> Result<Self, ReportError> {
        let body = Body::Picture([picture.svg(Form::Wide)?, picture.svg(Form::Narrow)?]);
        Ok(Self::with(id, &picture.caption.title, &picture.caption.subtitle, body, table))
    }

    /// A picture that stands beside something else.
    ///
    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(super) fn small(
        id: impl Into<String>,
        picture: &Picture<'_>,
        table: Table,
    ) -> Result<Self, ReportError> {
        let body = Body::Small(picture.svg(Form::Narrow)?);
        Ok(Self::with(id, &picture.caption.title, &picture.caption.subtitle, body, table))
    }

    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(super) fn panels(
        id: impl Into<String>,
        panels: &Panels<'_>,
        table: Table,
    ) -> Result<Self, ReportError> {
        let panel = |panel: &crate::plot::DrawnPanel| {
            html! {
                div .panel data-scheduler=[panel.scheduler] { h4 { (panel.heading) } (PreEscaped(&panel.svg)) }
            }
        };
        let keys = panels.keys.iter().map(|key| (key.sample.clone(), key.label.clone())).collect();
        let body = Body::Panels {
            axis: panels.axis.clone(),
            keys,
            panels: panels.drawn()?.iter().map(panel).collect(),
            rows: (!panels.rows.is_empty()).then(|| panels.rows.join("\n")),
        };
        Ok(Self::with(id, &panels.caption.title, &panels.caption.subtitle, body, table))
    }

    fn with(id: impl Into<String>, title: &str, subtitle: &str, body: Body, table: Table) -> Self {
        Self {
            id: id.into(),
            title: title.to_owned(),
            subtitle: subtitle.to_owned(),
            body,
            table,
            along: None,
        }
    }

    /// With a part that can be looked at, and values under the pointer.
    pub(super) fn along(self, axis: XAxis) -> Self {
        Self { along: Some(axis), ..self }
    }

    pub(super) fn markup(&self) -> Markup {
        let rows = match &self.body {
            Body::Panels { rows, .. } => rows.as_deref(),
            Body::Picture(_) | Body::Small(_) => None,
        };
        html! {
            figure id=(self.id) data-along=[self.along.map(XAxis::word)] data-rows=[rows] {
                figcaption {
                    // What stands beside the answer is not part of a section.
                    @if matches!(self.body, Body::Small(_)) { h2 { (self.title) } } @else { h3 { (self.title) } }
                    p { (self.subtitle) }
                }
                (self.pictures())
                details {
                    summary { "Data of this figure" }
                    @if self.table.rows.is_empty() { p { "There is nothing to show." } } @else { (self.table.markup(&self.id)) }
                }
            }
        }
    }

    fn pictures(&self) -> Markup {
        let label = format!("{}: arrow keys move the cursor, + and − zoom", self.title);
        let (tabindex, label) = match self.along {
            Some(_) => (Some("0"), Some(label)),
            None => (None, None),
        };
        let role = label.is_some().then_some("group");
        match &self.body {
            Body::Picture([wide, narrow]) => html! {
                div .picture tabindex=[tabindex] role=[role] aria-label=[label] { (PreEscaped(wide)) (PreEscaped(narrow)) }
            },
            Body::Small(svg) => html! { div .picture .small { (PreEscaped(svg)) } },
            Body::Panels { axis, keys, panels, .. } => html! {
                @if !keys.is_empty() {
                    ul .keys {
                        @for (sample, label) in keys {
                            li { svg width="30" height="14" viewBox="0 0 30 14" aria-hidden="true" { (PreEscaped(sample)) } (label) }
                        }
                    }
                }
                @if !axis.is_empty() { p .axis { (axis) } }
                @if panels.is_empty() { p { "There is nothing to show." } }
                div .panels tabindex=[tabindex] role=[role] aria-label=[label] { @for panel in panels { (panel) } }
            },
        }
    }
}

impl Table {
    pub(super) fn new(headings: impl IntoIterator<Item = String>) -> Self {
        Self { headings: headings.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(Row { cells: cells.into_iter().collect() });
    }

    fn markup(&self, id: &str) -> Markup {
        html! {
            div .scroll tabindex="0" role="region" aria-label={ "Data of figure " (id) } {
                table .data {
                    thead { tr { @for heading in &self.headings { th scope="col" { (heading) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for (column, cell) in row.cells.iter().enumerate() {
                                    @if column == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// A column a scheduler.
    fn of_schedulers(first: &str, summary: &Summary) -> Self {
        let names = summary.schedulers.iter().map(|found| found.scheduler.to_string());
        Self { headings: [first.to_owned()].into_iter().chain(names).collect(), rows: Vec::new() }
    }
}

/// How much worse than the best each scheduler is.
pub(super) fn differences(summary: &Summary) -> Table {
    let headings = ["scheduler", "difference to the best", "refused or lost"].map(str::to_owned).to_vec();
    let scale = |value: f64| Scale::of(summary.ranked_by.quantity(), [value.abs()].into_iter());
    let row = |found: &SchedulerSummary| {
        let difference = found.behind_first.map(|difference| scale(difference.mean).text(Some(difference)));
        Row {
            cells: vec![
                found.scheduler.to_string(),
                difference.unwrap_or_else(|| MISSING.to_owned()),
                Scale::PER_CENT.text(found.estimate(Metric::Failed)),
            ],
        }
    };
    Table { headings, rows: summary.schedulers.iter().map(row).collect() }
}

/// What part of the connections fails under each scheduler.
pub(super) fn failed(summary: &Summary) -> Table {
    let mut table = Table::new(["scheduler", "refused or lost"].map(str::to_owned));
    for found in &summary.schedulers {
        table.push([found.scheduler.to_string(), Scale::PER_CENT.text(found.estimate(Metric::Failed))]);
    }
    table
}

/// Times by percentile.
pub(super) fn percentiles(summary: &Summary) -> Table {
    const STEP: f64 = 0.1;
    let mut table = Table::of_schedulers("percentile", summary);
    let (from, to) = (std::f64::consts::LOG10_2, 4.0);
    let curves: Vec<Vec<(f64, f64)>> =
        summary.schedulers.iter().map(|found| found.response_times.curve(from, to, STEP)).collect();
    let points = curves.iter().map(Vec::len).max().unwrap_or(0);
    for point in 0..points {
        let nines = from + STEP * point as f64;
        let percentile = 100.0 * (1.0 - libm::pow(10.0, -nines));
        let decimals = (nines as usize).max(1);
        let value = |(curve, found): (&Vec<(f64, f64)>, &SchedulerSummary)| {
            let samples = found.response_times.count();
            curve.get(point).map_or_else(|| unresolved(samples), |&(_, micros)| time(micros))
        };
        table.rows.push(Row {
            cells: [format!("{percentile:.decimals$} %")]
                .into_iter()
                .chain(curves.iter().zip(&summary.schedulers).map(value))
                .collect(),
        });
    }
    table
}

/// Times that one connection in 2, 10, 100 … took longer than.
pub(super) fn beyond(summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("part that took longer", summary);
    for (nines, name) in [
        (std::f64::consts::LOG10_2, "1/2"),
        (1.0, "1/10"),
        (2.0, "1/100"),
        (3.0, "1/1 000"),
        (4.0, "1/10 000"),
        (5.0, "1/100 000"),
        (6.0, "1/1 000 000"),
    ] {
        let values: Vec<Option<f64>> = summary
            .schedulers
            .iter()
            .map(|found| found.response_times.curve(nines, nines, 1.0).first().map(|&(_, micros)| micros))
            .collect();
        if values.iter().any(Option::is_some) {
            let cells = values
                .into_iter()
                .zip(&summary.schedulers)
                .map(|(value, found)| value.map_or_else(|| unresolved(found.response_times.count()), time));
            table.rows.push(Row { cells: [name.to_owned()].into_iter().chain(cells).collect() });
        }
    }
    table
}

/// The mean over time of each server, or of the servers of each group.
pub(super) fn by_server(study: &Study, summary: &Summary, what: OverTime) -> Table {
    let mut table = Table::of_schedulers("mean over the run", summary);
    // By scheduler, then by server.
    let means: Vec<Option<Vec<f64>>> =
        summary.schedulers.iter().map(|found| means(study, found, what)).collect();
    table.rows.extend(rows(study).into_iter().map(|row| {
        let value = |means: &Option<Vec<f64>>| shown(row.mean(|member| Some(means.as_ref()?[member])));
        Row { cells: [row.name.clone()].into_iter().chain(means.iter().map(value)).collect() }
    }));
    table
}

/// Each server's mean over the samples of a scheduler's sampled run.
fn means(study: &Study, found: &SchedulerSummary, what: OverTime) -> Option<Vec<f64>> {
    let mut sums = vec![0.0; study.servers.len()];
    let mut count = 0.0;
    for (_, loads) in study.sampled_run(found.scheduler)?.metrics.timeline.samples() {
        count += 1.0;
        for ((sum, load), server) in sums.iter_mut().zip(loads).zip(&study.servers) {
            *sum += what.of(load, server);
        }
    }
    (count > 0.0).then(|| sums.into_iter().map(|sum| sum / count).collect())
}

/// Arrivals by time.
pub(super) fn loads(study: &Study) -> Table {
    let (unit, name) = study.time_unit();
    let mut table =
        Table::new([format!("from, {name}"), format!("to, {name}"), "arrivals per second".to_owned()]);
    for ([from, to], rate) in arrivals(study) {
        table.push([plain(from / unit), plain(to / unit), plain(rate)]);
    }
    table
}

/// What is told of each bin of time, of every scheduler.
pub(super) fn by_time(
    study: &Study,
    summary: &Summary,
    of: impl Fn(&FlowBin) -> Option<f64>,
    words: impl Fn(f64) -> String,
) -> Table {
    let mut table = Table::of_schedulers("time", summary);
    let (unit, name) = study.time_unit();
    let flows: Vec<Flow> = summary.schedulers.iter().map(|found| flow(study, found.scheduler)).collect();
    let mut times: Vec<[f64; 2]> =
        flows.iter().flat_map(|flow| &flow.bins).map(|bin| [bin.from, bin.to]).collect();
    times.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    times.dedup();
    for [from, to] in times {
        let value = |flow: &Flow| {
            let found = flow.bins.iter().find(|bin| bin.from == from && bin.to == to).and_then(&of);
            found.map_or_else(|| MISSING.to_owned(), &words)
        };
        let label = format!("{} to {} {name}", plain(from / unit), plain(to / unit));
        table.push([label].into_iter().chain(flows.iter().map(value)));
    }
    table
}

/// The imbalance by time.
pub(super) fn imbalance(study: &Study, summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("time", summary);
    let (unit, name) = study.time_unit();
    let series: Vec<Vec<imbalance::Imbalance>> = summary
        .schedulers
        .iter()
        .map(|found| {
            study.sampled_run(found.scheduler).map_or_else(Vec::new, |run| imbalance::over_time(study, run))
        })
        .collect();
    let mut times: Vec<_> = series.iter().flatten().map(|bin| bin.at).collect();
    times.sort();
    times.dedup();
    for at in times {
        let value = |bins: &Vec<imbalance::Imbalance>| {
            let found = bins.iter().find(|bin| bin.at == at);
            found.map_or_else(|| MISSING.to_owned(), |bin| plain(bin.max_to_mean))
        };
        let label = format!("{} {name}", plain(at.as_secs_f64() / unit));
        table.rows.push(Row { cells: [label].into_iter().chain(series.iter().map(value)).collect() });
    }
    table
}

/// Each server's share over its weight's share, or the mean of each group's.
pub(super) fn shares(study: &Study, summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("share / weight's share", summary);
    table.rows.extend(rows(study).into_iter().map(|row| {
        let value = |found: &SchedulerSummary| {
            shown(row.mean(|member| found.servers[member].relative_share.map(|share| share.mean)))
        };
        let cells = summary.schedulers.iter().map(value);
        Row { cells: [row.name.clone()].into_iter().chain(cells).collect() }
    }));
    table
}

/// The hit ratio of all caches, and of each server's, or the mean of each group's.
pub(super) fn hits(study: &Study, summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("hit ratio", summary);
    let all = summary.schedulers.iter().map(|found| {
        let estimate = found.estimate(Metric::HitRatio);
        format!("{} %", Scale::PER_CENT.value(estimate.map(|estimate| estimate.mean)))
    });
    table.push(["all".to_owned()].into_iter().chain(all));
    for row in rows(study) {
        let value = |found: &SchedulerSummary| {
            let mean = row.mean(|member| found.servers[member].hit_ratio.map(|hits| hits.mean));
            format!("{} %", Scale::PER_CENT.value(mean))
        };
        table.push([row.name.clone()].into_iter().chain(summary.schedulers.iter().map(value)));
    }
    table
}

/// What a decision costs under each scheduler.
pub(super) fn decision_costs(study: &Study) -> Table {
    let headings = ["scheduler", "median, ns", "lower quartile, ns", "upper quartile, ns"];
    let mut table = Table::new(headings.map(str::to_owned));
    for cost in study.quickest_first() {
        let numbers = [cost.ns_median, cost.ns_lower, cost.ns_upper].map(plain);
        table.push([cost.scheduler.to_string()].into_iter().chain(numbers));
    }
    table
}

/// A number, or what stands for one that is missing.
fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| MISSING.to_owned(), plain)
}

pub(super) fn time(micros: f64) -> String {
    let scale = Scale::of(ipvslab_sim::Quantity::Micros, [micros].into_iter());
    format!("{} {}", scale.value(Some(micros)), scale.unit)
}
