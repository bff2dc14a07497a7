//! An estimate in the cell of a table.

use crate::estimate::summary::SchedulerSummary;
use crate::output::quantity::{Scale, unresolved};
use crate::run::metric::Metric;

impl SchedulerSummary {
    /// A metric in a table: its value and what follows it. A quantile that is not resolved says of how many connections.
    pub(crate) fn parts(&self, metric: Metric, scale: Scale) -> (String, String) {
        match self.estimate(metric) {
            None if metric.is_quantile() => (unresolved(self.finished), String::new()),
            estimate => scale.parts(estimate),
        }
    }
}
