//! Whether the results hold the objectives.

use ipvslab_schedulers::SchedulerKind;
use serde::{Deserialize, Serialize};

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::study::Study;
use crate::study::objective::Objective;

/// What the results say of an objective. The order is that of a study's verdict: the worst counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The whole 95 % interval is on the right side.
    Met,
    /// The limit is within the interval, there is no interval, or the run does not resolve the metric.
    Undecided,
    /// The whole interval is on the wrong side.
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
    /// Whether it holds.
    pub verdict: Verdict,
    /// How far the mean is on the right side, over the limit: 0.25 is a quarter to spare; negative on the wrong side. `None`
    /// for a limit of 0 or a metric that is not known.
    pub margin: Option<f64>,
}

/// Every objective under every scheduler that is held to it, in the order of the objectives and then of the summary.
pub fn judge<'a>(study: &'a Study, summary: &Summary) -> Vec<Judgement<'a>> {
    let judged = |objective: &'a Objective| {
        let held = summary.schedulers.iter().filter(|found| {
            objective.schedulers.is_empty() || objective.schedulers.contains(&found.scheduler)
        });
        let judge = |found: &SchedulerSummary| {
            let estimate = found.estimate(objective.metric);
            Judgement {
                objective,
                scheduler: found.scheduler,
                estimate,
                verdict: estimate.map_or(Verdict::Undecided, |estimate| verdict(objective, estimate)),
                margin: estimate.and_then(|estimate| margin(objective, estimate)),
            }
        };
        held.map(judge).collect::<Vec<_>>()
    };
    study.objectives.iter().flat_map(judged).collect()
}

/// The worst of them; `None` without any.
pub fn worst(judgements: &[Judgement<'_>]) -> Option<Verdict> {
    judgements.iter().map(|judgement| judgement.verdict).max()
}

fn verdict(objective: &Objective, estimate: Estimate) -> Verdict {
    let Some(half_width) = estimate.half_width else { return Verdict::Undecided };
    let (low, high) = (estimate.mean - half_width, estimate.mean + half_width);
    let (good, bad) = match objective.below {
        true => (objective.holds(high), low >= objective.limit && high > 0.0),
        false => (objective.holds(low), high <= objective.limit),
    };
    match (good, bad) {
        (true, _) => Verdict::Met,
        (_, true) => Verdict::Violated,
        _ => Verdict::Undecided,
    }
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

    fn objective(below: bool, limit: f64) -> Objective {
        Objective { metric: Metric::ResponseP99, below, limit, text: String::new(), schedulers: Vec::new() }
    }

    fn estimate(mean: f64, half_width: f64) -> Estimate {
        Estimate { mean, half_width: Some(half_width), replications: 10 }
    }

    #[test]
    fn interval_decides() {
        let below = objective(true, 200.0);
        assert_eq!(verdict(&below, estimate(180.0, 19.0)), Verdict::Met);
        assert_eq!(verdict(&below, estimate(180.0, 21.0)), Verdict::Undecided);
        assert_eq!(verdict(&below, estimate(240.0, 30.0)), Verdict::Violated);
        let above = objective(false, 0.95);
        assert_eq!(verdict(&above, estimate(0.99, 0.01)), Verdict::Met);
        assert_eq!(verdict(&above, estimate(0.96, 0.02)), Verdict::Undecided);
        assert_eq!(verdict(&above, estimate(0.90, 0.02)), Verdict::Violated);
    }

    #[test]
    fn nothing_at_all_is_below_zero_and_a_single_run_decides_nothing() {
        assert_eq!(verdict(&objective(true, 0.0), estimate(0.0, 0.0)), Verdict::Met);
        assert_eq!(verdict(&objective(true, 0.0), estimate(0.1, 0.0)), Verdict::Violated);
        let single = Estimate { mean: 1.0, half_width: None, replications: 1 };
        assert_eq!(verdict(&objective(true, 200.0), single), Verdict::Undecided);
    }

    #[test]
    fn margin_is_what_is_to_spare() {
        assert_eq!(margin(&objective(true, 200.0), estimate(150.0, 1.0)), Some(0.25));
        assert_eq!(margin(&objective(false, 0.5), estimate(0.25, 0.0)), Some(-0.5));
        assert_eq!(margin(&objective(true, 0.0), estimate(0.25, 0.0)), None);
    }
}
