//! What is simulated: a virtual service, its real servers, and what is done to them when.

mod client;
mod conflict;
mod directors;
mod error;
mod network;
mod operations;
mod server;
mod service;
mod sysctls;
mod timers;

use alloc::vec;
use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Time};

pub(crate) use client::syn_wait;
pub use client::{Abandoned, Budget, ClientPolicy, KeepAlive, Retries};
pub use conflict::{Conflict, Feature};
pub use directors::{Directors, RouterHash, SpreadBy, Start};
pub use error::SetupError;
pub use network::{Capacity, Network, Passage};
pub use operations::{
    Asks, BelowQuorum, Controller, Disturbances, Failover, Fault, HealthCheck, Intervention, Newcomers,
};
pub use server::{
    Behaviour, CacheRoom, Discipline, ObjectCache, Overflow, PauseLaw, Pauses, RealServer, SlowStart,
};
pub use service::{FIRST_PORT, Forwarding, Persistence, Protocol, Service, TcpTimeouts, Timeouts};
pub use sysctls::{Sysctl, Sysctls, UnknownSysctl};
pub use timers::Timers;

/// A situation that can be run. Made by [`Setup::new`] only, which checks it.
#[derive(Clone, Debug)]
pub struct Setup {
    pub(crate) service: Service,
    pub(crate) servers: Vec<RealServer>,
    pub(crate) interventions: Vec<(Time, Intervention)>,
    pub(crate) warm_up: Time,
    pub(crate) horizon: Time,
    pub(crate) sample_every: Option<Span>,
    pub(crate) disturbances: Option<Disturbances>,
    pub(crate) directors: Option<Directors>,
    pub(crate) has_classes: bool,
    pub(crate) caches: Vec<Option<ObjectCache>>,
    pub(crate) passage: Option<Passage>,
    pub(crate) counts_traffic: bool,
    pub(crate) most_in_progress: u32,
    pub(crate) by_packets: bool,
}

impl Setup {
    /// How many connections or requests are in progress at most, if nothing else is said.
    pub const MOST_IN_PROGRESS: u32 = 1 << 24;

    /// Checks and keeps a situation.
    ///
    /// `servers` are added in this order, so the last one is at the head of the list; their ids are 0, 1, 2 ….
    /// Arrivals at `horizon` or later are not taken; the run goes on until all connections have ended.
    /// Per-server totals are of the window from `warm_up` to `horizon`.
    ///
    /// # Errors
    /// The first thing found that cannot be run; see [`SetupError`].
    pub fn new(
        service: Service,
        servers: Vec<RealServer>,
        mut interventions: Vec<(Time, Intervention)>,
        warm_up: Time,
        horizon: Time,
    ) -> Result<Self, SetupError> {
        if servers.is_empty() {
            return Err(SetupError::NoServers);
        }
        if warm_up >= horizon {
            return Err(SetupError::WarmUpTooLong);
        }
        for (number, server) in servers.iter().enumerate() {
            let id = ServerId::new(number as u32);
            if server.discipline.width() == 0 {
                return Err(SetupError::NoSlots(id));
            }
            if server.discipline.room() < server.discipline.width() {
                return Err(SetupError::TooFewWorkers(id));
            }
            if !(server.speed.is_finite() && server.speed > 0.0) {
                return Err(SetupError::BadSpeed(id));
            }
        }
        interventions.sort_by_key(|&(at, _)| at);
        let mut listed: Vec<bool> = vec![false; servers.len()];
        for (flag, server) in listed.iter_mut().zip(&servers) {
            *flag = server.listed;
        }
        for &(at, intervention) in &interventions {
            let id = intervention.server();
            let flag = listed.get_mut(id.index()).ok_or(SetupError::UnknownServer(id))?;
            match intervention {
                Intervention::Add(..) if *flag => return Err(SetupError::AlreadyListed(id, at)),
                Intervention::Add(..) => *flag = true,
                _ if !*flag => return Err(SetupError::NotListed(id, at)),
                Intervention::Remove(_) => *flag = false,
                Intervention::SetWeight(..) => {}
            }
        }
        Ok(Self {
            service,
            servers,
            interventions,
            warm_up,
            horizon,
            sample_every: None,
            disturbances: None,
            directors: None,
            has_classes: false,
            caches: Vec::new(),
            passage: None,
            counts_traffic: false,
            most_in_progress: Self::MOST_IN_PROGRESS,
            by_packets: false,
        })
    }

    /// Asks for a look at all servers every `span` from time 0 to the horizon.
    ///
    /// # Panics
    /// If `span` is zero.
    #[must_use]
    pub fn sample_every(mut self, span: Span) -> Self {
        assert!(span > Span::ZERO, "samples need a distance");
        self.sample_every = Some(span);
        self
    }

