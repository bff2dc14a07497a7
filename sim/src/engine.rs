//! The loop: arrivals are pulled, departures and expiring entries fall due, the timeline is carried out.
//!
//! At one instant the order is: timeline, departures, expiring entries, arrivals. Inactive entries expire when somebody is
//! about to look (an arrival, the timeline), which no decision can tell from expiring on the instant.

mod endings;
mod follow_ups;
mod incidents;
mod lifecycle;
mod overload;
mod takeover;
mod trailing;
pub(crate) mod world;

use core::fmt;

use alloc::vec::Vec;

use ipvslab_schedulers::{Activity, ServerId, Time};

use crate::agenda::{Agenda, Step};
use crate::director::{Counts, Director};
use crate::farm::Farm;
use crate::meters::Meters;
use crate::observer::{Observer, ServerLoad};
use crate::outcome::{Outcome, Overload, ServerTotals};
use crate::request::Arrival;
use crate::setup::{Intervention, Service, Setup};
use overload::Watch;
use world::World;

/// Why a run gave no outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RunError<E> {
    /// The arrivals could not be read on.
    Arrivals(E),
    /// Connections would still be in service when the clock ends, after 584 years.
    OutOfTime,
}

impl<E: fmt::Display> fmt::Display for RunError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrivals(error) => write!(f, "the arrivals cannot be read on: {error}"),
            Self::OutOfTime => {
                f.write_str("connections are still in service when the clock ends, after 584 years")
            }
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for RunError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Arrivals(error) => Some(error),
            Self::OutOfTime => None,
        }
    }
}

/// A run in the making.
pub(crate) struct Engine<W: World> {
    now: Time,
    horizon: Time,
    service: Service,
    director: W::Director,
    farm: Farm,
    agenda: Agenda,
    meters: Meters,
    watch: Watch,
    /// What a full run has besides.
    around: W::Around,
}

impl<W: World> Engine<W> {
    /// The situation at time 0, with a director that has no servers yet.
    pub(crate) fn new(setup: &Setup, mut director: W::Director, around: W::Around) -> Self {
        let servers = setup.servers.iter().enumerate().filter(|(_, server)| server.listed);
        let servers: Vec<_> =
            servers.map(|(number, &server)| (ServerId::new(number as u32), server)).collect();
        director.set_up(&servers);
        let mut engine = Self {
            now: Time::ZERO,
            horizon: setup.horizon,
            service: setup.service,
            director,
            farm: Farm::new(setup),
            agenda: Agenda::new(setup),
            meters: Meters::new(setup),
            watch: Watch::new(setup.most_in_progress),
            around,
        };
        W::prepare(&mut engine, setup);
        engine
    }

    /// Runs to the end: all arrivals before the horizon, and then until the last connection has ended.
    ///
    /// # Errors
    /// The first error of `arrivals`, or that the clock ends before the last connection does.
    ///
    /// # Panics
    /// If arrivals run backwards, or if the totals do not add up (a fault of the engine).
    pub(crate) fn run<E>(
        mut self,
        arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
        seen: &mut impl Observer,
    ) -> Result<Outcome, RunError<E>> {
        for arrival in arrivals {
            let arrival = arrival.map_err(RunError::Arrivals)?;
            if arrival.at >= self.horizon {
                break;
            }
            assert!(arrival.at >= self.now, "arrivals come in order of time");
            self.advance(arrival.at, seen);
            self.arrive(&arrival, seen);
            let most = W::most_in_progress(&self);
            if self.watch.is_due(most)
                && let Some(overload) = self.watch.look(most, &self.meters.ledger, self.now)
            {
                return Ok(self.close(Some(overload)));
            }
        }
        self.advance(Time::NEVER, seen);
        W::give_up(&mut self, seen);
        if self.farm.in_system() > 0 { Err(RunError::OutOfTime) } else { Ok(self.close(None)) }
    }

    /// Carries out everything that falls due up to and at `until`.
    #[inline]
    fn advance(&mut self, until: Time, seen: &mut impl Observer) {
        loop {
            let departure = self.farm.next_departure();
            let step = self.agenda.next_at();
            let expiry = self.director.next_active_timeout();
            let next = departure.min(step).min(expiry);
            if next > until || (departure.min(step) == Time::NEVER && until == Time::NEVER) {
                break;
            }
            self.meters.events += 1;
            self.now = next;
            if next == departure && next < step {
                self.depart(seen);
            } else if next == step {
                self.carry_out(seen);
            } else {
                self.expire();
            }
        }
        if until != Time::NEVER {
            self.now = until;
        }
    }

