//! What lies between clients and servers: distances, and a director that can carry only so much.
//!
//! Only a run whose setup says so takes this way; in any other a connection is at its server at the instant of its SYN.

use ipvslab_schedulers::{Span, Time};

use crate::outcome::DirectorTotals;
use crate::path::packets::Load;

/// How long packets travel, one way.
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

impl Capacity {
    /// How long the director is busy with a load: by its packets or by their bytes, whichever takes longer.
    pub fn time(&self, load: Load) -> Span {
        let seconds = |amount: f64, rate: Option<f64>| rate.map_or(0.0, |rate| amount / rate);
        let by_packets = seconds(load.packets as f64, self.packets_per_s);
        let by_bits = seconds(8.0 * load.bytes as f64, self.bits_per_s);
        Span::from_secs_f64(by_packets.max(by_bits))
    }
}

/// What a connection has to pass.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Passage {
    /// Distances.
    pub network: Network,
    /// The director's capacity; `None` for any.
    pub capacity: Option<Capacity>,
}

/// The director as a queue: one thing after the other, in the order in which they come.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    capacity: Capacity,
    free: Time,
    window: (Time, Time),
    pub(crate) totals: DirectorTotals,
}

impl Line {
    pub(crate) fn new(capacity: Capacity, window: (Time, Time)) -> Self {
        Self { capacity, free: Time::ZERO, window, totals: DirectorTotals::default() }
    }

    /// Whether a new connection would wait too long; it is counted as dropped then.
    pub(crate) fn drops(&mut self, now: Time) -> bool {
        let is_full = self.free > now && self.free.since(now) > self.capacity.queue;
        if self.window.0 <= now && now < self.window.1 {
            self.totals.came += 1;
            self.totals.dropped += u64::from(is_full);
        }
        is_full
    }

    /// Takes a load: when the director begins with it, and when it is through.
    pub(crate) fn take(&mut self, load: Load, now: Time) -> (Time, Time) {
        let begins = self.free.max(now);
        self.free = begins + self.capacity.time(load);
        let (from, to) = (begins.max(self.window.0), self.free.min(self.window.1));
        if to > from {
            self.totals.busy_ns += u128::from(to.since(from).as_nanos());
        }
        (begins, self.free)
    }
}
