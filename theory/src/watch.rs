//! What is watched in the runs of a set-up.

use ipvslab_sim::{CacheTotals, Observer, Outcome};

/// Watches the runs of one value, and knows the metrics of the theory.
pub(crate) trait Watcher: Observer {
    /// The value of a metric after all runs; `None` if this watcher does not know it.
    fn metric(&mut self, name: &str) -> Option<f64>;

    /// A run has ended.
    fn outcome(&mut self, _: &Outcome) {}
}

/// What all servers had in their caches.
#[derive(Default)]
pub(crate) struct Hits(CacheTotals);

impl Observer for Hits {}

impl Watcher for Hits {
    fn metric(&mut self, name: &str) -> Option<f64> {
        let asked = self.0.hits + self.0.misses;
        (name == "hit_ratio").then(|| self.0.hits as f64 / asked as f64)
    }

    fn outcome(&mut self, outcome: &Outcome) {
        for cache in outcome.servers.iter().filter_map(|server| server.cache) {
            self.0.hits += cache.hits;
            self.0.misses += cache.misses;
        }
    }
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
