//! How much work a connection brings.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::words::Missing;

/// How much work a connection brings, as the time it takes alone on a server of speed 1: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Work {
    /// Always the same.
    #[schemars(extend("default" = "none"))]
    pub(crate) constant: Option<At<Constant>>,
    /// Exponentially distributed: the scv (variance over squared mean) is 1.
    #[schemars(extend("default" = "none"))]
    pub(crate) exponential: Option<At<Exponential>>,
    /// The sum of `shape` exponential parts: the scv is 1 / shape.
    #[schemars(extend("default" = "none"))]
    pub(crate) erlang: Option<At<Erlang>>,
    /// One of two exponential distributions with balanced means: the scv is above 1.
    #[schemars(extend("default" = "none"))]
    pub(crate) hyperexponential: Option<At<Hyperexponential>>,
    /// Lognormal: any scv, and a tail heavier than any exponential one.
    #[schemars(extend("default" = "none"))]
    pub(crate) lognormal: Option<At<Lognormal>>,
    /// Weibull: heavier than exponential for a shape below 1, lighter above.
    #[schemars(extend("default" = "none"))]
    pub(crate) weibull: Option<At<Weibull>>,
    /// Pareto between two bounds: the heavy tail of file sizes.
    #[schemars(extend("default" = "none"))]
    pub(crate) bounded_pareto: Option<At<BoundedPareto>>,
    /// From the columns of the trace: a constant and a cost per unit of each column.
    #[schemars(extend("default" = "none"))]
    pub(crate) trace: Option<At<TraceWork>>,
}

/// Work that is always the same.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Constant {
    /// The work.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) time: Option<Quoted<Duration>>,
}

/// Exponential work.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exponential {
    /// The mean.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) mean: Option<Quoted<Duration>>,
}

/// Erlang work.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erlang {
    /// The mean.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) mean: Option<Quoted<Duration>>,
    /// How many exponential parts it has.
    #[schemars(required, range(min = 1, max = 1000))]
    pub(crate) shape: Option<At<u32>>,
}

/// Hyperexponential work with balanced means.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hyperexponential {
    /// The mean.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) mean: Option<Quoted<Duration>>,
    /// The squared coefficient of variation.
    #[schemars(required, range(min = 1, max = 1e6))]
    pub(crate) scv: Option<At<f64>>,
}

/// Lognormal work.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lognormal {
    /// The mean.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) mean: Option<Quoted<Duration>>,
    /// The squared coefficient of variation.
    #[schemars(required, range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub(crate) scv: Option<At<f64>>,
}

/// Weibull work.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weibull {
    /// The mean.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) mean: Option<Quoted<Duration>>,
    /// The shape; 1 is exponential.
    #[schemars(required, range(min = 0.1, max = 100))]
    pub(crate) shape: Option<At<f64>>,
}

/// Bounded Pareto work.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BoundedPareto {
    /// The tail index alpha; the smaller, the heavier the tail.
    #[schemars(
        required,
        range(max = 100),
        extend("exclusiveMinimum" = 1, "x-why" = "at 1 and below, the law has no mean but for the cut at `high`")
    )]
    pub(crate) shape: Option<At<f64>>,
    /// The least work.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) low: Option<Quoted<Duration>>,
    /// The most work.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) high: Option<Quoted<Duration>>,
}

/// Work from the columns of the trace: `constant` and, for each column of `per`, its number times its cost.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceWork {
    /// What every connection costs.
    #[schemars(extend("x-unit" = "time", "default" = "0s"))]
    pub(crate) constant: Option<Quoted<Duration>>,
    /// Columns of numbers (bytes, tokens), and the work for each unit; parts of a nanosecond are kept.
    #[schemars(extend("x-unit" = "time per unit of the column", "default" = "none"))]
    pub(crate) per: Option<At<BTreeMap<String, Quoted<Duration>>>>,
    /// What a number that is missing (`-` or nothing) means: `refuse` the trace, or `zero`.
    #[schemars(extend("default" = "refuse"))]
    pub(crate) missing: Option<Quoted<Missing>>,
}
