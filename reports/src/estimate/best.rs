//! Who may be the best, and who is so close to it that it does not matter.

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::confidence::CONFIDENCE;
use crate::estimate::ranking::{Candidate, Ranking, Series};
use crate::statistics::best::Best;
use crate::statistics::sample::Sample;
use crate::study::design::Width;

/// Differences that do not matter, if nobody said: 2 % of the best.
const INDIFFERENCE: Width = Width { most: 0.02, is_relative: true };

/// Which schedulers may be the best (Hsu's comparisons with the best, paired; all of it at 95 % together).
#[derive(Clone, PartialEq, Debug)]
pub struct MayBeBest {
    /// They may, best first.
    pub schedulers: Vec<SchedulerKind>,
    /// The others that are worse than the best by no more than the indifference.
    pub close: Vec<SchedulerKind>,
    /// In the unit in which the metric is stored.
    pub indifference: f64,
    /// By scheduler that fails no more than the best: by how much it may be worse than the best of the others, at most.
    pub worse_by_at_most: Vec<(SchedulerKind, f64)>,
    /// By scheduler but the first: how many times as large the variance of its difference to the first would be without pairing.
    pub pairing: Vec<(SchedulerKind, f64)>,
}

impl MayBeBest {
    /// Of the first tier of a ranking; `None` if nothing was tested there.
    pub(crate) fn of(
        ranking: &Ranking,
        candidates: &[Candidate],
        classes: &[Vec<SchedulerKind>],
        indifference: Option<Width>,
    ) -> Option<Self> {
        let tier = ranking.tiers.first()?;
        let known: Vec<usize> = tier.iter().copied().filter(|&at| candidates[at].metric.is_some()).collect();
        let series: Vec<&Series> = known.iter().filter_map(|&at| candidates[at].metric.as_ref()).collect();
        let values = common(&series);
        if ranking.comparisons == 0 || values.len() < 2 {
            return None;
        }
        let best = Best::of(&values.iter().map(Vec::as_slice).collect::<Vec<_>>(), 1.0 - CONFIDENCE)?;
        let width = indifference.unwrap_or(INDIFFERENCE);
        let value = Sample::of(&values[0])?.mean.abs();
        let delta = if width.is_relative { width.most * value } else { width.most };
        let names = |numbers: &mut dyn Iterator<Item = usize>| -> Vec<SchedulerKind> {
            numbers.flat_map(|number| classes[known[number]].iter().copied()).collect()
        };
        let by_class = |values: &dyn Fn(usize) -> Option<f64>, from: usize| -> Vec<(SchedulerKind, f64)> {
            let of = |number| values(number).map(|value| (number, value));
            let found: Vec<(usize, f64)> = (from..known.len()).filter_map(of).collect();
            let expand =
                |(number, value): (usize, f64)| classes[known[number]].iter().map(move |&kind| (kind, value));
            found.into_iter().flat_map(expand).collect()
        };
        let close = best.within(delta).filter(|number| !best.may_be_best.contains(number));
        Some(Self {
            schedulers: names(&mut best.may_be_best.iter().copied()),
            close: names(&mut close.collect::<Vec<_>>().into_iter()),
            indifference: delta,
            worse_by_at_most: by_class(&|number| Some(best.worse_by_at_most[number]), 0),
            pairing: by_class(&|number| pairing(&values[0], &values[number]), 1),
        })
    }
}

/// The values of the replications that all have.
fn common(all: &[&Series]) -> Vec<Vec<f64>> {
    let Some((first, rest)) = all.split_first() else { return Vec::new() };
    let has = |series: &Series, replication| series.iter().any(|&(other, _)| other == replication);
    let shared: Vec<u32> = first
        .iter()
        .map(|&(replication, _)| replication)
        .filter(|&replication| rest.iter().all(|series| has(series, replication)))
        .collect();
    let of_shared = |series: &&Series| {
        series
            .iter()
            .filter(|(replication, _)| shared.contains(replication))
            .map(|&(_, value)| value)
            .collect()
    };
    all.iter().map(of_shared).collect()
}

/// The variance of a difference without pairing, over that with it; `None` without any variance.
fn pairing(a: &[f64], b: &[f64]) -> Option<f64> {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let variance = |values: &[f64]| Sample::of(values).map(|sample| sample.deviation * sample.deviation);
    let paired = variance(&differences)?;
    (paired > 0.0).then_some((variance(a)? + variance(b)?) / paired)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(values: &[f64]) -> Candidate {
        let series = |values: &[f64]| (0..).zip(values.iter().copied()).collect::<Series>();
        let failed = vec![0.0; values.len()];
        Candidate { failed: series(&failed), metric: Some(series(values)), resolution: 0.0 }
    }

    #[test]
    fn the_best_the_close_and_the_others() {
        let base = [100.0, 120.0, 90.0, 130.0, 105.0, 95.0];
        let shifted = |by: f64| {
            base.iter().enumerate().map(|(at, value)| value + by + 0.01 * at as f64).collect::<Vec<_>>()
        };
        let candidates = [candidate(&base), candidate(&shifted(1.0)), candidate(&shifted(40.0))];
        let ranking = Ranking::of(&candidates, true);
        let classes = [vec![SchedulerKind::Nq], vec![SchedulerKind::Sed], vec![SchedulerKind::Rr]];
        let of = |width| MayBeBest::of(&ranking, &candidates, &classes, width).expect("tests");
        let found = of(None);
        assert_eq!((found.schedulers, found.close), (vec![SchedulerKind::Nq], vec![SchedulerKind::Sed]));
        assert!(found.pairing.iter().all(|&(_, ratio)| ratio > 100.0), "{:?}", found.pairing);
        let narrow = of(Some(Width { most: 0.5, is_relative: false }));
        assert!(narrow.close.is_empty() && narrow.indifference == 0.5);
    }
}
