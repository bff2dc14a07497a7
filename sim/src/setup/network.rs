//! What lies between clients and servers: distances, and directors that can carry only so much.

use ipvslab_schedulers::Span;

/// One-way propagation delays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// Between clients and the director.
    pub client: Span,
    /// Between the director and the servers.
    pub server: Span,
    /// From the servers to the clients, where replies do not pass the director.
    pub back: Span,
}

/// What the director can carry; what is `None` does not limit it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Capacity {
    /// Packets per second, above 0.
    pub packets_per_s: Option<f64>,
    /// Bits per second on its line, above 0.
    pub bits_per_s: Option<f64>,
    /// A new connection that would wait longer is dropped.
    pub queue: Span,
}

/// What a connection has to pass.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Passage {
    /// Distances.
    pub network: Network,
    /// The director's capacity; `None` for any.
    pub capacity: Option<Capacity>,
}
