//! Arrivals at independent distances of one law.

use ipvslab_schedulers::Rng;

use crate::workload::Law;

/// The instants of one replication.
#[derive(Debug)]
pub(crate) struct RenewalClock {
    draws: Rng,
    distance: Law,
    at: f64,
}

impl RenewalClock {
    pub(super) fn new(draws: Rng, distance: Law) -> Self {
        Self { draws, distance, at: 0.0 }
    }

    /// The next instant, in nanoseconds.
    pub(super) fn next(&mut self) -> f64 {
        self.at += self.distance.draw(&mut self.draws);
        self.at
    }
}
