//! `ipvslab live`: the kernel in the loop.

pub(crate) mod args;
mod machine;
mod output;
mod plan;
mod validate;
mod verdict;

use crate::exit::Failure;
use args::Live;

pub(crate) use machine::answer;

/// Carries a verb of `live` out.
pub(crate) fn run(verb: &Live) -> Result<(), Failure> {
    match verb {
        Live::Validate(args) => validate::run(args),
    }
}
