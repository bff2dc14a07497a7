//! Which of several may be the best: multiple comparisons with the best, paired (Hsu 1984; Edwards and Hsu 1983).
//!
//! It needs one comparison for each other candidate, where telling all apart needs one for each pair; so it is sharper for the
//! question of who to choose. Bonferroni's correction is right however the candidates depend on each other (Yang and Nelson 1991).

use crate::statistics::sample::Sample;
use crate::statistics::student::two_sided_quantile;

/// What is known of every candidate's distance to the best of the others; less is better.
#[derive(Clone, PartialEq, Debug)]
pub struct Best {
    /// Those that may be the best, by number.
    pub may_be_best: Vec<usize>,
    /// By how much each is better than all others, at most.
    pub better_by_at_most: Vec<f64>,
    /// By how much each is worse than the best of the others, at most.
    pub worse_by_at_most: Vec<f64>,
}

impl Best {
    /// Of values by candidate and replication, replications in the same order for all; all of it holds together but for
    /// a probability of `alpha`. `None` below two candidates or two replications.
    ///
    /// # Panics
    /// If the candidates have differently many replications.
    pub fn of(candidates: &[&[f64]], alpha: f64) -> Option<Self> {
        let (count, replications) = (candidates.len(), candidates.first()?.len());
        assert!(
            candidates.iter().all(|values| values.len() == replications),
            "all candidates met the same replications"
        );
        if count < 2 || replications < 2 {
            return None;
        }
        // Of one side: it is compared from both.
        let t = two_sided_quantile(2.0 * alpha / (count - 1) as f64, replications as u32 - 1);
        let compared = |a: usize, b: usize| {
            let differences: Vec<f64> = candidates[a].iter().zip(candidates[b]).map(|(a, b)| a - b).collect();
            let sample = Sample::of(&differences).expect("there are replications");
            (sample.mean, t * sample.standard_error().unwrap_or(0.0))
        };
        let others = |candidate: usize| (0..count).filter(move |&other| other != candidate);
        let better = |candidate: usize| {
            let least =
                others(candidate).map(|other| compared(other, candidate)).map(|(mean, width)| mean + width);
            least.fold(f64::INFINITY, f64::min).max(0.0)
        };
        let better_by_at_most: Vec<f64> = (0..count).map(better).collect();
        let mut may_be_best: Vec<usize> = (0..count).filter(|&at| better_by_at_most[at] > 0.0).collect();
        if may_be_best.is_empty() {
            // Equal to the last digit in every replication.
            may_be_best =
                (0..count).filter(|&at| others(at).all(|other| compared(at, other).0 <= 0.0)).collect();
        }
        let worse = |candidate: usize| {
            let rivals = may_be_best.iter().filter(|&&other| other != candidate);
            let most = rivals.map(|&other| compared(candidate, other)).map(|(mean, width)| mean + width);
            most.fold(0.0, f64::max)
        };
        let worse_by_at_most = (0..count).map(worse).collect();
        Some(Self { may_be_best, better_by_at_most, worse_by_at_most })
    }

    /// Those that are the best or worse than it by no more than `delta`.
    pub fn within(&self, delta: f64) -> impl Iterator<Item = usize> {
        self.worse_by_at_most.iter().enumerate().filter(move |&(_, &worse)| worse <= delta).map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_candidates_may_all_be_best_and_are_worse_by_nothing() {
        let best = Best::of(&[&[1.0, 2.0], &[1.0, 2.0], &[3.0, 4.0]], 0.05).expect("candidates");
        assert_eq!(best.may_be_best, [0, 1]);
        assert_eq!(best.within(0.0).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn clear_best_is_alone() {
        let best = Best::of(&[&[5.0, 5.1, 4.9], &[1.0, 1.1, 0.9]], 0.05).expect("candidates");
        assert_eq!((best.may_be_best, best.worse_by_at_most[1]), (vec![1], 0.0));
        assert!((best.worse_by_at_most[0] - 4.0).abs() < 1e-9);
    }
}
