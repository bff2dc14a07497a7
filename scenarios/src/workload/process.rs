//! Arrival processes: Poisson, deterministic, and Poisson with a rate that changes in steps.

use std::sync::Arc;

use ipvslab_schedulers::{Rng, Span, Time};

/// When connections arrive; distances are in nanoseconds.
#[derive(Clone, Debug)]
pub(crate) enum Process {
    /// Independent, at one per `gap` in the mean.
    Poisson { gap: f64 },
    /// One every `gap`; the first at `gap`.
    Deterministic { gap: f64 },
    /// Independent, at a rate that follows these steps.
    Piecewise(Arc<Steps>),
}

impl Process {
    /// The instants of one replication.
    pub(crate) fn clock(&self, draws: Rng) -> Clock {
        match self {
            Self::Poisson { gap } => Clock::Poisson { draws, gap: *gap, at: 0.0 },
            Self::Deterministic { gap } => Clock::Deterministic { gap: *gap, count: 0.0 },
            Self::Piecewise(steps) => Clock::Piecewise { draws, steps: Arc::clone(steps), step: 0, at: 0.0 },
        }
    }

    /// How many connections arrive within `span`, in the mean.
    pub(crate) fn expected(&self, span: Span) -> f64 {
        let span = span.as_nanos() as f64;
        match self {
            Self::Poisson { gap } | Self::Deterministic { gap } => span / gap,
            Self::Piecewise(steps) => steps.expected(span),
        }
    }
}

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

    fn expected(&self, span: f64) -> f64 {
        let mut start = 0.0;
        let mut sum = 0.0;
        for &(end, rate) in &self.steps {
            sum += rate * (end.min(span) - start).max(0.0);
            start = end;
        }
        sum
    }
}

/// The instants of one replication. Sums are kept in `f64` nanoseconds: exact to the nanosecond for 104 days.
#[derive(Debug)]
pub(crate) enum Clock {
    Poisson { draws: Rng, gap: f64, at: f64 },
    Deterministic { gap: f64, count: f64 },
    Piecewise { draws: Rng, steps: Arc<Steps>, step: usize, at: f64 },
}

impl Clock {
    /// The next instant; `None` after the last step of a rate that ends.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Time> {
        let at = match self {
            Self::Poisson { draws, gap, at } => {
                *at -= libm::log(draws.unit_positive()) * *gap;
                *at
            }
            Self::Deterministic { gap, count } => {
                *count += 1.0;
                *count * *gap
            }
            Self::Piecewise { draws, steps, step, at } => next_in_steps(draws, &steps.steps, step, at)?,
        };
        Some(Time::from_nanos(at as u64))
    }
}

/// An exponential amount of expected arrivals is used up step by step: the time change that makes a Poisson process of
/// any rate out of one of rate 1 (Çınlar 1975).
fn next_in_steps(draws: &mut Rng, steps: &[(f64, f64)], step: &mut usize, at: &mut f64) -> Option<f64> {
    let mut left = -libm::log(draws.unit_positive());
    loop {
        let &(end, rate) = steps.get(*step)?;
        let within = rate * (end - *at);
        if left < within {
            *at += left / rate;
            return Some(*at);
        }
        left -= within;
        *at = end;
        *step += 1;
    }
}
