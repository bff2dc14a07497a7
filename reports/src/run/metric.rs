//! The numbers that are compared between schedulers, and what there is to know about one.

use ipvslab_sim::MetricKey;

use crate::run::distribution::{Distribution, Quantile};
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
    /// Utilisation of a capacity-limited director.
    DirectorBusy,
    /// SYNs that such a director dropped, of those that came.
    DirectorDropped,
    /// The largest relative share of a server.
    MaxToMean,
    /// Jain's index of the relative shares.
    JainIndex,
}

/// All there is to know about a metric.
#[derive(Clone, Copy, Debug)]
pub struct MetricInfo {
    /// Which it is.
    pub metric: Metric,
    /// What it is called on a command line and in scenario files, and what it is measured in.
    pub key: &'static MetricKey,
    /// What it is called in files, with its unit.
    pub name: &'static str,
    /// What it is called in a sentence.
    pub words: &'static str,
    /// What stands over its column in the table of schedulers.
    pub heading: Heading,
    /// What it is called beside its number, where a scheduler is described in depth.
    pub label: &'static str,
    /// Which way is better.
    pub better: Better,
    /// When it is shown.
    pub shown: Shown,
    /// Its value in one run.
    pub of: fn(&RunMetrics) -> Option<f64>,
    /// How replications become one value.
    pub pooling: Pooling,
}

/// How the replications of a metric become one value.
#[derive(Clone, Copy, Debug)]
pub enum Pooling {
    /// Their mean: averages over a window, which is the same for all, and indices.
    Mean,
    /// A ratio of sums: each weighs as much as the count that it is an average over.
    Over(fn(&RunMetrics) -> u64),
    /// The quantile of all their times together.
    Quantile(Quantile, Times),
}

/// Times of the connections that were served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Times {
    /// From arrival to end.
    Response,
    /// From arrival to the begin of service.
    Waiting,
}

impl Times {
    /// Those of a run.
    pub(crate) fn of(self, run: &RunMetrics) -> &Distribution {
        match self {
            Self::Response => &run.response_times,
            Self::Waiting => &run.kept.waiting_times,
        }
    }
}

/// The heading of a column in the table of schedulers, by the group that the column is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heading {
    /// Among the response times of the connections that were served.
    Times(&'static str),
    /// Among what became of the others, and what the servers got.
    Shares(&'static str),
    /// It has no column.
    None,
}

/// Which of two values is the better one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Better {
    /// The smaller one.
    Less,
    /// The greater one.
    More,
}

/// Which studies show a metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// All.
    Always,
    /// All; but no table has a column for it in which nothing but zeros would stand.
    WhereAny,
    /// Those in which it is known: it is about what most scenarios do not use.
    WhereKnown,
}
