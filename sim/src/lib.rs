//! The engine and the model: clients' connections, a director, real servers, time.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod agenda;
mod clients;
mod digest;
mod director;
mod engine;
mod farm;
mod meters;
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
    Choice, Destination, Packet, PacketDirector, Payload, Persistence, Protocol, Reached, ServiceId,
    ServiceKey, ServiceSettings, Steer, Sysctl, Sysctls, Timeouts, UnknownSysctl, Verdict, ipv4_mask,
};
pub use director::streams::RandomStreams;
pub use director::tcp::{Direction, TcpEvent, TcpFlags, TcpState, Transitions};
pub use director::{Counts, Director, Expired, Reopened, Revived, Silent};
pub use engine::RunError;
pub use farm::cache::{CacheRoom, ObjectCache};
pub use farm::lone_server::{Departure, LoneServer};
pub use ipvslab_schedulers::{TimerClock, Wheel};
pub use observer::{Failure, Finished, Observer, Refusal, RequestEnd, ServerLoad};
pub use operations::health::{Asks, BelowQuorum, HealthCheck};
pub use operations::weights::{Controller, Newcomers};
pub use outcome::{CacheTotals, DirectorTotals, Outcome, Requests, ServerTotals, Traffic};
pub use path::line::{Capacity, Network, Passage};
pub use path::packets::{Carried, Load};
pub use request::{Arrival, Sizes};
pub use setup::client::{Abandoned, Budget, KeepAlive, Patience, Retries};
pub use setup::conflict::{Conflict, Feature};
pub use setup::directors::{Directors, RouterHash, SpreadBy, Start};
pub use setup::error::SetupError;
pub use setup::operations::{Disturbances, Failover, Fault, Manner, Overflow, PauseLaw, Pauses, SlowStart};
pub use setup::timers::Timers;
pub use setup::{Discipline, FIRST_PORT, Forwarding, Intervention, RealServer, Service, Setup, TcpTimeouts};
pub use simulate::{simulate, simulate_chains, simulate_with};
