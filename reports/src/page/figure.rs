//! A picture with its data as a table.

use maud::{Markup, PreEscaped, html};

use super::rows::rows;
use crate::estimate::imbalance;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::number::{MISSING, plain};
use crate::output::quantity::{Scale, unresolved};
use crate::plot::OverTime;
use crate::run::metric::Metric;
use crate::study::Study;

/// What a figure shows from left to right, if values can be read under the pointer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum XAxis {
    /// Time from 0 to the horizon.
    Time,
    /// Percentiles.
    Percentile,
    /// The load.
    Load,
}

impl XAxis {
    fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Percentile => "percentile",
            Self::Load => "load",
        }
    }
}

/// A picture and what it was drawn of.
pub(super) struct Figure {
    id: String,
    svg: String,
    table: Table,
    along: Option<XAxis>,
}

/// A table: the first column names the rows.
#[derive(Default)]
pub(super) struct Table {
    headings: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    /// How far from left to right it is in the picture, 0 to 1.
    at: Option<f64>,
    cells: Vec<String>,
}

impl Figure {
    pub(super) fn new(id: impl Into<String>, svg: String, table: Table) -> Self {
        Self { id: id.into(), svg, table, along: None }
    }

    /// With values under the pointer.
    pub(super) fn along(self, axis: XAxis) -> Self {
        Self { along: Some(axis), ..self }
    }

    pub(super) fn markup(&self) -> Markup {
        let along = self.along.map(XAxis::word);
        // Some pictures have nothing to point at.
        let along = along.filter(|_| self.svg.contains("data-areas="));
        html! {
            figure id=(self.id) data-along=[along] {
                div .scroll tabindex="0" role="region" aria-label={ "Figure " (self.id) } { (PreEscaped(&self.svg)) }
                figcaption {}
                details {
                    summary { "Data of this figure" }
                    @if self.table.rows.is_empty() { p { "Nothing to show." } } @else { (self.table.markup(&self.id)) }
                }
            }
        }
    }
}

impl Table {
    pub(super) fn new(headings: impl IntoIterator<Item = String>) -> Self {
        Self { headings: headings.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row, which is `at` a part of the way from left to right in the picture.
    pub(super) fn push(&mut self, at: Option<f64>, cells: impl IntoIterator<Item = String>) {
        self.rows.push(Row { at, cells: cells.into_iter().collect() });
    }

    fn markup(&self, id: &str) -> Markup {
        html! {
            div .scroll tabindex="0" role="region" aria-label={ "Data of figure " (id) } {
                table {
                    thead { tr { @for heading in &self.headings { th scope="col" { (heading) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr data-f=[row.at.map(|at| format!("{at:.4}"))] {
                                @for (column, cell) in row.cells.iter().enumerate() {
                                    @if column == 0 { th scope="row" { (cell) } } @else { td .number { (cell) } }
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
    let headings = ["scheduler", "difference from the best", "refused or lost"].map(str::to_owned).to_vec();
    let scale = |value: f64| Scale::of(summary.ranked_by.quantity(), [value.abs()].into_iter());
    let row = |found: &SchedulerSummary| {
        let difference = found.behind_first.map(|difference| scale(difference.mean).text(Some(difference)));
        Row {
            at: None,
            cells: vec![
                found.scheduler.to_string(),
                difference.unwrap_or_else(|| MISSING.to_owned()),
                Scale::PER_CENT.text(found.estimate(Metric::Failed)),
            ],
        }
    };
    Table { headings, rows: summary.schedulers.iter().map(row).collect() }
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
            at: Some((nines - from) / (to - from)),
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
    let mut table = Table::of_schedulers("share that took longer", summary);
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
            table.rows.push(Row { at: None, cells: [name.to_owned()].into_iter().chain(cells).collect() });
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
        Row { at: None, cells: [row.name.clone()].into_iter().chain(means.iter().map(value)).collect() }
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
        table.rows.push(Row {
            at: Some(at.as_secs_f64() / study.horizon.as_secs_f64()),
            cells: [label].into_iter().chain(series.iter().map(value)).collect(),
        });
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
        Row { at: None, cells: [row.name.clone()].into_iter().chain(cells).collect() }
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
    table.push(None, ["all".to_owned()].into_iter().chain(all));
    for row in rows(study) {
        let value = |found: &SchedulerSummary| {
            let mean = row.mean(|member| found.servers[member].hit_ratio.map(|hits| hits.mean));
            format!("{} %", Scale::PER_CENT.value(mean))
        };
        table.push(None, [row.name.clone()].into_iter().chain(summary.schedulers.iter().map(value)));
    }
    table
}

/// What a decision costs under each scheduler.
pub(super) fn decision_costs(study: &Study) -> Table {
    let headings = ["scheduler", "median, ns", "lower quartile, ns", "upper quartile, ns"];
    let mut table = Table::new(headings.map(str::to_owned));
    for cost in study.quickest_first() {
        let numbers = [cost.ns_median, cost.ns_lower, cost.ns_upper].map(plain);
        table.push(None, [cost.scheduler.to_string()].into_iter().chain(numbers));
    }
    table
}

/// A number, or what stands for one that is missing.
fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| MISSING.to_owned(), plain)
}

fn time(micros: f64) -> String {
    let scale = Scale::of(ipvslab_sim::Quantity::Micros, [micros].into_iter());
    format!("{} {}", scale.value(Some(micros)), scale.unit)
}
