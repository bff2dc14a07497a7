//! The director's random numbers, each purpose with a stream of its own.

use ipvslab_schedulers::{Draws, Rng, TimerClock, Wheel};

use crate::setup::Timers;

/// What a director draws from.
#[derive(Clone, Debug)]
pub struct RandomStreams {
    /// The integers of `twos`, which each service starts anew.
    pub twos: Draws,
    /// What `drop_entry` looks at.
    pub drop_entry: Rng,
    /// At which jiffy the director's kernel is when the run starts.
    pub jiffies: Rng,
}

impl RandomStreams {
    /// The streams of a replication under a seed, by their names.
    pub fn new(seed: u64, replication: u32) -> Self {
        Self {
            twos: Draws::Stream(Rng::stream(seed, replication, "twos")),
            drop_entry: Rng::stream(seed, replication, "drop_entry"),
            jiffies: Rng::stream(seed, replication, "jiffies"),
        }
    }

    /// Those of one of several services of several directors, which has the clock of its director: other parts of the
    /// same streams.
    pub(crate) fn of_member(&self, number: u32, directors: u32) -> Self {
        Self {
            twos: self.twos.jumped(number),
            drop_entry: self.drop_entry.jumped(number),
            jiffies: self.jiffies.jumped(number % directors),
        }
    }

    /// The clock of a director's timers.
    pub fn clock(&self, timers: Timers) -> TimerClock {
        match timers {
            Timers::Exact => TimerClock::Exact,
            Timers::Wheel { hz } => {
                let start = self.jiffies.clone().bits() >> 32;
                TimerClock::Wheel(Wheel::new(hz.get(), start))
            }
        }
    }
}
