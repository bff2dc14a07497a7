//! What a study is to hold.

use ipvslab_schedulers::SchedulerKind;

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
    /// Whether a value is on the right side of the limit. What is never there is below any limit, 0 included.
    pub(crate) fn holds(&self, value: f64) -> bool {
        if self.below { value < self.limit || value == 0.0 } else { value > self.limit }
    }
}
