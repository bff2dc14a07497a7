//! Whether an expected value is at most a limit, decided whatever it takes, with an indifference zone around the limit (Batur and Kim 2010).

use crate::statistics::sample::Sample;
use crate::statistics::select::kn_constants;

/// `Some(true)` if the values so far say that their expectation is at most `limit`, `Some(false)` if above, `None` if more are
/// needed. Each answer is wrong with probability `beta` at most if the expectation is `tolerance` or more from the limit, and
/// one comes at last. The `first` values give the variance; asked again, with values added, the earliest answer counts.
pub fn feasible(values: &[f64], first: u32, limit: f64, tolerance: f64, beta: f64) -> Option<bool> {
    let deviation = Sample::of(values.get(..first as usize)?)?.deviation;
    let (_, h2) = kn_constants(2, first, beta);
    let sum: f64 = values.iter().map(|value| value - limit).sum();
    let r = values.len() as f64;
    let bound = (h2 * deviation * deviation / (2.0 * tolerance) - 0.5 * tolerance * r).max(0.0);
    match () {
        () if sum <= -bound => Some(true),
        () if sum >= bound => Some(false),
        () => None,
    }
}
