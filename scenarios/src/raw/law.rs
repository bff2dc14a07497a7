//! The parameters of the laws of work.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::words::{Delimiter, Missing};

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

/// Gamma work: exactly one of `shape` and `scv`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gamma {
    /// The mean.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) mean: Option<Quoted<Duration>>,
    /// The shape; 1 is exponential, below it the tail is heavier.
    #[schemars(range(min = 0.01, max = 10_000), extend("default" = "none; or `scv`"))]
    pub(crate) shape: Option<At<f64>>,
    /// The squared coefficient of variation, 1 / shape.
    #[schemars(range(min = 0.0001, max = 100), extend("default" = "none; or `shape`"))]
    pub(crate) scv: Option<At<f64>>,
}

/// Work drawn from a column of a file: every row is as likely.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Empirical {
    /// The file: CSV or TSV, gzip or not, relative to the scenario file; a trace will do.
    #[schemars(required, length(min = 1))]
    pub(crate) file: Option<At<String>>,
    /// The character between two fields.
    #[schemars(extend("default" = "a tab for .tsv files, else a comma"))]
    pub(crate) delimiter: Option<Quoted<Delimiter>>,
    /// Whether the first line names the columns; if not, they are called 1, 2, 3 ….
    #[schemars(extend("default" = true))]
    pub(crate) header: Option<At<bool>>,
    /// The column of numbers.
    #[schemars(required, length(min = 1))]
    pub(crate) column: Option<At<String>>,
    /// The work that a 1 in the column stands for; parts of a nanosecond are kept.
    #[schemars(required, extend("x-unit" = "time per unit of the column"))]
    pub(crate) unit: Option<Quoted<Duration>>,
    /// What a number that is missing (`-` or nothing) means: `refuse` the file, or `zero`.
    #[schemars(extend("default" = "refuse"))]
    pub(crate) missing: Option<Quoted<Missing>>,
}
