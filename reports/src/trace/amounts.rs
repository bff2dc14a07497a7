//! Sizes or durations: mean, quantiles, greatest.

use hdrhistogram::Histogram;

/// Quantiles that are told, with their names.
pub(super) const QUANTILES: [(&str, f64); 5] =
    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];

/// A quantile is told if at least this many values lie beyond it.
const LEAST_BEYOND: f64 = 10.0;

/// Numbers of bytes or of nanoseconds, known to 0.1 %.
#[derive(Clone, Debug)]
pub struct Amounts {
    histogram: Histogram<u64>,
    sum: f64,
    greatest: u64,
    /// Rows that say nothing.
    pub(super) unknown: u64,
}

impl Default for Amounts {
    fn default() -> Self {
        let mut histogram = Histogram::new(3).expect("three digits are allowed");
        histogram.auto(true);
        Self { histogram, sum: 0.0, greatest: 0, unknown: 0 }
    }
}

impl Amounts {
    pub(super) fn add(&mut self, amount: Option<u64>) {
        let Some(amount) = amount else {
            self.unknown += 1;
            return;
        };
        self.sum += amount as f64;
        self.greatest = self.greatest.max(amount);
        // Beyond 2^62 no bucket is left, and no file is.
        self.histogram.record(amount.min(1 << 62)).expect("the histogram grows");
    }

    /// How many are known.
    pub fn known(&self) -> u64 {
        self.histogram.len()
    }

    /// How many rows say nothing.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// `None` if none is known.
    pub fn mean(&self) -> Option<f64> {
        (self.known() > 0).then(|| self.sum / self.known() as f64)
    }

    /// `None` if none is known.
    pub fn greatest(&self) -> Option<u64> {
        (self.known() > 0).then_some(self.greatest)
    }

    /// The value of a quantile from 0 to 1; `None` if fewer than ten values lie beyond it.
    pub fn quantile(&self, quantile: f64) -> Option<u64> {
        let beyond = self.known() as f64 * (1.0 - quantile);
        (beyond + 1e-6 >= LEAST_BEYOND).then(|| {
            let value = self.histogram.value_at_quantile(quantile);
            self.histogram.median_equivalent(value).min(self.greatest)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_no_zero_and_tails_need_values() {
        let mut amounts = Amounts::default();
        (1..=1_000).for_each(|amount| amounts.add(Some(amount)));
        amounts.add(None);
        assert_eq!((amounts.known(), amounts.unknown(), amounts.greatest()), (1_000, 1, Some(1_000)));
        assert_eq!(amounts.mean(), Some(500.5));
        assert_eq!([0.5, 0.99, 0.999].map(|part| amounts.quantile(part)), [Some(500), Some(990), None]);
        assert_eq!(Amounts::default().mean(), None);
        let mut huge = Amounts::default();
        huge.add(Some(u64::MAX));
        assert_eq!(huge.greatest(), Some(u64::MAX));
    }
}
