//! `ipvslab live`: the kernel in the loop.

pub(crate) mod args;
mod plan;
mod validate;
mod verdict;

use crate::exit::Failure;
use args::Live;

/// Carries a verb of `live` out.
pub(crate) fn run(verb: &Live) -> Result<(), Failure> {
    match verb {
        Live::Validate(args) => validate::run(args),
    }
}
