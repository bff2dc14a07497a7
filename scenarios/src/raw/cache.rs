//! The object cache of a real server.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::size::Size;

/// A cache of objects, the least recently used of which goes first: `hit`, and exactly one of `objects` and `bytes`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cache {
    /// How many objects it has room for; either this or `bytes`.
    #[schemars(range(min = 1, max = 1_000_000_000), extend("default" = "none; needed without `bytes`"))]
    pub(crate) objects: Option<At<u32>>,
    /// For how many bytes of responses it has room; either this or `objects`.
    #[schemars(extend("x-unit" = "bytes", "default" = "none; needed without `objects`"))]
    pub(crate) bytes: Option<Quoted<Size>>,
    /// The work of a connection whose object is there.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) hit: Option<Quoted<Duration>>,
    /// What a connection whose object is not there costs beside its work.
    #[schemars(extend("x-unit" = "time", "default" = "0s"))]
    pub(crate) miss: Option<Quoted<Duration>>,
}
