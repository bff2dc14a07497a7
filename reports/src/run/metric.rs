//! The numbers that are compared between schedulers: a row for each, and nothing about any of them elsewhere.

use core::fmt;
use core::str::FromStr;

use ipvslab_sim::{METRIC_KEYS, MetricKey, Quantity};

use crate::run::metric_info::{Better, Heading, MetricInfo, Shown};
use crate::run::metrics::RunMetrics;

/// A number of a run that a study estimates and ranks by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Metric {
    /// Mean response time.
    ResponseMean,
    /// Median response time.
    ResponseP50,
    /// 95 % quantile of the response time.
    ResponseP95,
    /// 99 % quantile of the response time.
    #[default]
    ResponseP99,
    /// 99.9 % quantile of the response time.
    ResponseP999,
    /// Mean waiting time.
    WaitingMean,
    /// 95 % quantile of the waiting time.
    WaitingP95,
    /// 99 % quantile of the waiting time.
    WaitingP99,
    /// Probability of waiting.
    WaitingProbability,
    /// Mean slowdown.
    SlowdownMean,
    /// Mean number of connections in the system.
    InSystemMean,
    /// Refused connections, of those that came.
    Refused,
    /// Lost connections, of those that came.
    Lost,
    /// Refused or lost connections, of those that came.
    Failed,
    /// Requests of clients that react that got no answer in time, of those that came.
    TimedOut,
    /// Connections tried for each request of clients that react.
    Attempts,
    /// From a server's breaking to its being taken out.
    Detection,
    /// Connections whose server had their object in its cache, of those that a server with a cache took.
    HitRatio,
    /// The part of the time that a director was busy that can carry only so much.
    DirectorBusy,
    /// SYNs that such a director dropped, of those that came.
    DirectorDropped,
    /// The largest relative share of a server.
    MaxToMean,
    /// Jain's index of the relative shares.
    JainIndex,
}

