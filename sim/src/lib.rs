//! The engine and the model: clients' connections, a director, real servers, time.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod agenda;
mod arrival;
mod attempts;
mod breaking;
mod cache;
mod calls;
mod chains;
mod chances;
mod connection;
mod cutting;
mod digest;
mod director;
mod disturbances;
mod expiry;
mod fcfs;
mod fleet;
mod forwarding;
mod health;
mod job;
mod lone_server;
mod lru;
mod member;
mod milestones;
mod observer;
mod outcome;
mod packet;
mod passage;
mod patience;
mod ports;
mod queue;
mod sctp;
mod sequel;
mod server;
mod setup;
mod setup_error;
mod sharing;
mod simulate;
mod simulation;
mod special;
mod steering;
mod tcp;
mod told;
mod totals;
mod travelling;
mod watching;

pub use arrival::{Arrival, Sizes};
pub use cache::{CacheRoom, ObjectCache};
pub use chances::Chances;
pub use connection::ConnectionId;
pub use director::{Director, Expired};
pub use disturbances::{Disturbances, Failover, Fault, Manner, Overflow, PauseLaw, Pauses, SlowStart};
pub use fleet::{Directors, SpreadBy, Start};
pub use forwarding::{Carried, Load};
pub use health::{Asks, BelowQuorum, HealthCheck};
pub use ipvslab_schedulers::{TimerClock, Wheel};
pub use lone_server::{Departure, LoneServer};
pub use milestones::{Counts, Milestones, Reopened, Revived, Silent};
pub use observer::{Failure, Finished, Observer, Refusal, RequestEnd, ServerLoad};
pub use outcome::{CacheTotals, DirectorTotals, Outcome, Requests, ServerTotals, Traffic};
pub use packet::{
    Choice, Destination, Packet, PacketDirector, Payload, Persistence, Protocol, Reached, ServiceId,
    ServiceKey, ServiceSettings, Steer, Sysctl, Sysctls, Timeouts, UnknownSysctl, Verdict, ipv4_mask,
};
pub use passage::{Capacity, Network, Passage};
pub use patience::{Abandoned, Budget, Patience, Retries};
pub use sctp::{SctpEvent, SctpState};
pub use sequel::{Link, Next, Sequels};
pub use setup::{Discipline, FIRST_PORT, Forwarding, Intervention, RealServer, Service, Setup, TcpTimeouts};
pub use setup_error::SetupError;
pub use simulate::{simulate, simulate_chains};
pub use simulation::{RunError, Simulation};
pub use steering::{Controller, Newcomers};
pub use tcp::{Direction, TcpEvent, TcpFlags, TcpState, Transitions};
