//! Distances, and what the director can carry.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::bit_rate::BitRate;
use crate::quantity::{Duration, Rate};
use crate::quoted::Quoted;

/// One-way propagation delays.
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

/// Capacity limits of the director: `packets`, `bits`, or both.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Director {
    /// Packets per second that it can forward.
    #[schemars(extend("x-unit" = "packets per time", "default" = "unlimited; needed without `bits`"))]
    pub(crate) packets: Option<Quoted<Rate>>,
    /// Bits per second of its link.
    #[schemars(extend("x-unit" = "bits per time", "default" = "unlimited; needed without `packets`"))]
    pub(crate) bits: Option<Quoted<BitRate>>,
    /// Maximum wait of a SYN at the director; a SYN that would wait longer is dropped and retransmitted by the client.
    #[schemars(extend("x-unit" = "time", "default" = "10ms"))]
    pub(crate) queue: Option<Quoted<Duration>>,
}
