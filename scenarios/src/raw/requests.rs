//! Requests that follow others on one connection.

use schemars::JsonSchema;
use serde::Deserialize;

use super::demand::Wait;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};

/// A connection stays open and carries several requests: exactly one of `count`, `mean` and `endless`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Requests {
    /// How many requests every connection carries.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = "none; or `mean`, or `endless`"))]
    pub(crate) count: Option<At<u32>>,
    /// Mean number of requests per connection; numbers are geometrically distributed and at least 1.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = "none; or `count`, or `endless`"))]
    pub(crate) mean: Option<At<f64>>,
    /// `true` for connections that stay open to the end of the run.
    #[schemars(extend("default" = false))]
    pub(crate) endless: Option<At<bool>>,
    /// From the answer to a request to the next request on the connection: exactly one of the laws.
    #[schemars(required, extend("x-unit" = "time", "x-example" = "[requests.idle.exponential]\nmean = \"5s\""))]
    pub(crate) idle: Option<At<Wait<Duration>>>,
    /// After how long without a packet the client's TCP sends a keepalive (`TCP_KEEPIDLE`).
    #[schemars(extend("x-unit" = "time", "default" = "no keepalives"))]
    pub(crate) keepalive: Option<Quoted<Duration>>,
    /// From one keepalive to the next (`TCP_KEEPINTVL`).
    #[schemars(extend("x-unit" = "time", "default" = "as long as `keepalive`"))]
    pub(crate) keepalive_interval: Option<Quoted<Duration>>,
}
