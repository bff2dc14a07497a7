//! A sweep: the same study at several loads, and up to which of them each objective holds.

mod answer;
mod files;
mod knee;
mod notes;
mod text;

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::{Run, Study};

pub(crate) use answer::{answer, knee_words};
pub use files::{SWEEP_SCHEMA, knees_csv, loads_csv, sweep_json};
pub use knee::{Knee, KneeFound, Knees};
pub(crate) use notes::notes;
pub(crate) use text::{load_text, scale};
pub use text::{sweep_markdown, sweep_text};

/// The same study at several loads.
#[derive(Clone, PartialEq, Debug)]
pub struct Sweep {
    /// From the least load to the greatest; at least one, of the same scenario and schedulers.
    pub loads: Vec<LoadStudy>,
}

/// A study at one of the loads of a sweep.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadStudy {
    /// How many times as often as in the scenario file connections come.
    pub factor: f64,
    /// Connections per second, in the mean over the run.
    pub arrivals_per_s: f64,
    /// The offered load over the capacity of the servers in the list at the start: 1 is as much as they can do.
    pub load_ratio: f64,
    /// What was run. Response times and servers over time may be left out of its runs.
    pub study: Study,
}

/// What a sweep says.
#[derive(Clone, PartialEq, Debug)]
pub struct SweepSummary {
    /// The metrics that are shown: those of the objectives, and one by which the schedulers are ordered.
    pub metrics: Vec<Metric>,
    /// By load.
    pub loads: Vec<Summary>,
    /// Up to where each objective holds, in the order of the objectives.
    pub knees: Vec<Knees>,
    /// Schedulers that decided the same at every load, each set in the order of the plan.
    pub classes: Vec<Vec<SchedulerKind>>,
}

impl Sweep {
    /// What all loads have in common: title, question, servers, objectives.
    ///
    /// # Panics
    /// If there is no load.
    pub fn head(&self) -> &Study {
        &self.loads.first().expect("a sweep has a load").study
    }

    /// The load over the capacity at a rate between two loads, in a straight line.
    pub(crate) fn load_ratio_at(&self, arrivals_per_s: f64) -> f64 {
        let after = self.loads.iter().position(|load| load.arrivals_per_s >= arrivals_per_s);
        let after = after.unwrap_or(self.loads.len() - 1).max(1).min(self.loads.len() - 1);
        let (from, to) = (&self.loads[after.saturating_sub(1)], &self.loads[after]);
        let span = to.arrivals_per_s - from.arrivals_per_s;
        if span <= 0.0 {
            return from.load_ratio;
        }
        from.load_ratio + (to.load_ratio - from.load_ratio) * (arrivals_per_s - from.arrivals_per_s) / span
    }

    /// Schedulers whose every run at every load has the same digest, together.
    fn classes(&self) -> Vec<Vec<SchedulerKind>> {
        let digests = |kind: SchedulerKind| -> Vec<Vec<(u32, u64)>> {
            let of_load = |load: &LoadStudy| {
                let runs = load.study.runs_of(kind);
                runs.map(|run| (run.replication, run.metrics.digest)).collect()
            };
            self.loads.iter().map(of_load).collect()
        };
        let mut classes: Vec<Vec<SchedulerKind>> = Vec::new();
        for &kind in &self.head().schedulers {
            match classes.iter_mut().find(|class| digests(class[0]) == digests(kind)) {
                Some(class) => class.push(kind),
                None => classes.push(vec![kind]),
            }
        }
        classes
    }
}

impl SweepSummary {
    /// Estimates everything. `metric` is shown beside those of the objectives, and first if there are none.
    pub fn new(sweep: &Sweep, metric: Metric) -> Self {
        let mut metrics: Vec<Metric> = Vec::new();
        let objectives = &sweep.head().objectives;
        for wanted in objectives.iter().map(|objective| objective.metric).chain([metric]) {
            if !metrics.contains(&wanted) {
                metrics.push(wanted);
            }
        }
        let classes = sweep.classes();
        let loads: Vec<Summary> =
            sweep.loads.iter().map(|load| Summary::new(&load.study, metrics[0])).collect();
        let knees = objectives.iter().map(|objective| Knees::of(sweep, objective, &classes)).collect();
        Self { metrics, loads, knees, classes }
    }

    /// A metric's estimate at every load; `None` where these runs do not resolve it.
    pub fn curve(&self, scheduler: SchedulerKind, metric: Metric) -> Vec<Option<Estimate>> {
        self.loads.iter().map(|load| load.of(scheduler).and_then(|found| found.estimate(metric))).collect()
    }

    /// A metric at every load as tables show it: its value and what follows it.
    pub(crate) fn parts(
        &self,
        scheduler: SchedulerKind,
        metric: Metric,
        scale: Scale,
    ) -> Vec<(String, String)> {
        let of = |load: &Summary| {
            load.of(scheduler).map_or_else(|| scale.parts(None), |found| found.parts(metric, scale))
        };
        self.loads.iter().map(of).collect()
    }

    /// The schedulers, best first: by the first objective's knees, or by the first metric at the largest load.
    pub fn order(&self) -> Vec<SchedulerKind> {
        let all = self.loads.last().into_iter().flat_map(|load| &load.schedulers);
        let mut order: Vec<SchedulerKind> = match self.knees.first() {
            Some(knees) => knees.of.iter().map(|knee| knee.scheduler).collect(),
            None => Vec::new(),
        };
        // An objective may be about some of them only.
        for found in all {
            if !order.contains(&found.scheduler) {
                order.push(found.scheduler);
            }
        }
        order
    }
}

/// The busy part of all slots and cores in each run of a scheduler, over the replications.
pub(crate) fn utilisation(study: &Study, scheduler: SchedulerKind) -> Option<Estimate> {
    let slots: f64 = study.servers.iter().map(|server| f64::from(server.slots)).sum();
    let of_run = |run: &Run| {
        let servers = study.servers.iter().zip(&run.metrics.servers);
        servers.map(|(server, found)| f64::from(server.slots) * found.utilisation_ratio).sum::<f64>() / slots
    };
    Estimate::of(&study.runs_of(scheduler).map(of_run).collect::<Vec<_>>())
}
