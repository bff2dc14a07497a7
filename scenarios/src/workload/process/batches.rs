//! Batches at the instants of a Poisson process.

use ipvslab_schedulers::Rng;

use super::until_next;

/// How many connections a batch has.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum BatchSize {
    /// Always as many, at least 1.
    Fixed(u32),
    /// Geometric from 1 on, of this mean.
    Geometric(f64),
}

impl BatchSize {
    pub(crate) fn mean(self) -> f64 {
        match self {
            Self::Fixed(size) => f64::from(size),
            Self::Geometric(mean) => mean,
        }
    }

    /// By inversion (Devroye, *Non-Uniform Random Variate Generation*, section X.2).
    fn draw(self, draws: &mut Rng) -> u64 {
        match self {
            Self::Fixed(size) => u64::from(size),
            // With a mean of 1 the logarithm is −∞, and the quotient 0.
            Self::Geometric(mean) => {
                1 + libm::floor(libm::log(draws.unit_positive()) / libm::log1p(-1.0 / mean)) as u64
            }
        }
    }
}

/// The instants of one replication.
#[derive(Debug)]
pub(crate) struct BatchClock {
    draws: Rng,
    sizes: Rng,
    gap: f64,
    size: BatchSize,
    at: f64,
    /// How many of the present batch are still to come.
    left: u64,
}

impl BatchClock {
    pub(super) fn new(draws: Rng, sizes: Rng, gap: f64, size: BatchSize) -> Self {
        Self { draws, sizes, gap, size, at: 0.0, left: 0 }
    }

    /// The next instant, in nanoseconds.
    pub(super) fn next(&mut self) -> f64 {
        if self.left == 0 {
            self.at += until_next(&mut self.draws) * self.gap;
            self.left = self.size.draw(&mut self.sizes);
        }
        self.left -= 1;
        self.at
    }
}
