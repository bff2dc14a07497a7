//! The real servers: who works on what, how fast, and what is wrong with them.

pub(crate) mod cache;
pub(crate) mod condition;
pub(crate) mod departures;
pub(crate) mod effort;
pub(crate) mod fcfs;
pub(crate) mod lone_server;
pub(crate) mod lru;
pub(crate) mod queue;
pub(crate) mod sharing;
pub(crate) mod visits;

use alloc::vec::Vec;

use ipvslab_schedulers::{Seen, ServerId, Span, Time};

use cache::Caches;
use condition::{Condition, ServerDue, State};
use departures::Departures;
use effort::Effort;
use queue::{GivenUp, ServerQueue, service_time};
use visits::{Visit, VisitId, Visits};

use crate::director::connection::ConnectionId;
use crate::observer::Failure;
use crate::outcome::CacheTotals;
use crate::request::{Arrival, RequestId};
use crate::setup::Overflow;
use crate::setup::{Discipline, RealServer, Setup};

/// How a server answers a SYN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SynAnswer {
    Accept,
    Reset(Failure),
    Silence,
}

/// What a server has at one instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    /// Connections in service or in the backlog.
    pub(crate) in_system: u32,
    /// Busy slots or cores.
    pub(crate) busy: u32,
    /// Connections in service: under processor sharing, all that share.
    pub(crate) in_service: u32,
}

/// What a server notes for later: after how long, what, and the stamp that it is valid with.
pub(crate) type Later = (Span, ServerDue, u32);

/// All real servers, by id.
pub(crate) struct Farm {
    specs: Vec<RealServer>,
    queues: Vec<ServerQueue>,
    departures: Departures,
    visits: Visits,
    /// Counts what was scheduled, to order departures at the same instant.
    order: u64,
    conditions: Vec<Condition>,
    caches: Caches,
    /// Connections on their way to each server.
    coming: Vec<u32>,
    effort: Vec<Effort>,
}

