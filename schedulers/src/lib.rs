//! The Linux kernel's 14 IPVS schedulers, decision by decision, baselines to compare them with, the rules of other data planes
//! ([`planes`]), and the words the rest of ipvslab shares.
//!
//! Pure: no clock, no IO, no randomness of its own. Time comes in as `now`, random integers (for `twos`) from a
//! source that the scheduler is given.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

/// The example of the readme, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod any;
mod baseline;
mod dh;
mod exponential;
mod flags;
mod flow;
mod fo;
mod hash;
mod kind;
mod lblc;
mod lblcr;
mod lc;
mod least;
mod locality;
mod mh;
mod nq;
mod ovf;
pub mod planes;
mod profile;
mod ranks;
mod replicas;
mod rng;
mod rr;
mod scheduler;
mod sed;
mod server;
mod sh;
mod slack;
mod summary;
mod table;
mod thresholds;
mod time;
mod tournament;
mod twos;
mod weight;
mod wheel;
mod wlc;
mod wrr;

pub use any::{AnyScheduler, SchedulerError, SchedulerOptions};
pub use baseline::{LeastWork, RandomChoice, ShortestQueue};
pub use dh::DestinationHashing;
pub use exponential::Exponentials;
pub use flags::HashFlags;
pub use flow::{Flow, fold};
pub use fo::Failover;
pub use hash::murmur3_finish;
pub use kind::{SchedulerKind, UnknownScheduler};
pub use lblc::LocalityLeastConnection;
pub use lblcr::ReplicatedLocality;
pub use lc::LeastConnection;
pub use mh::{MaglevHashing, TooManyServers};
pub use nq::NeverQueue;
pub use ovf::Overflow;
pub use profile::{Accounting, EntryScan, KernelName, KernelProfile, LocalityCache, UnknownProfile};
pub use rng::{Rng, RngFamily};
pub use rr::RoundRobin;
pub use scheduler::Scheduler;
pub use sed::ShortestExpectedDelay;
pub use server::Server;
pub use sh::SourceHashing;
pub use table::{Activity, Seen, ServerId, ServerIndex, ServerTable, TableChange};
pub use thresholds::Thresholds;
pub use time::{Span, Time};
pub use twos::{Draws, PowerOfTwo};
pub use weight::Weight;
pub use wheel::{TimerClock, Wheel};
pub use wlc::WeightedLeastConnection;
pub use wrr::WeightedRoundRobin;
