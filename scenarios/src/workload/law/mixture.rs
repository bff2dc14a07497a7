//! One of several laws, drawn anew each time.

use ipvslab_schedulers::Rng;

use super::Law;

/// Laws and how likely each is.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Mixture {
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Debug)]
struct Part {
    share: f64,
    /// The shares up to this part, itself included.
    below: f64,
    law: Law,
}

impl Mixture {
    /// Laws with weights above zero.
    pub(super) fn new(parts: Vec<(f64, Law)>) -> Self {
        let sum: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let mut below = 0.0;
        let parts = parts.into_iter().map(|(weight, law)| {
            let share = weight / sum;
            below += share;
            Part { share, below, law }
        });
        Self { parts: parts.collect() }
    }

    pub(super) fn draw(&self, draws: &mut Rng) -> f64 {
        let at = draws.unit();
        // Rounding may leave the last part's end a little below 1.
        let chosen = self.parts.partition_point(|part| part.below <= at).min(self.parts.len() - 1);
        self.parts[chosen].law.draw(draws)
    }

    /// What the parts have on average.
    pub(super) fn mean_of(&self, value: impl Fn(&Law) -> f64) -> f64 {
        self.parts.iter().map(|part| part.share * value(&part.law)).sum()
    }

    /// The probabilities of the parts, in their order.
    pub(crate) fn shares(&self) -> impl Iterator<Item = f64> {
        self.parts.iter().map(|part| part.share)
    }
}
