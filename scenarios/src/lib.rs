//! Scenario files: a virtual service, its real servers and a workload, drawn or from a trace, read into what
//! [`ipvslab_sim`] runs.
//!
//! [`load()`] reads a file, reports everything that is wrong with it at once, and returns a [`Scenario`]. A scenario makes
//! the [`Setup`](ipvslab_sim::Setup) and, for each replication, the [`Arrivals`]: the same ones for every scheduler.
//! `docs/scenario-format.md` describes the format, and [`schema()`] is its JSON Schema.

#![forbid(unsafe_code)]

mod amount;
mod bit_rate;
mod catalog;
mod cell;
mod check;
mod conform;
pub mod draft;
mod drawn;
mod facts;
mod fingerprint;
mod load;
pub mod log;
mod netmask;
mod objective;
mod pool;
mod problem;
mod quantity;
mod quoted;
mod raw;
mod scenario;
mod schema;
mod setting;
mod size;
mod sources;
mod suggest;
pub mod table;
mod trace;
mod words;
mod workload;

pub use catalog::{CatalogEntry, catalog};
pub use cell::Cell;
pub use drawn::Drawn;
pub use facts::WorkSeen;
pub use fingerprint::Fingerprint;
pub use load::{Loaded, load, load_with, parse};
pub use objective::{Objective, StopWhen};
pub use problem::{Level, Placed, Problem, ProblemKind, Problems};
pub use scenario::{Scenario, ServerInfo, VirtualService};
pub use schema::schema;
pub use setting::{Setting, SettingError};
pub use trace::TraceError;
pub use workload::{Arrivals, Chains};

/// A commented scenario to start from: what `ipvslab init` writes.
pub const STARTER: &str = include_str!("starter.toml");
