//! The Linux kernel's 14 IPVS schedulers, decision by decision, and the words the rest of ipvslab shares.
//!
//! Pure: no clock, no IO, no randomness of its own. Time comes in as `now`, random integers (for `twos`) from a
//! source that the scheduler is given.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod flow;
mod kind;
mod profile;
mod rng;
mod rr;
mod scheduler;
mod table;
mod thresholds;
mod time;
mod weight;
mod wlc;

pub use flow::{Flow, fold};
pub use kind::{SchedulerKind, UnknownScheduler};
pub use profile::{Accounting, KernelProfile, LocalityCache, UnknownProfile};
pub use rng::Rng;
pub use rr::RoundRobin;
pub use scheduler::Scheduler;
pub use table::{Activity, Server, ServerId, ServerIndex, ServerTable, TableChange};
pub use thresholds::Thresholds;
pub use time::{Span, Time};
pub use weight::Weight;
pub use wlc::WeightedLeastConnection;
