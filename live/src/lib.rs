//! The live half of ipvslab: the same scenario on the real kernel.
//!
//! This crate will program kernel IPVS over generic netlink inside network namespaces of its own, replay a
//! scenario's connections through it, and compare every decision with the model's. **Not yet**: nothing here
//! talks to a kernel so far, and no command of `ipvslab` claims that it does.

#![warn(unsafe_code)]
