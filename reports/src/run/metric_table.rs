//! Every metric in one row; nothing about any of them stands elsewhere.

use core::fmt;
use core::str::FromStr;

use ipvslab_sim::{METRIC_KEYS, MetricKey, Quantity};

use crate::run::distribution::Quantile;
use crate::run::metric::{Better, Heading, Metric, MetricInfo, Pooling, Shown, Times};
use crate::run::metrics::RunMetrics;

/// By metric, in the order of the tables.
static METRICS: [MetricInfo; METRIC_KEYS.len()] = [
    MetricInfo {
        metric: Metric::ResponseMean,
        key: key("mean"),
        name: "response_time_us_mean",
        words: "mean response time",
        heading: Heading::Times("mean"),
        label: "response time, mean",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.response_time_us_mean,
        pooling: Pooling::Over(|run| run.finished),
    },
    MetricInfo {
        metric: Metric::ResponseP50,
        key: key("p50"),
        name: "response_time_us_p50",
        words: "median response time",
        heading: Heading::Times("p50"),
        label: "p50",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.response_time_us_p50,
        pooling: Pooling::Quantile(Quantile::P50, Times::Response),
    },
    MetricInfo {
        metric: Metric::ResponseP95,
        key: key("p95"),
        name: "response_time_us_p95",
        words: "p95 response time",
        heading: Heading::Times("p95"),
        label: "p95",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.response_time_us_p95,
        pooling: Pooling::Quantile(Quantile::P95, Times::Response),
    },
    MetricInfo {
        metric: Metric::ResponseP99,
        key: key("p99"),
        name: "response_time_us_p99",
        words: "p99 response time",
        heading: Heading::Times("p99"),
        label: "p99",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.response_time_us_p99,
        pooling: Pooling::Quantile(Quantile::P99, Times::Response),
    },
    MetricInfo {
        metric: Metric::ResponseP999,
        key: key("p99.9"),
        name: "response_time_us_p999",
        words: "p99.9 response time",
        heading: Heading::Times("p99.9"),
        label: "p99.9",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.response_time_us_p999,
        pooling: Pooling::Quantile(Quantile::P999, Times::Response),
    },
    MetricInfo {
        metric: Metric::WaitingMean,
        key: key("wait-mean"),
        name: "waiting_time_us_mean",
        words: "mean waiting time",
        heading: Heading::None,
        label: "waiting time, mean",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.waiting_time_us_mean,
        pooling: Pooling::Over(|run| run.finished),
    },
    MetricInfo {
        metric: Metric::WaitingP95,
        key: key("wait-p95"),
        name: "waiting_time_us_p95",
        words: "p95 waiting time",
        heading: Heading::None,
        label: "p95",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.waiting_time_us_p95,
        pooling: Pooling::Quantile(Quantile::P95, Times::Waiting),
    },
    MetricInfo {
        metric: Metric::WaitingP99,
        key: key("wait-p99"),
        name: "waiting_time_us_p99",
        words: "p99 waiting time",
        heading: Heading::None,
        label: "p99",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.waiting_time_us_p99,
        pooling: Pooling::Quantile(Quantile::P99, Times::Waiting),
    },
    MetricInfo {
        metric: Metric::WaitingProbability,
        key: key("wait-probability"),
        name: "waiting_probability",
        words: "probability of waiting",
        heading: Heading::None,
        label: "connections that wait",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.waiting_probability,
        pooling: Pooling::Over(|run| run.finished),
    },
    MetricInfo {
        metric: Metric::SlowdownMean,
        key: key("slowdown"),
        name: "slowdown_mean",
        words: "mean slowdown",
        heading: Heading::None,
        label: "slowdown, mean",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.slowdown_mean,
        pooling: Pooling::Over(|run| run.kept.with_work),
    },
    MetricInfo {
        metric: Metric::InSystemMean,
        key: key("in-system"),
        name: "in_system_mean",
        words: "mean number in the system",
        heading: Heading::None,
        label: "in the system, mean",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| Some(run.in_system_mean),
        pooling: Pooling::Mean,
    },
    MetricInfo {
        metric: Metric::Refused,
        key: key("refused"),
        name: "refused_ratio",
        words: "refused fraction",
        heading: Heading::Shares("refused"),
        label: "refused",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.refused_ratio,
        pooling: Pooling::Over(|run| run.arrived),
    },
    MetricInfo {
        metric: Metric::Lost,
        key: key("lost"),
        name: "lost_ratio",
        words: "lost fraction",
        heading: Heading::Shares("lost"),
        label: "lost",
        better: Better::Less,
        shown: Shown::WhereAny,
        of: |run| run.lost_ratio,
        pooling: Pooling::Over(|run| run.arrived),
    },
    MetricInfo {
        metric: Metric::Failed,
        key: key("failed"),
        name: "failed_ratio",
        words: "refused or lost fraction",
        heading: Heading::None,
        label: "refused or lost",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.failed_ratio,
        pooling: Pooling::Over(|run| run.arrived),
    },
    MetricInfo {
        metric: Metric::TimedOut,
        key: key("timed-out"),
        name: "timed_out_ratio",
        words: "timed-out fraction",
        heading: Heading::Shares("timed out"),
        label: "timed out",
        better: Better::Less,
        shown: Shown::WhereKnown,
        of: |run| run.reactions.and_then(|reactions| reactions.timed_out_ratio),
        pooling: Pooling::Over(|run| run.arrived),
    },
    MetricInfo {
        metric: Metric::Attempts,
        key: key("attempts"),
        name: "attempts_per_request",
        words: "attempts per request",
        heading: Heading::Shares("attempts"),
        label: "attempts per request",
        better: Better::Less,
        shown: Shown::WhereKnown,
        of: |run| run.reactions.and_then(|reactions| reactions.attempts_per_request),
        pooling: Pooling::Over(|run| run.arrived),
    },
    MetricInfo {
        metric: Metric::Detection,
        key: key("detection"),
        name: "detection_time_us_mean",
        words: "time to detection",
        heading: Heading::Shares("detected"),
        label: "time to detection",
        better: Better::Less,
        shown: Shown::WhereKnown,
        of: |run| run.reactions.and_then(|reactions| reactions.detection_time_us_mean),
        pooling: Pooling::Over(|run| run.reactions.map_or(0, |reactions| reactions.detections)),
    },
    MetricInfo {
        metric: Metric::HitRatio,
        key: key("hit-ratio"),
        name: "hit_ratio",
        words: "hit ratio of the caches",
        heading: Heading::Shares("hits"),
        label: "hits of the caches",
        better: Better::More,
        shown: Shown::WhereKnown,
        of: |run| run.caches.and_then(|caches| caches.hit_ratio),
        pooling: Pooling::Over(|run| run.caches.map_or(0, |caches| caches.cache_hits + caches.cache_misses)),
    },
    MetricInfo {
        metric: Metric::DirectorBusy,
        key: key("director-busy"),
        name: "director_utilisation_ratio",
        words: "utilisation of the director",
        heading: Heading::Shares("director"),
        label: "director busy",
        better: Better::Less,
        shown: Shown::WhereKnown,
        of: |run| run.carried.and_then(|carried| carried.director_utilisation_ratio),
        pooling: Pooling::Mean,
    },
    MetricInfo {
        metric: Metric::DirectorDropped,
        key: key("director-dropped"),
        name: "director_dropped_ratio",
        words: "fraction of SYNs dropped at the director",
        heading: Heading::Shares("dropped"),
        label: "SYNs dropped at it",
        better: Better::Less,
        shown: Shown::WhereKnown,
        of: |run| run.carried.and_then(|carried| carried.director_dropped_ratio),
        pooling: Pooling::Over(|run| run.kept.syns),
    },
    MetricInfo {
        metric: Metric::MaxToMean,
        key: key("max/mean"),
        name: "imbalance_max_to_mean",
        words: "imbalance (max/mean)",
        heading: Heading::Shares("max/mean"),
        label: "imbalance, max/mean",
        better: Better::Less,
        shown: Shown::Always,
        of: |run| run.imbalance_max_to_mean,
        pooling: Pooling::Mean,
    },
    MetricInfo {
        metric: Metric::JainIndex,
        key: key("jain"),
        name: "imbalance_jain_index",
        words: "Jain index",
        heading: Heading::Shares("Jain"),
        label: "Jain index",
        better: Better::More,
        shown: Shown::Always,
        of: |run| run.imbalance_jain_index,
        pooling: Pooling::Mean,
    },
];

