//! Estimates over replications: never over connections, which are not independent.

use serde::Serialize;

use crate::statistics::beyond::none_upper_limit;
use crate::statistics::interval::Interval;
use crate::statistics::ratio::Ratio;
use crate::statistics::sample::Sample;

/// How sure the intervals are.
pub const CONFIDENCE: f64 = 0.95;

/// On either side.
pub(crate) const TAIL: f64 = (1.0 - CONFIDENCE) / 2.0;

/// A number over replications.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Estimate {
    /// Its value: the ratio of sums, or the quantile of all replications together.
    pub mean: f64,
    /// Half the width of the 95 % interval; `None` from a single replication, and if an end of it is not known.
    pub half_width: Option<f64>,
    /// The 95 % interval, which need not be symmetric; `None` from a single replication.
    pub interval: Option<Interval>,
    /// How many replications there were.
    pub replications: u32,
    /// Of how many connections none had it; `None` unless nothing at all happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub none_in: Option<u64>,
}

impl Estimate {
    /// The mean of values; `None` without any.
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::of_values(values, TAIL)
    }

    /// The mean of values, with an interval that misses it with probability `tail` on either side.
    pub(crate) fn of_values(values: &[f64], tail: f64) -> Option<Self> {
        let sample = Sample::of(values)?;
        Some(Self::new(sample.mean, sample.interval(tail), sample.count))
    }

    /// A ratio of sums.
    pub(crate) fn of_ratio(ratio: &Ratio, tail: f64) -> Self {
        Self::new(ratio.value, ratio.interval(tail), ratio.values.len() as u32)
    }

    /// A part of `count` connections or requests; where none of them has it, or all have, the spread says nothing.
    pub(crate) fn of_part(ratio: &Ratio, count: u64, tail: f64) -> Self {
        let plain = Self::of_ratio(ratio, tail);
        let limit = none_upper_limit(count as f64);
        if plain.interval.is_none() || !(ratio.value == 0.0 || ratio.value == 1.0) {
            return plain;
        }
        let interval = match ratio.value == 0.0 {
            true => Interval { low: 0.0, high: limit },
            false => Interval { low: 1.0 - limit, high: 1.0 },
        };
        let none_in = (ratio.value == 0.0).then_some(count);
        Self { none_in, ..Self::new(ratio.value, Some(interval), plain.replications) }
    }

    pub(crate) fn new(mean: f64, interval: Option<Interval>, replications: u32) -> Self {
        let half_width = interval.filter(|interval| interval.is_closed()).map(Interval::half_width);
        Self { mean, half_width, interval, replications, none_in: None }
    }

    /// The ends of the interval, to be drawn: the value itself where one is not known.
    pub(crate) fn ends(&self) -> [f64; 2] {
        let known = |end: f64| if end.is_finite() { end } else { self.mean };
        self.interval.map_or([self.mean; 2], |interval| [known(interval.low), known(interval.high)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_is_students() {
        let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).expect("there are values");
        // s = sqrt(2.5), t(0.975, 4) = 2.776445.
        assert_eq!(estimate.mean, 3.0);
        let half_width = estimate.half_width.expect("more than one value");
        assert!((half_width - 2.776_445 * 0.5f64.sqrt()).abs() < 1e-5);
    }

    #[test]
    fn single_replication_has_no_half_width() {
        let estimate = Estimate::of(&[7.0]).expect("there is a value");
        assert_eq!((estimate.mean, estimate.half_width), (7.0, None));
        assert_eq!(Estimate::of(&[]), None);
    }

    #[test]
    fn equal_values_have_a_half_width_of_exactly_zero() {
        let estimate = Estimate::of(&[0.1; 7]).expect("there are values");
        assert_eq!((estimate.mean, estimate.half_width), (0.1, Some(0.0)));
    }

    #[test]
    fn nothing_and_everything_are_as_uncertain_as_their_number_says() {
        let none = Ratio::of(&[(0.0, 1e6), (0.0, 1e6)]).expect("connections");
        let found = Estimate::of_part(&none, 2_000_000, TAIL);
        assert_eq!(
            (found.none_in, found.interval),
            (Some(2_000_000), Some(Interval { low: 0.0, high: 4.5e-5 }))
        );
        let all = Ratio::of(&[(1e6, 1e6), (1e6, 1e6)]).expect("connections");
        let found = Estimate::of_part(&all, 2_000_000, TAIL);
        assert_eq!((found.none_in, found.interval.map(|ends| ends.high)), (None, Some(1.0)));
        assert!(found.interval.is_some_and(|ends| ends.low < 1.0));
    }
}
