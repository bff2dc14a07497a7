//! One run of a study, with what to tell a user if it fails.

use ipvslab_scenarios::{Cell, Fingerprint, Scenario, TraceError};
use ipvslab_sim::{Observer, Outcome, RunError, Setup};

use crate::exit::{Exit, Failure};

/// Runs one cell.
pub(crate) fn run(
    scenario: &Scenario,
    setup: &Setup,
    cell: Cell,
    observer: &mut impl Observer,
) -> Result<Outcome, Failure> {
    cell.run(scenario, setup, observer).map_err(|error| failure(cell, error))
}

/// Runs one cell, and tells what arrivals it met.
pub(crate) fn run_and_tell(
    scenario: &Scenario,
    setup: &Setup,
    cell: Cell,
    observer: &mut impl Observer,
) -> Result<(Outcome, Fingerprint), Failure> {
    cell.run_and_tell(scenario, setup, observer).map_err(|error| failure(cell, error))
}

fn failure(cell: Cell, error: RunError<TraceError>) -> Failure {
    match error {
        RunError::Arrivals(error) => {
            let help = error.help().map_or_else(String::new, |help| format!("\n  help: {help}"));
            Failure::new(Exit::InvalidInput, format!("error: {error}{help}"))
        }
        RunError::OutOfTime => Failure::new(
            Exit::InvalidInput,
            format!(
                "error: under {} the last connections would still be in service after 584 years\n  help: lower the offered load, or give the servers a backlog",
                cell.scheduler
            ),
        ),
    }
}
