//! A Poisson process whose rate changes in steps.

use std::sync::Arc;

use ipvslab_schedulers::{Rng, Span};

use super::until_next;

/// A rate that changes in steps, from time 0 to its end.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    /// Where each step ends (nanoseconds, rising), and its rate per nanosecond.
    steps: Vec<(f64, f64)>,
}

impl Steps {
    pub(crate) fn new(steps: Vec<(f64, f64)>) -> Self {
        Self { steps }
    }

    /// Where the last step ends.
    pub(crate) fn end(&self) -> Span {
        Span::from_nanos(self.steps.last().map_or(0, |&(end, _)| end as u64))
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self { steps: self.steps.iter().map(|&(end, rate)| (end, factor * rate)).collect() }
    }

    pub(super) fn expected(&self, span: f64) -> f64 {
        let mut start = 0.0;
        let mut sum = 0.0;
        for &(end, rate) in &self.steps {
            sum += rate * (end.min(span) - start).max(0.0);
            start = end;
        }
        sum
    }
}

/// The instants of one replication.
#[derive(Debug)]
pub(crate) struct StepClock {
    draws: Rng,
    steps: Arc<Steps>,
    step: usize,
    at: f64,
}

impl StepClock {
    pub(super) fn new(draws: Rng, steps: Arc<Steps>) -> Self {
        Self { draws, steps, step: 0, at: 0.0 }
    }

    /// The next instant, in nanoseconds; `None` after the last step.
    pub(super) fn next(&mut self) -> Option<f64> {
        let mut left = until_next(&mut self.draws);
        loop {
            let &(end, rate) = self.steps.steps.get(self.step)?;
            let within = rate * (end - self.at);
            if left < within {
                self.at += left / rate;
                return Some(self.at);
            }
            left -= within;
            self.at = end;
            self.step += 1;
        }
    }
}
