//! When connections arrive.

use schemars::JsonSchema;
use serde::Deserialize;

use super::demand::Wait;
use crate::quantity::{Duration, Rate, RateOrZero};
use crate::quoted::{At, Quoted};
use crate::trace::TimeFormat;
use crate::words::Delimiter;

/// When connections arrive: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Arrivals {
    /// A Poisson process of constant rate.
    #[schemars(extend("default" = "none"))]
    pub(crate) poisson: Option<At<Steady>>,
    /// At regular intervals; the first one an interval after the start.
    #[schemars(extend("default" = "none"))]
    pub(crate) deterministic: Option<At<Steady>>,
    /// A Poisson process whose rate follows a file of counts.
    #[schemars(extend("default" = "none"))]
    pub(crate) piecewise: Option<At<Piecewise>>,
    /// A Poisson process with a piecewise linear rate.
    #[schemars(extend("default" = "none"))]
    pub(crate) profile: Option<At<Profile>>,
    /// A Markov-modulated Poisson process: bursts, on-off traffic.
    #[schemars(extend("default" = "none"))]
    pub(crate) mmpp: Option<At<Mmpp>>,
    /// Batches: several at one instant, the instants a Poisson process.
    #[schemars(extend("default" = "none"))]
    pub(crate) batches: Option<At<Batches>>,
    /// Independent interarrival times with a chosen variability.
    #[schemars(extend("default" = "none"))]
    pub(crate) renewal: Option<At<Renewal>>,
    /// A closed loop: users think after each answer, then come back.
    #[schemars(extend("default" = "none"))]
    pub(crate) closed: Option<At<Closed>>,
    /// When a trace says.
    #[schemars(extend("default" = "none"))]
    pub(crate) trace: Option<At<TraceArrivals>>,
}

/// Users who wait for their answer and think before they come back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closed {
    /// How many there are.
    #[schemars(required, range(min = 1, max = 10_000_000))]
    pub(crate) users: Option<At<u32>>,
    /// From the end of a user's connection to its next one, and before its first: exactly one of the laws.
    #[schemars(required, extend("x-unit" = "time", "x-example" = "[arrivals.closed.think.exponential]\nmean = \"10s\""))]
    pub(crate) think: Option<At<Wait<Duration>>>,
}

/// Arrivals at a constant rate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Steady {
    /// New connections per time.
    #[schemars(required, extend("x-unit" = "rate"))]
    pub(crate) rate: Option<Quoted<Rate>>,
}

/// A Poisson process whose rate follows a file of counts, each holding until the next row's time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Piecewise {
    /// The file of counts: CSV or TSV, gzip or not, relative to the scenario file.
    #[schemars(required, length(min = 1))]
    pub(crate) file: Option<At<String>>,
    /// The character between two fields.
    #[schemars(extend("default" = "a tab for .tsv files, else a comma"))]
    pub(crate) delimiter: Option<Quoted<Delimiter>>,
    /// Whether the first line names the columns; if not, they are called 1, 2, 3 ….
    #[schemars(extend("default" = true))]
    pub(crate) header: Option<At<bool>>,
    /// The column of the time at which a row's rate begins.
    #[schemars(required, length(min = 1))]
    pub(crate) time: Option<At<String>>,
    /// How times are written.
    #[schemars(required)]
    pub(crate) time_format: Option<Quoted<TimeFormat>>,
    /// The column of the number of connections in `bucket`.
    #[schemars(required, length(min = 1))]
    pub(crate) value: Option<At<String>>,
    /// The time that a count is about; also how long the last row holds.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) bucket: Option<Quoted<Duration>>,
    /// What every count is multiplied by.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0, "default" = 1.0))]
    pub(crate) scale: Option<At<f64>>,
    /// How many times faster than recorded the file is played: the same counts in less time, at a higher rate.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0, "default" = 1.0))]
    pub(crate) speedup: Option<At<f64>>,
}

