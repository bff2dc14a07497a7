//! The loop: arrivals are pulled, departures and time-outs fall due, the timeline is carried out.
//!
//! At one instant the order is: timeline, departures, time-outs, arrivals. Time-outs of inactive entries are carried
//! out when somebody is about to look (an arrival, the timeline), which no decision can tell from carrying them out
//! on the instant.

pub(crate) mod agenda;
pub(crate) mod cutting;
pub(crate) mod special;

use alloc::boxed::Box;
use alloc::vec::Vec;

use ipvslab_schedulers::{Activity, Scheduler, ServerId, ServerTable, Span, Time};

use crate::clients::follow_ups::Sequels;
use crate::clients::requests::{CallId, Calls};
use crate::digest::Digest;
use crate::director::connection::ConnectionId;
use crate::director::fast::FastDirector;
use crate::director::{Counts, Director};
use crate::engine::agenda::{Agenda, Step};
use crate::farm::cache::Caches;
use crate::farm::condition::Condition;
use crate::farm::departures::Departures;
use crate::farm::queue::{ServerQueue, service_time};
use crate::farm::visits::{Job, JobId, Jobs};
use crate::meters::{Ledger, Served, Totals};
use crate::observer::{Finished, Observer, Refusal, ServerLoad};
use crate::operations::health::Checker;
use crate::operations::weights::Steering;
use crate::outcome::{Outcome, Traffic};
use crate::path::wires::Travels;
use crate::request::Arrival;
use crate::setup::{Discipline, Intervention, RealServer, Service, Setup};

/// Why a run gave no outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RunError<E> {
    /// The arrivals could not be read on.
    Arrivals(E),
    /// Connections would still be in service when the clock ends, after 584 years.
    OutOfTime,
}

/// A run in the making.
pub struct Engine<D> {
    pub(crate) horizon: Time,
    pub(crate) warm_up: Time,
    pub(crate) now: Time,
    pub(crate) director: D,
    pub(crate) specs: Vec<RealServer>,
    pub(crate) queues: Vec<ServerQueue>,
    pub(crate) departures: Departures,
    pub(crate) agenda: Agenda,
    pub(crate) jobs: Jobs,
    /// Counts what was scheduled, to order events at the same instant.
    pub(crate) order: u64,
    pub(crate) totals: Totals,
    pub(crate) ledger: Ledger,
    pub(crate) served: Vec<Served>,
    pub(crate) digest: Digest,
    events: u64,
    /// The requests in progress, in a run with clients that react.
    pub(crate) calls: Option<Calls>,
    /// The class of each connection in progress, in a situation with several.
    pub(crate) classes: Option<Vec<u16>>,
    /// Who makes the requests that follow others, if anyone does.
    pub(crate) sequels: Option<Box<dyn Sequels>>,
    /// By server id; empty in a run without disturbances.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) checker: Option<Checker>,
    /// Who wants which weights, in a run where more than the timeline sets them.
    pub(crate) steering: Option<Steering>,
    pub(crate) caches: Caches,
    pub(crate) service: Service,
    /// What lies between clients and servers, if anything does.
    pub(crate) travels: Option<Box<Travels>>,
    /// What passed the director, if somebody asked.
    pub(crate) traffic: Option<Box<Traffic>>,
    /// None of what most runs do without is there: one question, in place of one for each.
    pub(crate) is_plain: bool,
}

impl<S: Scheduler + Clone> Engine<FastDirector<S>> {
    /// The situation at time 0: `scheduler` is bound to the empty list, then the servers are added one by one,
    /// as an administrator does.
    ///
    /// # Panics
    /// If the service is not plain (see [`Service::is_plain`](crate::Service::is_plain)); [`simulate`](crate::simulate()) runs any.
    pub fn new(setup: &Setup, scheduler: impl FnOnce(&ServerTable) -> S) -> Self {
        assert!(setup.service.is_plain(), "a service of more than plain TCP needs the director of packets");
        Self::of(setup, FastDirector::new(&setup.service, scheduler))
    }
}

impl<D: Director> Engine<D> {
    /// The situation at time 0, with a director that has no servers yet.
    pub(crate) fn of(setup: &Setup, mut director: D) -> Self {
        let servers = setup.servers.iter().enumerate().filter(|(_, server)| server.listed);
        let servers: Vec<(ServerId, RealServer)> =
            servers.map(|(number, &server)| (ServerId::new(number as u32), server)).collect();
        director.set_up(&servers);
        let director_sees = director.is_clairvoyant();
        let mut simulation = Self {
            horizon: setup.horizon,
            warm_up: setup.warm_up,
            now: Time::ZERO,
            director,
            specs: setup.servers.clone(),
            queues: setup.servers.iter().map(ServerQueue::new).collect(),
            departures: Departures::new(setup.servers.len()),
            agenda: Agenda::new(setup),
            jobs: Jobs::default(),
            order: 0,
            totals: Totals::new(setup.servers.len()),
            ledger: Ledger::default(),
            served: alloc::vec![Served::default(); setup.servers.len()],
            digest: Digest::new(),
            events: 0,
            calls: None,
            classes: setup.has_classes.then(Vec::new),
            sequels: None,
            conditions: Vec::new(),
            checker: None,
            steering: None,
            caches: Caches::new(&setup.caches),
            service: setup.service,
            travels: Travels::new(setup).map(Box::new),
            traffic: setup.counts_traffic.then(Box::default),
            is_plain: setup.disturbances.is_none()
                && setup.caches.is_empty()
                && setup.passage.is_none()
                && !setup.counts_traffic
                && !setup.has_classes
                && !director_sees,
        };
        if let Some(disturbances) = &setup.disturbances {
            simulation.disturb(disturbances);
        }
        simulation
    }

