//! The packet engine: one process plays clients, real servers and the network between them, packet by packet.
//!
//! A fresh network namespace is the director. Its only device is a TAP: a crafted packet that is written to it runs
//! through the kernel's receive path, IPVS and the transmit path before the write returns, so the very next read tells
//! where it went. Nothing is in flight, nothing is matched up later, and any client address can be had.

mod frame;
mod lab;
mod play;
mod tap;

pub use play::{PlayError, play};
