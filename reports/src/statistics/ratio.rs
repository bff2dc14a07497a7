//! A ratio of sums over replications (Cochran 1977, ch. 6): windows with more connections weigh more.
//!
//! Each replication gives a numerator a and a denominator b. The ratio is R = Σa/Σb, and R + (a − R·b)/mean b is what
//! one replication says of it: these values have the mean R and are what every interval and test is made of. With
//! equal denominators they are the replications' own ratios.

use crate::statistics::interval::Interval;
use crate::statistics::sample::Sample;

/// A ratio of sums, and what each replication says of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Ratio {
    /// Σa/Σb.
    pub value: f64,
    /// By replication; those with a denominator of 0 say the ratio itself.
    pub values: Vec<f64>,
}

impl Ratio {
    /// Of pairs of numerator and denominator; `None` if the denominators' sum is 0.
    pub fn of(parts: &[(f64, f64)]) -> Option<Self> {
        let (above, below) = parts.iter().fold((0.0, 0.0), |(a, b), part| (a + part.0, b + part.1));
        if below == 0.0 {
            return None;
        }
        let value = above / below;
        let mean = below / parts.len() as f64;
        let linear = |&(a, b): &(f64, f64)| value + (a - value * b) / mean;
        Some(Self { value, values: parts.iter().map(linear).collect() })
    }

    /// The interval that misses the ratio with probability `tail` on either side; `None` for a single replication.
    pub fn interval(&self, tail: f64) -> Option<Interval> {
        let found = Sample::of(&self.values)?.interval(tail)?;
        // The mean of the values is the ratio but for rounding.
        Some(if found.low == found.high { Interval { low: self.value, high: self.value } } else { found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_with_more_connections_weigh_more() {
        let ratio = Ratio::of(&[(10.0, 10.0), (300.0, 100.0)]).expect("connections");
        assert_eq!(ratio.value, 310.0 / 110.0);
        let mean = ratio.values.iter().sum::<f64>() / 2.0;
        assert!((mean - ratio.value).abs() < 1e-12);
    }

    #[test]
    fn equal_windows_say_their_own_ratio_and_an_empty_one_says_nothing_new() {
        let ratio = Ratio::of(&[(1.0, 4.0), (3.0, 4.0)]).expect("connections");
        assert_eq!(ratio.values, [0.25, 0.75]);
        let ratio = Ratio::of(&[(1.0, 4.0), (0.0, 0.0)]).expect("connections");
        assert_eq!(ratio.values, [0.25, 0.25]);
        assert_eq!(Ratio::of(&[(0.0, 0.0)]), None);
    }
}
