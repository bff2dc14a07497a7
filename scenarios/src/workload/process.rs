//! Arrival processes: when connections arrive.

mod batches;
mod closed;
mod modulated;
mod profile;
mod renewal;
mod steps;

use std::sync::Arc;

use ipvslab_schedulers::{Exponentials, Rng, Span, Time};

use self::batches::BatchClock;
pub(crate) use self::batches::BatchSize;
use self::closed::ClosedClock;
use self::modulated::ModulatedClock;
pub(crate) use self::modulated::{Modulation, State};
use self::profile::ProfileClock;
pub(crate) use self::profile::{Point, Profile};
use self::renewal::RenewalClock;
use self::steps::StepClock;
pub(crate) use self::steps::Steps;
use super::{Law, Streams};

/// When connections arrive; distances are in nanoseconds.
#[derive(Clone, Debug)]
pub(crate) enum Process {
    /// Independent, at one per `gap` on average.
    Poisson { gap: f64 },
    /// One every `gap`; the first at `gap`.
    Deterministic { gap: f64 },
    /// Independent, at a rate that follows these steps.
    Piecewise(Arc<Steps>),
    /// Independent, at a rate that follows these lines.
    Profile(Arc<Profile>),
    /// Independent, at the rate of a state that changes at random.
    Modulated(Arc<Modulation>),
    /// Batches of this size, independent, at one per `gap` on average.
    Batches { gap: f64, size: BatchSize },
    /// At independent distances of this mean and squared coefficient of variation; the first one a distance after the
    /// start.
    Renewal { gap: f64, scv: f64 },
    /// The first requests of the users of a closed loop, each after it has thought once.
    Closed { users: u32, think: Law },
}

impl Process {
    /// The instants of one replication. Those at `end` and later are of no use, and need not come.
    pub(crate) fn clock(&self, streams: Streams<'_>, end: Time) -> Clock {
        let draws = streams.stream("arrivals");
        let end = end.as_nanos() as f64;
        match self {
            Self::Poisson { gap } => {
                Clock::Poisson { distances: Exponentials::of(draws), gap: *gap, at: 0.0 }
            }
            Self::Deterministic { gap } => Clock::Deterministic { gap: *gap, count: 0.0 },
            Self::Piecewise(steps) => Clock::Piecewise(StepClock::new(draws, Arc::clone(steps))),
            Self::Profile(profile) => Clock::Profile(ProfileClock::new(draws, Arc::clone(profile), end)),
            Self::Modulated(modulation) => {
                let visits = streams.stream("states");
                Clock::Modulated(Box::new(ModulatedClock::new(draws, visits, Arc::clone(modulation), end)))
            }
            Self::Batches { gap, size } => {
                Clock::Batches(Box::new(BatchClock::new(draws, streams.stream("batches"), *gap, *size)))
            }
            Self::Renewal { gap, scv } => {
                Clock::Renewal(Box::new(RenewalClock::new(draws, Law::of_moments(*gap, *scv))))
            }
            Self::Closed { users, think } => Clock::Closed(ClosedClock::new(draws, *users, think)),
        }
    }

    /// How many connections arrive within `span` on average; of a closed loop, the first of each user.
    pub(crate) fn expected(&self, span: Span) -> f64 {
        let span = span.as_nanos() as f64;
        match self {
            Self::Poisson { gap } | Self::Deterministic { gap } => span / gap,
            Self::Piecewise(steps) => steps.expected(span),
            Self::Profile(profile) => profile.expected(span),
            Self::Modulated(modulation) => modulation.mean_rate() * span,
            Self::Batches { gap, size } => span / gap * size.mean(),
            Self::Renewal { gap, .. } => span / gap,
            Self::Closed { users, .. } => f64::from(*users),
        }
    }

    /// The same process with every rate `factor` times as high. Batches keep their sizes, states their stays, profiles and
    /// counts their times; of closed loops the users are as many times more, to the nearest one.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        match self {
            Self::Poisson { gap } => Self::Poisson { gap: gap / factor },
            Self::Deterministic { gap } => Self::Deterministic { gap: gap / factor },
            Self::Piecewise(steps) => Self::Piecewise(Arc::new(steps.scaled(factor))),
            Self::Profile(profile) => Self::Profile(Arc::new(profile.scaled(factor))),
            Self::Modulated(modulation) => Self::Modulated(Arc::new(modulation.scaled(factor))),
            Self::Batches { gap, size } => Self::Batches { gap: gap / factor, size },
            Self::Renewal { gap, scv } => Self::Renewal { gap: gap / factor, scv },
            Self::Closed { users, think } => {
                Self::Closed { users: (f64::from(users) * factor).round().max(1.0) as u32, think }
            }
        }
    }

    /// The highest rate within `span`, per nanosecond, of a process whose rate is given for every instant; `None` for
    /// one of constant rate, and for counts, which bursts make of any rate.
    pub(crate) fn peak(&self, span: Span) -> Option<f64> {
        match self {
            Self::Profile(profile) => Some(profile.peak(span.as_nanos() as f64)),
            Self::Modulated(modulation) => Some(modulation.peak()),
            _ => None,
        }
    }
}

/// The instants of one replication. Sums are kept in `f64` nanoseconds: exact to the nanosecond for 104 days.
#[derive(Debug)]
pub(crate) enum Clock {
    Poisson { distances: Exponentials, gap: f64, at: f64 },
    Deterministic { gap: f64, count: f64 },
    Piecewise(StepClock),
    Profile(ProfileClock),
    Modulated(Box<ModulatedClock>),
    Batches(Box<BatchClock>),
    Renewal(Box<RenewalClock>),
    Closed(ClosedClock),
}

impl Clock {
    /// The next instant; `None` when no more will come before the end.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Time> {
        let at = match self {
            Self::Poisson { distances, gap, at } => {
                *at += distances.draw() * *gap;
                *at
            }
            Self::Deterministic { gap, count } => {
                *count += 1.0;
                *count * *gap
            }
            Self::Piecewise(clock) => clock.next()?,
            Self::Profile(clock) => clock.next()?,
            Self::Modulated(clock) => clock.next()?,
            Self::Batches(clock) => clock.next(),
            Self::Renewal(clock) => clock.next(),
            Self::Closed(clock) => clock.next()?,
        };
        Some(Time::from_nanos(at as u64))
    }
}

/// Exponential of mean 1: how many arrivals are expected up to the next one, whatever the rate does on the way. That is
/// the time change which makes a Poisson process of any rate out of one of rate 1 (Çınlar 1975).
fn until_next(draws: &mut Rng) -> f64 {
    draws.exponential()
}
