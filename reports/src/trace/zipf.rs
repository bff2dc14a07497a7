//! A Zipf law fitted to how often names occur.
//!
//! The r-th name has a probability in proportion to r^-exponent. The exponent is the most likely one for the counts in
//! descending order (maximum likelihood on the ranks): the one for which the law's mean of ln r is that of the counts. Ranks
//! come from the same counts, so of few requests per name the exponent is too high.

/// The largest exponent that is looked for.
const STEEPEST: f64 = 20.0;

/// The most likely Zipf law.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ZipfFit {
    /// 0 is uniform.
    pub exponent: f64,
    /// The largest difference of the cumulative shares of law and trace, 0 to 1: how well it fits.
    pub distance: f64,
}

impl ZipfFit {
    /// `counts` descend. `None` for fewer than two names, or if each occurs once.
    pub(super) fn of(counts: &[u64]) -> Option<Self> {
        if counts.len() < 2 || counts[0] < 2 {
            return None;
        }
        let logs: Vec<f64> = (1..=counts.len()).map(|rank| libm::log(rank as f64)).collect();
        let total: f64 = counts.iter().map(|&count| count as f64).sum();
        let wanted = counts.iter().zip(&logs).map(|(&count, log)| count as f64 * log).sum::<f64>() / total;
        // The mean falls as the exponent grows.
        let (mut low, mut high) = (0.0, STEEPEST);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if mean_log(&logs, middle) > wanted { low = middle } else { high = middle }
        }
        let exponent = 0.5 * (low + high);
        Some(Self { exponent, distance: distance(counts, total, &logs, exponent) })
    }
}

/// The mean of ln r under the law.
fn mean_log(logs: &[f64], exponent: f64) -> f64 {
    let (mut weights, mut sum) = (0.0, 0.0);
    for &log in logs {
        let weight = libm::exp(-exponent * log);
        weights += weight;
        sum += weight * log;
    }
    sum / weights
}

fn distance(counts: &[u64], total: f64, logs: &[f64], exponent: f64) -> f64 {
    let weights: f64 = logs.iter().map(|log| libm::exp(-exponent * log)).sum();
    let (mut seen, mut expected, mut largest) = (0.0, 0.0, 0.0f64);
    for (&count, log) in counts.iter().zip(logs) {
        seen += count as f64 / total;
        expected += libm::exp(-exponent * log) / weights;
        largest = largest.max((seen - expected).abs());
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_of_exact_counts_is_found() {
        for exponent in [0.0, 0.6, 1.0, 1.7] {
            let counts: Vec<u64> =
                (1..=500).map(|rank| (1e9 * libm::pow(f64::from(rank), -exponent)) as u64).collect();
            let fit = ZipfFit::of(&counts).expect("many names");
            assert!((fit.exponent - exponent).abs() < 1e-4 && fit.distance < 1e-4, "{exponent}: {fit:?}");
        }
    }

    #[test]
    fn names_that_occur_once_have_no_law() {
        assert_eq!((ZipfFit::of(&[1, 1, 1]), ZipfFit::of(&[9]), ZipfFit::of(&[])), (None, None, None));
    }
}
