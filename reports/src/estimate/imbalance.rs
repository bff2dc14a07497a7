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
    /// Of the active connections per weight, averaged over the bin: those of the server with most over the mean of all. A
    /// single connection on one of many idle servers makes no imbalance, as long as another has the next.
    pub(crate) max_to_mean: f64,
}

/// The bins of a sampled run in which connections were active on servers with weight.
pub(crate) fn over_time(study: &Study, run: &Run) -> Vec<Imbalance> {
    let end = study.horizon.as_nanos();
    let mut sums = vec![vec![(0.0, 0u32); study.servers.len()]; BINS];
    for (at, loads) in run.metrics.timeline.samples() {
        let bin = (u128::from(at.as_nanos()) * BINS as u128 / u128::from(end)).min(BINS as u128 - 1) as usize;
        for ((sum, count), load) in
            sums[bin].iter_mut().zip(loads).filter(|(_, load)| load.listed && load.weight > 0)
        {
            *sum += f64::from(load.active) / f64::from(load.weight);
            *count += 1;
        }
    }
    let middle =
        |bin: usize| Time::ZERO + Span::from_nanos((end / BINS as u64) * bin as u64 + end / BINS as u64 / 2);
    let imbalance = |(bin, servers): (usize, Vec<(f64, u32)>)| {
        let known = servers.into_iter().filter(|&(_, count)| count > 0);
        let means: Vec<f64> = known.map(|(sum, count)| sum / f64::from(count)).collect();
        let most = means.iter().copied().fold(0.0, f64::max);
        let all: f64 = means.iter().sum();
        (all > 0.0).then(|| Imbalance { at: middle(bin), max_to_mean: most * means.len() as f64 / all })
    };
    sums.into_iter().enumerate().filter_map(imbalance).collect()
}