/// By metric, in the order of the tables.
static METRICS: [(Metric, MetricInfo); METRIC_KEYS.len()] = [
    (
        Metric::ResponseMean,
        MetricInfo {
            key: key("mean"),
            name: "response_time_us_mean",
            words: "mean response time",
            heading: Heading::Times("mean"),
            label: "response time, mean",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.response_time_us_mean,
        },
    ),
    (
        Metric::ResponseP50,
        MetricInfo {
            key: key("p50"),
            name: "response_time_us_p50",
            words: "median response time",
            heading: Heading::Times("p50"),
            label: "p50",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.response_time_us_p50,
        },
    ),
    (
        Metric::ResponseP95,
        MetricInfo {
            key: key("p95"),
            name: "response_time_us_p95",
            words: "p95 response time",
            heading: Heading::Times("p95"),
            label: "p95",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.response_time_us_p95,
        },
    ),
    (
        Metric::ResponseP99,
        MetricInfo {
            key: key("p99"),
            name: "response_time_us_p99",
            words: "p99 response time",
            heading: Heading::Times("p99"),
            label: "p99",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.response_time_us_p99,
        },
    ),
    (
        Metric::ResponseP999,
        MetricInfo {
            key: key("p99.9"),
            name: "response_time_us_p999",
            words: "p99.9 response time",
            heading: Heading::Times("p99.9"),
            label: "p99.9",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.response_time_us_p999,
        },
    ),
    (
        Metric::WaitingMean,
        MetricInfo {
            key: key("wait-mean"),
            name: "waiting_time_us_mean",
            words: "mean waiting time",
            heading: Heading::None,
            label: "waiting time, mean",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.waiting_time_us_mean,
        },
    ),
    (
        Metric::WaitingP95,
        MetricInfo {
            key: key("wait-p95"),
            name: "waiting_time_us_p95",
            words: "p95 waiting time",
            heading: Heading::None,
            label: "p95",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.waiting_time_us_p95,
        },
    ),
    (
        Metric::WaitingP99,
        MetricInfo {
            key: key("wait-p99"),
            name: "waiting_time_us_p99",
            words: "p99 waiting time",
            heading: Heading::None,
            label: "p99",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.waiting_time_us_p99,
        },
    ),
    (
        Metric::WaitingProbability,
        MetricInfo {
            key: key("wait-probability"),
            name: "waiting_probability",
            words: "probability of waiting",
            heading: Heading::None,
            label: "connections that wait",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.waiting_probability,
        },
    ),
    (
        Metric::SlowdownMean,
        MetricInfo {
            key: key("slowdown"),
            name: "slowdown_mean",
            words: "mean slowdown",
            heading: Heading::None,
            label: "slowdown, mean",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.slowdown_mean,
        },
    ),
    (
        Metric::InSystemMean,
        MetricInfo {
            key: key("in-system"),
            name: "in_system_mean",
            words: "mean number in the system",
            heading: Heading::None,
            label: "in the system, mean",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| Some(run.in_system_mean),
        },
    ),
    (
        Metric::Refused,
        MetricInfo {
            key: key("refused"),
            name: "refused_ratio",
            words: "part refused",
            heading: Heading::Shares("refused"),
            label: "refused",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.refused_ratio,
        },
    ),
    (
        Metric::Lost,
        MetricInfo {
            key: key("lost"),
            name: "lost_ratio",
            words: "part lost",
            heading: Heading::Shares("lost"),
            label: "lost",
            better: Better::Less,
            shown: Shown::WhereAny,
            of: |run| run.lost_ratio,
        },
    ),
    (
        Metric::Failed,
        MetricInfo {
            key: key("failed"),
            name: "failed_ratio",
            words: "part refused or lost",
            heading: Heading::None,
            label: "refused or lost",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.failed_ratio,
        },
    ),
    (
        Metric::TimedOut,
        MetricInfo {
            key: key("timed-out"),
            name: "timed_out_ratio",
            words: "part timed out",
            heading: Heading::Shares("timed out"),
            label: "timed out",
            better: Better::Less,
            shown: Shown::WhereKnown,
            of: |run| run.reactions.and_then(|reactions| reactions.timed_out_ratio),
        },
    ),
    (
        Metric::Attempts,
        MetricInfo {
            key: key("attempts"),
            name: "attempts_per_request",
            words: "attempts per request",
            heading: Heading::Shares("attempts"),
            label: "attempts per request",
            better: Better::Less,
            shown: Shown::WhereKnown,
            of: |run| run.reactions.and_then(|reactions| reactions.attempts_per_request),
        },
    ),
    (
        Metric::Detection,
        MetricInfo {
            key: key("detection"),
            name: "detection_time_us_mean",
            words: "time to detection",
            heading: Heading::Shares("detected"),
            label: "time to detection",
            better: Better::Less,
            shown: Shown::WhereKnown,
            of: |run| run.reactions.and_then(|reactions| reactions.detection_time_us_mean),
        },
    ),
    (
        Metric::HitRatio,
        MetricInfo {
            key: key("hit-ratio"),
            name: "hit_ratio",
            words: "hit ratio of the caches",
            heading: Heading::Shares("hits"),
            label: "hits of the caches",
            better: Better::More,
            shown: Shown::WhereKnown,
            of: |run| run.caches.and_then(|caches| caches.hit_ratio),
        },
    ),
    (
        Metric::DirectorBusy,
        MetricInfo {
            key: key("director-busy"),
            name: "director_utilisation_ratio",
            words: "utilisation of the director",
            heading: Heading::Shares("director"),
            label: "director busy",
            better: Better::Less,
            shown: Shown::WhereKnown,
            of: |run| run.carried.and_then(|carried| carried.director_utilisation_ratio),
        },
    ),
    (
        Metric::DirectorDropped,
        MetricInfo {
            key: key("director-dropped"),
            name: "director_dropped_ratio",
            words: "part of the SYNs that the director dropped",
            heading: Heading::Shares("dropped"),
            label: "SYNs dropped by it",
            better: Better::Less,
            shown: Shown::WhereKnown,
            of: |run| run.carried.and_then(|carried| carried.director_dropped_ratio),
        },
    ),
    (
        Metric::MaxToMean,
        MetricInfo {
            key: key("max/mean"),
            name: "imbalance_max_to_mean",
            words: "imbalance (max/mean)",
            heading: Heading::Shares("max/mean"),
            label: "imbalance, max/mean",
            better: Better::Less,
            shown: Shown::Always,
            of: |run| run.imbalance_max_to_mean,
        },
    ),
    (
        Metric::JainIndex,
        MetricInfo {
            key: key("jain"),
            name: "imbalance_jain_index",
            words: "Jain index",
            heading: Heading::Shares("Jain"),
            label: "Jain index",
            better: Better::More,
            shown: Shown::Always,
            of: |run| run.imbalance_jain_index,
        },
    ),
];

impl Metric {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; METRICS.len()] = {
        let mut all = [Self::ResponseMean; METRICS.len()];
        let mut row = 0;
        while row < METRICS.len() {
            all[row] = METRICS[row].0;
            assert!(all[row] as usize == row, "rows are in the order of the metrics");
            let key = METRICS[row].1.key;
            assert!(is_same(key.key.as_bytes(), METRIC_KEYS[row].key.as_bytes()), "and of the keys");
            row += 1;
        }
        all
    };

    /// Everything about it.
    pub const fn info(self) -> &'static MetricInfo {
        &METRICS[self as usize].1
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
