//! The live half of ipvslab: the same scenario on the real kernel.
//!
//! Programs kernel IPVS over generic netlink inside network namespaces of its own, replays a scenario's connections
//! through it, and compares every decision with the model's: on this machine, or in an emulated one that boots a
//! distribution's kernel with this very program as its init.

#![warn(unsafe_code)]

mod commands;
mod compare;
pub mod conformance;
pub mod ipvs;
pub mod kernels;
mod lab;
mod listing;
mod log;
mod model;
mod namespace;
mod netlink;
pub mod nft;
mod order;
mod packet;
pub mod route;
mod script;
pub mod socket;
mod sysctl;
mod ticks;
pub mod vm;

pub use compare::{Checkpoint, Comparison, Divergence, LawTest, LogMismatch, Mode, Share, compare, story};
pub use lab::{Host, LabError, Step};
pub use listing::listing;
pub use log::{Counters, Generation, KernelFacts, Log, Look, Outcome};
pub use model::ModelServer;
pub use namespace::{Namespace, NamespaceError};
pub use order::{Answer, Order, Task, Word, carry_out};
pub use packet::{PlayError, play};
pub use script::random::{RandomScript, random};
pub use script::recorded::{NotPlayable, recorded};
pub use script::wild::wild;
pub use script::{
    Action, Content, Event, Flow, Persistent, Reached, Script, Server, Service, Settings, Side,
};
pub use ticks::TicksError;
