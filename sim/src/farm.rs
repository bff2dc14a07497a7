//! The real servers: queues, departures, what is wrong with them, and what their caches hold.

pub(crate) mod cache;
pub(crate) mod condition;
pub(crate) mod departures;
pub(crate) mod fcfs;
pub(crate) mod lone_server;
pub(crate) mod lru;
pub(crate) mod queue;
pub(crate) mod sharing;
pub(crate) mod visits;
