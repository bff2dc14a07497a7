//! Whether the results hold the objectives.
//!
//! A quantile is decided by the part of connections beyond the limit, counted exactly; means and ratios by their intervals.
//! *Met* and *violated* are one-sided, 2.5 % each, and take ten replications or more.

use ipvslab_schedulers::SchedulerKind;
use serde::{Deserialize, Serialize};

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::run::metric::Pooling;
use crate::statistics::beyond::{Beyond, Decided};
use crate::study::Study;
use crate::study::objective::Objective;

/// No verdict on a mean or a ratio below this many replications.
const LEAST: u32 = 10;

/// Nobody runs more.
const MOST: f64 = 1e5;

/// What the results say of an objective. The order is that of a study's verdict: the worst counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds, beyond chance.
    Met,
    /// It may hold or not, there are too few replications, or all of them are one day.
    Undecided,
    /// It does not hold, beyond chance.
    Violated,
}

impl Verdict {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Undecided => "undecided",
            Self::Violated => "violated",
        }
    }
}

/// An objective under a scheduler.
#[derive(Clone, PartialEq, Debug)]
pub struct Judgement<'a> {
    /// What was to hold.
    pub objective: &'a Objective,
    /// The scheduler.
    pub scheduler: SchedulerKind,
    /// What there is.
    pub estimate: Option<Estimate>,
    /// Of a quantile: the part of connections that took the limit or longer, which decides.
    pub beyond: Option<Beyond>,
    /// Whether it holds.
    pub verdict: Verdict,
    /// Undecided: about how many replications would decide, if all is as it seems to be and anybody would run so many.
    pub needed: Option<u32>,
    /// Where all replications are one day: whether it holds on that day.
    pub on_this_day: Option<bool>,
    /// How far the mean is on the right side, over the limit: 0.25 is a quarter to spare; negative on the wrong side. `None`
    /// for a limit of 0 or a metric that is not known.
    pub margin: Option<f64>,
}

/// Every objective under every scheduler that is held to it, in the order of the objectives and then of the summary.
pub fn judge<'a>(study: &'a Study, summary: &Summary) -> Vec<Judgement<'a>> {
    let judged = |(number, objective): (usize, &'a Objective)| {
        let held = summary.schedulers.iter().filter(|found| {
            objective.schedulers.is_empty() || objective.schedulers.contains(&found.scheduler)
        });
        let judge = |found: &SchedulerSummary| {
            let estimate = found.estimate(objective.metric);
            let beyond = beyond(study, number, found.scheduler);
            let is_one_day = study.design.varies.is_one_day();
            let (verdict, needed) = match beyond {
                _ if is_one_day => (Verdict::Undecided, None),
                Some(beyond) => of_part(objective, &beyond),
                None => {
                    estimate.map_or((Verdict::Undecided, None), |estimate| of_estimate(objective, estimate))
                }
            };
            Judgement {
                objective,
                scheduler: found.scheduler,
                estimate,
                beyond,
                verdict,
                needed,
                on_this_day: estimate.filter(|_| is_one_day).map(|estimate| objective.holds(estimate.mean)),
                margin: estimate.and_then(|estimate| margin(objective, estimate)),
            }
        };
        held.map(judge).collect::<Vec<_>>()
    };
    study.objectives.iter().enumerate().flat_map(judged).collect()
}

/// The part of connections beyond an objective's limit; `None` if it is not about a quantile, or nobody counted them.
fn beyond(study: &Study, number: usize, scheduler: SchedulerKind) -> Option<Beyond> {
    let objective = &study.objectives[number];
    let Pooling::Quantile(quantile, _) = objective.metric.info().pooling else { return None };
    // Only limits of quantiles are counted.
    let place = study.objectives[..number].iter().filter(|other| other.metric.is_quantile()).count();
    let counts: Option<Vec<(u64, u64)>> = study
        .runs_of(scheduler)
        .map(|run| Some((*run.metrics.kept.beyond.get(place)?, run.metrics.finished)))
        .collect();
    Beyond::of(&counts?, quantile.beyond())
}

/// The verdict on a quantile, and how many replications would give one.
fn of_part(objective: &Objective, beyond: &Beyond) -> (Verdict, Option<u32>) {
    match (beyond.decided, objective.below) {
        (Decided::Below, true) | (Decided::Above, false) => (Verdict::Met, None),
        (Decided::Below, false) | (Decided::Above, true) => (Verdict::Violated, None),
        (Decided::NotYet(needed), _) => (Verdict::Undecided, needed),
    }
}

