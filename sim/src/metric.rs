//! The numbers of a run that can be asked for: keys that scenario files and the command line share.
//!
//! What each is called in words, and where in a run it comes from, `reports` says: it has a row for each key.

/// A number of a run that an objective can be about.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MetricKey {
    /// What it is called in scenario files and on the command line.
    pub key: &'static str,
    /// Another word for it in scenario files.
    pub alias: Option<&'static str>,
    /// What it is measured in.
    pub quantity: Quantity,
    /// Of a quantile: the part of the connections that lie beyond it.
    pub beyond: Option<f64>,
    /// Without what it is not known.
    pub needs: Option<Needs>,
}

/// What kind of number a metric is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    /// Microseconds; written with a unit of time.
    Micros,
    /// A part of 1; written in per cent.
    Ratio,
    /// A number without a unit.
    Number,
}

/// What a scenario must have for a metric to be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// A director that can carry only so much.
    Capacity,
    /// A server with a cache.
    Cache,
    /// A health checker.
    HealthCheck,
}

/// All of them, in the order of the tables.
pub static METRIC_KEYS: [MetricKey; 22] = [
    time("mean"),
    quantile("p50", 0.5),
    quantile("p95", 0.05),
    quantile("p99", 0.01),
    quantile("p99.9", 0.001),
    time("wait-mean"),
    quantile("wait-p95", 0.05),
    quantile("wait-p99", 0.01),
    ratio("wait-probability"),
    number("slowdown"),
    number("in-system"),
    ratio("refused"),
    ratio("lost"),
    ratio("failed"),
    ratio("timed-out"),
    number("attempts"),
    MetricKey { needs: Some(Needs::HealthCheck), ..time("detection") },
    MetricKey { needs: Some(Needs::Cache), ..ratio("hit-ratio") },
    MetricKey { needs: Some(Needs::Capacity), ..ratio("director-busy") },
    MetricKey { needs: Some(Needs::Capacity), ..ratio("director-dropped") },
    MetricKey { alias: Some("imbalance"), ..number("max/mean") },
    number("jain"),
];

impl MetricKey {
    /// The metric of a key or of another word for it.
    pub fn read(word: &str) -> Option<&'static Self> {
        METRIC_KEYS.iter().find(|metric| metric.key == word || metric.alias == Some(word))
    }
}

const fn number(key: &'static str) -> MetricKey {
    MetricKey { key, alias: None, quantity: Quantity::Number, beyond: None, needs: None }
}

const fn ratio(key: &'static str) -> MetricKey {
    MetricKey { quantity: Quantity::Ratio, ..number(key) }
}

const fn time(key: &'static str) -> MetricKey {
    MetricKey { quantity: Quantity::Micros, ..number(key) }
}

const fn quantile(key: &'static str, beyond: f64) -> MetricKey {
    MetricKey { beyond: Some(beyond), ..time(key) }
}
