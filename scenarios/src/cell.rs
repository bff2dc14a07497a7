//! One run of a study: a scheduler and a replication.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{FollowUps, Observer, Outcome, RandomStreams, RunError, Setup, simulate_chains};

use crate::fingerprint::Fingerprint;
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
        Ok(self.with(None, scenario, setup, observer)?.0)
    }

    /// Runs it, and tells what arrivals it met.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_and_tell(
        self,
        scenario: &Scenario,
        setup: &Setup,
        observer: &mut impl Observer,
    ) -> Result<(Outcome, Fingerprint), RunError<TraceError>> {
        let (outcome, met) = self.with(Some(Fingerprint::default()), scenario, setup, observer)?;
        Ok((outcome, met.unwrap_or_default()))
    }

    fn with(
        self,
        mut met: Option<Fingerprint>,
        scenario: &Scenario,
        setup: &Setup,
        observer: &mut impl Observer,
    ) -> Result<(Outcome, Option<Fingerprint>), RunError<TraceError>> {
        let Self { scheduler, replication } = self;
        let arrivals = scenario.arrivals(replication).map_err(RunError::Arrivals)?;
        let arrivals = arrivals.inspect(|arrival| {
            if let (Some(met), Ok(arrival)) = (&mut met, arrival) {
                met.add(arrival);
            }
        });
        let chances = RandomStreams::new(scenario.seed, replication);
        // What disturbs a run is drawn by replication, and is the same for every scheduler.
        let seeded = setup.disturbances().map(|_| setup.clone().seeded(scenario.seed, replication));
        let setup = seeded.as_ref().unwrap_or(setup);
        let chains = scenario.chains(replication).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
        let outcome = simulate_chains(setup, scheduler, chances, arrivals, chains, observer)?;
        Ok((outcome, met))
    }
}
