//! IPVS over generic netlink: every command of the kernel's family (kernel spec, section 3.1).
//!
//! What one asks for ([`Service`], [`Destination`]) and what the kernel reports ([`ServiceState`],
//! [`DestinationState`]) are different types: only the kernel counts. There are no notifications; state is polled.

mod client;
mod daemon;
mod destination;
mod error;
mod forwarding;
mod key;
mod probe;
mod reply;
mod service;
mod settings;
mod statistics;
#[cfg(test)]
mod tests;
mod wire;

pub use client::Ipvs;
pub(crate) use client::RawDestination;
pub use daemon::{Daemon, Role};
pub use destination::{Destination, DestinationState};
pub use error::{Attempt, IpvsError, Object};
pub use forwarding::{Encapsulation, Forwarding, TunnelChecksum};
pub use key::{Family, Protocol, ServiceKey};
pub use reply::{Reply, decode_replies};
pub use service::{FlagChange, Granularity, Service, ServiceFlags, ServiceState};
pub use settings::{Info, TimeoutChange, Timeouts};
pub use statistics::Statistics;