    /// Runs to the end: all arrivals before the horizon, and then until the last connection has ended.
    ///
    /// # Errors
    /// The first error of `arrivals`, or that the clock ends before the last connection does.
    ///
    /// # Panics
    /// If arrivals run backwards, or if the totals do not add up (a fault of the engine).
    pub fn run<E>(
        mut self,
        arrivals: impl IntoIterator<Item = Result<Arrival, E>>,
        observer: &mut impl Observer,
    ) -> Result<Outcome, RunError<E>> {
        for arrival in arrivals {
            let arrival = arrival.map_err(RunError::Arrivals)?;
            if arrival.at >= self.horizon {
                break;
            }
            let at = if self.is_plain { arrival.at } else { arrival.at + self.lead() };
            assert!(at >= self.now, "arrivals come in order of time");
            self.advance(at, observer);
            self.arrive(&arrival, observer);
        }
        self.advance(Time::NEVER, observer);
        self.give_up_hung(observer);
        if self.jobs.len() > 0 { Err(RunError::OutOfTime) } else { Ok(self.close()) }
    }

    /// Carries out everything that falls due up to and at `until`.
    #[inline]
    fn advance(&mut self, until: Time, observer: &mut impl Observer) {
        loop {
            let departure = self.departures.next_at();
            let step = self.agenda.next_at();
            let timeout = self.director.next_active_timeout();
            let next = departure.min(step).min(timeout);
            if next > until || (departure.min(step) == Time::NEVER && until == Time::NEVER) {
                break;
            }
            self.events += 1;
            self.now = next;
            if next == departure && next < step {
                self.depart(observer);
            } else if next == step {
                self.carry_out(observer);
            } else {
                self.time_out();
            }
        }
        if until != Time::NEVER {
            self.now = until;
        }
    }

    #[inline]
    fn arrive(&mut self, arrival: &Arrival, observer: &mut impl Observer) {
        self.events += 1;
        self.ledger.arrived += 1;
        if self.is_plain {
            self.let_in::<true>(arrival, observer);
        } else {
            self.arrive_specially(arrival, observer);
        }
    }

    /// The director gives a connection to a server, which takes it or refuses it.
    #[inline(always)]
    pub(crate) fn let_in<const PLAIN: bool>(&mut self, arrival: &Arrival, observer: &mut impl Observer) {
        let Some((connection, server)) = self.director.open(&arrival.flow, arrival.class, self.now) else {
            self.ledger.refused_no_server += 1;
            self.digest.add(u64::MAX);
            observer.refused(self.now, Refusal::NoServer);
            return;
        };
        observer.assigned(self.now, connection, server);
        self.totals.assigned(server);
        self.digest.add(server.index() as u64);
        let queue = &mut self.queues[server.index()];
        if queue.is_full() {
            self.director.reset(connection, self.now);
            self.ledger.refused_backlog += 1;
            self.measure(server);
            observer.refused(self.now, Refusal::BacklogFull { connection, server });
            return;
        }
        if PLAIN {
            self.director.establish(connection, self.now);
            self.take(server, connection, arrival.work, CallId::NONE);
        } else {
            self.classify(connection, arrival.class);
            self.accept(server, connection, arrival, CallId::NONE);
        }
    }

    /// A server takes a connection with its first request.
    pub(crate) fn accept(
        &mut self,
        server: ServerId,
        connection: ConnectionId,
        asked: &Arrival,
        call: CallId,
    ) -> JobId {
        let work = self.look_at(server, asked, true);
        self.director.establish(connection, self.now);
        self.take(server, connection, work, call)
    }

    /// A server takes so much work, in the one place that all runs go through.
    #[inline(always)]
    pub(crate) fn take(
        &mut self,
        server: ServerId,
        connection: ConnectionId,
        work: Span,
        call: CallId,
    ) -> JobId {
        let job = self.jobs.insert(Job { arrived: self.now, started: self.now, work, connection, call });
        self.order += 1;
        let queue = &mut self.queues[server.index()];
        queue.accept(job, &mut self.jobs, self.now, self.order);
        self.departures.set(server, queue.next());
        self.measure(server);
        job
    }

