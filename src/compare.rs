//! `ipvslab compare`: every scheduler of a scenario, one table.

use ipvslab_reports::compare_text;

use crate::args;
use crate::exit::Failure;
use crate::{results, study};

/// Runs the study and prints it.
pub(crate) fn run(args: &args::Compare) -> Result<(), Failure> {
    let mut scenario = study::scenario(&args.study)?;
    if !args.schedulers.is_empty() {
        scenario.schedulers.clear();
        for &scheduler in &args.schedulers {
            if !scenario.schedulers.contains(&scheduler) {
                scenario.schedulers.push(scheduler);
            }
        }
    }
    results::of(&scenario, &args.study, compare_text)
}
