//! `warm_up = "auto"`: how much of the start of the runs to leave out.

use ipvslab_reports::Settling;
use ipvslab_scenarios::{Cell, Scenario};
use ipvslab_schedulers::Span;
use rayon::prelude::*;

use crate::cell;
use crate::exit::{Exit, Failure};
use crate::print::talk;

/// The scenario with the longest warm-up that MSER-5 finds for any of its schedulers, in their first replications.
///
/// # Errors
/// If one of them does not settle.
pub(crate) fn found(scenario: &Scenario, quiet: bool) -> Result<Scenario, Failure> {
    let setup = scenario.setup();
    let found = |&scheduler: &_| {
        let mut settling = Settling::default();
        cell::run(scenario, &setup, Cell { scheduler, replication: 0 }, &mut settling)?;
        settling.warm_up().ok_or_else(|| {
            let message = format!(
                "error: under {scheduler}, response times have not settled by half of the run, so no warm-up was found\n  help: use a longer duration, a lower load, or set warm_up yourself"
            );
            Failure::new(Exit::InvalidInput, message)
        })
    };
    let each = scenario.schedulers.par_iter().map(found).collect::<Result<Vec<Span>, Failure>>()?;
    let warm_up = each.into_iter().max().unwrap_or(Span::ZERO);
    if !quiet {
        talk(format_args!("warm-up: {:.3} s, by MSER-5 over all schedulers", warm_up.as_secs_f64()));
    }
    let mut settled = scenario.clone();
    settled.warm_up = warm_up;
    settled.finds_warm_up = false;
    Ok(settled)
}
