//! What connections bring, work in nanoseconds or sizes in bytes: drawn for each, or fixed for each object that they ask
//! for.

use std::net::IpAddr;

use ipvslab_schedulers::{Exponentials, Rng};

use super::{Law, Population};

/// Where what connections bring comes from.
#[derive(Clone, Debug)]
pub(crate) enum Drawn {
    /// Drawn for each connection.
    Each(Law),
    /// Drawn once for each destination.
    ByObject(Law),
}

impl Drawn {
    /// Stands where the trace says it.
    pub(crate) const FROM_TRACE: Self = Self::Each(Law::Constant { value: 0.0 });

    pub(crate) fn law(&self) -> &Law {
        let (Self::Each(law) | Self::ByObject(law)) = self;
        law
    }

    /// That of one replication, which objects know as `what`; `draws` are for each connection's.
    pub(super) fn demand(&self, seed: u64, what: &'static str, draws: Rng) -> Demand {
        match self {
            &Self::Each(Law::Exponential { mean }) => {
                Demand::Exponential { mean, draws: Exponentials::of(draws) }
            }
            Self::Each(law) => Demand::Each { law: law.clone(), draws },
            Self::ByObject(law) => Demand::ByObject(Objects::new(law.clone(), seed, what)),
        }
    }

    /// Whether replications differ in it.
    pub(crate) fn is_random(&self) -> bool {
        matches!(self, Self::Each(law) if law.is_random())
    }
}

/// What connections bring in one replication.
#[derive(Debug)]
pub(super) enum Demand {
    Each {
        law: Law,
        draws: Rng,
    },
    /// Drawn for each connection from the law that most studies are made with: many at a time.
    Exponential {
        mean: f64,
        draws: Exponentials,
    },
    ByObject(Objects),
}

impl Demand {
    #[inline]
    pub(super) fn draw(&mut self, destination: IpAddr) -> f64 {
        match self {
            Self::Each { law, draws } => law.draw(draws),
            Self::Exponential { mean, draws } => draws.draw() * *mean,
            Self::ByObject(objects) => objects.value(destination),
        }
    }

    /// The same from other draws.
    pub(super) fn with(&self, destination: IpAddr, draws: &mut Rng) -> f64 {
        match self {
            Self::Each { law, .. } => law.draw(draws),
            Self::Exponential { mean, .. } => draws.exponential() * mean,
            Self::ByObject(objects) => objects.value(destination),
        }
    }

    /// The same from a stream of its own, if a draw is a matter of chance.
    #[inline]
    pub(super) fn drawn(&self, destination: IpAddr, draws: impl FnOnce() -> Rng) -> f64 {
        match self {
            Self::Each { law: Law::Constant { value }, .. } => *value,
            Self::ByObject(objects) => objects.value(destination),
            Self::Each { .. } | Self::Exponential { .. } => self.with(destination, &mut draws()),
        }
    }
}

/// Objects with their work or size: the same object has the same one in all replications and for all classes of the same law.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    law: Law,
    seed: u64,
    what: &'static str,
}

impl Objects {
    /// More objects than this are not looked at one by one.
    const MOST: u32 = 1 << 20;

    pub(crate) fn new(law: Law, seed: u64, what: &'static str) -> Self {
        Self { law, seed, what }
    }

    /// What is behind an address: a draw from a stream that is keyed by it, rounded.
    fn value(&self, object: IpAddr) -> f64 {
        let mut draws = Rng::stream(self.seed, 0, &format!("{} of {object}", self.what));
        libm::floor(self.law.draw(&mut draws) + 0.5)
    }

    /// The mean of a connection's, if destinations are drawn from `population`: over the objects
    /// themselves, as often as each is asked for, or over their law if they are too many.
    pub(crate) fn mean(&self, population: &Population) -> f64 {
        let Some(shares) = population.shares(Self::MOST) else { return self.law.mean() };
        let (mut sum, mut weight) = (0.0, 0.0);
        for (address, share) in shares {
            sum += share * self.value(address);
            weight += share;
        }
        sum / weight
    }
}
