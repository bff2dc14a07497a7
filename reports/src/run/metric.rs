//! The numbers that are compared between schedulers, and which way is better.

use core::fmt;
use core::str::FromStr;

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

/// What kind of number a metric is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Quantity {
    /// Microseconds, shown in the unit that suits the column.
    Micros,
    /// Shown in per cent.
    Ratio,
    /// Shown as it is.
    Number,
}

impl Metric {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 22] = [
        Self::ResponseMean,
        Self::ResponseP50,
        Self::ResponseP95,
        Self::ResponseP99,
        Self::ResponseP999,
        Self::WaitingMean,
        Self::WaitingP95,
        Self::WaitingP99,
        Self::WaitingProbability,
        Self::SlowdownMean,
        Self::InSystemMean,
        Self::Refused,
        Self::Lost,
        Self::Failed,
        Self::TimedOut,
        Self::Attempts,
        Self::Detection,
        Self::HitRatio,
        Self::DirectorBusy,
        Self::DirectorDropped,
        Self::MaxToMean,
        Self::JainIndex,
    ];

    /// What it is called in files, with its unit.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResponseMean => "response_time_us_mean",
            Self::ResponseP50 => "response_time_us_p50",
            Self::ResponseP95 => "response_time_us_p95",
            Self::ResponseP99 => "response_time_us_p99",
            Self::ResponseP999 => "response_time_us_p999",
            Self::WaitingMean => "waiting_time_us_mean",
            Self::WaitingP95 => "waiting_time_us_p95",
            Self::WaitingP99 => "waiting_time_us_p99",
            Self::WaitingProbability => "waiting_probability",
            Self::SlowdownMean => "slowdown_mean",
            Self::InSystemMean => "in_system_mean",
            Self::Refused => "refused_ratio",
            Self::Lost => "lost_ratio",
            Self::Failed => "failed_ratio",
            Self::TimedOut => "timed_out_ratio",
            Self::Attempts => "attempts_per_request",
            Self::Detection => "detection_time_us_mean",
            Self::HitRatio => "hit_ratio",
            Self::DirectorBusy => "director_utilisation_ratio",
            Self::DirectorDropped => "director_dropped_ratio",
            Self::MaxToMean => "imbalance_max_to_mean",
            Self::JainIndex => "imbalance_jain_index",
        }
    }

    /// What it is called on a command line.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ResponseMean => "mean",
            Self::ResponseP50 => "p50",
            Self::ResponseP95 => "p95",
            Self::ResponseP99 => "p99",
            Self::ResponseP999 => "p99.9",
            Self::WaitingMean => "wait-mean",
            Self::WaitingP95 => "wait-p95",
            Self::WaitingP99 => "wait-p99",
            Self::WaitingProbability => "wait-probability",
            Self::SlowdownMean => "slowdown",
            Self::InSystemMean => "in-system",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Failed => "failed",
            Self::TimedOut => "timed-out",
            Self::Attempts => "attempts",
            Self::Detection => "detection",
            Self::HitRatio => "hit-ratio",
            Self::DirectorBusy => "director-busy",
            Self::DirectorDropped => "director-dropped",
            Self::MaxToMean => "max/mean",
            Self::JainIndex => "jain",
        }
    }

    /// What it is called in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ResponseMean => "mean response time",
            Self::ResponseP50 => "median response time",
            Self::ResponseP95 => "p95 response time",
            Self::ResponseP99 => "p99 response time",
            Self::ResponseP999 => "p99.9 response time",
            Self::WaitingMean => "mean waiting time",
            Self::WaitingP95 => "p95 waiting time",
            Self::WaitingP99 => "p99 waiting time",
            Self::WaitingProbability => "probability of waiting",
            Self::SlowdownMean => "mean slowdown",
            Self::InSystemMean => "mean number in the system",
            Self::Refused => "part refused",
            Self::Lost => "part lost",
            Self::Failed => "part refused or lost",
            Self::TimedOut => "part timed out",
            Self::Attempts => "attempts per request",
            Self::Detection => "time to detection",
            Self::HitRatio => "hit ratio of the caches",
            Self::DirectorBusy => "utilisation of the director",
            Self::DirectorDropped => "part of the SYNs that the director dropped",
            Self::MaxToMean => "imbalance (max/mean)",
            Self::JainIndex => "Jain index",
        }
    }

    /// Its value in one run.
    pub fn of(self, run: &RunMetrics) -> Option<f64> {
        match self {
            Self::ResponseMean => run.response_time_us_mean,
            Self::ResponseP50 => run.response_time_us_p50,
            Self::ResponseP95 => run.response_time_us_p95,
            Self::ResponseP99 => run.response_time_us_p99,
            Self::ResponseP999 => run.response_time_us_p999,
            Self::WaitingMean => run.waiting_time_us_mean,
            Self::WaitingP95 => run.waiting_time_us_p95,
            Self::WaitingP99 => run.waiting_time_us_p99,
            Self::WaitingProbability => run.waiting_probability,
            Self::SlowdownMean => run.slowdown_mean,
            Self::InSystemMean => Some(run.in_system_mean),
            Self::Refused => run.refused_ratio,
            Self::Lost => run.lost_ratio,
            Self::Failed => run.failed_ratio,
            Self::TimedOut => run.reactions.and_then(|reactions| reactions.timed_out_ratio),
            Self::Attempts => run.reactions.and_then(|reactions| reactions.attempts_per_request),
            Self::Detection => run.reactions.and_then(|reactions| reactions.detection_time_us_mean),
            Self::HitRatio => run.caches.and_then(|caches| caches.hit_ratio),
            Self::DirectorBusy => run.carried.and_then(|carried| carried.director_utilisation_ratio),
            Self::DirectorDropped => run.carried.and_then(|carried| carried.director_dropped_ratio),
            Self::MaxToMean => run.imbalance_max_to_mean,
            Self::JainIndex => run.imbalance_jain_index,
        }
    }

    /// Whether it is shown only where it is known: it is about what most scenarios do not use.
    pub(crate) const fn is_optional(self) -> bool {
        matches!(
            self,
            Self::TimedOut
                | Self::Attempts
                | Self::Detection
                | Self::HitRatio
                | Self::DirectorBusy
                | Self::DirectorDropped
        )
    }

    /// Whether it is a quantile, which needs 10 samples beyond it.
    pub(crate) const fn is_quantile(self) -> bool {
        matches!(
            self,
            Self::ResponseP50
                | Self::ResponseP95
                | Self::ResponseP99
                | Self::ResponseP999
                | Self::WaitingP95
                | Self::WaitingP99
        )
    }

    /// Whether less of it is better.
    pub const fn less_is_better(self) -> bool {
        !matches!(self, Self::JainIndex | Self::HitRatio)
    }

    pub(crate) const fn quantity(self) -> Quantity {
        match self {
            Self::ResponseMean
            | Self::ResponseP50
            | Self::ResponseP95
            | Self::ResponseP99
            | Self::ResponseP999
            | Self::WaitingMean
            | Self::WaitingP95
            | Self::WaitingP99
            | Self::Detection => Quantity::Micros,
            Self::WaitingProbability
            | Self::Refused
            | Self::Lost
            | Self::Failed
            | Self::TimedOut
            | Self::HitRatio
            | Self::DirectorBusy
            | Self::DirectorDropped => Quantity::Ratio,
            Self::SlowdownMean | Self::InSystemMean | Self::Attempts | Self::MaxToMean | Self::JainIndex => {
                Quantity::Number
            }
        }
    }
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
