//! `ipvslab live`: the kernel in the loop.

mod conform;
mod doctor;
mod fuzz;
mod kernels;
mod machine;
mod measured;
mod output;
mod page;
mod plan;
mod socket;
mod up;
mod validate;
mod verdict;

use crate::args::live::{Engine, Live};
use crate::exit::Failure;

pub(crate) use machine::answer;

/// Carries a verb of `live` out.
pub(crate) fn run(verb: &Live) -> Result<(), Failure> {
    match verb {
        Live::Doctor => doctor::run(),
        Live::Kernels(args) => kernels::run(args),
        Live::Up(args) => up::up(args),
        Live::Show => up::show(),
        Live::Validate(args) => match args.engine {
            Engine::Packet => validate::run(args),
            Engine::Socket => socket::run(args),
        },
        Live::Conform(args) => conform::run(args),
        Live::Fuzz(args) => fuzz::run(args),
    }
}
