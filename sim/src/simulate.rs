//! From a situation to its outcome: the world and the director that it needs, and the run.

use alloc::boxed::Box;

use ipvslab_schedulers::{
    AnyScheduler, KernelProfile, Scheduler, SchedulerKind, SchedulerOptions, ServerTable, Time,
};

use crate::clients::follow_ups::FollowUps;
use crate::director::Director;
use crate::director::adapter::PacketAdapter;
use crate::director::any::AnyDirector;
use crate::director::fast::FastDirector;
use crate::director::fleet::Fleet;
use crate::director::streams::RandomStreams;
use crate::engine::world::{Full, Plain, Surroundings};
use crate::engine::{Engine, RunError};
use crate::observer::Observer;
use crate::outcome::Outcome;
use crate::request::Arrival;
use crate::setup::Directors;
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
    streams: RandomStreams,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    simulate_chains(setup, scheduler, streams, arrivals, None, observer)
}

/// The same, with `follow_ups` to say what follows each request.
///
/// # Errors
/// As [`simulate`].
///
/// # Panics
/// As [`simulate`].
pub fn simulate_chains<E>(
    setup: &Setup,
    scheduler: SchedulerKind,
    streams: RandomStreams,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    follow_ups: Option<Box<dyn FollowUps>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    let service = &setup.service.under(scheduler);
    let is_plain = service.is_plain() && !setup.by_packets;
    if setup.directors.is_none() && is_plain {
        let director = fast_director(service, scheduler, streams);
        return alone(setup, director, scheduler.needs_oracle(), arrivals, follow_ups, observer);
    }
    let single = Directors::default();
    let directors = setup.directors.as_ref().unwrap_or(&single);
    let fleet = Fleet::new(directors, |number| {
        let streams = streams.of_member(number, directors.count);
        if is_plain {
            AnyDirector::Plain(Box::new(fast_director(service, scheduler, streams)))
        } else {
            AnyDirector::Told(Box::new(PacketAdapter::new(service, scheduler, streams)))
        }
    });
    full(setup, fleet, scheduler.needs_oracle(), arrivals, follow_ups, observer)
}

/// The same under a scheduler of your own, for one plain service of one director: `scheduler` is called once, with the empty
/// list of servers, as after `ipvsadm -A`.
///
/// # Errors
/// As [`simulate`].
///
/// # Panics
/// As [`simulate`], or if the service is not plain ([`Service::is_plain`]) or there are several directors.
pub fn simulate_with<S: Scheduler + Clone, E>(
    setup: &Setup,
    scheduler: impl FnOnce(&ServerTable) -> S,
    streams: &RandomStreams,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    let is_alone = setup.service.is_plain() && setup.directors.is_none();
    assert!(is_alone, "a scheduler of one's own works for one director's plain TCP service");
    let clock = streams.clock(setup.service.timers);
    alone(setup, FastDirector::new(&setup.service, clock, scheduler), false, arrivals, None, observer)
}

/// One director's plain service, in the plain world if nothing else needs the full one.
fn alone<S: Scheduler + Clone, E>(
    setup: &Setup,
    director: FastDirector<S>,
    has_oracle: bool,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    follow_ups: Option<Box<dyn FollowUps>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    if setup.is_plain() && follow_ups.is_none() && !has_oracle {
        Engine::<Plain<S>>::new(setup, director, ()).run(arrivals, observer)
    } else {
        full(setup, director, has_oracle, arrivals, follow_ups, observer)
    }
}

fn full<D: Director, E>(
    setup: &Setup,
    director: D,
    has_oracle: bool,
    arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
    follow_ups: Option<Box<dyn FollowUps>>,
    observer: &mut impl Observer,
) -> Result<Outcome, RunError<E>> {
    let around = Surroundings::new(setup, follow_ups, has_oracle);
    Engine::<Full<D>>::new(setup, director, around).run(arrivals, observer)
}

/// A plain service under one of the kernel's schedulers, or what they are compared with. All timers of a machine run alike.
fn fast_director(
    service: &Service,
    scheduler: SchedulerKind,
    streams: RandomStreams,
) -> FastDirector<AnyScheduler> {
    let clock = streams.clock(service.timers);
    let profile = KernelProfile { locality_timer: clock, ..service.profile };
    let options = SchedulerOptions { profile, flags: service.flags, draws: streams.twos };
    FastDirector::new(service, clock, |servers| {
        AnyScheduler::new(scheduler, options, servers, Time::ZERO)
            .expect("an empty list suits every scheduler")
    })
}
