//! Several directors in front of one farm.

use ipvslab_sim::{RouterHash, SpreadBy, Start};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::quoted::{At, Quoted};

/// Several directors, each with connections, counts and a scheduler of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Directors {
    /// How many there are.
    #[schemars(required, range(min = 1, max = 4096))]
    pub(crate) count: Option<At<u32>>,
    /// What connections are spread over them by: the `client`'s address, or the `connection`'s address and port.
    #[schemars(extend("default" = "client"))]
    pub(crate) by: Option<Quoted<SpreadBy>>,
    /// What becomes of connections when a director is gone or comes back: with `plain` hashing some of every director move,
    /// with `resilient` hashing only those of that one.
    #[schemars(extend("default" = "plain"))]
    pub(crate) hash: Option<Quoted<RouterHash>>,
    /// Whether all list the servers in the `same` order, or begin `spread` over the list.
    #[schemars(extend("default" = "same"))]
    pub(crate) start: Option<Quoted<Start>>,
}
