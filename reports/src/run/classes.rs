//! Classes of clients, told apart.

use std::fmt::Write as _;

use hdrhistogram::Histogram;
use ipvslab_schedulers::Span;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::quantity::{Scale, fold, unresolved};
use crate::output::table::{Column, render};
use crate::run::collector::{empty_histogram, record};
use crate::run::distribution::{Distribution, Quantile};
use crate::study::Study;

/// What one run meant for one class of clients: of what it sent within the window.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// Connections that came; of clients whose requests are followed, requests.
    pub arrived: u64,
    /// Served to their end.
    pub finished: u64,
    /// All others, of those that came.
    pub failed_ratio: Option<f64>,
    /// From arrival to end.
    pub response_time_us_mean: Option<f64>,
    /// Its median.
    pub response_time_us_p50: Option<f64>,
    /// Its 95 % quantile.
    pub response_time_us_p95: Option<f64>,
    /// Its 99 % quantile.
    pub response_time_us_p99: Option<f64>,
}

/// What is kept of a class during a run.
#[derive(Clone, Debug)]
pub(crate) struct ClassCollector {
    arrived: u64,
    responses: Histogram<u64>,
    response_ns: u128,
}

impl ClassCollector {
    pub(crate) fn new() -> Self {
        Self { arrived: 0, responses: empty_histogram(), response_ns: 0 }
    }

    pub(crate) fn arrived(&mut self) {
        self.arrived += 1;
    }

    pub(crate) fn finished(&mut self, response: Span) {
        record(&mut self.responses, response);
        self.response_ns += u128::from(response.as_nanos());
    }

    pub(crate) fn metrics(&self) -> ClassMetrics {
        let times = Distribution::new(&self.responses, 0);
        let (arrived, finished) = (self.arrived, self.responses.len());
        ClassMetrics {
            arrived,
            finished,
            failed_ratio: (arrived > 0).then(|| (arrived - finished) as f64 / arrived as f64),
            response_time_us_mean: (finished > 0).then(|| self.response_ns as f64 / finished as f64 / 1e3),
            response_time_us_p50: times.quantile_us(Quantile::P50),
            response_time_us_p95: times.quantile_us(Quantile::P95),
            response_time_us_p99: times.quantile_us(Quantile::P99),
        }
    }
}

/// What a study says about one class under one scheduler.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct ClassSummary {
    /// Connections or requests, in all runs.
    pub arrived: u64,
    /// Those served to their end, in the run with the fewest.
    pub finished_least: u64,
    /// Those that failed, of those that came.
    pub failed_ratio: Option<Estimate>,
    /// From arrival to end.
    pub response_time_us_mean: Option<Estimate>,
    /// Its median.
    pub response_time_us_p50: Option<Estimate>,
    /// Its 95 % quantile.
    pub response_time_us_p95: Option<Estimate>,
    /// Its 99 % quantile.
    pub response_time_us_p99: Option<Estimate>,
}

impl ClassSummary {
    /// Of the runs of one scheduler.
    pub(crate) fn new(runs: &[ClassMetrics]) -> Self {
        let estimate = |value: fn(&ClassMetrics) -> Option<f64>| {
            let values: Option<Vec<f64>> = runs.iter().map(value).collect();
            Estimate::of(&values?)
        };
        Self {
            arrived: runs.iter().map(|run| run.arrived).sum(),
            finished_least: runs.iter().map(|run| run.finished).min().unwrap_or(0),
            failed_ratio: estimate(|run| run.failed_ratio),
            response_time_us_mean: estimate(|run| run.response_time_us_mean),
            response_time_us_p50: estimate(|run| run.response_time_us_p50),
            response_time_us_p95: estimate(|run| run.response_time_us_p95),
            response_time_us_p99: estimate(|run| run.response_time_us_p99),
        }
    }
}