    #[inline(never)]
    fn carry_out(&mut self, seen: &mut impl Observer) {
        self.expire();
        match self.agenda.pop() {
            Step::OpenWindow => {
                self.meters.open_window(self.now);
                self.farm.ids().for_each(|server| self.measure(server));
                self.farm.open_window();
            }
            Step::CloseWindow => {
                self.meters.close_window(self.now);
                self.farm.close_window();
            }
            Step::Sample => seen.sampled(self.now, &self.loads()),
            Step::Intervene(intervention) => W::intervene(self, intervention, seen),
            Step::Break(fault) => W::break_down(self, fault, seen),
            Step::Arisen(event) => W::arisen(self, event, seen),
        }
    }

    /// What an administrator does reaches the director.
    fn intervene(&mut self, intervention: Intervention, seen: &mut impl Observer) {
        match intervention {
            Intervention::SetWeight(server, weight) => self.director.set_weight(server, weight),
            Intervention::Add(server, weight) => {
                self.director.add(server, self.farm.spec(server), weight);
                W::started(self, server);
            }
            Intervention::Remove(server) => self.remove(server, seen),
        }
    }

    /// The server leaves the list, and what it has is cut off.
    fn remove(&mut self, server: ServerId, seen: &mut impl Observer) {
        self.director.remove(server, self.now);
        self.vanish(server, seen);
    }

    /// Entries that count as active run out: half-open ones, and those of removed servers.
    #[inline(never)]
    fn expire(&mut self) {
        let mut touched = Vec::new();
        self.director.expire(self.now, |expired| {
            if expired.was == Activity::Active {
                touched.push(expired.server);
            }
        });
        touched.into_iter().for_each(|server| self.measure(server));
    }

    /// Checks the totals and hands them over.
    fn close(mut self, overload: Option<Overload>) -> Outcome {
        if overload.is_some() {
            // What is in progress is counted for as long unchanged there.
            self.meters.end_window(self.now);
            self.farm.close_window();
            for server in self.farm.ids() {
                let left = self.farm.drain(server, self.now);
                left.iter().for_each(|visit| self.meters.left(visit.arrived, self.now));
                self.measure(server);
            }
        }
        self.meters.audit(self.now, overload.is_none());
        for server in self.farm.ids() {
            let (busy_ns, assigned) =
                (self.meters.busy_ns(server, self.now), self.meters.assigned_to(server));
            self.farm.audit(server, busy_ns, assigned, W::SERVERS_VARY);
        }
        let cache = |number| self.farm.cache_totals(number);
        let servers = self.meters.over_window().into_iter().enumerate();
        let servers =
            servers.map(|(number, totals)| ServerTotals { cache: cache(number), ..totals }).collect();
        let ledger = self.meters.ledger;
        Outcome {
            arrived: ledger.arrived,
            finished: ledger.finished,
            refused_no_server: ledger.refused_no_server,
            refused_backlog: ledger.refused_backlog,
            lost: ledger.lost,
            overload,
            requests: W::follows_requests(&self).then_some(ledger.requests),
            peak_entries: self.director.peak_entries() as u64,
            events: self.meters.events,
            window: self.meters.window(),
            traffic: self.meters.traffic(),
            director: W::director_totals(&self),
            servers,
            digest: self.meters.digest(),
        }
    }

    #[inline(always)]
    fn measure(&mut self, server: ServerId) {
        // A director that took over does not know the counts of servers that had left the list before.
        let counts = self.director.counts(server);
        self.meters.changed(server, self.now, self.farm.level(server), counts);
    }

    fn loads(&self) -> Vec<ServerLoad> {
        let load = |id: ServerId| {
            let counts = self.director.counts(id);
            let listed = self.director.is_listed(id);
            let level = self.farm.level(id);
            ServerLoad {
                listed,
                weight: counts.filter(|_| listed).map_or(0, |counts| counts.weight),
                active: counts.map_or(0, |counts| counts.active),
                inactive: counts.map_or(0, Counts::inactive),
                in_system: level.in_system,
                in_service: level.in_service,
                assigned: self.meters.assigned_to(id),
            }
        };
        self.farm.ids().map(load).collect()
    }
}
