//! One run of a study: a scheduler and a replication.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{FollowUps, Observer, Outcome, RandomStreams, RunError, Setup, simulate_chains};

use crate::scenario::Scenario;
use crate::trace::TraceError;

/// Which run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Under which scheduler.
    pub scheduler: SchedulerKind,
    /// Which of the independent runs, from 0.
    pub replication: u32,
}

impl Cell {
    /// Runs it. The arrivals are those of its replication, whatever the scheduler.
    ///
    /// # Errors
    /// If the trace cannot be read, or the last connections would outlast the clock.
    pub fn run(
        self,
        scenario: &Scenario,
        setup: &Setup,
        observer: &mut impl Observer,
    ) -> Result<Outcome, RunError<TraceError>> {
        let Self { scheduler, replication } = self;
        let arrivals = scenario.arrivals(replication).map_err(RunError::Arrivals)?;
        let chances = RandomStreams::new(scenario.seed, replication);
        // What disturbs a run is drawn by replication, and is the same for every scheduler.
        let seeded = setup.disturbances().map(|_| setup.clone().seeded(scenario.seed, replication));
        let setup = seeded.as_ref().unwrap_or(setup);
        let chains = scenario.chains(replication).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
        simulate_chains(setup, scheduler, chances, arrivals, chains, observer)
    }
}
