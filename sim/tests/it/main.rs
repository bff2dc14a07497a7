//! The engine and the model, from outside.

mod accounting;
mod interventions;
mod queues;
mod repeatability;
mod support;