/// The verdict on a mean or a ratio.
fn of_estimate(objective: &Objective, estimate: Estimate) -> (Verdict, Option<u32>) {
    let Some(interval) = estimate.interval else { return (Verdict::Undecided, Some(LEAST)) };
    let nothing = estimate.none_in.is_some();
    if nothing && objective.below && objective.limit == 0.0 {
        return (Verdict::Met, None);
    }
    if !nothing && estimate.replications < LEAST {
        return (Verdict::Undecided, Some(LEAST));
    }
    let (good, bad) = match objective.below {
        true => (objective.holds(interval.high), interval.low >= objective.limit && interval.high > 0.0),
        false => (objective.holds(interval.low), interval.high <= objective.limit),
    };
    match (good, bad) {
        (true, _) => (Verdict::Met, None),
        (_, true) => (Verdict::Violated, None),
        _ => {
            let reach = if estimate.mean < objective.limit {
                interval.high - estimate.mean
            } else {
                estimate.mean - interval.low
            };
            let times = reach / (estimate.mean - objective.limit).abs();
            let needed = (f64::from(estimate.replications) * times * times).ceil();
            (Verdict::Undecided, (needed < MOST).then_some(needed as u32))
        }
    }
}

/// The worst of them; `None` without any.
pub fn worst(judgements: &[Judgement<'_>]) -> Option<Verdict> {
    judgements.iter().map(|judgement| judgement.verdict).max()
}

fn margin(objective: &Objective, estimate: Estimate) -> Option<f64> {
    let over = (estimate.mean - objective.limit) / objective.limit;
    let margin = if objective.below { -over } else { over };
    margin.is_finite().then_some(margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::metric::Metric;
    use crate::statistics::interval::Interval;

    fn objective(below: bool, limit: f64) -> Objective {
        Objective { metric: Metric::ResponseP99, below, limit, text: String::new(), schedulers: Vec::new() }
    }

    fn estimate(mean: f64, half_width: f64) -> Estimate {
        let interval = Interval { low: mean - half_width, high: mean + half_width };
        Estimate::new(mean, Some(interval), 10)
    }

    fn verdict(objective: &Objective, estimate: Estimate) -> Verdict {
        of_estimate(objective, estimate).0
    }

    #[test]
    fn interval_decides() {
        let below = objective(true, 200.0);
        assert_eq!(verdict(&below, estimate(180.0, 19.0)), Verdict::Met);
        assert_eq!(of_estimate(&below, estimate(180.0, 21.0)), (Verdict::Undecided, Some(12)));
        assert_eq!(verdict(&below, estimate(240.0, 30.0)), Verdict::Violated);
        let above = objective(false, 0.95);
        assert_eq!(verdict(&above, estimate(0.99, 0.01)), Verdict::Met);
        assert_eq!(verdict(&above, estimate(0.96, 0.02)), Verdict::Undecided);
        assert_eq!(verdict(&above, estimate(0.90, 0.02)), Verdict::Violated);
    }

    #[test]
    fn nothing_at_all_is_below_zero_and_few_runs_decide_nothing() {
        let none = Estimate { none_in: Some(900), ..estimate(0.0, 0.1) };
        assert_eq!(verdict(&objective(true, 0.0), none), Verdict::Met);
        assert_eq!(verdict(&objective(true, 0.2), Estimate { replications: 2, ..none }), Verdict::Met);
        assert_eq!(verdict(&objective(true, 0.05), none), Verdict::Undecided);
        assert_eq!(verdict(&objective(true, 0.0), estimate(0.1, 0.0)), Verdict::Violated);
        let single = Estimate::new(1.0, None, 1);
        assert_eq!(of_estimate(&objective(true, 200.0), single), (Verdict::Undecided, Some(10)));
        let few = Estimate { replications: 9, ..estimate(1.0, 0.5) };
        assert_eq!(of_estimate(&objective(true, 200.0), few), (Verdict::Undecided, Some(10)));
    }

    #[test]
    fn margin_is_what_is_to_spare() {
        assert_eq!(margin(&objective(true, 200.0), estimate(150.0, 1.0)), Some(0.25));
        assert_eq!(margin(&objective(false, 0.5), estimate(0.25, 0.0)), Some(-0.5));
        assert_eq!(margin(&objective(true, 0.0), estimate(0.25, 0.0)), None);
    }
}