type Field = (&'static str, fn(&ClassSummary) -> Option<Estimate>);

const TIMES: [Field; 4] = [
    ("mean", |class| class.response_time_us_mean),
    ("p50", |class| class.response_time_us_p50),
    ("p95", |class| class.response_time_us_p95),
    ("p99", |class| class.response_time_us_p99),
];

/// Classes and schedulers in the order of the table: by class, then best first.
fn pairs<'a>(study: &'a Study, summary: &'a Summary) -> Vec<(&'a str, &'a SchedulerSummary, ClassSummary)> {
    let of_class = |(number, name): (usize, &'a String)| {
        summary.schedulers.iter().map(move |found| (name.as_str(), found, found.classes[number]))
    };
    study.classes.iter().enumerate().flat_map(of_class).collect()
}

/// The table of classes for a terminal; nothing without classes.
pub(crate) fn classes_text(study: &Study, summary: &Summary, width: usize) -> String {
    let rows = pairs(study, summary);
    if rows.is_empty() {
        return String::new();
    }
    let leading = [
        Column::words("class", rows.iter().map(|(class, ..)| (*class).to_owned()).collect()),
        Column::words("scheduler", rows.iter().map(|(_, found, _)| found.scheduler.to_string()).collect()),
    ];
    let column = |(heading, value): Field, scale: Scale| {
        Column::estimates(
            heading,
            scale,
            rows.iter().map(|(_, _, class)| parts(scale, class, value(class))).collect(),
        )
    };
    let times = TIMES.map(|(heading, value)| column((heading, value), micros(&rows, value)));
    let failed = column(("failed", |class| class.failed_ratio), Scale::PER_CENT);
    let mut text = String::new();
    let _ = writeln!(text, "\n{}", fold("By class of clients, response times:", width, 0));
    text.push_str(&render(&leading, &[times.to_vec(), vec![failed]], width));
    text
}

/// A value and its half-width; of a time that is missing, of how many it would have to be.
fn parts(scale: Scale, class: &ClassSummary, found: Option<Estimate>) -> (String, String) {
    match found {
        None => (unresolved(class.finished_least), String::new()),
        Some(_) => scale.parts(found),
    }
}

fn micros(
    rows: &[(&str, &SchedulerSummary, ClassSummary)],
    value: fn(&ClassSummary) -> Option<Estimate>,
) -> Scale {
    Scale::of_micros(rows.iter().filter_map(|(_, _, class)| value(class)).map(|found| found.mean))
}

/// The same on the page.
pub(crate) fn classes_section(study: &Study, summary: &Summary) -> Markup {
    let rows = pairs(study, summary);
    let scaled = TIMES.map(|(heading, value)| (heading, micros(&rows, value), value));
    let cell = |scale: Scale, found: Option<Estimate>, least: u64| match found {
        None => html! { td .number { (unresolved(least)) } },
        Some(found) => html! { td .number data-v=(found.mean) { (scale.text(Some(found))) } },
    };
    html! {
        @if !rows.is_empty() {
            section id="classes" {
                h2 { "Classes of clients" }
                p .lead { "Who waits for whom? Response times of each class, with 95 % intervals over the replications." }
                div .scroll tabindex="0" role="region" aria-label="Response times by class" {
                    table .sortable {
                        thead { tr {
                            th scope="col" { "class" }
                            th scope="col" { "scheduler" }
                            th scope="col" .number { "came" }
                            @for (heading, scale, _) in &scaled { th scope="col" .number { (heading) ", " (scale.unit) } }
                            th scope="col" .number { "failed, %" }
                        } }
                        tbody {
                            @for (class, found, numbers) in &rows {
                                tr data-scheduler=(found.scheduler) {
                                    th scope="row" { (class) }
                                    td { (found.scheduler) }
                                    td .number data-v=(numbers.arrived) { (numbers.arrived) }
                                    @for (_, scale, value) in &scaled { (cell(*scale, value(numbers), numbers.finished_least)) }
                                    (cell(Scale::PER_CENT, numbers.failed_ratio, numbers.arrived))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
