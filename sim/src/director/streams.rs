//! The director's random numbers, each purpose with a stream of its own.

use ipvslab_schedulers::{Draws, Rng};

/// What a director draws from.
#[derive(Clone, Debug)]
pub struct RandomStreams {
    /// The integers of `twos`, which each service starts anew.
    pub twos: Draws,
    /// What `drop_entry` looks at.
    pub drop_entry: Rng,
}

impl RandomStreams {
    /// The streams of a replication under a seed, by their names.
    pub fn new(seed: u64, replication: u32) -> Self {
        Self {
            twos: Draws::Stream(Rng::stream(seed, replication, "twos")),
            drop_entry: Rng::stream(seed, replication, "drop_entry"),
        }
    }

    /// Those of one of several directors: other parts of the same streams.
    pub(crate) fn of_director(&self, number: u32) -> Self {
        Self { twos: self.twos.jumped(number), drop_entry: self.drop_entry.jumped(number) }
    }
}
