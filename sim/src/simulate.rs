//! From a situation to its outcome: the director that the service needs, and the run.

use alloc::boxed::Box;

use ipvslab_schedulers::{AnyScheduler, SchedulerKind, SchedulerOptions, ServerTable, Time};

use crate::arrival::Arrival;
use crate::chances::Chances;
use crate::director::Director;
use crate::fleet::{Directors, Fleet};
use crate::member::Member;
use crate::observer::Observer;
use crate::outcome::Outcome;
use crate::sequel::Sequels;
use crate::setup::{Service, Setup};
use crate::simulation::{RunError, Simulation};
use crate::told::ToldDirector;

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
    chances: Chances,
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
    chances: Chances,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    sequels: Option<Box<dyn Sequels>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    let service = &setup.service;
    let is_plain = service.is_plain() && !setup.by_packets;
    match &setup.directors {
        // The one that most runs need, by itself, for the sake of speed.
        None if is_plain => {
            let director = plain(service, scheduler, chances);
            Simulation::of(setup, director).followed_by(sequels).run(arrivals, observer)
        }
        plan => {
            let single = Directors::default();
            let fleet = Fleet::new(plan.as_ref().unwrap_or(&single), |number| {
                let chances = chances.of_director(number);
                if is_plain {
                    Member::Plain(Box::new(plain(service, scheduler, chances)))
                } else {
                    Member::Told(Box::new(ToldDirector::new(service, scheduler, chances)))
                }
            });
            Simulation::of(setup, fleet).followed_by(sequels).run(arrivals, observer)
        }
    }
}

fn plain(service: &Service, scheduler: SchedulerKind, chances: Chances) -> Director<AnyScheduler> {
    let (profile, flags, draws) = (service.profile, service.flags, chances.twos);
    let options = SchedulerOptions { profile, flags, draws };
    Director::new(service, |servers: &ServerTable| {
        AnyScheduler::new(scheduler, options, servers, Time::ZERO)
            .expect("an empty list suits every scheduler")
    })
}
