//! What reaches the director: one new connection.

use ipvslab_schedulers::{Flow, Span, Time};

/// A new connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// When its SYN reaches the director; never earlier than the arrival before.
    pub at: Time,
    /// The time it would take alone on a server of speed 1. Drawn by the workload, not by the server, so that
    /// all schedulers compete on the same work.
    pub work: Span,
    /// Its addresses.
    pub flow: Flow,
}
