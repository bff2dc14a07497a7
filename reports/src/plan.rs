//! Planning: the least number of servers that holds the objectives, or the most load.
//!
//! A [`Search`] asks a [`Candidates`] for replications of a size and says what they prove. It explores cheaply, then certifies the
//! size that was found, and the next smaller one, with replications that nobody has looked at: those that chose a size flatter it.

mod claim;
mod explore;
pub mod formula;
mod rule;
mod search;

pub use claim::{Claim, Looks, Proven};
pub use rule::{PlanRule, Replication};
pub use search::{Candidates, Evidence, Open, PlanAnswer, Search, Terms};
