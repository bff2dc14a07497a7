//! What a study is to hold.

use ipvslab_schedulers::{SchedulerKind, Span};

use crate::run::kept::TimeLimit;
use crate::run::metric::Metric;

/// What a study is to hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Objective {
    /// What is looked at.
    pub metric: Metric,
    /// Whether it is to stay below the limit; above it otherwise.
    pub below: bool,
    /// In the unit in which the metric is stored: microseconds, a part of 1, a number.
    pub limit: f64,
    /// As it was written.
    pub text: String,
    /// Which schedulers must meet it; everybody without any.
    pub schedulers: Vec<SchedulerKind>,
}

impl Objective {
    /// The time whose connections beyond it decide, if it is about a quantile of times: "below" is what takes as long or
    /// longer, "above" what takes longer.
    pub fn time_limit(&self) -> Option<TimeLimit> {
        let nanos = (self.limit * 1e3).round() as u64;
        let from = Span::from_nanos(if self.below { nanos } else { nanos + 1 });
        let is_of_waiting = matches!(self.metric, Metric::WaitingP95 | Metric::WaitingP99);
        self.metric.is_quantile().then_some(TimeLimit { is_of_waiting, from })
    }

    /// Whether a value is on the right side of the limit. What is never there is below any limit, 0 included.
    pub(crate) fn holds(&self, value: f64) -> bool {
        if self.below { value < self.limit || value == 0.0 } else { value > self.limit }
    }
}
