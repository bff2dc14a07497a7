//! A sweep for programs: JSON with everything that was estimated, and CSV tables.

use serde::Serialize;

use crate::error::ReportError;
use crate::estimate::confidence::{CONFIDENCE, Estimate};
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::csv::{finish, table, with_ends};
use crate::output::json::{self, written};
use crate::run::metric::{Metric, Shown};
use crate::statistics::interval::Interval;
use crate::study::Study;
use crate::sweep::knee::{Knee, KneeFound, Knees};
use crate::sweep::loads::{LoadStudy, Sweep, utilisation};
use crate::sweep::summary::SweepSummary;

/// The name and version of the layout; the number grows when a reader would have to change.
pub const SWEEP_SCHEMA: &str = "ipvslab.sweep/1";

/// The sweep as JSON. Missing numbers are `null`.
///
/// # Errors
/// If the numbers do not fit into JSON, which would be a fault of ours.
pub fn sweep_json(sweep: &Sweep, summary: &SweepSummary) -> Result<String, ReportError> {
    let head = sweep.head();
    written(&Results {
        schema: SWEEP_SCHEMA,
        tool_version: &head.provenance.version,
        name: &head.name,
        title: &head.title,
        question: &head.question,
        seed: head.seed,
        confidence: CONFIDENCE,
        varies: head.design.varies.key(),
        covers: head.design.varies.line(),
        objectives: summary.knees.iter().map(|knees| Objective::of(sweep, knees)).collect(),
        loads: sweep.loads.iter().zip(&summary.loads).map(|(load, found)| Load::of(load, found)).collect(),
    })
}

/// One row a load and scheduler: every estimate and its half-width.
///
/// # Errors
/// As [`sweep_json`].
pub fn loads_csv(sweep: &Sweep, summary: &SweepSummary) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let own = [
        "factor",
        "arrivals_per_s",
        "load_ratio",
        "scheduler",
        "replications",
        "utilisation_ratio",
        "utilisation_ratio_half_width",
        "utilisation_ratio_low",
        "utilisation_ratio_high",
    ];
    let known =
        |metric: &Metric| summary.loads.iter().any(|load| load.metrics().any(|shown| shown == *metric));
    let metrics: Vec<Metric> = Metric::ALL.into_iter().filter(known).collect();
    let names = metrics
        .iter()
        .flat_map(|metric| ["", "_half_width", "_low", "_high"].map(|end| format!("{}{end}", metric.name())));
    writer.write_record(own.map(str::to_owned).into_iter().chain(names))?;
    for (load, found) in sweep.loads.iter().zip(&summary.loads) {
        for found in &found.schedulers {
            let own = [
                load.factor.to_string(),
                load.arrivals_per_s.to_string(),
                load.load_ratio.to_string(),
                found.scheduler.to_string(),
                found.replications.to_string(),
            ];
            let busy = with_ends(utilisation(&load.study, found.scheduler));
            let numbers = metrics.iter().flat_map(|&metric| with_ends(found.estimate(metric)));
            writer.write_record(own.into_iter().chain(busy).chain(numbers))?;
        }
    }
    finish(writer)
}

/// One row an objective and scheduler: up to which load it holds.
///
/// # Errors
/// As [`sweep_json`].
pub fn knees_csv(sweep: &Sweep, summary: &SweepSummary) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Row<'a> {
        require: &'a str,
        scheduler: &'a str,
        found: &'a str,
        arrivals_per_s: Option<f64>,
        arrivals_per_s_half_width: Option<f64>,
        arrivals_per_s_low: Option<f64>,
        arrivals_per_s_high: Option<f64>,
        load_ratio: Option<f64>,
        replications_outside: Option<u32>,
        apart_from_first: bool,
    }
    let end = |rate: Option<Estimate>, of: fn(Interval) -> f64| {
        rate?.interval.map(of).filter(|end| end.is_finite())
    };
    let rows = summary.knees.iter().flat_map(|knees| {
        let all = Objective::of(sweep, knees).schedulers;
        all.into_iter().map(move |knee| Row {
            require: &knees.objective.text,
            scheduler: knee.scheduler,
            found: knee.found,
            arrivals_per_s: knee.arrivals_per_s.map(|rate| rate.mean),
            arrivals_per_s_half_width: knee.arrivals_per_s.and_then(|rate| rate.half_width),
            arrivals_per_s_low: end(knee.arrivals_per_s, |ends| ends.low),
            arrivals_per_s_high: end(knee.arrivals_per_s, |ends| ends.high),
            load_ratio: knee.load_ratio,
            replications_outside: knee.replications_outside,
            apart_from_first: knee.apart_from_first,
        })
    });
    table(rows)
}

