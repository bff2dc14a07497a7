//! The knee: up to which load an objective holds.
//!
//! Going up from the least load, the knee is where the metric first reaches the limit, in a straight line between the two
//! neighbouring loads; times are joined in a straight line of their logarithms, as the plot does. Response times bend
//! upwards, so that such a line errs towards a smaller load. The metric is that of all replications together, and the knee's
//! interval has the loads at which the limit is within the metric's own interval: it ends where the curves of the upper and of the
//! lower ends reach the limit, and is open where one of them does not within the loads tried. For comparisons each replication has a knee
//! of its own; one outside the loads tried counts as the load at that end.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Quantity;

use crate::estimate::confidence::Estimate;
use crate::estimate::ranking::{Candidate, Ranking, Series};
use crate::estimate::replications::Replications;
use crate::estimate::summary::Summary;
use crate::run::metric::Metric;
use crate::statistics::interval::Interval;
use crate::study::objective::Objective;
use crate::sweep::loads::Sweep;

/// Up to where one objective holds, under every scheduler that is held to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Knees {
    /// What is to hold.
    pub objective: Objective,
    /// The scheduler that holds it furthest first.
    pub of: Vec<Knee>,
    /// How many pairs of schedulers were tested against each other; 0 if a single replication leaves no test.
    pub comparisons: usize,
}

/// Up to where an objective holds under one scheduler.
#[derive(Clone, PartialEq, Debug)]
pub struct Knee {
    /// Who.
    pub scheduler: SchedulerKind,
    /// Up to where.
    pub found: KneeFound,
    /// Whether it is distinguishable from the first one: a paired t test of the replications' knees, with Holm's correction
    /// over all pairs. A knee outside the loads tried counts as the load at that end.
    pub apart_from_first: bool,
}

/// Where a knee is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum KneeFound {
    /// Between two loads, in connections per second.
    At {
        /// Of all replications together.
        arrivals_per_s: Estimate,
        /// Replications whose knee is outside the loads tried.
        outside: u32,
    },
    /// All replications together hold it at every load tried.
    Beyond,
    /// All replications together do not hold it at the least load tried.
    Before,
    /// At some load the metric is not resolved.
    Unresolved,
}

/// Where one curve crosses the limit.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Crossing {
    Before,
    At(f64),
    Beyond,
    Unresolved,
}

impl Knees {
    pub(super) fn of(
        sweep: &Sweep,
        objective: &Objective,
        classes: &[Vec<SchedulerKind>],
        loads: &[Summary],
    ) -> Self {
        let held =
            |&kind: &SchedulerKind| objective.schedulers.is_empty() || objective.schedulers.contains(&kind);
        let classes: Vec<Vec<SchedulerKind>> = classes
            .iter()
            .map(|class| class.iter().copied().filter(held).collect::<Vec<_>>())
            .filter(|class| !class.is_empty())
            .collect();
        let found: Vec<(KneeFound, Option<Series>)> =
            classes.iter().map(|class| of_scheduler(sweep, objective, class[0], loads)).collect();
        let candidate = |(_, series): &(KneeFound, Option<Series>)| {
            let worse = |&(replication, knee): &(u32, f64)| (replication, -knee);
            let metric = series.as_ref().map(|series| series.iter().map(worse).collect());
            Candidate { failed: Series::new(), metric, resolution: 0.0 }
        };
        let tested = !sweep.head().design.varies.is_one_day();
        let ranking = Ranking::of(&found.iter().map(candidate).collect::<Vec<_>>(), tested);
        let mut order: Vec<usize> = ranking.order().collect();
        // Where the series end at the same load, the mean curve says who is beyond it.
        order.sort_by(|&a, &b| place(&found[b].0).total_cmp(&place(&found[a].0)));
        let first = order.first().copied();
        let knee = |at: usize| {
            let apart_from_first = first.is_some_and(|first| ranking.are_apart(first, at));
            let found = found[at].0;
            let of = move |&scheduler: &SchedulerKind| Knee { scheduler, found, apart_from_first };
            classes[at].iter().map(of).collect::<Vec<_>>()
        };
        let of = order.iter().copied().flat_map(knee).collect();
        Self { objective: objective.clone(), of, comparisons: ranking.comparisons }
    }

    /// The knee of a scheduler; `None` if it is not held to the objective.
    pub fn under(&self, scheduler: SchedulerKind) -> Option<&Knee> {
        self.of.iter().find(|knee| knee.scheduler == scheduler)
    }
}

/// What knees are ordered by.
fn place(found: &KneeFound) -> f64 {
    match found {
        KneeFound::At { arrivals_per_s, .. } => arrivals_per_s.mean,
        KneeFound::Beyond => f64::INFINITY,
        KneeFound::Before => -1.0,
        KneeFound::Unresolved => f64::NEG_INFINITY,
    }
}

