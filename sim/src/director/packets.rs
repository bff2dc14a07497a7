//! The director, packet by packet: everything in IPVS that changes a decision.
//!
//! [`PacketDirector`] takes what the kernel takes, packets with a time and an administrator's commands, and says what
//! becomes of each packet: services by address or firewall mark, TCP, UDP and SCTP, persistence, one-packet
//! scheduling, the sysctls, entries with the kernel's states and timers. The live lab checks it against kernels.
//!
//! [`FastDirector`](crate::FastDirector) is its fast special case: one plain TCP service, told of milestones instead of packets.

mod chains;
mod commands;
mod defence;
mod director;
mod entries;
mod entry;
mod exchange;
mod life;
mod name;
mod packet;
mod persistence;
mod reuse;
mod scheduling;
pub(crate) mod sctp;
mod service;
mod timers;

pub(crate) use director::After;
pub use director::{PacketDirector, Steer};
pub(crate) use entries::Handle;
pub(crate) use name::Name;
pub use packet::{Choice, Packet, Payload, Verdict};
pub use persistence::ipv4_mask;
pub use service::{Destination, Reached, ServiceId, ServiceKey, ServiceSettings};
