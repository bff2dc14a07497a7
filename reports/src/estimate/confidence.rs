//! Estimates over replications: never over connections, which are not independent.

use serde::Serialize;

use crate::statistics::student::{two_sided_quantile, two_sided_tail};

/// How sure the intervals are.
pub const CONFIDENCE: f64 = 0.95;

/// A mean over replications.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Estimate {
    /// The mean of the replications' values.
    pub mean: f64,
    /// Half the width of the 95 % Student-t interval around it; `None` from a single replication.
    pub half_width: Option<f64>,
    /// How many replications there were.
    pub replications: u32,
}

impl Estimate {
    /// `None` without values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let spread = Spread::of(values)?;
        let half_width =
            spread.standard_error.map(|error| half_width(error, spread.freedom(), 1.0 - CONFIDENCE));
        Some(Self { mean: spread.mean, half_width, replications: values.len() as u32 })
    }
}

/// Half the width of Student's interval around a mean with this standard error, which misses it with probability `tail`.
pub(crate) fn half_width(error: f64, freedom: u32, tail: f64) -> f64 {
    if error == 0.0 { 0.0 } else { error * two_sided_quantile(tail, freedom) }
}

/// A mean and how uncertain it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Spread {
    pub(crate) mean: f64,
    /// The standard error of the mean; `None` for a single value.
    pub(crate) standard_error: Option<f64>,
    count: u32,
}

impl Spread {
    /// `None` without values.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let count = values.len() as f64;
        let first = *values.first()?;
        // Sums of differences from the first value: equal values have exactly no spread.
        let mean = first + values.iter().map(|value| value - first).sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let standard_error = (values.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt());
        Some(Self { mean, standard_error, count: values.len() as u32 })
    }

    pub(crate) fn freedom(&self) -> u32 {
        self.count - 1
    }

    /// The two-sided p-value of "the mean is 0"; `None` for a single value.
    pub(crate) fn p_value(&self) -> Option<f64> {
        let error = self.standard_error?;
        if self.mean == 0.0 {
            return Some(1.0);
        }
        Some(two_sided_tail(self.mean.abs() / error, self.freedom()))
    }

    /// The lower end of the interval that misses the mean with probability `tail` on both sides together; the
    /// mean itself for a single value.
    pub(crate) fn lower_end(&self, tail: f64) -> f64 {
        match self.standard_error {
            Some(error) if error > 0.0 => self.mean - error * two_sided_quantile(tail, self.freedom()),
            _ => self.mean,
        }
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
    fn zero_difference_is_no_evidence_and_constant_difference_is_proof() {
        let spread = |values: &[f64]| Spread::of(values).expect("there are values");
        assert_eq!(spread(&[0.0; 4]).p_value(), Some(1.0));
        assert_eq!(spread(&[0.5; 4]).p_value(), Some(0.0));
        assert_eq!(spread(&[0.5]).p_value(), None);
    }
}
