//! How much of the start of a run to leave out: MSER-5 (White 1997; White, Cobb, Spratt 2000).
//!
//! Response times, in the order in which connections end, are averaged in batches of five. What is left out is the number
//! of batches for which the rest has the smallest squared standard error of its mean, of at most half of them.

use ipvslab_schedulers::{Span, Time};
use ipvslab_sim::{Finished, Observer};

/// More batches than this are put together in pairs.
const MOST: usize = 1 << 17;

/// Watches a run for its begin.
#[derive(Clone, Debug)]
pub struct Settling {
    /// Mean response time of each batch, and when its last connection arrived.
    batches: Vec<(f64, Time)>,
    size: u32,
    sum: f64,
    count: u32,
    latest: Time,
}

impl Default for Settling {
    fn default() -> Self {
        Self { batches: Vec::new(), size: 5, sum: 0.0, count: 0, latest: Time::ZERO }
    }
}

impl Observer for Settling {
    fn finished(&mut self, done: &Finished) {
        self.sum += done.response_time().as_nanos() as f64;
        self.count += 1;
        self.latest = self.latest.max(done.arrived);
        if self.count == self.size {
            self.batches.push((self.sum / f64::from(self.size), self.latest));
            (self.sum, self.count) = (0.0, 0);
            if self.batches.len() == MOST {
                let pairs = self.batches.chunks(2).map(|pair| ((pair[0].0 + pair[1].0) / 2.0, pair[1].1));
                self.batches = pairs.collect();
                self.size *= 2;
            }
        }
    }
}

impl Settling {
    /// What to leave out; `None` if the run has not settled by its half, or has too few connections to tell.
    pub fn warm_up(&self) -> Option<Span> {
        let values: Vec<f64> = self.batches.iter().map(|&(mean, _)| mean).collect();
        let left_out = truncation(&values)?;
        let latest = left_out.checked_sub(1).map_or(Time::ZERO, |last| self.batches[last].1);
        Some(latest.since(Time::ZERO))
    }
}

/// How many values to leave out at the start; `None` if the best is more than half of them, or there are fewer than 20.
fn truncation(values: &[f64]) -> Option<usize> {
    if values.len() < 20 {
        return None;
    }
    // From the end, so that every rest is one step from the one before (Welford).
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (count, (at, value)) in values.iter().enumerate().rev().enumerate() {
        let count = count as f64 + 1.0;
        let off = value - mean;
        mean += off / count;
        squares += off * (value - mean);
        // A handful of values at the end may be equal by chance.
        if count >= 10.0 && squares / (count * count) <= best.0 {
            best = (squares / (count * count), at);
        }
    }
    (best.1 <= values.len() / 2).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise that repeats: no random numbers are needed.
    fn noise(at: usize) -> f64 {
        ((at * 7_919) % 101) as f64 / 101.0 - 0.5
    }

    #[test]
    fn step_at_the_begin_is_left_out_exactly() {
        let values: Vec<f64> = (0..1_000).map(|at| if at < 120 { 10.0 } else { noise(at) }).collect();
        assert_eq!(truncation(&values), Some(120));
    }

    #[test]
    fn settled_from_the_begin_leaves_little_out() {
        let values: Vec<f64> = (0..1_000).map(noise).collect();
        assert!(truncation(&values).expect("settled") < 200);
    }

    #[test]
    fn what_never_settles_is_told() {
        let values: Vec<f64> = (0..1_000).map(|at| at as f64).collect();
        assert_eq!(truncation(&values), None);
        assert_eq!(truncation(&[1.0; 19]), None);
    }
}
