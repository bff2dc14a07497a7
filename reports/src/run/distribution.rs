//! Times and how often they occurred: what quantiles and the percentile plot are read from.

use hdrhistogram::Histogram;
use ipvslab_schedulers::Span;
use serde::{Deserialize, Serialize};

/// A quantile, in tenths of a per mille, so that ranks are exact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Quantile(u32);

impl Quantile {
    /// The median.
    pub const P50: Self = Self(5_000);
    /// 95 %.
    pub const P95: Self = Self(9_500);
    /// 99 %.
    pub const P99: Self = Self(9_900);
    /// 99.9 %.
    pub const P999: Self = Self(9_990);

    /// How many samples must lie beyond a quantile for it to be reported.
    pub const LEAST_BEYOND: u64 = 10;

    const WHOLE: u64 = 10_000;

    /// The rank of this quantile among `count` samples, counted from 1.
    fn rank(self, count: u64) -> u64 {
        let product = u128::from(count) * u128::from(self.0);
        (product.div_ceil(u128::from(Self::WHOLE)) as u64).max(1)
    }

    /// The part of samples that may lie beyond it.
    pub(crate) fn beyond(self) -> f64 {
        (Self::WHOLE - u64::from(self.0)) as f64 / Self::WHOLE as f64
    }

    /// Whether enough of `count` samples lie beyond it.
    pub(crate) fn is_resolved(self, count: u64) -> bool {
        u128::from(count) * u128::from(Self::WHOLE - u64::from(self.0))
            >= u128::from(Self::LEAST_BEYOND * Self::WHOLE)
    }
}

/// A set of times, each in a bucket at most 0.1 % wide and known by the bucket's middle.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Distribution {
    /// Nanoseconds, ascending, with how often they occurred.
    buckets: Vec<(u64, u64)>,
    count: u64,
}

impl Distribution {
    /// What a histogram of nanoseconds holds, and `zeros` more samples of 0.
    pub(crate) fn new(histogram: &Histogram<u64>, zeros: u64) -> Self {
        let recorded = histogram
            .iter_recorded()
            .map(|bucket| (histogram.median_equivalent(bucket.value_iterated_to()), bucket.count_at_value()));
        let zeros = (zeros > 0).then_some((0, zeros));
        let mut pooled = Self::default();
        zeros.into_iter().chain(recorded).for_each(|(nanos, count)| pooled.push(nanos, count));
        pooled
    }

    /// All samples of several distributions together.
    pub fn pool<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut buckets: Vec<(u64, u64)> = parts.into_iter().flat_map(|part| part.buckets.clone()).collect();
        buckets.sort_unstable();
        let mut pooled = Self::default();
        buckets.into_iter().for_each(|(nanos, count)| pooled.push(nanos, count));
        pooled
    }

    /// Nanoseconds, ascending, with how often they occurred.
    pub(crate) fn buckets(&self) -> &[(u64, u64)] {
        &self.buckets
    }

    /// How many samples there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The sample of this quantile in microseconds; `None` if fewer than [`Quantile::LEAST_BEYOND`] lie beyond it.
    pub fn quantile_us(&self, quantile: Quantile) -> Option<f64> {
        quantile.is_resolved(self.count).then(|| self.at_rank(quantile.rank(self.count)) as f64 / 1e3)
    }

    /// Times in microseconds against *nines* (`log10(1 / (1 - q))`: 1 is 90 %, 2 is 99 %) at the given distance,
    /// from `from` to `to` or to the last one with enough samples beyond it.
    pub fn curve(&self, from: f64, to: f64, step: f64) -> Vec<(f64, f64)> {
        let points = ((to - from) / step + 0.5) as usize;
        let nines = (0..=points).map(|point| from + step * point as f64);
        let beyond = |nines: f64| self.count as f64 * libm::pow(10.0, -nines);
        // A hundredth of a sample of grace, since 10^-x is rounded.
        let resolved = nines.take_while(|&nines| beyond(nines) + 0.01 >= Quantile::LEAST_BEYOND as f64);
        let mut buckets = self.buckets.iter();
        let (mut nanos, mut reached) = (0, 0);
        resolved
            .map(|nines| {
                let rank = (self.count as f64 - beyond(nines) - 0.01).ceil().max(1.0) as u64;
                while reached < rank {
                    let Some(&(next, count)) = buckets.next() else { break };
                    (nanos, reached) = (next, reached + count);
                }
                (nines, nanos as f64 / 1e3)
            })
            .collect()
    }

    fn at_rank(&self, rank: u64) -> u64 {
        let mut reached = 0;
        let found = self.buckets.iter().find(|&&(_, count)| {
            reached += count;
            reached >= rank
        });
        found.map_or(0, |&(nanos, _)| nanos)
    }

    /// Adds a bucket not below those before.
    fn push(&mut self, nanos: u64, count: u64) {
        self.count += count;
        match self.buckets.last_mut() {
            Some(last) if last.0 == nanos => last.1 += count,
            _ => self.buckets.push((nanos, count)),
        }
    }
}

/// For times up to one hour; it grows beyond.
pub(crate) fn empty_histogram() -> Histogram<u64> {
    let mut empty = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("bounds are in order");
    empty.auto(true);
    empty
}

/// A time into a histogram of nanoseconds.
#[inline]
pub(crate) fn record(histogram: &mut Histogram<u64>, span: Span) {
    histogram.record(span.as_nanos()).expect("the histogram grows");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(up_to: u64) -> Distribution {
        let mut one_each = Distribution::default();
        (1..=up_to).for_each(|micros| one_each.push(micros * 1_000, 1));
        one_each
    }

    #[test]
    fn quantile_is_the_sample_of_its_rank() {
        let thousand = counted(1_000);
        assert_eq!(thousand.quantile_us(Quantile::P50), Some(500.0));
        assert_eq!(thousand.quantile_us(Quantile::P95), Some(950.0));
        assert_eq!(thousand.quantile_us(Quantile::P99), Some(990.0));
    }

    #[test]
    fn quantile_with_fewer_than_ten_samples_beyond_is_missing() {
        assert_eq!(counted(1_000).quantile_us(Quantile::P999), None);
        assert_eq!(counted(999).quantile_us(Quantile::P99), None);
        assert_eq!(counted(20).quantile_us(Quantile::P50), Some(10.0));
        assert_eq!(counted(19).quantile_us(Quantile::P50), None);
        assert_eq!(Distribution::default().quantile_us(Quantile::P50), None);
    }

    #[test]
    fn microseconds_keep_three_digits_and_zeros_are_samples() {
        let mut histogram = Histogram::new(3).expect("three digits are allowed");
        (0..100).for_each(|_| histogram.record(1_234).expect("the histogram grows"));
        let times = Distribution::new(&histogram, 300);
        assert_eq!(times.count(), 400);
        assert_eq!(times.quantile_us(Quantile::P50), Some(0.0));
        assert_eq!(times.quantile_us(Quantile::P95), Some(1.234));
    }

    #[test]
    fn pooling_adds_counts() {
        let pooled = Distribution::pool([&counted(3), &counted(2)]);
        assert_eq!(pooled.buckets, [(1_000, 2), (2_000, 2), (3_000, 1)]);
        assert_eq!(pooled.count(), 5);
    }

    #[test]
    fn curve_ends_where_samples_run_out() {
        let curve = counted(1_000).curve(0.0, 4.0, 0.5);
        let last = curve.last().expect("there are points");
        assert_eq!((curve.len(), *last), (5, (2.0, 990.0)));
        assert!(Distribution::default().curve(0.0, 4.0, 0.5).is_empty());
    }
}