/// A scheduler's knee, and that of each replication; `None` if it is not resolved in one of them.
fn of_scheduler(
    sweep: &Sweep,
    objective: &Objective,
    scheduler: SchedulerKind,
    loads: &[Summary],
) -> (KneeFound, Option<Series>) {
    let metric = objective.metric;
    let (Some(least), Some(most)) = (sweep.loads.first(), sweep.loads.last()) else {
        return (KneeFound::Unresolved, None);
    };
    let estimates: Vec<Option<Estimate>> =
        loads.iter().map(|load| load.of(scheduler).and_then(|found| found.estimate(metric))).collect();
    let curve = |value: &dyn Fn(usize) -> Option<f64>| {
        let points = sweep.loads.iter().enumerate().map(|(at, load)| (load.arrivals_per_s, value(at)));
        crossing(&points.collect::<Vec<_>>(), objective)
    };
    let end = |upper: bool| {
        curve(&|at| {
            let ends = estimates[at]?.interval?;
            Some(if upper { ends.high } else { ends.low })
        })
    };
    // What is to stay below a limit reaches it first at the upper ends.
    let (from, to) = (end(objective.below), end(!objective.below));
    let mean = curve(&|at| Some(estimates[at]?.mean));
    // Replications that there are at every load.
    let replications = sweep.loads.iter().map(|load| load.study.replications).min().unwrap_or(0);
    let series: Vec<Option<Series>> =
        sweep.loads.iter().map(|load| Replications::every(&load.study, scheduler).series(metric)).collect();
    let of_replication = |replication: u32| {
        curve(&|at| {
            let said = series[at].as_ref()?.iter().find(|(other, _)| *other == replication)?;
            Some(said.1)
        })
    };
    let crossings: Vec<Crossing> = (0..replications).map(of_replication).collect();
    let clamped = |crossing: &Crossing| match crossing {
        Crossing::Before => Some(least.arrivals_per_s),
        Crossing::At(rate) => Some(*rate),
        Crossing::Beyond => Some(most.arrivals_per_s),
        Crossing::Unresolved => None,
    };
    let knees: Option<Vec<f64>> = crossings.iter().map(clamped).collect();
    let outside = crossings.iter().filter(|crossing| !matches!(crossing, Crossing::At(_))).count() as u32;
    let found = match mean {
        Crossing::Unresolved => KneeFound::Unresolved,
        Crossing::Before => KneeFound::Before,
        Crossing::Beyond => KneeFound::Beyond,
        Crossing::At(rate) => {
            let interval = estimates.iter().flatten().all(|estimate| estimate.interval.is_some());
            let interval = interval.then_some(Interval {
                low: if let Crossing::At(low) = from { low.min(rate) } else { f64::NEG_INFINITY },
                high: if let Crossing::At(high) = to { high.max(rate) } else { f64::INFINITY },
            });
            KneeFound::At { arrivals_per_s: Estimate::new(rate, interval, replications), outside }
        }
    };
    (found, knees.map(|knees| (0..).zip(knees).collect()))
}

/// Where the values first stop holding the objective. Loads before the first that is resolved are left out.
fn crossing(points: &[(f64, Option<f64>)], objective: &Objective) -> Crossing {
    let mut before: Option<(f64, f64)> = None;
    for &(rate, value) in points.iter().skip_while(|(_, value)| value.is_none()) {
        let Some(value) = value else { return Crossing::Unresolved };
        if !objective.holds(value) {
            return before.map_or(Crossing::Before, |(from, held)| {
                let part = part(objective.metric, held, value, objective.limit);
                Crossing::At(from + part * (rate - from))
            });
        }
        before = Some((rate, value));
    }
    if before.is_some() { Crossing::Beyond } else { Crossing::Unresolved }
}

/// How far from one value to the next the limit is, 0 to 1.
fn part(metric: Metric, from: f64, to: f64, limit: f64) -> f64 {
    let is_log = metric.quantity() == Quantity::Micros && from > 0.0 && to > 0.0 && limit > 0.0;
    let place = |value: f64| if is_log { libm::log(value) } else { value };
    ((place(limit) - place(from)) / (place(to) - place(from))).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objective(metric: Metric, below: bool, limit: f64) -> Objective {
        Objective { metric, below, limit, text: String::new(), schedulers: Vec::new() }
    }

    #[test]
    fn the_knee_is_on_the_line_between_two_loads() {
        let failed = objective(Metric::Failed, true, 0.01);
        let points = [(100.0, Some(0.0)), (200.0, Some(0.004)), (300.0, Some(0.016))];
        assert_eq!(crossing(&points, &failed), Crossing::At(250.0));
        // Times in their logarithms: from 100 µs to 400 µs, 200 µs is half of the way.
        let p99 = objective(Metric::ResponseP99, true, 200.0);
        let Crossing::At(rate) = crossing(&[(10.0, Some(100.0)), (20.0, Some(400.0))], &p99) else {
            panic!("a knee")
        };
        assert!((rate - 15.0).abs() < 1e-9);
        let jain = objective(Metric::JainIndex, false, 0.9);
        let points = [(10.0, Some(0.95)), (20.0, Some(0.85)), (30.0, Some(0.99))];
        let Crossing::At(rate) = crossing(&points, &jain) else { panic!("a knee") };
        assert!((rate - 15.0).abs() < 1e-9, "the first crossing counts: {rate}");
    }

    #[test]
    fn what_holds_everywhere_or_nowhere_has_no_knee() {
        let p99 = objective(Metric::ResponseP99, true, 200.0);
        assert_eq!(crossing(&[(1.0, Some(10.0)), (2.0, Some(20.0))], &p99), Crossing::Beyond);
        assert_eq!(crossing(&[(1.0, Some(200.0)), (2.0, Some(20.0))], &p99), Crossing::Before);
        assert_eq!(crossing(&[(1.0, None), (2.0, None)], &p99), Crossing::Unresolved);
        assert_eq!(crossing(&[(1.0, None), (2.0, Some(20.0))], &p99), Crossing::Beyond);
        assert_eq!(crossing(&[(1.0, Some(20.0)), (2.0, None)], &p99), Crossing::Unresolved);
    }
}
