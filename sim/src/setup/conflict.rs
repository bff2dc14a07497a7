//! What does not go together, and why: the only list of it.

/// What a situation may have, as far as something does not go with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Feature {
    /// A service of datagrams: UDP.
    Datagrams,
    /// How often a SYN is sent again.
    SynRetries,
    /// How long a client waits for a connection to open.
    ConnectTimeout,
    /// TCP keepalive of clients.
    KeepAlive,
    /// Replies pass the director.
    Masquerading,
    /// A delay of their own for replies.
    ReplyDelay,
}

/// Two features that do not go together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// One of them.
    pub first: Feature,
    /// The other.
    pub second: Feature,
    /// Why they do not, in a sentence.
    pub why: &'static str,
}

impl Conflict {
    /// Every pair that does not go together. Every other one does.
    pub const ALL: [Self; 4] = [
        Self {
            first: Feature::Datagrams,
            second: Feature::SynRetries,
            why: "a datagram opens no connection, so there is no SYN to send again",
        },
        Self {
            first: Feature::Datagrams,
            second: Feature::ConnectTimeout,
            why: "a datagram opens no connection that a client could wait for",
        },
        Self { first: Feature::Datagrams, second: Feature::KeepAlive, why: "only TCP sends keepalives" },
        Self {
            first: Feature::Masquerading,
            second: Feature::ReplyDelay,
            why: "replies pass the director, so they take as long as requests",
        },
    ];

    /// Those of a situation that `has` these features.
    pub fn among(has: impl Fn(Feature) -> bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |conflict| has(conflict.first) && has(conflict.second))
    }
}
