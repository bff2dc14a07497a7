//! The work of connections: drawn for each, or fixed for each object that they ask for.

use std::net::IpAddr;

use ipvslab_schedulers::{Rng, Span};

use super::{Law, Population};

/// Where work comes from.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// Drawn for each connection.
    Each(Law),
    /// Drawn once for each destination.
    ByObject(Law),
}

impl Work {
    /// Stands where the trace says the work.
    pub(crate) const FROM_TRACE: Self = Self::Each(Law::Constant { time: 0.0 });

    pub(crate) fn law(&self) -> &Law {
        let (Self::Each(law) | Self::ByObject(law)) = self;
        law
    }

    /// The work of one replication; `draws` are for that of each connection.
    pub(super) fn demand(&self, seed: u64, draws: Rng) -> Demand {
        match self {
            Self::Each(law) => Demand::Each { law: law.clone(), draws },
            Self::ByObject(law) => Demand::ByObject(Objects { law: law.clone(), seed }),
        }
    }

    /// Whether replications differ in it.
    pub(crate) fn is_random(&self) -> bool {
        matches!(self, Self::Each(law) if law.is_random())
    }
}

/// The work of one replication.
#[derive(Debug)]
pub(super) enum Demand {
    Each { law: Law, draws: Rng },
    ByObject(Objects),
}

impl Demand {
    #[inline]
    pub(super) fn draw(&mut self, destination: IpAddr) -> Span {
        match self {
            Self::Each { law, draws } => nearest(law.draw(draws)),
            Self::ByObject(objects) => objects.work(destination),
        }
    }

    /// The same from other draws.
    pub(super) fn with(&self, destination: IpAddr, draws: &mut Rng) -> Span {
        match self {
            Self::Each { law, .. } => nearest(law.draw(draws)),
            Self::ByObject(objects) => objects.work(destination),
        }
    }

    /// The object's work, if work goes by objects.
    pub(super) fn of_object(&self, destination: IpAddr) -> Option<Span> {
        match self {
            Self::Each { .. } => None,
            Self::ByObject(objects) => Some(objects.work(destination)),
        }
    }
}

/// Objects with their work: the same object has the same one in all replications and for all classes of the same law.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    law: Law,
    seed: u64,
}

impl Objects {
    /// More objects than this are not looked at one by one.
    const MOST: u32 = 1 << 20;

    pub(crate) fn new(law: Law, seed: u64) -> Self {
        Self { law, seed }
    }

    /// The work behind an address: a draw from a stream that is keyed by it.
    fn work(&self, object: IpAddr) -> Span {
        let mut draws = Rng::stream(self.seed, 0, &format!("work of {object}"));
        nearest(self.law.draw(&mut draws))
    }

    /// The mean work of a connection in nanoseconds, if destinations are drawn from `population`: over the objects
    /// themselves, as often as each is asked for, or over their law if they are too many.
    pub(crate) fn mean(&self, population: &Population) -> f64 {
        let Some(shares) = population.shares(Self::MOST) else { return self.law.mean() };
        let (mut work, mut weight) = (0.0, 0.0);
        for (address, share) in shares {
            work += share * self.work(address).as_nanos() as f64;
            weight += share;
        }
        work / weight
    }
}

#[inline]
pub(super) fn nearest(nanos: f64) -> Span {
    Span::from_nanos((nanos + 0.5) as u64)
}
