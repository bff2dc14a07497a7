//! `results.json`: everything that was estimated, and every run.

use ipvslab_schedulers::SchedulerKind;
use serde::Serialize;

use crate::error::ReportError;
use crate::estimate::classes::ClassSummary;
use crate::estimate::confidence::{CONFIDENCE, Estimate};
use crate::estimate::objective::{Judgement, Verdict, judge};
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::output::json_best::MayBest;
use crate::run::distribution::Distribution;
use crate::run::metric::Metric;
use crate::run::metrics::{CacheUse, DirectorUse, OverloadMetrics, Reactions, RunMetrics};
use crate::run::server::StudyServer;
use crate::statistics::interval::Interval;
use crate::study::Study;
use crate::study::design::Stopping;

/// The name and version of the layout; the number grows when a reader would have to change.
pub const SCHEMA: &str = "ipvslab.results/1";

/// The study as JSON. `tool_version` says who wrote it. Missing numbers are `null`.
///
/// # Errors
/// If the numbers do not fit into JSON, which would be a fault of ours.
pub fn json(study: &Study, summary: &Summary, tool_version: &str) -> Result<String, ReportError> {
    let results = Results {
        schema: SCHEMA,
        tool_version,
        scenario: Scenario::of(study),
        servers: &study.servers,
        varies: study.design.varies.key(),
        covers: study.design.varies.line(),
        stop_when: study.design.stopping.as_ref(),
        warnings: &study.design.warnings,
        order: Order::of(summary),
        objectives: judge(study, summary).into_iter().map(Judged::of).collect(),
        schedulers: summary
            .schedulers
            .iter()
            .map(|scheduler| Scheduler::of(study, scheduler, summary.metrics().collect()))
            .collect(),
        runs: study.runs.iter().map(Run::of).collect(),
        decision_costs: study
            .decision_costs
            .iter()
            .map(|cost| Cost {
                scheduler: cost.scheduler.name(),
                ns_median: cost.ns_median,
                ns_lower: cost.ns_lower,
                ns_upper: cost.ns_upper,
            })
            .collect(),
    };
    written(&results)
}

/// For people too: indented, and ended as a line.
pub(crate) fn written(results: &impl Serialize) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(results)?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Results<'a> {
    schema: &'a str,
    tool_version: &'a str,
    scenario: Scenario<'a>,
    servers: &'a [StudyServer],
    /// What differs between replications, and what their intervals cover.
    varies: &'a str,
    covers: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_when: Option<&'a Stopping>,
    warnings: &'a [String],
    order: Order<'a>,
    objectives: Vec<Judged<'a>>,
    schedulers: Vec<Scheduler<'a>>,
    runs: Vec<Run<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decision_costs: Vec<Cost<'a>>,
}

/// Nanoseconds of the machine that measured it; only if it was asked for.
#[derive(Serialize)]
struct Cost<'a> {
    scheduler: &'a str,
    ns_median: f64,
    ns_lower: f64,
    ns_upper: f64,
}

#[derive(Serialize)]
struct Scenario<'a> {
    name: &'a str,
    title: &'a str,
    question: &'a str,
    kernel: &'a str,
    accounting: &'a str,
    seed: u64,
    replications: u32,
    warm_up_s: f64,
    window_s: f64,
    interventions: Vec<Intervention>,
}

#[derive(Serialize)]
struct Intervention {
    time_s: f64,
    what: String,
}

#[derive(Serialize)]
struct Order<'a> {
    ranked_by: &'a str,
    confidence: f64,
    comparisons: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    may_be_best: Option<MayBest<'a>>,
    groups: Vec<Vec<&'a str>>,
    same_decisions: Vec<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Judged<'a> {
    require: &'a str,
    metric: &'a str,
    below: bool,
    limit: f64,
    scheduler: &'a str,
    verdict: Verdict,
    margin: Option<f64>,
    estimate: Option<Estimate>,
    /// Of a quantile: the part of connections that took the limit or longer.
    beyond_ratio: Option<f64>,
    beyond_ratio_interval: Option<Interval>,
    replications_needed: Option<u32>,
    /// Only where all replications are one day.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_this_day: Option<bool>,
}

impl<'a> Judged<'a> {
    fn of(judgement: Judgement<'a>) -> Self {
        let Judgement { objective, scheduler, estimate, beyond, verdict, needed, on_this_day, margin } =
            judgement;
        Self {
            require: &objective.text,
            metric: objective.metric.name(),
            below: objective.below,
            limit: objective.limit,
            scheduler: scheduler.name(),
            verdict,
            margin,
            estimate,
            beyond_ratio: beyond.map(|beyond| beyond.part),
            beyond_ratio_interval: beyond.and_then(|beyond| beyond.interval),
            replications_needed: needed,
            on_this_day,
        }
    }
}

#[derive(Serialize)]
struct Scheduler<'a> {
    scheduler: &'a str,
    rank_from: usize,
    rank_to: usize,
    tier: usize,
    behind_first: Option<Estimate>,
    replications: u32,
    finished_least: u64,
    finished: u64,
    too_short: Vec<&'a str>,
    arrived: u64,
    refused_no_server: u64,
    refused_backlog: u64,
    lost: u64,
    table_entries_peak: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reactions: Option<Counts>,
    #[serde(serialize_with = "by_name")]
    estimates: Estimates<'a>,
    servers: Vec<Server<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<Class<'a>>,
    response_time_us_curve: Vec<Point>,
}

/// Every metric of a scheduler that is shown.
pub(crate) struct Estimates<'a> {
    pub(crate) of: &'a SchedulerSummary,
    pub(crate) metrics: Vec<Metric>,
}

