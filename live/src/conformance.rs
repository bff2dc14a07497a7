//! The kernel specification's edge cases (its section 5), each with what its sentence says, to be checked against kernels
//! and against the model.
//!
//! What is expected is written down by hand, from the sentence, and not computed by the model: a case fails if any of
//! the three disagrees. Cases with a name instead of a number are our own. Where a kernel showed a sentence to be wrong,
//! the case has it as the kernel does, and its title says so.

mod beyond;
mod case;
mod check;
mod connections;
mod control;
mod defence;
mod drop_entry;
mod entries;
mod failover;
mod families;
mod hashing;
mod least;
mod locality;
mod lot;
mod persistence;
mod round_robin;
mod story;
mod templates;
#[cfg(test)]
mod tests;
mod thresholds;
mod two_choices;
mod verdict;
mod weighted;

pub use case::{Case, CaseId, Play, Scripted};

pub use crate::commands::{Command, Ended, ServerWords, ServiceWords, Told};
pub use verdict::{Difference, NoVerdict, Verdict};

/// All cases, in the order of their numbers; then those with names.
pub fn cases() -> Vec<Case> {
    let mut cases = [
        round_robin::cases(),
        weighted::cases(),
        least::cases(),
        failover::cases(),
        two_choices::cases(),
        hashing::cases(),
        locality::cases(),
        thresholds::cases(),
        connections::cases(),
        persistence::cases(),
        entries::cases(),
        control::cases(),
        beyond::cases(),
        templates::cases(),
        families::cases(),
        defence::cases(),
        drop_entry::cases(),
    ]
    .concat();
    cases.sort_by(|one, other| {
        let place = |case: &Case| case.number().is_none();
        place(one).cmp(&place(other)).then_with(|| one.number().cmp(&other.number()))
    });
    cases
}
