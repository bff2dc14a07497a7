//! What is kept of a run beside its numbers, so that replications can be put together exactly.

use ipvslab_schedulers::Span;
use serde::{Deserialize, Serialize};

use crate::run::distribution::Distribution;

/// A time that an objective asks about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeLimit {
    /// Whether it is about the waiting time; the response time otherwise.
    pub is_of_waiting: bool,
    /// What takes this long or longer is beyond it.
    pub from: Span,
}

/// Counts and times that a run's means and quantiles are made of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Waiting times, connections that did not wait included.
    pub(crate) waiting_times: Distribution,
    /// Response times by class of clients.
    pub(crate) class_times: Vec<Distribution>,
    /// Connections with work: what the mean slowdown is an average over.
    pub(crate) with_work: u64,
    /// SYNs that came to a director that can carry only so much.
    pub(crate) syns: u64,
    /// By time limit: how many connections took as long or longer.
    pub(crate) beyond: Vec<u64>,
}
