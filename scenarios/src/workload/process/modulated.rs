//! A Poisson process whose rate is that of a state, which changes at random (Fischer and Meier-Hellstern, "The
//! Markov-modulated Poisson process cookbook", Performance Evaluation 18, 1993).

use std::sync::Arc;

use ipvslab_schedulers::Rng;

use super::until_next;

/// A state: arrivals per nanosecond, and the mean of a visit in nanoseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct State {
    pub(crate) rate: f64,
    pub(crate) stay: f64,
}

/// States that are visited in turn, each for an exponential time.
#[derive(Clone, Debug)]
pub(crate) struct Modulation {
    states: Vec<State>,
}

impl Modulation {
    /// At least two states, all of which take time, and one of which has a rate above zero.
    pub(crate) fn new(states: Vec<State>) -> Self {
        Self { states }
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        let states = self.states.iter().map(|&State { rate, stay }| State { rate: factor * rate, stay });
        Self::new(states.collect())
    }

    /// How long a round through all states takes on average, in nanoseconds.
    pub(crate) fn round(&self) -> f64 {
        self.states.iter().map(|state| state.stay).sum()
    }

    pub(crate) fn count(&self) -> usize {
        self.states.len()
    }

    pub(super) fn mean_rate(&self) -> f64 {
        self.states.iter().map(|state| state.rate * state.stay).sum::<f64>() / self.round()
    }

    pub(super) fn peak(&self) -> f64 {
        self.states.iter().map(|state| state.rate).fold(0.0, f64::max)
    }

    /// A state as an instant of a run that has been going on forever finds it: in proportion to the stays.
    fn stationary(&self, draws: &mut Rng) -> usize {
        let mut left = draws.unit() * self.round();
        for (number, state) in self.states.iter().enumerate() {
            left -= state.stay;
            if left < 0.0 {
                return number;
            }
        }
        self.states.len() - 1
    }
}

/// The instants of one replication.
#[derive(Debug)]
pub(crate) struct ModulatedClock {
    draws: Rng,
    visits: Rng,
    modulation: Arc<Modulation>,
    state: usize,
    at: f64,
    /// When the state changes.
    leaves: f64,
    end: f64,
}

impl ModulatedClock {
    pub(super) fn new(draws: Rng, mut visits: Rng, modulation: Arc<Modulation>, end: f64) -> Self {
        let state = modulation.stationary(&mut visits);
        // What is left of an exponential visit is as long as a whole one.
        let leaves = until_next(&mut visits) * modulation.states[state].stay;
        Self { draws, visits, modulation, state, at: 0.0, leaves, end }
    }

    /// The next instant, in nanoseconds; `None` when none comes before the end.
    pub(super) fn next(&mut self) -> Option<f64> {
        let mut left = until_next(&mut self.draws);
        while self.at < self.end {
            let rate = self.modulation.states[self.state].rate;
            let within = rate * (self.leaves - self.at);
            if left < within {
                self.at += left / rate;
                return Some(self.at);
            }
            left -= within;
            self.at = self.leaves;
            self.state = (self.state + 1) % self.modulation.states.len();
            self.leaves += until_next(&mut self.visits) * self.modulation.states[self.state].stay;
        }
        None
    }
}
