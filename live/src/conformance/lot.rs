//! How many entries `drop_entry` leaves, by its law: which ones cannot be known.
//!
//! An entry's chain is looked at with probability 1/32 a second, and entries of `i` packets lose one time in `i`. That
//! gives the mean. The variance has two parts: where the entries are, and which part of the table was looked at.
//! Neighbouring chains of a kernel that looks at consecutive ones share their fate, so that there the second part is
//! the larger one (coverage of a circle by arcs at random: Siegel 1978).

use ipvslab_schedulers::EntryScan;

/// Of this part of the table's chains one look is at.
const PART: f64 = 1.0 / 32.0;
/// How many chains the tables have by which kernels draw chains one by one: 2 to the power of `conn_tab_bits`.
const CHAINS: f64 = 4096.0;
/// How many standard deviations a number may be off.
const LIMIT: f64 = 5.0;
/// Looks are at most so far apart: a second, rounded up by the timer wheel (1.024 s at 250 Hz), and some delay.
const LONGEST_PERIOD_S: f64 = 1.04;

/// Entries alike that `drop_entry` had time for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lot {
    /// How many there were.
    pub(super) of: u32,
    /// Of those that are looked at, one in this many is dropped.
    pub(super) one_in: u32,
    /// For how long it was on.
    pub(super) seconds: u32,
}

impl Lot {
    /// Whether this many may be left.
    pub(super) fn allows(self, left: u32, scan: EntryScan) -> bool {
        let [fewest_looks, most_looks] = self.looks();
        let (high, high_sd) = self.left(fewest_looks, scan);
        let (low, low_sd) = self.left(most_looks, scan);
        (low - LIMIT * low_sd..=high + LIMIT * high_sd).contains(&left.into())
    }

    /// How many are left on average after the time that it was on.
    pub(super) fn mean(self) -> f64 {
        self.left(f64::from(self.seconds), EntryScan::Consecutive).0
    }

    /// How often the table was looked at, at least and at most: nobody knows when a second begins.
    fn looks(self) -> [f64; 2] {
        let seconds = f64::from(self.seconds);
        [(seconds / LONGEST_PERIOD_S).floor(), seconds + 1.0]
    }

    /// Mean and standard deviation of the number that is left after this many looks.
    fn left(self, looks: f64, scan: EntryScan) -> (f64, f64) {
        let (of, lost) = (f64::from(self.of), 1.0 / f64::from(self.one_in));
        // Of the share of entries that stays: its mean, and the probability that two given entries both stay.
        let (one, both) = match scan {
            EntryScan::Scattered => {
                let draws = looks * PART * CHAINS;
                let stays = |lost: f64| (1.0 - lost / CHAINS).powf(draws);
                let apart = stays(2.0 * lost);
                (stays(lost), apart + (stays(2.0 * lost - lost * lost) - apart) / CHAINS)
            }
            EntryScan::Consecutive => {
                let apart = 1.0 - 2.0 * PART * lost;
                // Integrated over all distances below an arc's length, to both sides.
                let near = ((apart + PART * lost * lost).powf(looks + 1.0) - apart.powf(looks + 1.0))
                    / ((looks + 1.0) * lost * lost);
                let far = (1.0 - 2.0 * PART) * apart.powf(looks);
                ((1.0 - PART * lost).powf(looks), 2.0 * near + far)
            }
        };
        let variance = of * (one - both) + of * of * (both - one * one);
        (of * one, variance.max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use ipvslab_schedulers::Rng;

    use super::*;

    /// Entries in chains at random, looks at random: how many are left.
    fn drawn(lot: Lot, looks: u32, scan: EntryScan, rng: &mut Rng) -> f64 {
        let chains = CHAINS as u32;
        let mut entries: Vec<u32> = (0..lot.of).map(|_| rng.below(chains)).collect();
        for _ in 0..looks {
            let first = rng.below(chains);
            let mut looked_at = vec![false; chains as usize];
            for number in 0..chains / 32 {
                let chain = match scan {
                    EntryScan::Scattered => rng.below(chains),
                    EntryScan::Consecutive => (first + number) % chains,
                };
                looked_at[chain as usize] = true;
            }
            entries.retain(|&chain| !looked_at[chain as usize] || rng.below(lot.one_in) > 0);
        }
        entries.len() as f64
    }

    #[test]
    fn mean_and_deviation_are_those_of_draws() {
        const RUNS: usize = 2_000;
        let mut rng = Rng::stream(1, 0, "lot");
        for scan in [EntryScan::Scattered, EntryScan::Consecutive] {
            for one_in in [1, 4] {
                let lot = Lot { of: 500, one_in, seconds: 20 };
                let (mean, sd) = lot.left(20.0, scan);
                let found: Vec<f64> = (0..RUNS).map(|_| drawn(lot, 20, scan, &mut rng)).collect();
                let found_mean = found.iter().sum::<f64>() / RUNS as f64;
                let squares = found.iter().map(|one| (one - found_mean).powi(2)).sum::<f64>();
                let found_sd = (squares / (RUNS - 1) as f64).sqrt();
                assert!(
                    (found_mean - mean).abs() < 5.0 * sd / (RUNS as f64).sqrt(),
                    "{found_mean}, not {mean}"
                );
                assert!((found_sd / sd - 1.0).abs() < 0.1, "{found_sd}, not {sd}: {scan:?}, {one_in}");
            }
        }
    }

    #[test]
    fn rates_that_are_far_off_are_told_from_the_right_one() {
        let lot = Lot { of: 2_000, one_in: 1, seconds: 30 };
        for (scan, factor) in [(EntryScan::Scattered, 2.0), (EntryScan::Consecutive, 3.0)] {
            let left = |part: f64| (2_000.0 * (1.0 - part).powi(30)) as u32;
            assert!(lot.allows(left(PART), scan));
            assert!(!lot.allows(left(PART / factor), scan), "{scan:?}");
            assert!(!lot.allows(left(PART * factor), scan), "{scan:?}");
        }
    }
}