/// A Poisson process whose rate is given at some points, and changes linearly between them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// The rate at some times in ascending order, the first at "0s"; two points at the same time make a step.
    #[schemars(required, length(min = 2, max = 100_000))]
    pub(crate) points: Option<At<Vec<At<Point>>>>,
    /// Whether the profile repeats after the last point; if not, the last rate stays.
    #[schemars(extend("default" = false))]
    pub(crate) repeat: Option<At<bool>>,
}

/// A rate at a time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Point {
    /// When, since the start; no earlier than the point before.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) at: Option<Quoted<Duration>>,
    /// New connections per time, at that time.
    #[schemars(required, extend("x-unit" = "rate"))]
    pub(crate) rate: Option<Quoted<RateOrZero>>,
}

/// A Markov-modulated Poisson process: the states are visited in turn, the last one is followed by the first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mmpp {
    /// The states, in the order in which they are visited.
    #[schemars(required, length(min = 2, max = 1000))]
    pub(crate) states: Option<At<Vec<At<State>>>>,
}

/// A state of a Markov-modulated Poisson process.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// New connections per time, while in this state.
    #[schemars(required, extend("x-unit" = "rate"))]
    pub(crate) rate: Option<Quoted<RateOrZero>>,
    /// Mean length of a visit; lengths are exponentially distributed.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) stay: Option<Quoted<Duration>>,
}

/// Batches of connections at the instants of a Poisson process.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batches {
    /// Batches per time.
    #[schemars(required, extend("x-unit" = "rate"))]
    pub(crate) rate: Option<Quoted<Rate>>,
    /// How many connections every batch has.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-unit" = "connections", "default" = "none; or `mean_size`"))]
    pub(crate) size: Option<At<u32>>,
    /// Mean number of connections per batch; sizes are geometrically distributed and at least 1.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-unit" = "connections", "default" = "none; or `size`"))]
    pub(crate) mean_size: Option<At<f64>>,
}

/// A renewal process: independent, identically distributed interarrival times.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renewal {
    /// New connections per time.
    #[schemars(required, extend("x-unit" = "rate"))]
    pub(crate) rate: Option<Quoted<Rate>>,
    /// The squared coefficient of variation of the interarrival times; 1 is as for Poisson, more is burstier, less is more regular.
    #[schemars(required, range(min = 0.001, max = 1e6))]
    pub(crate) scv: Option<At<f64>>,
}

/// A trace: a file with one row per connection, in order of time. The first row arrives at time 0.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceArrivals {
    /// The trace: CSV or TSV, gzip or not, relative to the scenario file.
    #[schemars(required, length(min = 1))]
    pub(crate) file: Option<At<String>>,
    /// The character between two fields.
    #[schemars(extend("default" = "a tab for .tsv files, else a comma"))]
    pub(crate) delimiter: Option<Quoted<Delimiter>>,
    /// Whether the first line names the columns; if not, they are called 1, 2, 3 ….
    #[schemars(extend("default" = true))]
    pub(crate) header: Option<At<bool>>,
    /// The column of the arrival time.
    #[schemars(length(min = 1), extend("default" = "arrival_s"))]
    pub(crate) time: Option<At<String>>,
    /// How times are written.
    #[schemars(extend("default" = "unix_s"))]
    pub(crate) time_format: Option<Quoted<TimeFormat>>,
    /// The file is a log of JSON lines, or a table with other columns: which field is what, as `trace convert --map` takes it.
    #[schemars(length(min = 1), extend("default" = "none: the file is a trace"))]
    pub(crate) map: Option<At<String>>,
    /// The tick of the trace's clock: the rows of a tick are spread over it uniformly at random.
    #[schemars(extend("x-unit" = "time, in the trace's own time", "default" = "0s, times are used as they are"))]
    pub(crate) spread: Option<Quoted<Duration>>,
    /// How many times faster than recorded the trace is played.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0, "default" = 1.0))]
    pub(crate) speedup: Option<At<f64>>,
    /// How many rows are used at most.
    #[schemars(range(min = 1), extend("x-unit" = "rows", "default" = "all"))]
    pub(crate) limit: Option<At<u64>>,
}
