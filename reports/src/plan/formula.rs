//! What queueing theory says before anything is run: where a search begins, and a line beside its answer. Never the answer.

mod erlang;
mod general;
mod guess;
mod split;

pub use erlang::{Pooled, blocking};
pub use general::{allen_cunneen, kimura};
pub use guess::{Asked, EqualServers, Spreading};
pub use split::{InTurn, at_random, square_root_rule};
