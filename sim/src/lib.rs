//! The engine and the model: clients' connections, a director, real servers, time.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod arrival;
mod observer;
mod outcome;
mod setup;

pub use arrival::Arrival;
pub use observer::{Finished, Observer, Refusal, ServerLoad};
pub use outcome::{Outcome, ServerTotals};
pub use setup::{Discipline, Forwarding, Intervention, RealServer, Service, Setup, SetupError, TcpTimeouts};