#[derive(Serialize)]
struct Results<'a> {
    schema: &'a str,
    tool_version: &'a str,
    name: &'a str,
    title: &'a str,
    question: &'a str,
    seed: u64,
    confidence: f64,
    varies: &'a str,
    covers: &'a str,
    objectives: Vec<Objective<'a>>,
    loads: Vec<Load<'a>>,
}

#[derive(Serialize)]
struct Objective<'a> {
    require: &'a str,
    metric: &'a str,
    below: bool,
    limit: f64,
    comparisons: usize,
    schedulers: Vec<KneeRow<'a>>,
}

#[derive(Serialize)]
struct KneeRow<'a> {
    scheduler: &'a str,
    /// `at`, `beyond`, `before` or `unresolved`.
    found: &'a str,
    arrivals_per_s: Option<Estimate>,
    load_ratio: Option<f64>,
    replications_outside: Option<u32>,
    apart_from_first: bool,
}

#[derive(Serialize)]
struct Load<'a> {
    factor: f64,
    arrivals_per_s: f64,
    load_ratio: f64,
    replications: u32,
    window_s: f64,
    schedulers: Vec<Scheduler<'a>>,
}

#[derive(Serialize)]
struct Scheduler<'a> {
    scheduler: &'a str,
    finished_least: u64,
    arrived: u64,
    utilisation_ratio: Option<Estimate>,
    #[serde(serialize_with = "json::by_name")]
    estimates: json::Estimates<'a>,
}

impl<'a> Objective<'a> {
    fn of(sweep: &Sweep, knees: &'a Knees) -> Self {
        let row = |knee: &'a Knee| {
            let (found, arrivals_per_s, replications_outside) = match knee.found {
                KneeFound::At { arrivals_per_s, outside } => ("at", Some(arrivals_per_s), Some(outside)),
                KneeFound::Beyond => ("beyond", None, None),
                KneeFound::Before => ("before", None, None),
                KneeFound::Unresolved => ("unresolved", None, None),
            };
            KneeRow {
                scheduler: knee.scheduler.name(),
                found,
                arrivals_per_s,
                load_ratio: arrivals_per_s.map(|rate| sweep.load_ratio_at(rate.mean)),
                replications_outside,
                apart_from_first: knee.apart_from_first,
            }
        };
        Self {
            require: &knees.objective.text,
            metric: knees.objective.metric.name(),
            below: knees.objective.below,
            limit: knees.objective.limit,
            comparisons: knees.comparisons,
            schedulers: knees.of.iter().map(row).collect(),
        }
    }
}

impl<'a> Load<'a> {
    fn of(load: &LoadStudy, found: &'a Summary) -> Self {
        Self {
            factor: load.factor,
            arrivals_per_s: load.arrivals_per_s,
            load_ratio: load.load_ratio,
            replications: load.study.replications,
            window_s: load.study.window().as_secs_f64(),
            schedulers: found.schedulers.iter().map(|found| Scheduler::of(&load.study, found)).collect(),
        }
    }
}

impl<'a> Scheduler<'a> {
    fn of(study: &Study, found: &'a SchedulerSummary) -> Self {
        let is_known =
            |metric: &Metric| metric.info().shown != Shown::WhereKnown || found.estimate(*metric).is_some();
        Self {
            scheduler: found.scheduler.name(),
            finished_least: found.finished_least,
            arrived: found.arrived,
            utilisation_ratio: utilisation(study, found.scheduler),
            estimates: json::Estimates {
                of: found,
                metrics: Metric::ALL.into_iter().filter(is_known).collect(),
            },
        }
    }
}