    /// Has servers break and clients react.
    ///
    /// # Errors
    /// If a fault names a server that does not exist, or a number is out of range ([`SetupError::BadDisturbance`]).
    pub fn disturbed(mut self, disturbances: Disturbances) -> Result<Self, SetupError> {
        disturbances.check(self.servers.len())?;
        self.disturbances = Some(disturbances);
        Ok(self)
    }

    /// Has several classes of clients, which are told apart.
    #[must_use]
    pub fn with_classes(mut self) -> Self {
        self.has_classes = true;
        self
    }

    /// Has several directors, or several services on the same servers.
    ///
    /// # Errors
    /// If there is no director ([`SetupError::BadDisturbance`]), or a fault names one that does not exist.
    pub fn directed(mut self, directors: Directors) -> Result<Self, SetupError> {
        if directors.count == 0 {
            return Err(SetupError::BadDisturbance("the number of directors"));
        }
        self.directors = Some(directors);
        self.check_directors()?;
        Ok(self)
    }

    /// Whether every fault of a director is that of one that there is.
    fn check_directors(&self) -> Result<(), SetupError> {
        let count = self.directors.as_ref().map_or(1, |directors| directors.count);
        let faults = self.disturbances.iter().flat_map(|disturbances| &disturbances.faults);
        let unknown = faults.filter_map(|(_, fault)| fault.director()).find(|&director| director >= count);
        unknown.map_or(Ok(()), |director| Err(SetupError::UnknownDirector(director)))
    }

    /// Gives servers object caches, by id.
    ///
    /// # Panics
    /// If there are not as many as servers.
    #[must_use]
    pub fn caching(mut self, caches: Vec<Option<ObjectCache>>) -> Self {
        assert_eq!(caches.len(), self.servers.len(), "a cache or none for every server");
        self.caches = if caches.iter().any(Option::is_some) { caches } else { Vec::new() };
        self
    }

    /// Puts distances between clients and servers, and bounds to what the director can carry.
    ///
    /// # Errors
    /// If a director can carry nothing at all ([`SetupError::BadDisturbance`]).
    pub fn passing(mut self, passage: Passage) -> Result<Self, SetupError> {
        let rates = passage.capacity.map(|capacity| [capacity.packets_per_s, capacity.bits_per_s]);
        if rates.into_iter().flatten().flatten().any(|rate| !(rate > 0.0 && rate.is_finite())) {
            return Err(SetupError::BadDisturbance("the director's capacity"));
        }
        self.passage = Some(passage);
        Ok(self)
    }

    /// Ends a run in which as many connections or requests are in progress at once: it cannot keep up.
    ///
    /// # Panics
    /// If `most` is 0.
    #[must_use]
    pub fn at_most_in_progress(mut self, most: u32) -> Self {
        assert!(most > 0, "a run needs room for a connection");
        self.most_in_progress = most;
        self
    }

    /// Has the packets counted that pass the director.
    #[must_use]
    pub fn counting_traffic(mut self) -> Self {
        self.counts_traffic = true;
        self
    }

    /// Has the director of packets run even a plain service, which the fast director would run: so that the two can be compared.
    #[must_use]
    pub fn by_packets(mut self) -> Self {
        self.by_packets = true;
        self
    }

    /// The same situation with other random streams for what disturbs it; without disturbances nothing is drawn.
    #[must_use]
    pub fn seeded(mut self, seed: u64, replication: u32) -> Self {
        if let Some(disturbances) = &mut self.disturbances {
            (disturbances.seed, disturbances.replication) = (seed, replication);
        }
        self
    }

    /// Whether requests are followed beyond their first connection.
    pub(crate) fn follows_requests(&self) -> bool {
        self.passage.is_some() || self.disturbances.as_ref().is_some_and(Disturbances::follows_requests)
    }

    /// Whether it has nothing but what a plain run knows.
    pub(crate) fn is_plain(&self) -> bool {
        self.service.is_plain()
            && self.disturbances.is_none()
            && self.directors.is_none()
            && self.caches.is_empty()
            && self.passage.is_none()
            && !self.counts_traffic
            && !self.has_classes
    }

    /// What disturbs the run, if anything does.
    pub fn disturbances(&self) -> Option<&Disturbances> {
        self.disturbances.as_ref()
    }

    /// The caches of servers by id; empty if none has one.
    pub fn caches(&self) -> &[Option<ObjectCache>] {
        &self.caches
    }

    /// The virtual service.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The real servers, by id.
    pub fn servers(&self) -> &[RealServer] {
        &self.servers
    }

    /// What is done when, in order of time.
    pub fn interventions(&self) -> &[(Time, Intervention)] {
        &self.interventions
    }

    /// From when on the run is measured.
    pub fn warm_up(&self) -> Time {
        self.warm_up
    }

    /// From when on no arrival is taken.
    pub fn horizon(&self) -> Time {
        self.horizon
    }
}
