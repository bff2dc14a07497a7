//! The engine and the model: clients' connections, a director, real servers, time.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

/// The example of the readme, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod agenda;
mod clients;
mod digest;
mod director;
mod engine;
mod farm;
mod meters;
mod metric;
mod observer;
mod operations;
mod outcome;
mod path;
mod request;
mod setup;
mod simulate;

pub use clients::follow_ups::{ChainPosition, FollowUp, FollowUps};
pub use director::connection::ConnectionId;
pub use director::fast::FastDirector;
pub use director::packets::sctp::{SctpEvent, SctpState};
pub use director::packets::{
    Choice, Destination, Packet, PacketDirector, Payload, Reached, ServiceId, ServiceKey, ServiceSettings,
    Steer, Verdict, ipv4_mask,
};
pub use director::streams::RandomStreams;
pub use director::tcp::{Direction, TcpEvent, TcpFlags, TcpState, Transitions};
pub use director::{Counts, Director, Expired, Reopened, Revived, Silent};
pub use engine::RunError;
pub use farm::lone_server::{Departure, LoneServer};
pub use ipvslab_schedulers::{TimerClock, Wheel};
pub use metric::{METRIC_KEYS, MetricKey, Needs, Quantity};
pub use observer::{Failure, Finished, Observer, Refusal, RequestEnd, ServerLoad};
pub use outcome::{CacheTotals, DirectorTotals, Outcome, Overload, Requests, ServerTotals, Traffic, Volume};
pub use path::packets::ConnectionVolume;
pub use request::{Arrival, Sizes};
pub use setup::{
    Abandoned, Asks, Behaviour, BelowQuorum, Budget, CacheRoom, Capacity, ClientPolicy, Conflict, Controller,
    Directors, Discipline, Disturbances, FIRST_PORT, Failover, Fault, Feature, Forwarding, HealthCheck,
    Intervention, KeepAlive, Network, Newcomers, ObjectCache, Overflow, Passage, PauseLaw, Pauses,
    Persistence, Protocol, RealServer, Retries, RouterHash, Service, Setup, SetupError, SlowStart, SpreadBy,
    Start, Sysctl, Sysctls, TcpTimeouts, Timeouts, Timers, UnknownSysctl,
};
pub use simulate::{simulate, simulate_chains, simulate_with};
