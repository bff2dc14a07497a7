//! What a client asks for: one connection to a server, or one request on a connection.

use core::num::NonZeroU32;

use ipvslab_schedulers::{Flow, Span, Time};

/// A new connection, with its first request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// When its client sends the SYN; never earlier than the arrival before.
    pub at: Time,
    /// The time it would take alone on a server of speed 1. Drawn by the workload, not by the server, so that
    /// all schedulers compete on the same work.
    pub work: Span,
    /// Its addresses.
    pub flow: Flow,
    /// The class of clients that it comes from, by the order of the scenario; 0 without classes.
    pub class: u16,
    /// Bytes of its request and of its response; 0 where nobody asks.
    pub sizes: Sizes,
}

/// Bytes of a request and of its response, headers of packets not included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sizes {
    /// From the client to the server.
    pub request: u32,
    /// From the server to the client.
    pub response: u32,
}

impl Arrival {
    /// A connection of the only class, whose sizes do not matter.
    pub fn new(at: Time, work: Span, flow: Flow) -> Self {
        Self { at, work, flow, class: 0, sizes: Sizes::default() }
    }
}

/// A request in progress that somebody keeps a record of; reused after its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RequestId(NonZeroU32);

impl RequestId {
    /// The id of the record at `index`.
    pub(crate) fn new(index: usize) -> Self {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("fewer than 2^32 requests in progress at once"))
    }

    /// Where its record is.
    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}
