//! What there is to know about a metric.

use ipvslab_sim::MetricKey;

use crate::run::metrics::RunMetrics;

/// All there is to know about a metric.
#[derive(Clone, Copy, Debug)]
pub struct MetricInfo {
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
