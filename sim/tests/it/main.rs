//! The engine and the model, from outside.

mod accounting;
mod baselines;
mod caches;
mod chains;
mod chains_at_random;
mod controller;
mod defence;
mod disturbed;
mod disturbed_at_random;
mod findings;
mod fleet;
mod interventions;
mod overload;
mod packets;
mod port_reuse;
mod queues;
mod random_situations;
mod repeatability;
mod support;
mod traffic;
mod transitions;
mod travelling;
mod whole;
mod workers;
