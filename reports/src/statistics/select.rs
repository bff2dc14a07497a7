//! Selecting the best with an indifference zone, looking again and again (Kim and Nelson 2001; with variances that are
//! estimated anew at every look, Kim and Nelson 2006): the selected one is within `delta` of the best, but for a
//! probability of `alpha`.
//!
//! Candidates are paired by replication, so the variances are those of differences. The level of a pair is α/(k − 1): the
//! other usual one, 1 − (1 − α)^(1/(k−1)), takes pairs for independent.

use crate::statistics::sample::Sample;

/// η and h² for `systems` candidates, whose variances are of `first` replications.
///
/// # Panics
/// Below two candidates or two replications.
pub fn kn_constants(systems: usize, first: u32, alpha: f64) -> (f64, f64) {
    assert!(systems > 1 && first > 1, "there is something to select, and a variance to select by");
    let freedom = f64::from(first - 1);
    let eta = 0.5 * (libm::pow(2.0 * alpha / (systems - 1) as f64, -2.0 / freedom) - 1.0);
    (eta, 2.0 * eta * freedom)
}

/// A selection on its way; less is better.
#[derive(Clone, PartialEq, Debug)]
pub struct Selection {
    systems: usize,
    first: u32,
    alpha: f64,
    delta: f64,
    /// From how many replications on variances are estimated anew at every look.
    anew_from: u32,
    left: Vec<usize>,
    /// By how many replications it ends, at the latest, as of the last look.
    latest: u32,
}

impl Selection {
    /// Among `systems` candidates, by replications of which the `first` give the variances; from `anew_from` on all that are there do.
    pub fn new(systems: usize, first: u32, delta: f64, alpha: f64, anew_from: u32) -> Self {
        Self { systems, first, alpha, delta, anew_from, left: (0..systems).collect(), latest: u32::MAX }
    }

    /// Those that are left.
    pub fn left(&self) -> &[usize] {
        &self.left
    }

    /// By how many replications it ends, at the latest, as of the last look.
    pub fn latest(&self) -> u32 {
        self.latest
    }

    /// The one that is selected, once it is.
    pub fn selected(&self) -> Option<usize> {
        (self.left.len() == 1).then(|| self.left[0])
    }

    /// Looks at all values so far, by candidate and replication: who is left over.
    ///
    /// # Panics
    /// If there are fewer replications than the first.
    pub fn look(&mut self, values: &[&[f64]]) {
        if self.left.len() < 2 {
            return;
        }
        let replications = values[0].len() as u32;
        assert!(replications >= self.first, "the first replications are there");
        let of_variance = if replications >= self.anew_from { replications } else { self.first };
        let (_, h2) = kn_constants(self.systems, of_variance, self.alpha);
        let r = f64::from(replications);
        // h²S²/δ² of a pair: the number of replications that settles it.
        let settles = |a: usize, b: usize| {
            let differences: Vec<f64> =
                values[a].iter().zip(values[b]).take(of_variance as usize).map(|(a, b)| a - b).collect();
            let deviation = Sample::of(&differences).map_or(0.0, |sample| sample.deviation);
            h2 * deviation * deviation / (self.delta * self.delta)
        };
        let mean = |at: usize| Sample::of(values[at]).map_or(0.0, |sample| sample.mean);
        let stays = |&a: &usize| {
            self.left.iter().filter(|&&b| b != a).all(|&b| {
                let allowance = (self.delta / (2.0 * r) * (settles(a, b) - r)).max(0.0);
                mean(a) <= mean(b) + allowance
            })
        };
        let latest = |left: &[usize]| {
            let pairs = left.iter().flat_map(|&a| left.iter().filter(move |&&b| b < a).map(move |&b| (a, b)));
            pairs.map(|(a, b)| settles(a, b).floor() as u32).max().unwrap_or(0)
        };
        self.latest = latest(&self.left);
        let mut left: Vec<usize> = self.left.iter().copied().filter(|at| stays(at)).collect();
        if left.len() > 1 && replications > latest(&left) {
            left.sort_by(|&a, &b| mean(a).total_cmp(&mean(b)));
            left.truncate(1);
        }
        self.left = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_candidates_end_at_the_latest_number() {
        let a: Vec<f64> = (0..200).map(|at| f64::from(at % 3)).collect();
        let b: Vec<f64> = (0..200).map(|at| f64::from((at + 1) % 3)).collect();
        let mut selection = Selection::new(2, 20, 0.5, 0.05, 40);
        selection.look(&[&a[..20], &b[..20]]);
        assert_eq!(selection.left(), [0, 1]);
        selection.look(&[&a, &b]);
        assert!(selection.selected().is_some());
    }
}
