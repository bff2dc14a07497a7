//! What is watched in the runs of a set-up.

use ipvslab_sim::Observer;

/// Watches the runs of one value, and knows the metrics of the theory.
pub(crate) trait Watcher: Observer {
    /// The value of a metric after all runs; `None` if this watcher does not know it.
    fn metric(&mut self, name: &str) -> Option<f64>;
}

/// The mean of a sample; not a number if it is empty.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The `quantile` of a sample, which is sorted on the way; `None` if it is empty.
pub(crate) fn quantile(values: &mut [f64], quantile: f64) -> Option<f64> {
    let rank = ((values.len() as f64 * quantile) as usize).min(values.len().checked_sub(1)?);
    Some(*values.select_nth_unstable_by(rank, f64::total_cmp).1)
}
