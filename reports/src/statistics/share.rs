//! The share of runs that hold something: exact limits (Clopper and Pearson 1934).

use crate::statistics::interval::Interval;

/// The interval of the share, of which `held` of `runs` were seen; it misses with probability `tail` at most on either side.
pub fn share_interval(held: u32, runs: u32, tail: f64) -> Interval {
    Interval { low: share_limit_below(held, runs, tail), high: share_limit_above(held, runs, tail) }
}

/// The share is above this, but for a probability of `tail`.
pub fn share_limit_below(held: u32, runs: u32, tail: f64) -> f64 {
    1.0 - share_limit_above(runs - held, runs, tail)
}

/// The share is below this, but for a probability of `tail`.
pub fn share_limit_above(held: u32, runs: u32, tail: f64) -> f64 {
    if held >= runs {
        return 1.0;
    }
    let (mut below, mut above) = (0.0, 1.0);
    // Halving a double's mantissa 60 times leaves nothing to halve.
    for _ in 0..60 {
        let middle = 0.5 * (below + above);
        if at_most(held, runs, middle) > tail {
            below = middle;
        } else {
            above = middle;
        }
    }
    above
}

/// The probability of at most `held` of `runs`, each with probability `share` in (0, 1).
fn at_most(held: u32, runs: u32, share: f64) -> f64 {
    let (holds, fails) = (libm::log(share), libm::log1p(-share));
    let n = f64::from(runs);
    let probability = |k: u32| {
        let k = f64::from(k);
        let ways = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
        libm::exp(ways + k * holds + (n - k) * fails)
    };
    (0..=held).map(probability).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_failure_it_takes_72_runs_for_95_per_cent() {
        assert!(share_limit_below(72, 72, 0.025) > 0.95 && share_limit_below(71, 71, 0.025) < 0.95);
        assert!(share_limit_below(59, 59, 0.05) > 0.95 && share_limit_below(58, 58, 0.05) < 0.95);
    }

    #[test]
    fn nothing_and_everything_have_an_end_of_their_own() {
        assert_eq!(share_limit_below(0, 10, 0.025), 0.0);
        assert_eq!(share_limit_above(10, 10, 0.025), 1.0);
    }
}