/// The counts of [`Reactions`], which are sums over the replications.
#[derive(Serialize)]
struct Counts {
    attempts: u64,
    failed_reset: u64,
    failed_gone: u64,
    failed_no_answer: u64,
    failed_deadline: u64,
    syns_again: u64,
    served_in_vain: u64,
    detections: u64,
}

#[derive(Serialize)]
struct Server<'a> {
    server: &'a str,
    assigned: f64,
    refused_backlog: f64,
    share_ratio: Option<Estimate>,
    relative_share: Option<Estimate>,
    utilisation_ratio: Option<Estimate>,
    in_system_mean: Option<Estimate>,
    active_mean: Option<f64>,
    active_peak: i32,
    total_peak: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    hit_ratio: Option<Estimate>,
}

/// A class of clients with its estimates.
#[derive(Serialize)]
struct Class<'a> {
    class: &'a str,
    #[serde(flatten)]
    found: &'a ClassSummary,
}

/// A point of the pooled response times: `nines` is `log10(1 / (1 - q))`.
#[derive(Serialize)]
pub(crate) struct Point {
    nines: f64,
    response_time_us: f64,
}

#[derive(Serialize)]
struct Run<'a> {
    scheduler: &'a str,
    replication: u32,
    #[serde(flatten)]
    metrics: &'a RunMetrics,
    #[serde(flatten)]
    reactions: Option<&'a Reactions>,
    #[serde(flatten)]
    caches: Option<&'a CacheUse>,
    #[serde(flatten)]
    carried: Option<&'a DirectorUse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overload: Option<&'a OverloadMetrics>,
}

impl From<Reactions> for Counts {
    fn from(sums: Reactions) -> Self {
        Self {
            attempts: sums.attempts,
            failed_reset: sums.failed_reset,
            failed_gone: sums.failed_gone,
            failed_no_answer: sums.failed_no_answer,
            failed_deadline: sums.failed_deadline,
            syns_again: sums.syns_again,
            served_in_vain: sums.served_in_vain,
            detections: sums.detections,
        }
    }
}

impl Point {
    pub(crate) fn curve(times: &Distribution) -> Vec<Self> {
        let curve = times.curve(0.0, 5.0, 0.1).into_iter();
        curve.map(|(nines, response_time_us)| Self { nines, response_time_us }).collect()
    }
}

impl<'a> Scenario<'a> {
    fn of(study: &'a Study) -> Self {
        let interventions = study
            .interventions
            .iter()
            .map(|(at, what)| Intervention { time_s: at.as_secs_f64(), what: what.clone() });
        Self {
            name: &study.name,
            title: &study.title,
            question: &study.question,
            kernel: &study.kernel,
            accounting: &study.accounting,
            seed: study.seed,
            replications: study.replications,
            warm_up_s: study.warm_up.as_secs_f64(),
            window_s: study.window().as_secs_f64(),
            interventions: interventions.collect(),
        }
    }
}

impl Order<'_> {
    fn of(summary: &Summary) -> Self {
        let names = |sets: &[Vec<SchedulerKind>]| {
            sets.iter().map(|set| set.iter().map(|scheduler| scheduler.name()).collect()).collect()
        };
        Self {
            ranked_by: summary.ranked_by.name(),
            confidence: CONFIDENCE,
            comparisons: summary.comparisons,
            may_be_best: summary.best.as_ref().map(MayBest::of),
            groups: names(&summary.groups),
            same_decisions: names(&summary.same_decisions),
        }
    }
}

impl<'a> Scheduler<'a> {
    fn of(study: &'a Study, summary: &'a SchedulerSummary, metrics: Vec<Metric>) -> Self {
        let servers = study.servers.iter().zip(&summary.servers).map(|(server, found)| Server {
            server: &server.name,
            assigned: found.assigned,
            refused_backlog: found.refused_backlog,
            share_ratio: found.share_ratio,
            relative_share: found.relative_share,
            utilisation_ratio: found.utilisation_ratio,
            in_system_mean: found.in_system_mean,
            active_mean: found.active_mean,
            active_peak: found.active_peak,
            total_peak: found.total_peak,
            hit_ratio: found.hit_ratio,
        });
        Self {
            scheduler: summary.scheduler.name(),
            rank_from: summary.rank_from,
            rank_to: summary.rank_to,
            tier: summary.tier,
            behind_first: summary.behind_first,
            replications: summary.replications,
            finished_least: summary.finished_least,
            finished: summary.finished,
            too_short: summary.too_short.iter().map(|metric| metric.name()).collect(),
            arrived: summary.arrived,
            refused_no_server: summary.refused_no_server,
            refused_backlog: summary.refused_backlog,
            lost: summary.lost,
            table_entries_peak: summary.table_entries_peak,
            reactions: summary.reactions.map(Counts::from),
            estimates: Estimates { of: summary, metrics },
            servers: servers.collect(),
            classes: study
                .classes
                .iter()
                .zip(&summary.classes)
                .map(|(class, found)| Class { class, found })
                .collect(),
            response_time_us_curve: Point::curve(&summary.response_times),
        }
    }
}

impl<'a> Run<'a> {
    fn of(run: &'a crate::study::Run) -> Self {
        let metrics = &run.metrics;
        let (reactions, caches) = (metrics.reactions.as_ref(), metrics.caches.as_ref());
        Self {
            scheduler: run.scheduler.name(),
            replication: run.replication,
            metrics,
            reactions,
            caches,
            carried: metrics.carried.as_ref(),
            overload: metrics.overload.as_ref(),
        }
    }
}

/// Every metric's estimate under its name, in the order of the tables.
pub(crate) fn by_name<S: serde::Serializer>(
    estimates: &Estimates<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let found = |&metric: &Metric| (metric.name(), estimates.of.estimate(metric));
    serializer.collect_map(estimates.metrics.iter().map(found))
}
