//! A director that can carry only so much: a line of what waits for it.

use ipvslab_schedulers::{Span, Time};

use crate::outcome::DirectorTotals;
use crate::outcome::Volume;
use crate::setup::Capacity;

impl Capacity {
    /// How long the director is busy with a load: by its packets or by their bytes, whichever takes longer.
    pub fn time(&self, load: Volume) -> Span {
        let seconds = |amount: f64, rate: Option<f64>| rate.map_or(0.0, |rate| amount / rate);
        let by_packets = seconds(load.packets as f64, self.packets_per_s);
        let by_bits = seconds(8.0 * load.bytes as f64, self.bits_per_s);
        Span::from_secs_f64(by_packets.max(by_bits))
    }
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
    pub(crate) fn take(&mut self, load: Volume, now: Time) -> (Time, Time) {
        let begins = self.free.max(now);
        self.free = begins + self.capacity.time(load);
        let (from, to) = (begins.max(self.window.0), self.free.min(self.window.1));
        if to > from {
            self.totals.busy_ns += u128::from(to.since(from).as_nanos());
        }
        (begins, self.free)
    }

    /// Another director takes over, with nothing in its line.
    pub(crate) fn restart(&mut self) {
        self.free = Time::ZERO;
    }
}