    #[inline]
    fn depart(&mut self, observer: &mut impl Observer) {
        let server = self.departures.next_server();
        let queue = &mut self.queues[server.index()];
        self.order += 1;
        let ended = queue.depart(&mut self.jobs, self.now, self.order);
        self.departures.set(server, queue.next());
        let job = self.jobs.remove(ended);
        self.ledger.residence_ns += u128::from(self.now.since(job.arrived).as_nanos());
        let taken = self.time_taken(server, &job);
        self.served[server.index()].add(taken);
        if !self.is_plain {
            if self.travels.is_some() {
                return self.done(server, ended, &job, observer);
            }
            if !self.conditions.is_empty() {
                let at_full_speed = service_time(job.work, 1.0 / self.specs[server.index()].speed);
                self.served[server.index()].add_at_full_speed(at_full_speed.as_nanos() as f64);
            }
            if job.call != CallId::NONE {
                return self.answer(server, &job, observer);
            }
        }
        self.director.close(job.connection, self.now);
        self.measure(server);
        self.ledger.finished += 1;
        self.digest.add(self.now.as_nanos());
        observer.finished(&Finished {
            connection: job.connection,
            server,
            arrived: job.arrived,
            started: job.started,
            finished: self.now,
            work: job.work,
            class: if self.is_plain { 0 } else { self.class_of(job.connection) },
        });
    }

    /// How long one slot or core was at work for the job.
    #[inline]
    fn time_taken(&self, server: ServerId, job: &Job) -> Span {
        let spec = &self.specs[server.index()];
        match spec.discipline {
            Discipline::FirstComeFirstServed { .. } => self.now.since(job.started),
            Discipline::ProcessorSharing { .. } => service_time(job.work, 1.0 / spec.speed),
        }
    }

    #[inline(never)]
    fn carry_out(&mut self, observer: &mut impl Observer) {
        self.time_out();
        match self.agenda.pop() {
            Step::OpenWindow => {
                self.totals.open_window(self.now);
                (0..self.specs.len() as u32).for_each(|number| self.measure(ServerId::new(number)));
                self.caches.open_window();
            }
            Step::CloseWindow => {
                self.totals.close_window(self.now);
                self.caches.close_window();
            }
            Step::Sample => observer.sampled(self.now, &self.loads()),
            Step::Intervene(intervention) if self.steering.is_some() => self.steer(intervention, observer),
            Step::Intervene(Intervention::SetWeight(server, weight)) => {
                self.director.set_weight(server, weight);
            }
            Step::Intervene(Intervention::Add(server, weight)) => {
                self.director.add(server, &self.specs[server.index()], weight);
                self.start(server);
            }
            Step::Intervene(Intervention::Remove(server)) => self.remove(server, observer),
            Step::Break(fault) => self.break_down(fault, observer),
            Step::Arisen(event) => self.arisen(event, observer),
        }
    }

    /// Entries that count as active run out: half-open ones, and those of removed servers.
    fn time_out(&mut self) {
        let mut touched = Vec::new();
        self.director.expire(self.now, |expired| {
            if expired.was == Activity::Active {
                touched.push(expired.server);
            }
        });
        touched.into_iter().for_each(|server| self.measure(server));
    }

    /// Checks the totals and hands them over.
    fn close(mut self) -> Outcome {
        self.totals.advance_all(self.now);
        self.ledger.audit(&self.totals);
        let is_disturbed = !self.conditions.is_empty();
        for (number, (served, spec)) in self.served.iter().zip(&self.specs).enumerate() {
            let busy_ns = self.totals.busy_ns(number);
            served.audit(spec.discipline, busy_ns, self.totals.assigned_to(number), is_disturbed);
        }
        let mut servers = self.totals.over_window();
        servers
            .iter_mut()
            .enumerate()
            .for_each(|(number, totals)| totals.cache = self.caches.over_window(number));
        Outcome {
            arrived: self.ledger.arrived,
            finished: self.ledger.finished,
            refused_no_server: self.ledger.refused_no_server,
            refused_backlog: self.ledger.refused_backlog,
            lost: self.ledger.lost,
            requests: (self.calls.is_some() || self.travels.is_some()).then_some(self.ledger.requests),
            peak_entries: self.director.peak_entries() as u64,
            events: self.events,
            window: self.horizon.since(self.warm_up),
            traffic: self.traffic.map(|traffic| *traffic),
            director: self.travels.and_then(|travels| travels.director()),
            servers,
            digest: self.digest.finish(),
        }
    }

    #[inline(always)]
    pub(crate) fn measure(&mut self, server: ServerId) {
        // A director that took over does not know the counts of servers that had left the list before.
        let counts = self.director.counts(server);
        self.totals.changed(server, self.now, &self.queues[server.index()], counts);
    }

    fn loads(&self) -> Vec<ServerLoad> {
        let load = |(number, queue): (usize, &ServerQueue)| {
            let id = ServerId::new(number as u32);
            let counts = self.director.counts(id);
            let listed = self.director.is_listed(id);
            ServerLoad {
                listed,
                weight: counts.filter(|_| listed).map_or(0, |counts| counts.weight),
                active: counts.map_or(0, |counts| counts.active),
                inactive: counts.map_or(0, Counts::inactive),
                in_system: queue.in_system(),
                in_service: queue.in_service(),
                assigned: self.totals.assigned_to(number),
            }
        };
        self.queues.iter().enumerate().map(load).collect()
    }
}
