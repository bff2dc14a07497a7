//! A sweep in estimates: every load, and up to which of them each objective holds.

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::sweep::knee::{Knee, KneeFound, Knees};
use crate::sweep::loads::Sweep;

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
        let knees =
            objectives.iter().map(|objective| Knees::of(sweep, objective, &classes, &loads)).collect();
        Self { metrics, loads, knees, classes }
    }

    /// Whether the interval of a knee reaches beyond the largest load.
    pub fn has_open_knee(&self) -> bool {
        let is_open = |knee: &Knee| match knee.found {
            KneeFound::At { arrivals_per_s, .. } => {
                arrivals_per_s.interval.is_some_and(|ends| ends.high.is_infinite())
            }
            _ => false,
        };
        self.knees.iter().flat_map(|knees| &knees.of).any(is_open)
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
