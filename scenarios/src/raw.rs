//! The scenario file as it is written, before anything is checked across fields.
//!
//! These types are the format: serde reads them, and the JSON Schema that is made of them is both what editors get and
//! what [`conform`](crate::conform) checks a file against. Required fields are `Option`s here too, because the file's
//! other problems are worth reporting even when one is missing.

mod arrivals;
mod cache;
mod class;
mod demand;
mod directors;
mod disturbances;
mod farm;
mod law;
mod network;
mod objective;
mod origin;
mod requests;
mod service;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use self::arrivals::{
    Arrivals, Batches, Closed, Mmpp, Piecewise, Profile, Renewal, TraceArrivals,
};
pub(crate) use self::cache::Cache;
pub(crate) use self::class::Class;
pub(crate) use self::demand::{Demand, Laws, Part, Sizes, TraceSize, TraceWork, Wait, Work};
pub(crate) use self::directors::Directors;
pub(crate) use self::disturbances::{Controller, Fault, Health, Newcomers, Patience};
pub(crate) use self::farm::{Change, Event, ServerGroup};
pub(crate) use self::law::{BoundedPareto, ConstantSize, ConstantTime, Empirical, Gamma};
pub(crate) use self::network::{Director, Network};
pub(crate) use self::objective::{Objective, StopWhen};
pub(crate) use self::origin::{Clients, Destinations, Nat};
pub(crate) use self::requests::Requests;
pub(crate) use self::service::{Service, SysctlTable, Timeouts};

use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::words::{Title, WarmUp};

/// A scenario: a virtual service, its real servers, and the connections that come.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Title of the scenario, in one line.
    #[schemars(extend("default" = "the name of the file"))]
    pub(crate) title: Option<Quoted<Title>>,
    /// The question that the scenario answers.
    #[schemars(extend("default" = "none"))]
    pub(crate) question: Option<Quoted<Title>>,
    /// Duration, warm-up and replications.
    #[schemars(extend("default" = "every key's own default"))]
    pub(crate) run: Option<At<Run>>,
    /// The virtual service, in ipvsadm's words.
    #[schemars(
        required,
        extend("x-example" = "[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\", \"wlc\"]")
    )]
    pub(crate) service: Option<At<Service>>,
    /// Groups of equal real servers, in the order of `ipvsadm -a`: the last one is at the head of the kernel's list.
    #[schemars(
        required,
        length(min = 1, max = 4096),
        extend("x-example" = "[[servers]]\nname = \"web\"\ncount = 4\nslots = 16")
    )]
    pub(crate) servers: Option<At<Vec<At<ServerGroup>>>>,
    /// When connections arrive: exactly one of the kinds.
    #[schemars(extend("default" = "none; needed without `classes`"))]
    pub(crate) arrivals: Option<At<Arrivals>>,
    /// How much work a connection brings, as the time it takes alone on a server of speed 1: exactly one of the kinds.
    #[schemars(extend("default" = "none; needed without `classes`"))]
    pub(crate) work: Option<At<Work>>,
    /// Bytes of requests and responses.
    #[schemars(extend("default" = "none"))]
    pub(crate) sizes: Option<At<Sizes>>,
    /// Which addresses connections come from: exactly one of the kinds.
    #[schemars(extend("default" = "10,000 addresses, equally likely"))]
    pub(crate) clients: Option<At<Clients>>,
    /// Which addresses connections go to (a service by `fwmark` only): exactly one of the kinds.
    #[schemars(extend("default" = "none; needed with `service.fwmark`"))]
    pub(crate) destinations: Option<At<Destinations>>,
    /// How many requests a connection carries, if it is more than one.
    #[schemars(extend("default" = "one"))]
    pub(crate) requests: Option<At<Requests>>,
    /// Several directors in front of the farm.
    #[schemars(extend("default" = "one"))]
    pub(crate) directors: Option<At<Directors>>,
    /// Network delay between clients, director and servers.
    #[schemars(extend("default" = "none: no network delay"))]
    pub(crate) network: Option<At<Network>>,
    /// Capacity limits of the director.
    #[schemars(extend("default" = "anything"))]
    pub(crate) director: Option<At<Director>>,
    /// Classes of clients, each with its own `arrivals`, `work`, `sizes`, `clients` and `destinations`, instead of those sections.
    #[schemars(length(min = 1, max = 64), extend("default" = "none: the sections apply"))]
    pub(crate) classes: Option<At<Vec<At<Class>>>>,
    /// Interventions of an administrator during the run, one action per entry.
    #[schemars(length(max = 100_000), extend("default" = "nothing"))]
    pub(crate) timeline: Option<At<Vec<At<Event>>>>,
    /// Fault injection.
    #[schemars(length(max = 100_000), extend("default" = "nothing"))]
    pub(crate) faults: Option<At<Vec<At<Fault>>>>,
    /// Client policy: timeouts, retransmissions and retries.
    #[schemars(extend("default" = "the first failure is final; SYNs that get no answer are sent again"))]
    pub(crate) patience: Option<At<Patience>>,
    /// The health checker.
    #[schemars(extend("default" = "none"))]
    pub(crate) health: Option<At<Health>>,
    /// The controller of weights.
    #[schemars(extend("default" = "none"))]
    pub(crate) controller: Option<At<Controller>>,
    /// How servers that join or come back get their weight.
    #[schemars(extend("default" = "all at once"))]
    pub(crate) newcomers: Option<At<Newcomers>>,
    /// Objectives for the results; the exit code is 20 if one is violated.
    #[schemars(length(max = 100), extend("default" = "nothing"))]
    pub(crate) objectives: Option<At<Vec<At<Objective>>>>,
}

/// Duration, warm-up and replications.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    /// Length of a run: how long connections arrive.
    #[schemars(extend("x-unit" = "time", "default" = "the span of the trace; needed without one"))]
    pub(crate) duration: Option<Quoted<Duration>>,
    /// Warm-up period, excluded from the results; `"auto"` chooses it by MSER-5.
    #[schemars(extend("x-unit" = "time", "default" = "0s"))]
    pub(crate) warm_up: Option<Quoted<WarmUp>>,
    /// Number of replications: independent runs with different random numbers.
    #[schemars(range(min = 1, max = 100_000), extend("default" = 10))]
    pub(crate) replications: Option<At<u32>>,
    /// When fewer replications than `replications` are enough.
    #[schemars(extend("default" = "never"))]
    pub(crate) stop_when: Option<At<StopWhen>>,
    /// A run with more than this in progress at once is overloaded and stopped: connections, or requests if there are client policies.
    #[schemars(range(min = 1, max = 268_435_455), extend("default" = 16_777_216))]
    pub(crate) max_in_progress: Option<At<u32>>,
    /// Seed of all random numbers.
    #[schemars(range(min = 0, max = 9_223_372_036_854_775_807i64), extend("default" = 1))]
    pub(crate) seed: Option<At<u64>>,
}
