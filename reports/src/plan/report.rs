//! What a plan comes to: the searches of all schedulers, and what they were made of.

use ipvslab_schedulers::SchedulerKind;

use crate::plan::claim::{Claim, Proven};
use crate::plan::search::{PlanAnswer, Search};
use crate::study::Provenance;
use crate::study::objective::Objective;

/// A plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// What the scenario is about, in a line.
    pub title: String,
    /// What it is meant to answer; may be empty.
    pub question: String,
    /// The scenario's name.
    pub name: String,
    /// The seed all replications come from.
    pub seed: u64,
    /// What it was made of.
    pub provenance: Provenance,
    /// The key that was varied.
    pub key: String,
    /// What is counted.
    pub unit: PlanUnit,
    /// With which probability the answer is right.
    pub confidence: f64,
    /// The measured time of each run, in seconds.
    pub window_s: f64,
    /// How many servers may be away at any time.
    pub survive: u32,
    /// What has to hold.
    pub objectives: Vec<Objective>,
    /// Which servers are away, in words, by case; one case with nobody away without `survive`. Rules are the objectives of
    /// the first case, then those of the second, and so on.
    pub cases: Vec<String>,
    /// Why no number of servers can hold the objectives, if none can.
    pub infeasible: Vec<String>,
    /// By scheduler.
    pub schedulers: Vec<SchedulerPlan>,
    /// Why it ended before its time, if it did.
    pub stopped: Option<String>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlanUnit {
    /// Servers of a group.
    Servers,
    /// Slots of each server of a group.
    Slots,
    /// Cores of each server of a group.
    Cores,
    /// Workers of each server of a group.
    Workers,
    /// Connections per second: the sizes are steps of a ladder of loads.
    Load,
}

/// What was found under a scheduler.
#[derive(Clone, PartialEq, Debug)]
pub struct SchedulerPlan {
    /// Which.
    pub scheduler: SchedulerKind,
    /// What was searched, and found.
    pub search: Search,
    /// Every size that was tried, ascending.
    pub rows: Vec<PlanRow>,
    /// The rule that the next smaller size breaks.
    pub limiting: Option<usize>,
    /// Of rules other than that one: the least size for which they alone hold, by exploring only.
    pub alone: Vec<(usize, i64)>,
    /// The answer of queueing theory's formulas, where there is one; it is an approximation.
    pub formula: Option<i64>,
}

/// A size that was tried.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanRow {
    /// Which.
    pub size: i64,
    /// What it amounts to: the size, or connections per second.
    pub number: f64,
    /// Offered load over capacity, with the largest case away.
    pub load_ratio: f64,
    /// It was not run: without a steady state, or nearly, it cannot hold.
    pub outright: bool,
    /// How many replications say so.
    pub replications: u32,
    /// Whether they are fresh ones, which prove something.
    pub is_certified: bool,
    /// What is proven; `None` where nobody tried.
    pub proven: Option<Proven>,
    /// By rule.
    pub claims: Vec<Claim>,
    /// By rule: the objective's metric over all replications, in the unit in which it is stored.
    pub values: Vec<Option<f64>>,
}

impl SchedulerPlan {
    /// The row of a size.
    pub fn row(&self, size: i64) -> Option<&PlanRow> {
        self.rows.iter().find(|row| row.size == size)
    }
}

/// How a plan ended as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlanEnd {
    /// Every scheduler has its number, or is proven to have none while another has one.
    Decided,
    /// No size that may be chosen holds, under any scheduler.
    NoneHolds,
    /// At least one scheduler is undecided.
    Undecided,
}

impl Plan {
    /// How it ended.
    pub fn end(&self) -> PlanEnd {
        if !self.infeasible.is_empty() {
            return PlanEnd::NoneHolds;
        }
        let answers: Vec<PlanAnswer> = self.schedulers.iter().map(|found| found.search.answer()).collect();
        let is_open =
            |answer: &PlanAnswer| matches!(answer, PlanAnswer::Between { .. } | PlanAnswer::OnThisDay(_));
        match () {
            () if self.stopped.is_some() || answers.iter().any(is_open) => PlanEnd::Undecided,
            () if answers.iter().all(|answer| *answer == PlanAnswer::None) => PlanEnd::NoneHolds,
            () => PlanEnd::Decided,
        }
    }

    /// The objective of a rule, and who is away.
    pub fn rule(&self, place: usize) -> (&Objective, &str) {
        let count = self.objectives.len();
        (&self.objectives[place % count], &self.cases[place / count])
    }
}
