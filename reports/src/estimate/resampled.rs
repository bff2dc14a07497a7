//! Studies whose replications are resamples of one recorded day: an interval is the spread of the resamples.
//!
//! A standard error shrinks with the number of resamples to nothing: it is the error of the bootstrap's own mean, and says
//! only whether more resamples help. What a day like this one may bring is the spread of the resamples themselves. Of two
//! ways of resampling, stretches and clients, the value is that of the stretches, which keep the level, and the
//! interval reaches from the lower of the lower ends to the higher of the upper ones (Davison & Hinkley 1997; measured on
//! known days, either way alone covers less).

use crate::estimate::confidence::{Estimate, TAIL};
use crate::estimate::series::Series;
use crate::statistics::interval::Interval;
use crate::statistics::sample::Sample;
use crate::statistics::student::{two_sided_quantile, two_sided_tail};

/// From this many values on their own order gives the interval.
const ENOUGH_FOR_ORDER: usize = 40;

/// A part of the spread below which the error of the mean does not matter any more.
const SMALL_PART: f64 = 0.1;

/// Values of replications by design: those of replication r belong to design r modulo the number of `designs`.
pub(crate) fn by_design(values: &Series, designs: u32) -> Vec<Vec<f64>> {
    let of = |design: u32| {
        values
            .iter()
            .filter(|(replication, _)| replication % designs == design)
            .map(|&(_, value)| value)
            .collect()
    };
    (0..designs.max(1)).map(of).collect()
}

/// Where another value like these would be, but for a part `tail` on either side: by their order if there are enough, else by
/// Student's law, of logarithms if all are above 0. `None` of fewer than two.
pub(crate) fn spread(values: &[f64], tail: f64) -> Option<Interval> {
    if values.len() >= ENOUGH_FOR_ORDER {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        return Some(Interval { low: at_part(&sorted, tail), high: at_part(&sorted, 1.0 - tail) });
    }
    if values.iter().all(|&value| value > 0.0) {
        let logarithms: Vec<f64> = values.iter().map(|&value| libm::log(value)).collect();
        let Interval { low, high } = next_value(&logarithms, tail)?;
        return Some(Interval { low: libm::exp(low), high: libm::exp(high) });
    }
    next_value(values, tail)
}

/// The spread of the design that spreads more, on either side.
pub(crate) fn widest(values: &Series, designs: u32, tail: f64) -> Option<Interval> {
    let spreads = by_design(values, designs).into_iter().filter_map(|values| spread(&values, tail));
    spreads.reduce(|one, other| Interval { low: one.low.min(other.low), high: one.high.max(other.high) })
}

/// The mean of the first design's values, and the widest spread.
pub(crate) fn estimate(values: &Series, designs: u32) -> Option<Estimate> {
    let first = by_design(values, designs).into_iter().next()?;
    let mean = Sample::of(&first)?.mean;
    Some(Estimate::new(mean, widest(values, designs, TAIL), values.len() as u32))
}

/// The two-sided p-value of "A and B are alike on a day drawn as this one was", of differences of paired resamples: their mean
/// over their spread, not over the error of their mean. Of two designs the one that says less counts.
pub(crate) fn p_value(differences: &Series, designs: u32) -> Option<f64> {
    let of_one = |values: &Vec<f64>| {
        let sample = Sample::of(values).filter(|sample| sample.count > 1)?;
        Some(match (sample.mean == 0.0, sample.deviation == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => two_sided_tail(sample.mean.abs() / sample.deviation, sample.count - 1),
        })
    };
    by_design(differences, designs).iter().filter_map(of_one).reduce(f64::max)
}

/// Whether more resamples would tell nothing more: the error of their mean is at most `most`, or a small part of their spread.
pub(crate) fn is_enough(values: &Series, designs: u32, most: f64) -> bool {
    let of_one = |values: &Vec<f64>| {
        Sample::of(values).is_some_and(|sample| {
            sample
                .standard_error()
                .is_some_and(|error| error <= most || error <= SMALL_PART * sample.deviation)
        })
    };
    by_design(values, designs).iter().all(of_one)
}

