//! CSV tables: a heading line, one thing a row, an empty field where a number is missing.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::run::classes::ClassMetrics;
use crate::run::metric::Metric;
use crate::run::metrics::{CacheUse, OverloadMetrics, RunMetrics, ServerMetrics};
use crate::study::Study;

/// One row a run: every number of it.
///
/// # Errors
/// If the numbers do not fit into CSV, which would be a fault of ours.
pub fn runs_csv(study: &Study) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Names<'a> {
        scheduler: &'a str,
        replication: u32,
    }
    let any_overload = study.runs.iter().any(|run| run.metrics.overload.is_some());
    let rows = study.runs.iter().map(|run| {
        let names = Names { scheduler: run.scheduler.name(), replication: run.replication };
        let RunMetrics { reactions, caches, carried, .. } = &run.metrics;
        let (caches, carried) = (Perhaps(caches.as_ref()), Perhaps(carried.as_ref()));
        let overload = Perhaps(any_overload.then(|| OverloadColumns::of(run.metrics.overload)));
        (names, &run.metrics, Perhaps(reactions.as_ref()), caches, carried, overload)
    });
    table(rows)
}

/// Columns that are there in all rows or in none.
#[derive(Clone, Copy)]
struct Perhaps<T>(Option<T>);

impl<T: Serialize> Serialize for Perhaps<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(columns) => columns.serialize(serializer),
            None => serializer.serialize_struct("Perhaps", 0)?.end(),
        }
    }
}

/// The columns of a server's cache; empty fields for a server without one.
#[derive(Serialize)]
struct CacheColumns {
    cache_hits: Option<u64>,
    cache_misses: Option<u64>,
    hit_ratio: Option<f64>,
}

impl CacheColumns {
    fn of(cache: Option<CacheUse>) -> Self {
        Self {
            cache_hits: cache.map(|cache| cache.cache_hits),
            cache_misses: cache.map(|cache| cache.cache_misses),
            hit_ratio: cache.and_then(|cache| cache.hit_ratio),
        }
    }
}

/// The columns of runs of which some were ended early; empty fields for a run that was not.
#[derive(Serialize)]
struct OverloadColumns {
    overloaded_since_s: Option<f64>,
    in_progress: Option<u64>,
    arrivals_per_s: Option<f64>,
    finished_per_s: Option<f64>,
}

impl OverloadColumns {
    fn of(overload: Option<OverloadMetrics>) -> Self {
        Self {
            overloaded_since_s: overload.map(|overload| overload.overloaded_since_s),
            in_progress: overload.map(|overload| overload.in_progress),
            arrivals_per_s: overload.map(|overload| overload.arrivals_per_s),
            finished_per_s: overload.map(|overload| overload.finished_per_s),
        }
    }
}

/// One row a run and real server.
///
/// # Errors
/// As [`runs_csv`].
pub fn servers_csv(study: &Study) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Names<'a> {
        scheduler: &'a str,
        replication: u32,
        server: &'a str,
        group: &'a str,
        weight: i32,
        mean_weight: f64,
        weight_share_ratio: Option<f64>,
        slots: u32,
        speed: f64,
    }
    let shares = study.weight_shares();
    let shares = &shares;
    let rows = study.runs.iter().flat_map(|run| {
        study.servers.iter().zip(&run.metrics.servers).zip(shares).map(
            move |((server, metrics), &weight_share_ratio)| {
                let names = Names {
                    scheduler: run.scheduler.name(),
                    replication: run.replication,
                    server: &server.name,
                    group: &server.group,
                    weight: server.weight,
                    mean_weight: server.mean_weight,
                    weight_share_ratio,
                    slots: server.slots,
                    speed: server.speed,
                };
                let cache = Perhaps(run.metrics.caches.map(|_| CacheColumns::of(metrics.cache)));
                (names, metrics, cache)
            },
        )
    });
    table::<(Names<'_>, &ServerMetrics, Perhaps<CacheColumns>)>(rows)
}

/// One row a run and class of clients.
///
/// # Errors
/// As [`runs_csv`].
pub fn classes_csv(study: &Study) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Names<'a> {
        scheduler: &'a str,
        replication: u32,
        class: &'a str,
    }
    let rows = study.runs.iter().flat_map(|run| {
        study.classes.iter().zip(&run.metrics.classes).map(|(class, metrics)| {
            (Names { scheduler: run.scheduler.name(), replication: run.replication, class }, metrics)
        })
    });
    table::<(Names<'_>, &ClassMetrics)>(rows)
}

/// One row a scheduler, sample and real server, of the earliest replication that was sampled.
///
/// # Errors
/// As [`runs_csv`].
pub fn timeline_csv(study: &Study) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Row<'a> {
        scheduler: &'a str,
        replication: u32,
        time_s: f64,
        server: &'a str,
        listed: bool,
        weight: i32,
        active: i32,
        inactive: i32,
        in_system: u32,
        in_service: u32,
        assigned: u64,
    }
    let runs = study.schedulers.iter().filter_map(|&scheduler| study.sampled_run(scheduler));
    let rows = runs.flat_map(|run| {
        run.metrics.timeline.samples().flat_map(move |(at, loads)| {
            study.servers.iter().zip(loads).map(move |(server, load)| Row {
                scheduler: run.scheduler.name(),
                replication: run.replication,
                time_s: at.as_secs_f64(),
                server: &server.name,
                listed: load.listed,
                weight: load.weight,
                active: load.active,
                inactive: load.inactive,
                in_system: load.in_system,
                in_service: load.in_service,
                assigned: load.assigned,
            })
        })
    });
    table(rows)
}

/// One row a scheduler, best first: every estimate, half the width of its interval, and its ends.
///
/// # Errors
/// As [`runs_csv`].
pub fn summary_csv(summary: &Summary) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let own = ["scheduler", "rank_from", "rank_to", "replications"].map(str::to_owned);
    let metrics: Vec<Metric> = summary.metrics().collect();
    let names = metrics
        .iter()
        .map(|metric| ["", "_half_width", "_low", "_high"].map(|end| format!("{}{end}", metric.name())));
    writer.write_record(own.into_iter().chain(names.flatten()))?;
    for scheduler in &summary.schedulers {
        let own = [
            scheduler.scheduler.name().to_owned(),
            scheduler.rank_from.to_string(),
            scheduler.rank_to.to_string(),
            scheduler.replications.to_string(),
        ];
        let numbers = metrics.iter().map(|&metric| {
            let estimate = scheduler.estimate(metric);
            with_ends(estimate)
        });
        writer.write_record(own.into_iter().chain(numbers.flatten()))?;
    }
    finish(writer)
}

/// A value, half the width of its interval and the interval's ends; empty where one is not known.
pub(crate) fn with_ends(estimate: Option<Estimate>) -> [String; 4] {
    let text = |number: Option<f64>| {
        number.filter(|number| number.is_finite()).map_or_else(String::new, |number| number.to_string())
    };
    let interval = estimate.and_then(|found| found.interval);
    [
        text(estimate.map(|found| found.mean)),
        text(estimate.and_then(|found| found.half_width)),
        text(interval.map(|ends| ends.low)),
        text(interval.map(|ends| ends.high)),
    ]
}

pub(crate) fn table<Row: Serialize>(rows: impl Iterator<Item = Row>) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    finish(writer)
}

pub(crate) fn finish(writer: csv::Writer<Vec<u8>>) -> Result<String, ReportError> {
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8(bytes).expect("only text was written"))
}
