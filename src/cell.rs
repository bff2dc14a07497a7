//! One run of a study: a scheduler and a replication.

use ipvslab_scenarios::{Scenario, TraceError};
use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{FollowUps, Observer, Outcome, RandomStreams, RunError, Setup, simulate_chains};

use crate::exit::{Exit, Failure};

/// Which run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    pub(crate) scheduler: SchedulerKind,
    pub(crate) replication: u32,
}

/// Runs one cell. The arrivals are those of its replication, whatever the scheduler.
pub(crate) fn run(
    scenario: &Scenario,
    setup: &Setup,
    cell: Cell,
    observer: &mut impl Observer,
) -> Result<Outcome, Failure> {
    let trace_failure = |error: TraceError| {
        let help = error.help().map_or_else(String::new, |help| format!("\n  help: {help}"));
        Failure::new(Exit::InvalidInput, format!("error: {error}{help}"))
    };
    let arrivals = scenario.arrivals(cell.replication).map_err(trace_failure)?;
    let chances = RandomStreams::new(scenario.seed, cell.replication);
    // What disturbs a run is drawn by replication, and is the same for every scheduler.
    let seeded = setup.disturbances().map(|_| setup.clone().seeded(scenario.seed, cell.replication));
    let setup = seeded.as_ref().unwrap_or(setup);
    let chains = scenario.chains(cell.replication).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
    simulate_chains(setup, cell.scheduler, chances, arrivals, chains, observer).map_err(|error| match error {
        RunError::Arrivals(error) => trace_failure(error),
        RunError::OutOfTime => Failure::new(
            Exit::InvalidInput,
            format!(
                "error: under {} the last connections would still be in service after 584 years\n  help: lower the \
                 offered load, or give the servers a backlog",
                cell.scheduler
            ),
        ),
    })
}