/// A value between the two of `sorted` that a part lies between.
fn at_part(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Student's interval of one more value.
fn next_value(values: &[f64], tail: f64) -> Option<Interval> {
    let sample = Sample::of(values).filter(|sample| sample.count > 1)?;
    let n = f64::from(sample.count);
    let reach = two_sided_quantile(2.0 * tail, sample.count - 1) * sample.deviation * (1.0 + 1.0 / n).sqrt();
    Some(Interval { low: sample.mean - reach, high: sample.mean + reach })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        values.iter().enumerate().map(|(at, &value)| (at as u32, value)).collect()
    }

    #[test]
    fn spread_does_not_shrink_with_the_number_of_resamples() {
        let day = |at: usize| 70.0 + ((at * 7_919) % 101) as f64;
        let widths = [10usize, 39, 40, 400, 4000].map(|count| {
            let values: Vec<f64> = (0..count).map(day).collect();
            spread(&values, 0.025).expect("two values").half_width()
        });
        assert!(widths.iter().all(|width| (40.0..90.0).contains(width)), "{widths:?}");
    }

    #[test]
    fn the_interval_of_one_more_value_is_students() {
        // s = sqrt(2.5), t(0.975, 4) = 2.776445, sqrt(1 + 1/5); one value is 0, so no logarithms.
        let found = spread(&[0.0, 1.0, 2.0, 3.0, 4.0], 0.025).expect("two values");
        assert!((found.half_width() - 2.776_445 * 2.5f64.sqrt() * 1.2f64.sqrt()).abs() < 1e-5, "{found:?}");
        // Of logarithms, the ends are as far from the geometric mean by their ratio.
        let found = spread(&[1.0, 2.0, 4.0], 0.025).expect("two values");
        assert!((found.low * found.high - 4.0).abs() < 1e-9, "{found:?}");
        assert_eq!(spread(&[1.0], 0.025), None);
    }

    #[test]
    fn the_wider_of_two_designs_counts_on_either_side() {
        // Even replications 10 and 12, odd ones 9 and 11.
        let values = series(&[10.0, 9.0, 12.0, 11.0]);
        let (both, even) = (widest(&values, 2, 0.025), spread(&[10.0, 12.0], 0.025));
        let odd = spread(&[9.0, 11.0], 0.025).expect("two values");
        let (both, even) = (both.expect("two values"), even.expect("two values"));
        assert_eq!((both.low, both.high), (odd.low.min(even.low), odd.high.max(even.high)));
    }

    #[test]
    fn differences_are_judged_by_their_spread() {
        // Mean 3, deviation 1: t = 3 whatever the number, p about 0.0047 with 39 degrees of freedom.
        let differences: Vec<f64> = (0..40).map(|at| if at % 2 == 0 { 2.0127 } else { 3.9873 }).collect();
        let found = p_value(&series(&differences), 1).expect("two values");
        assert!((found - 0.0047).abs() < 0.0005, "{found}");
        // The design that tells less counts: the odd ones differ by nothing.
        let nothing: Vec<f64> = (0..40).map(|at| if at % 2 == 0 { 3.0 } else { 0.0 }).collect();
        assert_eq!(p_value(&series(&nothing), 2), Some(1.0));
    }

    #[test]
    fn a_hundred_and_two_resamples_are_always_enough() {
        let values: Vec<f64> = (0..102).map(|at| f64::from(at % 7)).collect();
        assert!(is_enough(&series(&values), 1, 0.0));
        assert!(!is_enough(&series(&values[..90]), 1, 0.0));
        assert!(is_enough(&series(&values[..4]), 1, 1.0));
        assert!(!is_enough(&series(&values[..1]), 1, 1.0));
    }
}