impl Farm {
    /// All servers idle and up.
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            specs: setup.servers.clone(),
            queues: setup.servers.iter().map(ServerQueue::new).collect(),
            departures: Departures::new(setup.servers.len()),
            visits: Visits::default(),
            order: 0,
            conditions: condition::of(setup),
            caches: Caches::new(&setup.caches),
            coming: alloc::vec![0; setup.servers.len()],
            effort: alloc::vec![Effort::default(); setup.servers.len()],
        }
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = ServerId> + use<> {
        (0..self.specs.len() as u32).map(ServerId::new)
    }

    pub(crate) fn specs(&self) -> &[RealServer] {
        &self.specs
    }

    pub(crate) fn spec(&self, server: ServerId) -> &RealServer {
        &self.specs[server.index()]
    }

    #[inline]
    pub(crate) fn level(&self, server: ServerId) -> Level {
        let queue = &self.queues[server.index()];
        Level { in_system: queue.in_system(), busy: queue.busy(), in_service: queue.in_service() }
    }

    pub(crate) fn condition(&self, server: ServerId) -> &Condition {
        &self.conditions[server.index()]
    }

    /// Connections in the system.
    pub(crate) fn in_system(&self) -> usize {
        self.visits.len()
    }

    /// The most connections that were ever in the system at once.
    #[inline]
    pub(crate) fn most_in_system(&self) -> usize {
        self.visits.most()
    }

    /// How a server answers a SYN that the director passes on now. Servers that do not `vary` are up, and refuse with resets.
    #[inline(always)]
    pub(crate) fn answer_syn(&self, server: ServerId, vary: bool) -> SynAnswer {
        let queue = &self.queues[server.index()];
        if !vary {
            return if queue.is_full() { SynAnswer::Reset(Failure::BacklogFull) } else { SynAnswer::Accept };
        }
        let condition = &self.conditions[server.index()];
        let is_full = queue.is_full_with(self.coming[server.index()]);
        match condition.state {
            State::Refusing => SynAnswer::Reset(Failure::Reset),
            State::Up | State::Hung if !is_full => SynAnswer::Accept,
            State::Up | State::Hung if condition.manner.overflow == Overflow::Reset => {
                SynAnswer::Reset(Failure::BacklogFull)
            }
            State::Up | State::Hung | State::Crashed => SynAnswer::Silence,
        }
    }

    /// A connection is on its way to a server, and a place there is kept for it.
    pub(crate) fn expect(&mut self, server: ServerId) {
        self.coming[server.index()] += 1;
    }

    /// It has come, or will not come any more.
    pub(crate) fn expect_no_more(&mut self, server: ServerId) {
        self.coming[server.index()] -= 1;
    }

    /// The work that a request is for a server with or without a cache.
    pub(crate) fn work(&mut self, server: ServerId, asked: &Arrival) -> Span {
        self.caches.work(server, asked)
    }

    /// A server takes a request.
    #[inline(always)]
    pub(crate) fn take(
        &mut self,
        server: ServerId,
        connection: ConnectionId,
        work: Span,
        request: Option<RequestId>,
        now: Time,
    ) -> VisitId {
        let job = self.visits.insert(Visit { arrived: now, started: now, work, connection, request });
        self.order += 1;
        let queue = &mut self.queues[server.index()];
        queue.accept(job, &mut self.visits, now, self.order);
        self.departures.set(server, queue.next());
        job
    }

    /// A request comes on a connection that has carried others: its work is rounded by itself.
    pub(crate) fn follows_another(&mut self, server: ServerId) {
        self.effort[server.index()].add_request();
    }

    /// When the next request is done; [`Time::NEVER`] if none is in service.
    #[inline]
    pub(crate) fn next_departure(&self) -> Time {
        self.departures.next_at()
    }

    /// The request that is due is done. Where servers `vary`, what they did is related to their full speed too.
    #[inline(always)]
    pub(crate) fn depart(&mut self, vary: bool, now: Time) -> (ServerId, Visit) {
        let server = self.departures.next_server();
        let queue = &mut self.queues[server.index()];
        self.order += 1;
        let ended = queue.depart(&mut self.visits, now, self.order);
        self.departures.set(server, queue.next());
        let job = self.visits.remove(ended);
        let spec = &self.specs[server.index()];
        let effort = &mut self.effort[server.index()];
        match spec.discipline {
            Discipline::FirstComeFirstServed { .. } => effort.add(now.since(job.started)),
            Discipline::ProcessorSharing { .. } => effort.add(service_time(job.work, 1.0 / spec.speed)),
        }
        if vary {
            let at_full_speed = service_time(job.work, 1.0 / spec.speed);
            effort.add_at_full_speed(at_full_speed.as_nanos() as f64);
        }
        (server, job)
    }

    /// The client has abandoned the request; its server works on.
    pub(crate) fn disown(&mut self, visit: VisitId) {
        self.visits.disown(visit);
    }

    /// Whether a request that nobody waits for is still with its server.
    pub(crate) fn has_abandoned(&self, server: ServerId, visit: VisitId, connection: ConnectionId) -> bool {
        let abandoned = |job: &Visit| job.request.is_none() && job.connection == connection;
        self.at(server).iter().any(|(id, job)| *id == visit && abandoned(job))
    }

    /// A request leaves its server before its end.
    pub(crate) fn abort(&mut self, server: ServerId, visit: VisitId, now: Time) -> Visit {
        self.order += 1;
        let gone = self.queues[server.index()].remove(visit, &mut self.visits, now, self.order);
        let job = self.account_for(server, gone, now);
        self.departures.set(server, self.queues[server.index()].next());
        job
    }

    /// A server gives up all that it has.
    pub(crate) fn drain(&mut self, server: ServerId, now: Time) -> Vec<Visit> {
        let mut given_up = Vec::new();
        self.queues[server.index()].clear(&self.visits, now, |gone| given_up.push(gone));
        self.departures.set(server, None);
        given_up.into_iter().map(|gone| self.account_for(server, gone, now)).collect()
    }

    /// The requests that a server has.
    pub(crate) fn at(&self, server: ServerId) -> Vec<(VisitId, Visit)> {
        let ids = self.queues[server.index()].ids();
        ids.into_iter().map(|id| (id, *self.visits.get(id))).collect()
    }

    /// The entry of a request's connection has another id from now on.
    pub(crate) fn rename(&mut self, visit: VisitId, connection: ConnectionId) {
        self.visits.rename(visit, connection);
    }

    /// Counts what was done for a request that is given up.
    fn account_for(&mut self, server: ServerId, gone: GivenUp, now: Time) -> Visit {
        let job = self.visits.remove(gone.job);
        let spec = &self.specs[server.index()];
        let at_full_speed = gone.work_done_ns / spec.speed;
        let effort = &mut self.effort[server.index()];
        match spec.discipline {
            Discipline::FirstComeFirstServed { .. } if gone.was_in_service => {
                effort.add(now.since(job.started));
            }
            Discipline::FirstComeFirstServed { .. } => {}
            Discipline::ProcessorSharing { .. } => effort.add(Span::from_nanos((at_full_speed + 0.5) as u64)),
        }
        effort.add_at_full_speed(at_full_speed);
        job
    }

    /// Breaks a server, or has it slow down; [`refresh_speed`](Self::refresh_speed) follows.
    pub(crate) fn condition_mut(&mut self, server: ServerId) -> &mut Condition {
        &mut self.conditions[server.index()]
    }

    /// A server goes on at the speed that its condition allows; until now it had been busy for `busy_ns`.
    pub(crate) fn refresh_speed(&mut self, server: ServerId, busy_ns: u128, now: Time) {
        let factor = self.conditions[server.index()].factor();
        let queue = &mut self.queues[server.index()];
        self.effort[server.index()].change_speed(factor, busy_ns, queue.in_service());
        queue.set_speed(factor, &self.visits, now);
        self.departures.set(server, queue.next());
    }

    /// A server has just been started: its cache is empty, and it may be slow.
    pub(crate) fn start(&mut self, server: ServerId) -> Option<Later> {
        self.caches.forget(server);
        self.conditions[server.index()].start()
    }

    /// What a request of this work would meet at each server.
    pub(crate) fn see(&self, work: Span, now: Time) -> impl Iterator<Item = Seen> {
        self.queues.iter().enumerate().map(move |(number, queue)| {
            let done_in_ns = queue.done_in_ns(work, self.conditions[number].factor(), &self.visits, now);
            Seen { in_system: queue.in_system(), done_in_ns }
        })
    }

    pub(crate) fn open_window(&mut self) {
        self.caches.open_window();
    }

    pub(crate) fn close_window(&mut self) {
        self.caches.close_window();
    }

    /// Hits and misses of a server within the window.
    pub(crate) fn cache_totals(&self, server: usize) -> Option<CacheTotals> {
        self.caches.over_window(server)
    }

    /// # Panics
    /// If a server, which was busy for `busy_ns` and given `assigned` connections, did not do what its requests took.
    pub(crate) fn audit(&self, server: ServerId, busy_ns: u128, assigned: u64, varies: bool) {
        let discipline = self.specs[server.index()].discipline;
        self.effort[server.index()].audit(discipline, busy_ns, assigned, varies);
    }
}
