//! The users of a closed loop: when each makes its first request.

use ipvslab_schedulers::Rng;

use super::Law;

/// The first requests in order of time.
#[derive(Debug)]
pub(crate) struct ClosedClock(std::vec::IntoIter<f64>);

impl ClosedClock {
    pub(super) fn new(mut draws: Rng, users: u32, think: &Law) -> Self {
        let mut instants: Vec<f64> = (0..users).map(|_| think.draw(&mut draws)).collect();
        instants.sort_unstable_by(f64::total_cmp);
        Self(instants.into_iter())
    }

    pub(super) fn next(&mut self) -> Option<f64> {
        self.0.next()
    }
}
