//! Times in few buckets: what percentiles over time are read from, to within 6 %.
//!
//! A bucket is an eighth of an octave: 8 between a time and twice that. Below 8.192 µs it is 1.024 µs wide.

use serde::{Deserialize, Serialize};

/// More than the longest time that anybody waits for: 3 hours and 3 minutes are the last.
pub(crate) const BUCKETS: usize = 256;
/// Bits of nanoseconds that are not told apart.
const FINEST: u32 = 10;
/// Buckets of an octave, in bits.
const EIGHTH: u32 = 3;

/// Counts by bucket, of those that have any.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sketch(Vec<(u8, u32)>);

impl Sketch {
    /// Of counts by bucket.
    pub(crate) fn of(counts: &[u32]) -> Self {
        let filled = counts.iter().enumerate().filter(|&(_, &count)| count > 0);
        Self(filled.map(|(bucket, &count)| (bucket as u8, count)).collect())
    }

    /// Adds its counts to those by bucket.
    pub(crate) fn add_to(&self, counts: &mut [u64]) {
        for &(bucket, count) in &self.0 {
            counts[usize::from(bucket)] += u64::from(count);
        }
    }
}

/// The bucket that nanoseconds are in.
#[inline]
pub(crate) fn bucket(nanos: u64) -> usize {
    let steps = nanos >> FINEST;
    if steps < 1 << EIGHTH {
        return steps as usize;
    }
    let octave = 63 - steps.leading_zeros() - EIGHTH;
    let within = (steps >> octave) as usize - (1 << EIGHTH);
    (((octave as usize + 1) << EIGHTH) + within).min(BUCKETS - 1)
}

/// Where a bucket begins, in nanoseconds.
fn from(bucket: usize) -> f64 {
    let (octave, within) = (bucket >> EIGHTH, bucket & ((1 << EIGHTH) - 1));
    let steps = match octave {
        0 => within as u64,
        octave => ((1 << EIGHTH) + within as u64) << (octave - 1),
    };
    (steps << FINEST) as f64
}

/// The microseconds that a part of the samples, 0 to 1, is not above, evenly spread within their bucket; `None` if fewer than
/// `beyond` are above.
pub(crate) fn quantile_us(counts: &[u64], part: f64, beyond: u64) -> Option<f64> {
    let all: u64 = counts.iter().sum();
    let rank = part * all as f64;
    if all as f64 - rank + 1e-6 < beyond as f64 {
        return None;
    }
    let mut below = 0.0;
    for (bucket, &count) in counts.iter().enumerate() {
        if count > 0 && below + count as f64 >= rank {
            let within = (rank - below) / count as f64;
            return Some((from(bucket) + within * (from(bucket + 1) - from(bucket))) / 1e3);
        }
        below += count as f64;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_within_their_buckets() {
        for nanos in (0..36).map(|octave| 1_500u64 << octave >> 4).chain([0, 8_191, 8_192, 123_456_789]) {
            let (low, high) = (from(bucket(nanos)), from(bucket(nanos) + 1));
            assert!(low <= nanos as f64 && (nanos as f64) < high, "{nanos} is not from {low} to {high}");
            assert!(nanos < 8_192 || high / low <= 1.126, "{nanos} from {low} to {high}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_are_those_of_the_samples() {
        let mut counts = vec![0u32; BUCKETS];
        (1..=10_000u64).for_each(|number| counts[bucket(number * 10_000)] += 1);
        let mut sums = vec![0u64; BUCKETS];
        Sketch::of(&counts).add_to(&mut sums);
        for part in [0.5, 0.95, 0.99] {
            let (found, exact) = (quantile_us(&sums, part, 10).expect("enough"), part * 100_000.0);
            assert!((found / exact - 1.0).abs() < 0.01, "{part}: {found} for {exact}");
        }
        assert_eq!(quantile_us(&sums, 0.9999, 10), None, "one is beyond");
        assert_eq!(quantile_us(&[0; BUCKETS], 0.5, 10), None);
    }
}
