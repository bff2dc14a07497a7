//! The engine and the model: clients' connections, a director, real servers, time.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod arrival;
mod chances;
mod connection;
mod digest;
mod director;
mod expiry;
mod fcfs;
mod job;
mod lone_server;
mod milestones;
mod observer;
mod outcome;
mod packet;
mod queue;
mod sctp;
mod server;
mod setup;
mod sharing;
mod simulation;
mod tcp;
mod timeline;
mod told;
mod totals;

pub use arrival::Arrival;
pub use chances::Chances;
pub use connection::ConnectionId;
pub use director::{Director, Expired};
pub use ipvslab_schedulers::{TimerClock, Wheel};
pub use lone_server::{Departure, LoneServer};
pub use milestones::Milestones;
pub use observer::{Finished, Observer, Refusal, ServerLoad};
pub use outcome::{Outcome, ServerTotals};
pub use packet::{
    Choice, Destination, Packet, PacketDirector, Payload, Persistence, Protocol, Reached, ServiceId,
    ServiceKey, ServiceSettings, Steer, Sysctl, Sysctls, Timeouts, UnknownSysctl, Verdict, ipv4_mask,
};
pub use sctp::{SctpEvent, SctpState};
pub use setup::{Discipline, Forwarding, Intervention, RealServer, Service, Setup, SetupError, TcpTimeouts};
pub use simulation::{RunError, Simulation, simulate};
pub use tcp::{Direction, TcpEvent, TcpFlags, TcpState, Transitions};
