//! The replications of a scheduler, put together.

use core::cell::OnceCell;

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Quantity;

use crate::estimate::confidence::{Estimate, TAIL};
use crate::estimate::ranking::Series;
use crate::run::distribution::Quantile;
use crate::run::metric::{Metric, Pooling, Times};
use crate::run::metrics::RunMetrics;
use crate::statistics::interval::Interval;
use crate::statistics::ratio::Ratio;
use crate::statistics::stopping::STOPPING_TAIL;
use crate::statistics::tails::{Tails, Windows};
use crate::study::{Run, Study};

/// Half of the width of a histogram's bucket, over the time.
const RESOLUTION: f64 = 5e-4;

/// The runs of a scheduler; one of them if all are alike.
#[derive(Debug)]
pub(crate) struct Replications<'a> {
    runs: Vec<&'a Run>,
    tail: f64,
    responses: OnceCell<Tails>,
    waits: OnceCell<Tails>,
}

impl<'a> Replications<'a> {
    pub(crate) fn of(study: &'a Study, scheduler: SchedulerKind) -> Self {
        let mut all = Self::every(study, scheduler);
        // Equal runs are one run: that they are equal says nothing of another day.
        if all.runs.windows(2).all(|pair| pair[0].metrics.is_alike(&pair[1].metrics)) {
            all.runs.truncate(1);
        }
        all
    }

    /// All runs, to be paired with those of another scheduler.
    pub(crate) fn every(study: &'a Study, scheduler: SchedulerKind) -> Self {
        let runs = study.runs_of(scheduler).collect();
        Self { runs, tail: tail(study), responses: OnceCell::new(), waits: OnceCell::new() }
    }

    /// The numbers of the runs.
    pub(crate) fn metrics(&self) -> Vec<&'a RunMetrics> {
        self.runs.iter().map(|run| &run.metrics).collect()
    }

    /// A metric over the replications; `None` if they do not resolve it.
    pub(crate) fn estimate(&self, metric: Metric) -> Option<Estimate> {
        match metric.info().pooling {
            Pooling::Mean => {
                let values: Option<Vec<f64>> = self.runs.iter().map(|run| metric.of(&run.metrics)).collect();
                Estimate::of_values(&values?, self.tail)
            }
            Pooling::Over(count) => {
                let ratio = self.ratio(metric, count)?;
                let all = self.runs.iter().map(|run| count(&run.metrics)).sum();
                Some(match metric.quantity() {
                    Quantity::Ratio => Estimate::of_part(&ratio, all, self.tail),
                    _ => Estimate::of_ratio(&ratio, self.tail),
                })
            }
            Pooling::Quantile(quantile, times) => {
                pooled_quantile(self.tails(times), quantile, self.tail, self.runs.len())
            }
        }
    }

    /// What each replication says of a metric, for differences between schedulers; `None` if it is not resolved.
    pub(crate) fn series(&self, metric: Metric) -> Option<Series> {
        let values = match metric.info().pooling {
            Pooling::Mean => {
                self.runs.iter().map(|run| metric.of(&run.metrics)).collect::<Option<Vec<f64>>>()?
            }
            Pooling::Over(count) => self.ratio(metric, count)?.values,
            Pooling::Quantile(quantile, times) => {
                let tails = self.tails(times);
                let values =
                    quantile.is_resolved(tails.count()).then(|| tails.values(quantile.beyond()))??;
                values.into_iter().map(|nanos| nanos / 1e3).collect()
            }
        };
        Some(self.runs.iter().map(|run| run.replication).zip(values).collect())
    }

    /// Whether windows are long enough for a quantile; `None` for other metrics and from a single replication.
    pub(crate) fn windows(&self, metric: Metric) -> Option<Windows> {
        let Pooling::Quantile(quantile, times) = metric.info().pooling else { return None };
        let tails = self.tails(times);
        quantile.is_resolved(tails.count()).then(|| tails.windows(quantile.beyond(), self.tail))?
    }

    fn ratio(&self, metric: Metric, count: fn(&RunMetrics) -> u64) -> Option<Ratio> {
        if self.runs.iter().all(|run| metric.of(&run.metrics).is_none()) {
            return None;
        }
        let part = |run: &&Run| {
            let count = count(&run.metrics) as f64;
            (metric.of(&run.metrics).unwrap_or(0.0) * count, count)
        };
        Ratio::of(&self.runs.iter().map(part).collect::<Vec<_>>())
    }

    fn tails(&self, times: Times) -> &Tails {
        let cell = match times {
            Times::Response => &self.responses,
            Times::Waiting => &self.waits,
        };
        let buckets = || self.runs.iter().map(|run| times.of(&run.metrics).buckets()).collect::<Vec<_>>();
        cell.get_or_init(|| Tails::of(&buckets()))
    }
}

/// The part of studies whose published intervals may miss on either side.
pub(crate) fn tail(study: &Study) -> f64 {
    if study.design.stopping.is_some() { STOPPING_TAIL } else { TAIL }
}

/// A quantile of all times together in microseconds; `None` if too few lie beyond it.
pub(crate) fn pooled_quantile(
    tails: &Tails,
    quantile: Quantile,
    tail: f64,
    replications: usize,
) -> Option<Estimate> {
    if !quantile.is_resolved(tails.count()) {
        return None;
    }
    let value = tails.quantile(quantile.beyond())? as f64 / 1e3;
    let ends = |found: Interval| Interval {
        low: (found.low / 1e3).min(value * (1.0 - RESOLUTION)),
        high: (found.high / 1e3).max(value * (1.0 + RESOLUTION)),
    };
    let interval = tails.interval(quantile.beyond(), tail).map(ends);
    Some(Estimate::new(value, interval, replications as u32))
}
