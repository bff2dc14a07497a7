//! Distances, and what the director can carry.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::bit_rate::BitRate;
use crate::quantity::{Duration, Rate};
use crate::quoted::Quoted;

/// How long packets travel, one way.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub(crate) struct Network {
    /// Between clients and the director.
    #[schemars(extend("x-unit" = "time", "default" = "0s"))]
    pub(crate) client: Option<Quoted<Duration>>,
    /// Between the director and the servers.
    #[schemars(extend("x-unit" = "time", "default" = "0s"))]
    pub(crate) server: Option<Quoted<Duration>>,
    /// From the servers to the clients under `gate` and `tunnel`, where replies do not pass the director.
    #[schemars(extend("x-unit" = "time", "default" = "`client` and `server` together"))]
    pub(crate) back: Option<Quoted<Duration>>,
}

/// What the director can carry: `packets` or `bits`, or both.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Director {
    /// Packets that it forwards.
    #[schemars(extend("x-unit" = "packets per time", "default" = "any number; needed without `bits`"))]
    pub(crate) packets: Option<Quoted<Rate>>,
    /// Bits that its line carries.
    #[schemars(extend("x-unit" = "bits per time", "default" = "any number; needed without `packets`"))]
    pub(crate) bits: Option<Quoted<BitRate>>,
    /// How long a new connection waits for it at most; one that would wait longer is dropped, and sent again.
    #[schemars(extend("x-unit" = "time", "default" = "10ms"))]
    pub(crate) queue: Option<Quoted<Duration>>,
}
