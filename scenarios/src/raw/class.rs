//! Classes of clients: several streams of connections to one service.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Arrivals, Clients, Destinations, Requests, Sizes, Work};
use crate::quoted::{At, Quoted};
use crate::words::Name;

/// A class of clients: its own arrivals, work and addresses.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    /// What the class is called; its random numbers go by this name.
    #[schemars(required)]
    pub(crate) name: Option<Quoted<Name>>,
    /// When its connections arrive: exactly one of the kinds.
    #[schemars(required, extend("x-example" = "[classes.arrivals.poisson]\nrate = \"2000/s\""))]
    pub(crate) arrivals: Option<At<Arrivals>>,
    /// How much work its connections bring: exactly one of the kinds.
    #[schemars(required, extend("x-example" = "[classes.work.exponential]\nmean = \"20ms\""))]
    pub(crate) work: Option<At<Work>>,
    /// Bytes of its requests and responses.
    #[schemars(extend("default" = "none"))]
    pub(crate) sizes: Option<At<Sizes>>,
    /// Which addresses its connections come from: exactly one of the kinds.
    #[schemars(extend("default" = "10,000 addresses, equally likely"))]
    pub(crate) clients: Option<At<Clients>>,
    /// Which addresses its connections go to (a service by `fwmark` only): exactly one of the kinds.
    #[schemars(extend("default" = "none; needed with `service.fwmark`"))]
    pub(crate) destinations: Option<At<Destinations>>,
    /// The virtual service that it uses: classes of one name share one, which counts by itself. All are on the same servers,
    /// under the same scheduler.
    #[schemars(extend("default" = "that of the classes which name none"))]
    pub(crate) service: Option<Quoted<Name>>,
    /// How many requests its connections carry.
    #[schemars(extend("default" = "one"))]
    pub(crate) requests: Option<At<Requests>>,
}
