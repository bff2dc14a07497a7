//! The engine and the model: clients' connections, a director, real servers, time.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod agenda;
mod arrival;
mod attempts;
mod breaking;
mod calls;
mod chances;
mod connection;
mod cutting;
mod digest;
mod director;
mod disturbances;
mod expiry;
mod fcfs;
mod health;
mod job;
mod lone_server;
mod milestones;
mod observer;
mod outcome;
mod packet;
mod patience;
mod ports;
mod queue;
mod sctp;
mod server;
mod setup;
mod sharing;
mod simulation;
mod steering;
mod tcp;
mod told;
mod totals;
mod watching;

pub use arrival::{Arrival, Sizes};
pub use chances::Chances;
pub use connection::ConnectionId;
pub use director::{Director, Expired};
pub use disturbances::{Disturbances, Failover, Fault, Manner, Overflow, PauseLaw, Pauses, SlowStart};
pub use health::{Asks, BelowQuorum, HealthCheck};
pub use ipvslab_schedulers::{TimerClock, Wheel};
pub use lone_server::{Departure, LoneServer};
pub use milestones::{Milestones, Reopened, Silent};
pub use observer::{Failure, Finished, Observer, Refusal, RequestEnd, ServerLoad};
pub use outcome::{Outcome, Requests, ServerTotals};
pub use packet::{
    Choice, Destination, Packet, PacketDirector, Payload, Persistence, Protocol, Reached, ServiceId,
    ServiceKey, ServiceSettings, Steer, Sysctl, Sysctls, Timeouts, UnknownSysctl, Verdict, ipv4_mask,
};
pub use patience::{Abandoned, Budget, Patience, Retries};
pub use sctp::{SctpEvent, SctpState};
pub use setup::{
    Discipline, FIRST_PORT, Forwarding, Intervention, RealServer, Service, Setup, SetupError, TcpTimeouts,
};
pub use simulation::{RunError, Simulation, simulate};
pub use steering::{Controller, Newcomers};
pub use tcp::{Direction, TcpEvent, TcpFlags, TcpState, Transitions};
