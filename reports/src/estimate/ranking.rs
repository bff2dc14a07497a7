//! Best to worst, and which differences could be chance.
//!
//! Connections that fail come first: a scheduler that refuses most of them answers the rest quickly. So schedulers
//! are parted into tiers by the ratio of connections refused or lost. The one that fails least opens a tier; another
//! falls out of it if it fails distinguishably more than [`TOLERATED`] beyond it, or on average more than
//! [`OBVIOUS`]. Those that fell out form tiers among themselves in the same way. Within a tier the metric decides.
//!
//! Whether two schedulers are distinguishable is a paired t test: both met the same arrivals and the same work in
//! each replication, so the difference is taken replication by replication. Between tiers it is of the failed
//! ratio, within a tier of the metric. All pairs of the study are one family, corrected by Holm's method, so
//! that with 95 % probability no pair is called distinguishable wrongly.

use crate::estimate::confidence::CONFIDENCE;
use crate::statistics::holm::holm;
use crate::statistics::sample::Sample;

/// A difference of failed connections that never decides: one connection in a thousand.
pub(crate) const TOLERATED: f64 = 0.001;

/// A mean difference of failed connections that decides even if it could be chance.
pub(crate) const OBVIOUS: f64 = 0.01;

/// Values by replication; replications ascend.
pub(crate) type Series = Vec<(u32, f64)>;

/// One scheduler, or several that decide the same.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Refused or lost, of those that came.
    pub(crate) failed: Series,
    /// What is ranked by, less is better; `None` if it is missing in a replication.
    pub(crate) metric: Option<Series>,
    /// Differences of the metric up to this, which are always there, are those of a histogram's buckets.
    pub(crate) resolution: f64,
}

/// The order of some candidates, by their numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ranking {
    /// Best first, in tiers.
    pub(crate) tiers: Vec<Vec<usize>>,
    /// Whether two candidates are distinguishable, in either order.
    apart: Vec<Vec<bool>>,
    /// How many pairs were tested.
    pub(crate) comparisons: usize,
}

impl Ranking {
    /// Tells them apart only if they are to be `tested`.
    pub(crate) fn of(candidates: &[Candidate], tested: bool) -> Self {
        let tiers = tiers(candidates);
        let place = |candidate: usize| tiers.iter().position(|tier| tier.contains(&candidate));
        let (mut pairs, mut p_values) = (Vec::new(), Vec::new());
        for a in 0..candidates.len() {
            for b in 0..a {
                let p_value = if place(a) == place(b) {
                    let metrics = candidates[a].metric.as_ref().zip(candidates[b].metric.as_ref());
                    let resolution = candidates[a].resolution.max(candidates[b].resolution);
                    metrics.and_then(|(a, b)| difference(a, b)).and_then(|found| p_value(&found, resolution))
                } else {
                    difference(&candidates[a].failed, &candidates[b].failed).and_then(|found| found.p_value())
                };
                if let Some(p_value) = p_value.filter(|_| tested) {
                    pairs.push((a, b));
                    p_values.push(p_value);
                }
            }
        }
        let mut apart = vec![vec![false; candidates.len()]; candidates.len()];
        for (&(a, b), rejected) in pairs.iter().zip(holm(&p_values, 1.0 - CONFIDENCE)) {
            apart[a][b] = rejected;
            apart[b][a] = rejected;
        }
        Self { tiers, apart, comparisons: pairs.len() }
    }

    /// Whether the difference of two candidates is more than chance.
    pub(crate) fn are_apart(&self, a: usize, b: usize) -> bool {
        self.apart[a][b]
    }

    /// All candidates, best first.
    pub(crate) fn order(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.tiers.iter().flatten().copied()
    }

    /// Candidates in groups, best first: each is not distinguishable from the first of its group.
    pub(crate) fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for tier in &self.tiers {
            let first = groups.len();
            for &candidate in tier {
                match groups[first..].last_mut() {
                    Some(group) if !self.are_apart(group[0], candidate) => group.push(candidate),
                    _ => groups.push(vec![candidate]),
                }
            }
        }
        groups
    }
}

/// Candidates by how much fails, each tier ordered by the metric.
fn tiers(candidates: &[Candidate]) -> Vec<Vec<usize>> {
    let pairs = candidates.len() * candidates.len().saturating_sub(1) / 2;
    let tail = (1.0 - CONFIDENCE) / pairs.max(1) as f64;
    let failing_more = |candidate: usize, best: usize| {
        let more = difference(&candidates[candidate].failed, &candidates[best].failed);
        let low = |more: &Sample| more.interval(0.5 * tail).map_or(more.mean, |found| found.low);
        more.is_some_and(|more| more.mean > OBVIOUS || low(&more) > TOLERATED)
    };
    let mut left: Vec<usize> = (0..candidates.len()).collect();
    // Stable sorts: equal candidates stay in the order of the plan.
    left.sort_by(|&a, &b| mean(&candidates[a].failed).total_cmp(&mean(&candidates[b].failed)));
    let mut tiers = Vec::new();
    while let Some(&best) = left.first() {
        let (worse, mut tier): (Vec<usize>, Vec<usize>) =
            left.iter().partition(|&&candidate| failing_more(candidate, best));
        tier.sort_unstable();
        let metric = |candidate: usize| candidates[candidate].metric.as_ref().map_or(f64::INFINITY, mean);
        tier.sort_by(|&a, &b| metric(a).total_cmp(&metric(b)));
        tiers.push(tier);
        left = worse;
    }
    tiers
}

fn difference(a: &Series, b: &Series) -> Option<Sample> {
    Sample::of(&differences(a, b))
}

/// A constant difference is proof, unless a histogram makes it.
fn p_value(difference: &Sample, resolution: f64) -> Option<f64> {
    let is_buckets = difference.deviation == 0.0 && difference.mean.abs() <= resolution;
    if is_buckets { (difference.count > 1).then_some(1.0) } else { difference.p_value() }
}

/// The differences `a - b`, in the replications that have both.
pub(crate) fn differences(a: &Series, b: &Series) -> Vec<f64> {
    let partner = |replication| b.iter().find(|(other, _)| *other == replication);
    a.iter()
        .filter_map(|&(replication, value)| partner(replication).map(|&(_, other)| value - other))
        .collect()
}

fn mean(series: &Series) -> f64 {
    let values: Vec<f64> = series.iter().map(|&(_, value)| value).collect();
    Sample::of(&values).map_or(0.0, |sample| sample.mean)
}

#[cfg(test)]
#[path = "ranking/tests.rs"]
mod tests;
