//! Runs replications of the sizes that a search asks for, on all cores, put back in their order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Instant;

use indicatif::ProgressBar;
use ipvslab_reports::plan::{Candidates, PlanCollector, PlanRow, PlanRule, Replication, Search};
use ipvslab_reports::{Collector, Distribution, Metric, Objective, Quantile, StudyServer};
use ipvslab_scenarios::{Cell, Scenario};
use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Setup;
use rayon::prelude::*;

use super::subject::{Away, Subject};
use crate::exit::Failure;
use crate::{cell, interrupt, progress, scenario_file, study};

/// The first replication that certifies.
const FRESH: u32 = 1_000_000;

/// Why there are no replications.
#[derive(Debug)]
pub(super) enum Halt {
    /// Something is wrong.
    Failed(Failure),
    /// Somebody asked to stop.
    Interrupted,
    /// The time is over.
    Budget,
}

/// Makes the farms of a search and runs them.
pub(super) struct Runner<'a> {
    scenario: &'a Scenario,
    subject: &'a Subject,
    scheduler: SchedulerKind,
    objectives: &'a [Objective],
    rules: Vec<PlanRule>,
    deadline: Option<Instant>,
    /// By size, and by who is away.
    farms: BTreeMap<i64, Vec<Situation>>,
    /// By size and whether replications certify, and by who is away and objective.
    seen: BTreeMap<(i64, bool), Vec<Vec<Seen>>>,
    bar: ProgressBar,
}

/// A farm with somebody away.
struct Situation {
    scenario: Scenario,
    setup: Setup,
    servers: Vec<StudyServer>,
}

/// What is shown of an objective.
#[derive(Clone, Default)]
struct Seen {
    times: Distribution,
    sum: f64,
    count: u32,
}

/// What a run comes to.
struct Ran {
    parts: Vec<(f64, f64)>,
    overloaded: bool,
    digest: u64,
    /// By objective.
    values: Vec<Option<f64>>,
    times: Distribution,
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        subject: &'a Subject,
        scheduler: SchedulerKind,
        objectives: &'a [Objective],
        deadline: Option<Instant>,
        quiet: bool,
    ) -> Self {
        let rules: Vec<PlanRule> = objectives.iter().map(|objective| rule(objective, scheduler)).collect();
        Self {
            scenario,
            subject,
            scheduler,
            objectives,
            rules: subject.away.iter().flat_map(|_| rules.iter().copied()).collect(),
            deadline,
            farms: BTreeMap::new(),
            seen: BTreeMap::new(),
            bar: progress::counter(quiet, &format!("{scheduler}: ")),
        }
    }

    /// Every size that was tried, with what is shown of it.
    pub(super) fn rows(&self, search: &Search) -> Vec<PlanRow> {
        self.bar.finish_and_clear();
        let row = |(&size, evidence): (&i64, &ipvslab_reports::plan::Evidence)| {
            let is_certified = !evidence.certified.is_empty();
            let runs = if is_certified { &evidence.certified } else { &evidence.explored };
            let seen = self.seen.get(&(size, is_certified));
            let value = |place: usize| {
                let objective = &self.objectives[place % self.objectives.len()];
                let seen = seen?.get(place / self.objectives.len())?.get(place % self.objectives.len())?;
                seen.value(objective, evidence.claims.get(place).and_then(|claim| claim.ratio))
            };
            PlanRow {
                size,
                number: self.subject.number(size),
                load_ratio: self.subject.load_ratio(size),
                outright: evidence.outright,
                replications: runs.len() as u32,
                is_certified,
                proven: evidence.found,
                claims: evidence.claims.clone(),
                values: (0..self.rules.len()).map(value).collect(),
            }
        };
        search.tried.iter().map(row).collect()
    }

    /// Makes sure that the farm of a size is there.
    fn build(&mut self, size: i64) -> Result<(), Failure> {
        if self.farms.contains_key(&size) {
            return Ok(());
        }
        let (settings, factor) = self.subject.made(size);
        let made =
            self.scenario.changed(&settings, factor).map_err(|problems| scenario_file::failure(&problems))?;
        let mut made = made.scenario;
        (made.warm_up, made.finds_warm_up) = (self.scenario.warm_up, false);
        let situation = |away: &Away| {
            let mut scenario = made.clone();
            away.leave(&mut scenario.servers);
            let setup = scenario.setup();
            let servers = study::servers(&scenario, &setup);
            Situation { scenario, setup, servers }
        };
        self.farms.insert(size, self.subject.away.iter().map(situation).collect());
        Ok(())
    }

    /// Whether to go on.
    fn goes_on(&self) -> Result<(), Halt> {
        if interrupt::is_asked() {
            return Err(Halt::Interrupted);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Halt::Budget),
            _ => Ok(()),
        }
    }

    fn one(&self, size: i64, case: usize, replication: u32) -> Result<Ran, Halt> {
        self.goes_on()?;
        let Situation { scenario, setup, servers } = &self.farms[&size][case];
        let (from, to) = (setup.warm_up(), setup.horizon());
        let collector = Collector::new(from, to, servers.len()).with_classes(scenario.classes().len());
        let mut collector = PlanCollector::new(collector, from, to, self.objectives);
        let cell = Cell { scheduler: self.scheduler, replication };
        let outcome = cell::run(scenario, setup, cell, &mut collector).map_err(Halt::Failed)?;
        let (parts, run) = collector.finish(&outcome, servers);
        self.bar.inc(1);
        Ok(Ran {
            parts,
            overloaded: run.overload.is_some(),
            digest: run.digest,
            values: self.objectives.iter().map(|objective| objective.metric.of(&run)).collect(),
            times: run.response_times,
        })
    }
}

