//! Model and kernel side by side for programs: JSON with everything, and CSV tables.

use serde::Serialize;

use super::{SideBySide, SideBySideRow, relative_difference};
use crate::error::ReportError;
use crate::output::csv::table;
use crate::output::json::{Point, written};
use crate::run::metric::Metric;
use crate::run::metrics::{RunMetrics, ServerMetrics};
use crate::run::server::StudyServer;

/// The name and version of the layout; the number grows when a reader would have to change.
pub const SIDE_BY_SIDE_SCHEMA: &str = "ipvslab.side_by_side/1";

/// What is related as the kernel's over the model's.
const RELATED: [Metric; 5] = [
    Metric::ResponseMean,
    Metric::ResponseP50,
    Metric::ResponseP95,
    Metric::ResponseP99,
    Metric::ResponseP999,
];

#[derive(Serialize)]
struct Results<'a> {
    schema: &'a str,
    tool_version: &'a str,
    scenario: Scenario<'a>,
    servers: &'a [StudyServer],
    share_difference: Option<f64>,
    schedulers: Vec<Scheduler<'a>>,
}

#[derive(Serialize)]
struct Scenario<'a> {
    name: &'a str,
    title: &'a str,
    question: &'a str,
    kernel: &'a str,
    seed: u64,
    warm_up_s: f64,
    window_s: f64,
}

#[derive(Serialize)]
struct Scheduler<'a> {
    scheduler: &'a str,
    share_difference: Option<f64>,
    share_difference_server: Option<&'a str>,
    failed_ratio_difference: Option<f64>,
    #[serde(serialize_with = "by_name")]
    relative_difference: &'a SideBySideRow,
    model: Side<'a>,
    kernel: Side<'a>,
}

#[derive(Serialize)]
struct Side<'a> {
    #[serde(flatten)]
    metrics: &'a RunMetrics,
    servers: Vec<Server<'a>>,
    response_time_us_curve: Vec<Point>,
}

#[derive(Serialize)]
struct Server<'a> {
    server: &'a str,
    #[serde(flatten)]
    metrics: &'a ServerMetrics,
}

/// Both sides as JSON. `tool_version` says who wrote it. Missing numbers are `null`.
///
/// # Errors
/// If the numbers do not fit into JSON, which would be a fault of ours.
pub fn side_by_side_json(results: &SideBySide, tool_version: &str) -> Result<String, ReportError> {
    written(&Results {
        schema: SIDE_BY_SIDE_SCHEMA,
        tool_version,
        scenario: Scenario {
            name: &results.name,
            title: &results.title,
            question: &results.question,
            kernel: &results.kernel,
            seed: results.seed,
            warm_up_s: results.warm_up.as_secs_f64(),
            window_s: results.window().as_secs_f64(),
        },
        servers: &results.servers,
        share_difference: results.share_difference(),
        schedulers: results.rows.iter().map(|row| Scheduler::of(results, row)).collect(),
    })
}

/// One row per scheduler and side, the model's first: every number of the run, as in `runs.csv`.
///
/// # Errors
/// If the numbers do not fit into CSV, which would be a fault of ours.
pub fn side_by_side_csv(results: &SideBySide) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Names<'a> {
        scheduler: &'a str,
        side: &'a str,
        share_difference: Option<f64>,
    }
    let rows = results.rows.iter().flat_map(|row| {
        let names =
            |side| Names { scheduler: row.scheduler.name(), side, share_difference: row.share_difference() };
        row.sides().map(|(side, metrics)| (names(side), metrics))
    });
    table::<(Names<'_>, &RunMetrics)>(rows)
}

/// One row a scheduler, side and real server, as in `servers.csv`.
///
/// # Errors
/// As [`side_by_side_csv`].
pub fn side_by_side_servers_csv(results: &SideBySide) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Names<'a> {
        scheduler: &'a str,
        side: &'a str,
        server: &'a str,
        group: &'a str,
        weight: i32,
        mean_weight: f64,
        weight_share_ratio: Option<f64>,
        slots: u32,
        speed: f64,
    }
    let shares = results.weight_shares();
    let sides = results.rows.iter().flat_map(|row| row.sides().map(|side| (row.scheduler, side)));
    let rows = sides.flat_map(|(scheduler, (side, metrics))| {
        results.servers.iter().zip(&metrics.servers).zip(&shares).map(
            move |((server, metrics), &weight_share_ratio)| {
                let names = Names {
                    scheduler: scheduler.name(),
                    side,
                    server: &server.name,
                    group: &server.group,
                    weight: server.weight,
                    mean_weight: server.mean_weight,
                    weight_share_ratio,
                    slots: server.slots,
                    speed: server.speed,
                };
                (names, metrics)
            },
        )
    });
    table::<(Names<'_>, &ServerMetrics)>(rows)
}

impl<'a> Scheduler<'a> {
    fn of(results: &'a SideBySide, row: &'a SideBySideRow) -> Self {
        let furthest = row.furthest().and_then(|(server, _)| results.servers.get(server));
        let failed = row.model.failed_ratio.zip(row.kernel.failed_ratio);
        Self {
            scheduler: row.scheduler.name(),
            share_difference: row.share_difference(),
            share_difference_server: furthest.map(|server| server.name.as_str()),
            failed_ratio_difference: failed.map(|(model, kernel)| kernel - model),
            relative_difference: row,
            model: Side::of(results, &row.model),
            kernel: Side::of(results, &row.kernel),
        }
    }
}

impl<'a> Side<'a> {
    fn of(results: &'a SideBySide, metrics: &'a RunMetrics) -> Self {
        let servers = results.servers.iter().zip(&metrics.servers);
        Self {
            metrics,
            servers: servers.map(|(server, metrics)| Server { server: &server.name, metrics }).collect(),
            response_time_us_curve: Point::curve(&metrics.response_times),
        }
    }
}

/// Each time's relative difference under its name.
fn by_name<S: serde::Serializer>(row: &SideBySideRow, serializer: S) -> Result<S::Ok, S::Error> {
    let related = |metric: Metric| relative_difference(metric.of(&row.model), metric.of(&row.kernel));
    serializer.collect_map(RELATED.map(|metric| (metric.name(), related(metric))))
}
