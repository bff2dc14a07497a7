//! The live half of ipvslab: the same scenario on the real kernel.
//!
//! Programs kernel IPVS over generic netlink inside network namespaces of its own, replays a scenario's connections
//! through it, and compares every decision with the model's: on this machine, or in an emulated one that boots a
//! distribution's kernel with this very program as its init.

#![warn(unsafe_code)]

pub mod kernels;
mod namespace;
pub mod vm;

pub use namespace::{Namespace, NamespaceError};
