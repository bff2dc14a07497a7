//! What follows a request: the next one on the same connection, or the client's next connection.
//!
//! Requests form *chains*. An arrival begins one; the source of arrivals says, each time a request has ended, whether
//! and when another one follows. A connection that is kept alive is a chain on one connection; a user of a closed loop
//! is a chain that never ends.

use ipvslab_schedulers::{Flow, Span};

use crate::request::Sizes;
use crate::setup::KeepAlive;

/// Where in its chain a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChainPosition {
    /// The class of clients.
    pub class: u16,
    /// The number of the arrival that began the chain, from 0 on.
    pub chain: u64,
    /// How many requests the chain has made, this one included.
    pub requests: u32,
    /// How many of these belong to the present connection, or to the one that broke and that it stands for.
    pub of_connection: u32,
}

/// The next request of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FollowUp {
    /// How long after the end of the one before, as its client sees it.
    pub wait: Span,
    /// As of an [`Arrival`](crate::Arrival).
    pub work: Span,
    /// As of an [`Arrival`](crate::Arrival).
    pub sizes: Sizes,
    /// The addresses of its new connection; `None` if the connection there is stays open for it.
    pub anew: Option<Flow>,
    /// What keeps the open connection alive until then, if anything does.
    pub keepalive: Option<KeepAlive>,
}

/// Makes the requests that follow others.
pub trait FollowUps {
    /// What follows the request at `position`, whose connection has the addresses `flow`; `None` if it was the last one.
    ///
    /// An answer depends on `position` and `flow` only, not on what was asked before: so all schedulers face the same chains.
    fn next(&mut self, position: ChainPosition, flow: &Flow) -> Option<FollowUp>;
}
