//! A study: the same situation under several schedulers, several times.

pub(crate) mod design;
pub(crate) mod envelope;
pub(crate) mod interventions;
pub(crate) mod objective;
pub(crate) mod stored;

use crate::run::distribution::Distribution;
use crate::run::metrics::RunMetrics;
use crate::run::server::{self, StudyServer};
use crate::study::design::{Design, Varies};
use crate::study::objective::Objective;
use ipvslab_schedulers::{SchedulerKind, Span, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What was run, and what each run came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Study {
    /// What the scenario is about, in a line.
    pub title: String,
    /// What it is meant to answer; may be empty.
    pub question: String,
    /// The scenario's name.
    pub name: String,
    /// The seed all replications come from.
    pub seed: u64,
    /// How many replications were planned.
    pub replications: u32,
    /// Which kernel is modelled, in words.
    pub kernel: String,
    /// How it counts connections, in words.
    pub accounting: String,
    /// From when on the runs are measured.
    pub warm_up: Time,
    /// Until when arrivals are taken.
    pub horizon: Time,
    /// The real servers by id.
    pub servers: Vec<StudyServer>,
    /// The names of the classes of clients; none without classes.
    pub classes: Vec<String>,
    /// Events of each run, in words.
    pub interventions: Vec<(Time, String)>,
    /// An objective that the results must meet.
    pub objectives: Vec<Objective>,
    /// What it was made of.
    pub provenance: Provenance,
    /// In the order of the plan.
    pub schedulers: Vec<SchedulerKind>,
    /// In the order of the plan: by scheduler, then by replication.
    pub runs: Vec<Run>,
    /// What a decision costs, if that was measured: of a machine, not of the scenario, and other the next time.
    pub decision_costs: Vec<DecisionCost>,
    /// What its replications can say, and how many there were to be.
    pub design: Design,
}

/// What a decision of a scheduler took, with its upkeep, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DecisionCost {
    /// Who.
    pub scheduler: SchedulerKind,
    /// The median of several rounds' means.
    pub ns_median: f64,
    /// Their lower quartile.
    pub ns_lower: f64,
    /// Their upper quartile.
    pub ns_upper: f64,
}

/// What a study was made of: enough to make it again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// The version of the program.
    pub version: String,
    /// The scenario file, unchanged read.
    pub scenario: String,
    /// The SHA-256 of the scenario file, in hexadecimal digits.
    pub scenario_sha256: String,
}

impl Provenance {
    /// Of a scenario's text.
    pub fn of(version: &str, scenario: &str) -> Self {
        let digest = Sha256::digest(scenario.as_bytes());
        Self {
            version: version.to_owned(),
            scenario: scenario.to_owned(),
            scenario_sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// One run of a study.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// Who chose the servers.
    pub scheduler: SchedulerKind,
    /// Which of the replications, from 0.
    pub replication: u32,
    /// What it came to.
    pub metrics: RunMetrics,
}

impl Study {
    /// Equal replications are one: if all are, under every scheduler, one is kept, and it is said that nothing varies.
    pub fn without_repetition(&mut self) {
        let is_first = |run: &Run| run.replication == self.runs.first().map_or(0, |first| first.replication);
        let of_first = |run: &Run| self.runs_of(run.scheduler).find(|other| is_first(other));
        let is_repeated = |run: &Run| of_first(run).is_some_and(|first| first.metrics.is_alike(&run.metrics));
        if self.replications < 2 || !self.runs.iter().all(is_repeated) {
            return;
        }
        let first = self.runs.first().map_or(0, |run| run.replication);
        self.runs.retain(|run| run.replication == first);
        self.design.met.truncate(1);
        self.replications = 1;
        self.design.varies = match self.design.varies {
            Varies::Generated => Varies::NothingDrawn,
            Varies::NothingDrawn => Varies::NothingDrawn,
            _ => Varies::NothingRecorded,
        };
    }

    /// The measured time of each run.
    pub fn window(&self) -> Span {
        self.horizon.since(self.warm_up)
    }

    /// The unit of time that suits the whole run: its length in seconds, and its name.
    pub(crate) fn time_unit(&self) -> (f64, &'static str) {
        match self.horizon.as_secs_f64() {
            horizon if horizon >= 3.0 * 3600.0 => (3600.0, "h"),
            horizon if horizon >= 600.0 => (60.0, "min"),
            _ => (1.0, "s"),
        }
    }

    /// What decisions cost, the least first.
    pub(crate) fn quickest_first(&self) -> Vec<DecisionCost> {
        let mut costs = self.decision_costs.clone();
        costs.sort_by(|a, b| a.ns_median.total_cmp(&b.ns_median));
        costs
    }

    /// The runs of one scheduler.
    pub fn runs_of(&self, scheduler: SchedulerKind) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.scheduler == scheduler)
    }

    /// The run whose servers are shown over time: the earliest replication that was sampled.
    pub fn sampled_run(&self, scheduler: SchedulerKind) -> Option<&Run> {
        self.runs_of(scheduler)
            .filter(|run| !run.metrics.timeline.is_empty())
            .min_by_key(|run| run.replication)
    }

    /// The response times of all replications together.
    pub fn pooled_response_times(&self, scheduler: SchedulerKind) -> Distribution {
        Distribution::pool(self.runs_of(scheduler).map(|run| &run.metrics.response_times))
    }

    /// Each server's part of all weights, averaged over the window; `None` if no server has any.
    pub fn weight_shares(&self) -> Vec<Option<f64>> {
        server::weight_shares(&self.servers)
    }

    /// Servers that share a group, groups in the order they first appear.
    pub(crate) fn groups(&self) -> Vec<(&str, Vec<usize>)> {
        server::groups(&self.servers)
    }
}
