//! The real servers, and what is done to them.

use std::net::SocketAddr;

use ipvslab_sim::Overflow;
use schemars::JsonSchema;
use serde::Deserialize;

use super::cache::Cache;
use super::disturbances::{Pauses, SlowStart};
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::words::Name;

/// A group of equal real servers.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerGroup {
    /// The group's name. Its servers are called `name-1`, `name-2` …, or `name` if there is one only.
    #[schemars(required)]
    pub(crate) name: Option<Quoted<Name>>,
    /// How many servers the group has.
    #[schemars(range(min = 1, max = 65_536), extend("default" = 1))]
    pub(crate) count: Option<At<u32>>,
    /// The weight of each; 0 is quiesced. ipvsadm's own limit is 65535.
    #[schemars(range(min = 0, max = 65_535), extend("default" = 1, "x-why" = "ipvsadm takes no larger weight"))]
    pub(crate) weight: Option<At<u32>>,
    /// Workers that serve first come, first served, one connection each; either this or `cores`.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = "none; needed without `cores`"))]
    pub(crate) slots: Option<At<u32>>,
    /// Cores that all connections share equally (processor sharing); either this or `slots`.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = "none; needed without `slots`"))]
    pub(crate) cores: Option<At<u32>>,
    /// How many connections share the cores at most, at least `cores`; further ones wait, first come, first served.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = "unlimited"))]
    pub(crate) workers: Option<At<u32>>,
    /// Work done per second by one slot or core.
    #[schemars(
        range(max = 1e9),
        extend("exclusiveMinimum" = 0, "x-unit" = "seconds of work per second", "default" = 1.0)
    )]
    pub(crate) speed: Option<At<f64>>,
    /// How many connections wait (or share) beyond `slots`, `workers` or, without them, `cores` before further ones are refused.
    #[schemars(range(min = 0, max = 4_000_000_000u32), extend("default" = "unlimited"))]
    pub(crate) backlog: Option<At<u32>>,
    /// The upper connection threshold (`ipvsadm -x`); 0 is none.
    #[schemars(range(min = 0, max = 2_147_483_647), extend("default" = 0))]
    pub(crate) u_threshold: Option<At<u32>>,
    /// The lower connection threshold (`ipvsadm -y`); 0 is three quarters of the upper one.
    #[schemars(range(min = 0, max = 2_147_483_647), extend("default" = 0))]
    pub(crate) l_threshold: Option<At<u32>>,
    /// The address and port of the first server; the next ones follow it.
    #[schemars(extend("default" = "10.1.x.y by the position in the file, port of the service"))]
    pub(crate) address: Option<Quoted<SocketAddr>>,
    /// Whether the servers are in the list from the start; `false` for those that `timeline` adds.
    #[schemars(extend("default" = true))]
    pub(crate) listed: Option<At<bool>>,
    /// What a full backlog does with a new connection: `reset` it, or `drop` its SYN, which the client sends again.
    #[schemars(extend("default" = "reset"))]
    pub(crate) overflow: Option<Quoted<Overflow>>,
    /// Slow start of the speed, after the timeline adds a server and after a fault.
    #[schemars(extend("default" = "full speed at once"))]
    pub(crate) slow_start: Option<At<SlowStart>>,
    /// Random pauses, of each server by itself.
    #[schemars(extend("default" = "none"))]
    pub(crate) pauses: Option<At<Pauses>>,
    /// A cache of objects, for a service by `fwmark`: the connection's destination is its object.
    #[schemars(extend("default" = "none"))]
    pub(crate) cache: Option<At<Cache>>,
}

/// One action of an administrator: `at`, and exactly one of the others.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 2, "maxProperties" = 2))]
pub(crate) struct Event {
    /// When, since the start of the run.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) at: Option<Quoted<Duration>>,
    /// Sets the weight of this server, or of all servers of this group, to 0: they keep their connections.
    #[schemars(extend("default" = "none"))]
    pub(crate) quiesce: Option<Quoted<Name>>,
    /// Changes a weight (`ipvsadm -e`).
    #[schemars(extend("default" = "none"))]
    pub(crate) set_weight: Option<At<Change>>,
    /// Adds a server to the head of the list (`ipvsadm -a`).
    #[schemars(extend("default" = "none"))]
    pub(crate) add: Option<At<Change>>,
    /// Takes this server, or all servers of this group, off the list (`ipvsadm -d`): their connections are cut off.
    #[schemars(extend("default" = "none"))]
    pub(crate) remove: Option<Quoted<Name>>,
}

/// A server and its new weight.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// A server, or a group for all its servers.
    #[schemars(required)]
    pub(crate) server: Option<Quoted<Name>>,
    /// The weight from then on.
    #[schemars(required, range(min = 0, max = 65_535))]
    pub(crate) weight: Option<At<u32>>,
}
