//! Several directors in front of one farm.

use ipvslab_sim::{SpreadBy, Start};
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
    /// Whether all list the servers in the `same` order, or begin `spread` over the list.
    #[schemars(extend("default" = "same"))]
    pub(crate) start: Option<Quoted<Start>>,
}
