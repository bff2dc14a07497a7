//! The engine and the model, from outside.

mod accounting;
mod caches;
mod defence;
mod disturbed;
mod disturbed_at_random;
mod findings;
mod interventions;
mod packets;
mod queues;
mod random_situations;
mod repeatability;
mod support;
mod transitions;
mod travelling;
mod whole;
mod workers;
