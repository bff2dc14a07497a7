//! What a study says about the classes of clients.

use serde::Serialize;

use crate::estimate::confidence::Estimate;
use crate::run::classes::ClassMetrics;

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
