//! How many threads a study runs on.

use crate::exit::{Exit, Failure};

/// Sets the number of threads for the rest of the process; without one, all cores.
pub(crate) fn limit(threads: Option<usize>) -> Result<(), Failure> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Failure::new(Exit::Internal, format!("cannot start {threads} threads: {error}")))
}
