//! Values of independent replications: mean, spread, skewness, and the interval of the mean.
//!
//! The interval is Student's, adjusted for the skewness of the values (Johnson 1978; Hall 1992; Willink 2005). With
//! values skewed to the right, as parts beyond a limit are, plain Student intervals lie too low: they say "small enough"
//! several times as often as they may.

use crate::statistics::interval::Interval;
use crate::statistics::student::{two_sided_quantile, two_sided_tail};

/// Below this many values nothing can be said of their skewness, and the interval is Student's plain one.
const LEAST_FOR_SKEWNESS: u32 = 5;

/// The adjustment is no larger than this, whatever the skewness: Willink's formula is an expansion.
const CLIP: f64 = 0.3;

/// The first three moments of some values.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// How many there are.
    pub count: u32,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with `count - 1`; 0 for a single value.
    pub deviation: f64,
    /// Their skewness, without bias for a normal law; 0 below three values or without any spread.
    pub skewness: f64,
}

impl Sample {
    /// `None` without values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let first = *values.first()?;
        // Sums of differences from the first value: equal values have exactly no spread.
        let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let deviation = if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 };
        let cube = |value: &f64| {
            let standard = (value - mean) / deviation;
            standard * standard * standard
        };
        let skewness = if values.len() > 2 && deviation > 0.0 {
            n / ((n - 1.0) * (n - 2.0)) * values.iter().map(cube).sum::<f64>()
        } else {
            0.0
        };
        Some(Self { count: values.len() as u32, mean, deviation, skewness })
    }

    /// The standard error of the mean; `None` for a single value.
    pub fn standard_error(&self) -> Option<f64> {
        (self.count > 1).then(|| self.deviation / f64::from(self.count).sqrt())
    }

    /// The interval that misses the mean with probability `tail` on either side; `None` for a single value.
    pub fn interval(&self, tail: f64) -> Option<Interval> {
        let error = self.standard_error()?;
        if error == 0.0 {
            return Some(Interval { low: self.mean, high: self.mean });
        }
        let t = two_sided_quantile(2.0 * tail, self.count - 1);
        Some(Interval {
            low: self.mean - self.adjusted(t) * error,
            high: self.mean - self.adjusted(-t) * error,
        })
    }

    /// The two-sided p-value of "the mean is 0"; `None` for a single value.
    pub fn p_value(&self) -> Option<f64> {
        let error = self.standard_error()?;
        if self.mean == 0.0 {
            return Some(1.0);
        }
        Some(two_sided_tail(self.mean.abs() / error, self.count - 1))
    }

    /// The inverse of Johnson's transformation of t, monotone for every skewness.
    fn adjusted(&self, t: f64) -> f64 {
        let a = (self.skewness / (6.0 * f64::from(self.count).sqrt())).clamp(-CLIP, CLIP);
        if self.count < LEAST_FOR_SKEWNESS || a.abs() < 1e-4 {
            return t;
        }
        (libm::cbrt(1.0 + 6.0 * a * (t - a)) - 1.0) / (2.0 * a)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_or_symmetric_values_have_students_interval() {
        // s = sqrt(2.5), t(0.975, 4) = 2.776445.
        let sample = Sample::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).expect("there are values");
        let interval = sample.interval(0.025).expect("more than one value");
        assert_eq!(sample.mean, 3.0);
        assert!((interval.half_width() - 2.776_445 * 0.5f64.sqrt()).abs() < 1e-5, "{interval:?}");
        let skewed = Sample::of(&[1.0, 1.0, 1.0, 9.0]).expect("there are values");
        let interval = skewed.interval(0.025).expect("more than one value");
        assert!((interval.low + interval.high - 2.0 * skewed.mean).abs() < 1e-12, "{interval:?}");
    }

    #[test]
    fn interval_leans_to_the_side_of_the_long_tail() {
        let right: Vec<f64> = (0..20).map(|at| if at % 5 == 0 { 8.0 } else { 1.0 }).collect();
        let left: Vec<f64> = right.iter().map(|value| -value).collect();
        let of = |values: &[f64]| {
            Sample::of(values).and_then(|sample| sample.interval(0.025)).expect("two values")
        };
        let (right, left) = (of(&right), of(&left));
        let mean = 2.4;
        assert!(right.high - mean > 1.2 * (mean - right.low), "{right:?}");
        assert!((right.high + left.low).abs() < 1e-12 && (right.low + left.high).abs() < 1e-12);
    }

    #[test]
    fn single_value_has_no_interval_and_equal_values_have_one_of_no_width() {
        assert_eq!(Sample::of(&[]), None);
        let single = Sample::of(&[7.0]).expect("a value");
        assert_eq!((single.interval(0.025), single.p_value()), (None, None));
        let equal = Sample::of(&[0.1; 7]).expect("values");
        assert_eq!(equal.interval(0.025), Some(Interval { low: 0.1, high: 0.1 }));
        assert_eq!(Sample::of(&[0.0; 4]).and_then(|sample| sample.p_value()), Some(1.0));
        assert_eq!(Sample::of(&[0.5; 4]).and_then(|sample| sample.p_value()), Some(0.0));
    }
}
