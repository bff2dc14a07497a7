//! `ipvslab trace`: logs made into traces, and what a trace is like.

mod convert;
mod format;
mod input;
mod inspect;

use crate::args::trace as args;
use crate::exit::Failure;

/// Carries out one of the verbs of `trace`.
pub(crate) fn run(verb: &args::Trace) -> Result<(), Failure> {
    match verb {
        args::Trace::Convert(args) => convert::run(args),
        args::Trace::Inspect(args) => inspect::run(args),
    }
}
