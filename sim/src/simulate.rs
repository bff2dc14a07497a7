//! From a situation to its outcome: the director that the service needs, and the run.

use alloc::boxed::Box;

use ipvslab_schedulers::{AnyScheduler, SchedulerKind, SchedulerOptions, ServerTable, Time};

use crate::clients::follow_ups::Sequels;
use crate::director::adapter::PacketAdapter;
use crate::director::any::AnyDirector;
use crate::director::fast::FastDirector;
use crate::director::fleet::{Directors, Fleet};
use crate::director::streams::RandomStreams;
use crate::engine::{Engine, RunError};
use crate::observer::Observer;
use crate::outcome::Outcome;
use crate::request::Arrival;
use crate::setup::{Service, Setup};

/// Runs a situation to its end under a scheduler.
///
/// # Errors
/// The first error of `arrivals`, or that the clock ends before the last connection does.
///
/// # Panics
/// If arrivals run backwards, or if the totals do not add up (a fault of the engine).
pub fn simulate<E>(
    setup: &Setup,
    scheduler: SchedulerKind,
    chances: RandomStreams,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    simulate_chains(setup, scheduler, chances, arrivals, None, observer)
}

/// The same, with `sequels` to say what follows each request.
///
/// # Errors
/// As [`simulate`].
///
/// # Panics
/// As [`simulate`].
pub fn simulate_chains<E>(
    setup: &Setup,
    scheduler: SchedulerKind,
    chances: RandomStreams,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    sequels: Option<Box<dyn Sequels>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    let service = &setup.service;
    match &setup.directors {
        // The one that most runs need, by itself, for the sake of speed.
        None if service.is_plain() => {
            let director = plain(service, scheduler, chances);
            Engine::of(setup, director).followed_by(sequels).run(arrivals, observer)
        }
        plan => {
            let single = Directors::default();
            let fleet = Fleet::new(plan.as_ref().unwrap_or(&single), |number| {
                let chances = chances.of_director(number);
                if service.is_plain() {
                    AnyDirector::Plain(Box::new(plain(service, scheduler, chances)))
                } else {
                    AnyDirector::Told(Box::new(PacketAdapter::new(service, scheduler, chances)))
                }
            });
            Engine::of(setup, fleet).followed_by(sequels).run(arrivals, observer)
        }
    }
}

fn plain(service: &Service, scheduler: SchedulerKind, chances: RandomStreams) -> FastDirector<AnyScheduler> {
    let (profile, flags, draws) = (service.profile, service.flags, chances.twos);
    let options = SchedulerOptions { profile, flags, draws };
    FastDirector::new(service, |servers: &ServerTable| {
        AnyScheduler::new(scheduler, options, servers, Time::ZERO)
            .expect("an empty list suits every scheduler")
    })
}