impl Candidates for Runner<'_> {
    type Error = Halt;

    fn rules(&self) -> &[PlanRule] {
        &self.rules
    }

    fn evaluate(&mut self, sizes: &[i64], replications: Range<u32>) -> Result<Vec<Vec<Replication>>, Halt> {
        for &size in sizes {
            self.build(size).map_err(Halt::Failed)?;
        }
        let cases = self.subject.away.len();
        let of_size = |&size: &i64| {
            replications.clone().flat_map(move |at| (0..cases).map(move |case| (size, case, at)))
        };
        let plan: Vec<(i64, usize, u32)> = sizes.iter().flat_map(of_size).collect();
        let this = &*self;
        let ran = plan
            .par_iter()
            .map(|&(size, case, at)| this.one(size, case, at))
            .collect::<Result<Vec<Ran>, Halt>>()?;
        let mut found = vec![Vec::new(); sizes.len()];
        let is_certified = replications.start >= FRESH;
        let per_size = cases * replications.len();
        for ((of_size, found), &size) in ran.chunks(per_size).zip(&mut found).zip(sizes) {
            for of_replication in of_size.chunks(cases) {
                found.push(Replication {
                    parts: of_replication.iter().flat_map(|ran| ran.parts.iter().copied()).collect(),
                    overloaded: of_replication.iter().any(|ran| ran.overloaded),
                    digest: of_replication.iter().fold(0, |digest, ran| digest.rotate_left(7) ^ ran.digest),
                });
            }
            let seen = self
                .seen
                .entry((size, is_certified))
                .or_insert_with(|| vec![vec![Seen::default(); self.objectives.len()]; cases]);
            for (case, seen) in seen.iter_mut().enumerate() {
                let runs: Vec<&Ran> = of_size.iter().skip(case).step_by(cases).collect();
                for (place, seen) in seen.iter_mut().enumerate() {
                    seen.add(&self.objectives[place], place, &runs);
                }
            }
        }
        Ok(found)
    }

    fn fails_outright(&self, size: i64) -> bool {
        self.subject.fails_outright(size)
    }
}

impl Seen {
    fn add(&mut self, objective: &Objective, place: usize, runs: &[&Ran]) {
        if quantile(objective.metric).is_some() {
            let parts = std::iter::once(&self.times).chain(runs.iter().map(|ran| &ran.times));
            self.times = Distribution::pool(parts);
        }
        for value in runs.iter().filter_map(|ran| ran.values[place]) {
            self.sum += value;
            self.count += 1;
        }
    }

    /// A quantile of response times is that of all runs together; the ratio of sums is the value of a ratio; of quantiles of waiting
    /// times the mean of the runs' is shown.
    fn value(&self, objective: &Objective, ratio: Option<f64>) -> Option<f64> {
        match (quantile(objective.metric), objective.metric) {
            (Some(quantile), _) => self.times.quantile_us(quantile),
            (None, Metric::WaitingP95 | Metric::WaitingP99) => {
                (self.count > 0).then(|| self.sum / f64::from(self.count))
            }
            (None, _) => ratio,
        }
    }
}

/// The rule of an objective; one that everything holds for a scheduler that is not held to it.
fn rule(objective: &Objective, scheduler: SchedulerKind) -> PlanRule {
    let is_held = objective.schedulers.is_empty() || objective.schedulers.contains(&scheduler);
    if is_held {
        PlanRule::of(objective)
    } else {
        PlanRule { allowed: f64::INFINITY, below: true, counts: false }
    }
}

/// The quantile of response times that a metric is.
fn quantile(metric: Metric) -> Option<Quantile> {
    match metric {
        Metric::ResponseP50 => Some(Quantile::P50),
        Metric::ResponseP95 => Some(Quantile::P95),
        Metric::ResponseP99 => Some(Quantile::P99),
        Metric::ResponseP999 => Some(Quantile::P999),
        _ => None,
    }
}
