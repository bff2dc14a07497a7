//! What the replications of a study draw from a recorded trace.

use super::resample::{Copies, TraceDesign};
use crate::words::Word;

/// What replications draw from a trace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Resample {
    /// Nothing: it is played as recorded.
    None,
    /// Stretches of its time.
    Blocks,
    /// Its clients.
    Clients,
    /// Stretches and clients in turn, so that there are twice as many replications.
    Both,
}

impl Resample {
    /// What replication number `replication` does.
    pub fn design(self, replication: u32) -> TraceDesign {
        match self {
            Self::None => TraceDesign::Recorded,
            Self::Blocks => TraceDesign::Blocks,
            Self::Clients => TraceDesign::Clients,
            Self::Both if replication.is_multiple_of(2) => TraceDesign::Blocks,
            Self::Both => TraceDesign::Clients,
        }
    }

    /// How many designs there are, each with replications of its own.
    pub fn designs(self) -> u32 {
        if self == Self::Both { 2 } else { 1 }
    }
}

impl Word for Resample {
    const KIND: &'static str = "resample";
    const WORDS: &'static [(&'static str, Self)] =
        &[("both", Self::Both), ("blocks", Self::Blocks), ("clients", Self::Clients), ("none", Self::None)];
}

impl Word for Copies {
    const KIND: &'static str = "copies";
    const WORDS: &'static [(&'static str, Self)] = &[("apart", Self::Apart), ("together", Self::Together)];
}
