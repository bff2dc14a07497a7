//! Two samples that are not paired (Welch 1947).

use crate::statistics::sample::Sample;

/// How uncertain the difference of two means is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Welch {
    /// The standard error of the difference.
    pub standard_error: f64,
    /// Degrees of freedom, rounded down; at least 1.
    pub freedom: u32,
}

/// `None` if either has a single value.
pub fn welch(a: &Sample, b: &Sample) -> Option<Welch> {
    let square = |sample: &Sample| sample.standard_error().map(|error| error * error);
    let (from_a, from_b) = (square(a)?, square(b)?);
    let both = from_a + from_b;
    let each = from_a * from_a / f64::from(a.count - 1) + from_b * from_b / f64::from(b.count - 1);
    let freedom = if each > 0.0 { both * both / each } else { f64::from(a.count + b.count - 2) };
    Some(Welch { standard_error: both.sqrt(), freedom: (freedom as u32).max(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freedom_lies_between_that_of_one_and_of_both() {
        let sample = |deviation: f64, count| Sample { count, mean: 0.0, deviation, skewness: 0.0 };
        let equal = welch(&sample(2.0, 10), &sample(2.0, 10)).expect("two samples");
        assert_eq!(equal.freedom, 18);
        assert!((equal.standard_error - 0.8f64.sqrt()).abs() < 1e-12);
        let one = welch(&sample(2.0, 10), &sample(0.0, 40)).expect("two samples");
        assert_eq!(one.freedom, 9);
        assert_eq!(welch(&sample(2.0, 1), &sample(2.0, 10)), None);
    }
}
