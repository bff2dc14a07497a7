//! What a study says about the classes of clients.

use serde::Serialize;

use crate::estimate::confidence::Estimate;
use crate::estimate::replications::pooled_quantile;
use crate::run::classes::ClassMetrics;
use crate::run::distribution::Quantile;
use crate::run::metrics::RunMetrics;
use crate::statistics::ratio::Ratio;
use crate::statistics::tails::Tails;

/// What a study says about one class under one scheduler.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct ClassSummary {
    /// Connections or requests, in all runs.
    pub arrived: u64,
    /// Those served to their end, in the run with the fewest.
    pub finished_least: u64,
    /// Those served to their end, in all runs.
    pub finished: u64,
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
    /// Of the class of this number in the runs of one scheduler.
    pub(crate) fn new(runs: &[&RunMetrics], number: usize, tail: f64) -> Self {
        let of_class: Vec<ClassMetrics> = runs.iter().map(|run| run.classes[number]).collect();
        let arrived: u64 = of_class.iter().map(|class| class.arrived).sum();
        let ratio = |value: fn(&ClassMetrics) -> Option<f64>, count: fn(&ClassMetrics) -> u64| {
            let part = |class: &ClassMetrics| {
                (value(class).unwrap_or(0.0) * count(class) as f64, count(class) as f64)
            };
            Ratio::of(&of_class.iter().map(part).collect::<Vec<_>>())
        };
        let times: Vec<_> = runs.iter().filter_map(|run| run.kept.class_times.get(number)).collect();
        let tails = Tails::of(&times.iter().map(|times| times.buckets()).collect::<Vec<_>>());
        let quantile = |quantile: Quantile| pooled_quantile(&tails, quantile, tail, runs.len());
        Self {
            arrived,
            finished_least: of_class.iter().map(|class| class.finished).min().unwrap_or(0),
            finished: of_class.iter().map(|class| class.finished).sum(),
            failed_ratio: ratio(|class| class.failed_ratio, |class| class.arrived)
                .map(|ratio| Estimate::of_part(&ratio, arrived, tail)),
            response_time_us_mean: ratio(|class| class.response_time_us_mean, |class| class.finished)
                .map(|ratio| Estimate::of_ratio(&ratio, tail)),
            response_time_us_p50: quantile(Quantile::P50),
            response_time_us_p95: quantile(Quantile::P95),
            response_time_us_p99: quantile(Quantile::P99),
        }
    }
}
