//! How many replications it takes: for an interval to be narrow enough, and for two schedulers to be told apart.

use crate::estimate::confidence::Estimate;
use crate::estimate::ranking::{Series, differences};
use crate::estimate::replications::Replications;
use crate::run::metric::Metric;
use crate::statistics::sample::Sample;
use crate::statistics::student::two_sided_quantile;
use crate::study::Study;
use crate::study::design::Width;

/// Nobody runs more.
const MOST: u32 = 100_000;

/// Whether the interval of a metric is narrow enough under every scheduler. False as long as there is no interval, or the metric
/// is not resolved.
pub fn is_precise(study: &Study, metric: Metric, width: Width) -> bool {
    study.schedulers.iter().all(|&scheduler| {
        let estimate = Replications::of(study, scheduler).estimate(metric);
        let narrow = |estimate: Estimate| {
            let most = if width.is_relative { width.most * estimate.mean.abs() } else { width.most };
            estimate.half_width.is_some_and(|half_width| half_width <= most)
        };
        estimate.is_some_and(narrow)
    })
}

/// About how many replications in all would tell two series of values apart, if their difference is what it seems to be:
/// n such that t·s/√n is half of the difference (so that it is found with a probability above 0.9); `tail` is the part that
/// may be wrong. `None` if no number that anybody runs would.
pub(crate) fn needed_to_separate(a: &Series, b: &Series, tail: f64) -> Option<u32> {
    let differences = differences(a, b);
    let sample = Sample::of(&differences)?;
    if sample.count < 2 || sample.mean == 0.0 {
        return None;
    }
    let mut needed = f64::from(sample.count);
    // The quantile depends on the number, and settles after a few rounds.
    for _ in 0..20 {
        let quantile = two_sided_quantile(tail, (needed as u32).saturating_sub(1).max(1));
        let next = (quantile * sample.deviation * 2.0 / sample.mean.abs()).powi(2).ceil().max(2.0);
        if next > f64::from(MOST) {
            return None;
        }
        if next == needed {
            break;
        }
        needed = next;
    }
    Some(needed as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        values.iter().enumerate().map(|(at, &value)| (at as u32, value)).collect()
    }

    #[test]
    fn number_follows_the_square_of_noise_over_difference() {
        // Differences 1 ± 2 have a deviation of about 2.1: (2 · 1.98 · 2.1)² ≈ 70.
        let noisy: Vec<f64> = (0..20).map(|at| if at % 2 == 0 { 3.0 } else { -1.0 }).collect();
        let needed = needed_to_separate(&series(&noisy), &series(&[0.0; 20]), 0.05).expect("a number");
        assert!((60..85).contains(&needed), "{needed}");
        // Twice the noise, four times the number.
        let noisier: Vec<f64> = noisy.iter().map(|value| 2.0 * value - 1.0).collect();
        let more = needed_to_separate(&series(&noisier), &series(&[0.0; 20]), 0.05).expect("a number");
        assert!((f64::from(more) / f64::from(needed) - 4.0).abs() < 0.3, "{more} {needed}");
    }

    #[test]
    fn equal_series_are_never_separated() {
        assert_eq!(needed_to_separate(&series(&[1.0, 2.0]), &series(&[1.0, 2.0]), 0.05), None);
    }
}
