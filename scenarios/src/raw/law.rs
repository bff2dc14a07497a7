//! The parameters of the laws of work and sizes.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::amount::{Amount, Constant};
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::size::Size;
use crate::words::{Delimiter, Missing};

/// Work that is always the same.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstantTime {
    /// The work.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) time: Option<Quoted<Duration>>,
}

impl Constant<Duration> for ConstantTime {
    fn constant(&self) -> &Option<Quoted<Duration>> {
        &self.time
    }
}

/// A size that is always the same.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstantSize {
    /// The size.
    #[schemars(required, extend("x-unit" = "bytes"))]
    pub(crate) size: Option<Quoted<Size>>,
}

impl Constant<Size> for ConstantSize {
    fn constant(&self) -> &Option<Quoted<Size>> {
        &self.size
    }
}

/// Exponential.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct Exponential<Q> {
    /// The mean.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) mean: Option<Quoted<Q>>,
}

/// Erlang.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct Erlang<Q> {
    /// The mean.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) mean: Option<Quoted<Q>>,
    /// How many exponential parts it has.
    #[schemars(required, range(min = 1, max = 1000))]
    pub(crate) shape: Option<At<u32>>,
}

/// Hyperexponential with balanced means.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct Hyperexponential<Q> {
    /// The mean.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) mean: Option<Quoted<Q>>,
    /// The squared coefficient of variation.
    #[schemars(required, range(min = 1, max = 1e6))]
    pub(crate) scv: Option<At<f64>>,
}

/// Lognormal.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct Lognormal<Q> {
    /// The mean.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) mean: Option<Quoted<Q>>,
    /// The squared coefficient of variation.
    #[schemars(required, range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub(crate) scv: Option<At<f64>>,
}

/// Weibull.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct Weibull<Q> {
    /// The mean.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) mean: Option<Quoted<Q>>,
    /// The shape; 1 is exponential.
    #[schemars(required, range(min = 0.1, max = 100))]
    pub(crate) shape: Option<At<f64>>,
}

/// Bounded Pareto.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct BoundedPareto<Q> {
    /// The tail index alpha; the smaller, the heavier the tail.
    #[schemars(
        required,
        range(max = 100),
        extend("exclusiveMinimum" = 1, "x-why" = "at 1 and below, the law has no mean but for the cut at `high`")
    )]
    pub(crate) shape: Option<At<f64>>,
    /// The least.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) low: Option<Quoted<Q>>,
    /// The most.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) high: Option<Quoted<Q>>,
}

/// Gamma: exactly one of `shape` and `scv`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct Gamma<Q> {
    /// The mean.
    #[schemars(required, extend("x-unit" = Q::UNIT))]
    pub(crate) mean: Option<Quoted<Q>>,
    /// The shape; 1 is exponential, below it the tail is heavier.
    #[schemars(range(min = 0.01, max = 10_000), extend("default" = "none; or `scv`"))]
    pub(crate) shape: Option<At<f64>>,
    /// The squared coefficient of variation, 1 / shape.
    #[schemars(range(min = 0.0001, max = 100), extend("default" = "none; or `shape`"))]
    pub(crate) scv: Option<At<f64>>,
}

/// Drawn from a column of a file, all rows equally likely.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "Q: Amount")]
#[schemars(bound = "Q: Amount")]
pub(crate) struct Empirical<Q> {
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
    /// What a 1 in the column stands for; parts of a nanosecond are kept.
    #[schemars(required, extend("x-unit" = Q::UNIT_PER_NUMBER))]
    pub(crate) unit: Option<Quoted<Q>>,
    /// How to treat a missing number (`-` or empty): `refuse` the file, or take `zero`.
    #[schemars(extend("default" = "refuse"))]
    pub(crate) missing: Option<Quoted<Missing>>,
}
