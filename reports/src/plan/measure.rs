//! From an objective to a rule, and from a run to what the rule is decided by.

use ipvslab_schedulers::{ServerId, Span, Time};
use ipvslab_sim::{
    ConnectionId, Finished, MetricKey, Observer, Outcome, Quantity, Refusal, RequestEnd, ServerLoad,
};

use crate::plan::rule::PlanRule;
use crate::run::collector::Collector;
use crate::run::metric::Metric;
use crate::run::metrics::RunMetrics;
use crate::run::server::StudyServer;
use crate::study::objective::Objective;

impl PlanRule {
    /// A quantile becomes the part of the connections that take as long as the limit or longer, against what may; everything
    /// else is a ratio itself.
    pub fn of(objective: &Objective) -> Self {
        let key = key(objective.metric);
        match key.beyond {
            Some(beyond) => Self { allowed: beyond, below: objective.below, counts: true },
            None => Self {
                allowed: objective.limit,
                below: objective.below,
                counts: key.quantity == Quantity::Ratio && objective.metric != Metric::HitRatio,
            },
        }
    }
}

/// Collects a run, and counts what takes as long as the limits of objectives or longer: exactly, which a histogram does not.
#[derive(Clone, Debug)]
pub struct PlanCollector {
    collector: Collector,
    warm_up: Time,
    horizon: Time,
    limits: Vec<Limit>,
}

/// What is counted for an objective about a quantile.
#[derive(Clone, Copy, Debug)]
struct Limit {
    metric: Metric,
    limit: Span,
    /// Connections that took as long or longer.
    beyond: u64,
}

impl PlanCollector {
    /// For these objectives, around a collector of a run from `warm_up` to `horizon`.
    pub fn new(collector: Collector, warm_up: Time, horizon: Time, objectives: &[Objective]) -> Self {
        let limit = |objective: &Objective| Limit {
            metric: objective.metric,
            limit: Span::from_nanos((objective.limit * 1e3).round() as u64),
            beyond: 0,
        };
        Self { collector, warm_up, horizon, limits: objectives.iter().map(limit).collect() }
    }

    /// The run is over: by objective a and b of its rule, and all that was collected.
    ///
    /// # Panics
    /// As [`Collector::finish`].
    pub fn finish(self, outcome: &Outcome, servers: &[StudyServer]) -> (Vec<(f64, f64)>, RunMetrics) {
        let run = self.collector.finish(outcome, servers);
        let parts = self.limits.iter().map(|limit| match key(limit.metric).beyond {
            Some(_) => (limit.beyond as f64, run.finished as f64),
            None => parts(limit.metric, &run),
        });
        (parts.collect(), run)
    }
}

fn key(metric: Metric) -> &'static MetricKey {
    MetricKey::read(metric.key()).expect("every metric has a key")
}

/// The numerator and the denominator of a metric in a run; its value over 1 where it is no ratio of counted things.
fn parts(metric: Metric, run: &RunMetrics) -> (f64, f64) {
    let Some(value) = metric.of(run) else { return (0.0, 0.0) };
    let of = match metric {
        Metric::ResponseMean | Metric::WaitingMean | Metric::WaitingProbability | Metric::SlowdownMean => {
            run.finished
        }
        Metric::Refused | Metric::Lost | Metric::Failed | Metric::TimedOut | Metric::Attempts => run.arrived,
        _ => 1,
    };
    (value * of as f64, of as f64)
}

impl Observer for PlanCollector {
    #[inline]
    fn arrived(&mut self, now: Time, class: u16) {
        self.collector.arrived(now, class);
    }

    #[inline]
    fn refused(&mut self, now: Time, refusal: Refusal) {
        self.collector.refused(now, refusal);
    }

    #[inline]
    fn finished(&mut self, done: &Finished) {
        self.collector.finished(done);
        if self.warm_up <= done.arrived && done.arrived < self.horizon {
            for limit in &mut self.limits {
                let took = match limit.metric {
                    Metric::WaitingP95 | Metric::WaitingP99 => done.waiting_time(),
                    _ => done.response_time(),
                };
                limit.beyond += u64::from(took >= limit.limit);
            }
        }
    }

    #[inline]
    fn lost(&mut self, now: Time, connection: ConnectionId, server: ServerId, arrived: Time) {
        self.collector.lost(now, connection, server, arrived);
    }

    fn ended(&mut self, request: &RequestEnd) {
        self.collector.ended(request);
    }

    fn detected(&mut self, now: Time, server: ServerId, broken: Time) {
        self.collector.detected(now, server, broken);
    }

    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        self.collector.sampled(now, servers);
    }
}
