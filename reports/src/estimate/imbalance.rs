//! How unevenly active connections are spread at a time.

use ipvslab_schedulers::{Span, Time};

use crate::study::{Run, Study};

/// Bins of a run.
const BINS: usize = 60;

/// The imbalance in a bin of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Imbalance {
    /// The middle of the bin.
    pub(crate) at: Time,
    /// The most active connections per weight over their mean, averaged over the bin.
    pub(crate) max_to_mean: f64,
}

/// The bins of a sampled run in which connections were active on servers with weight.
pub(crate) fn over_time(study: &Study, run: &Run) -> Vec<Imbalance> {
    let end = study.horizon.as_nanos();
    let mut sums = vec![(0.0, 0u32); BINS];
    for (at, loads) in run.metrics.timeline.samples() {
        let bin = (u128::from(at.as_nanos()) * BINS as u128 / u128::from(end)).min(BINS as u128 - 1) as usize;
        let open = loads.iter().filter(|load| load.listed && load.weight > 0);
        let per_weight: Vec<f64> = open.map(|load| f64::from(load.active) / f64::from(load.weight)).collect();
        let most = per_weight.iter().copied().fold(0.0, f64::max);
        if most > 0.0 {
            sums[bin].0 += most * per_weight.len() as f64 / per_weight.iter().sum::<f64>();
            sums[bin].1 += 1;
        }
    }
    let middle =
        |bin: usize| Time::ZERO + Span::from_nanos((end / BINS as u64) * bin as u64 + end / BINS as u64 / 2);
    let known = sums.into_iter().enumerate().filter(|(_, (_, count))| *count > 0);
    known
        .map(|(bin, (sum, count))| Imbalance { at: middle(bin), max_to_mean: sum / f64::from(count) })
        .collect()
}