impl Metric {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; METRICS.len()] = {
        let mut all = [Self::ResponseMean; METRICS.len()];
        let mut row = 0;
        while row < METRICS.len() {
            all[row] = METRICS[row].metric;
            assert!(all[row] as usize == row, "rows are in the order of the metrics");
            let key = METRICS[row].key;
            assert!(is_same(key.key.as_bytes(), METRIC_KEYS[row].key.as_bytes()), "and of the keys");
            row += 1;
        }
        all
    };

    /// Everything about it.
    pub const fn info(self) -> &'static MetricInfo {
        &METRICS[self as usize]
    }

    /// What it is called in files, with its unit.
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// What it is called on a command line.
    pub const fn key(self) -> &'static str {
        self.info().key.key
    }

    /// What it is called in a sentence.
    pub const fn words(self) -> &'static str {
        self.info().words
    }

    /// Its value in one run.
    pub fn of(self, run: &RunMetrics) -> Option<f64> {
        (self.info().of)(run)
    }

    /// Whether it is a quantile, which needs 10 samples beyond it.
    pub(crate) const fn is_quantile(self) -> bool {
        self.info().key.beyond.is_some()
    }

    /// Whether less of it is better.
    pub const fn less_is_better(self) -> bool {
        matches!(self.info().better, Better::Less)
    }

    pub(crate) const fn quantity(self) -> Quantity {
        self.info().key.quantity
    }
}
/// The row of a key, looked up while the program is compiled.
const fn key(wanted: &str) -> &'static MetricKey {
    let mut row = 0;
    while row < METRIC_KEYS.len() {
        if is_same(METRIC_KEYS[row].key.as_bytes(), wanted.as_bytes()) {
            return &METRIC_KEYS[row];
        }
        row += 1;
    }
    panic!("METRIC_KEYS has no such key")
}

const fn is_same(left: &[u8], right: &[u8]) -> bool {
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

/// Not the key of a metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownMetric;

impl fmt::Display for UnknownMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = Metric::ALL.iter().map(|metric| metric.key()).collect();
        write!(f, "expected one of {}", keys.join(", "))
    }
}

impl core::error::Error for UnknownMetric {}

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(key: &str) -> Result<Self, UnknownMetric> {
        Self::ALL.into_iter().find(|metric| metric.key() == key).ok_or(UnknownMetric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back() {
        for metric in Metric::ALL {
            assert_eq!(metric.key().parse(), Ok(metric));
        }
        assert_eq!("p98".parse::<Metric>(), Err(UnknownMetric));
    }
}
