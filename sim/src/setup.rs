//! What is simulated: a virtual service, its real servers, and what is done to them when.

pub(crate) mod client;
pub(crate) mod conflict;
pub(crate) mod directors;
pub(crate) mod error;
pub(crate) mod operations;
pub(crate) mod timers;

use alloc::vec;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::num::NonZeroU16;

use ipvslab_schedulers::{HashFlags, KernelProfile, ServerId, Span, Thresholds, Time, Weight};

use crate::director::packets::{Persistence, Protocol, Sysctls, Timeouts};
use crate::director::tcp::TcpState;
use crate::farm::cache::ObjectCache;
use crate::path::line::Passage;
use crate::setup::directors::Directors;
use crate::setup::error::SetupError;
use crate::setup::operations::Disturbances;
use crate::setup::timers::Timers;

/// How the director passes packets on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Forwarding {
    /// `-m`: the director rewrites addresses, so it sees both directions.
    #[default]
    Masquerade,
    /// `-g`: replies go straight to the client; the director sees the client's packets only.
    DirectRoute,
    /// `-i`: as direct routing, through an IP tunnel.
    Tunnel,
}

impl Forwarding {
    /// Whether the director sees what the servers answer.
    pub fn sees_replies(self) -> bool {
        self == Self::Masquerade
    }
}

/// How long the director keeps a connection in a TCP state after its last packet (kernel spec, section 2.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TcpTimeouts {
    /// NONE: no packet was looked at.
    pub none: Span,
    /// ESTABLISHED.
    pub established: Span,
    /// SYN_SENT: the server opened.
    pub syn_sent: Span,
    /// SYN_RECV: half-open.
    pub syn_recv: Span,
    /// FIN_WAIT: the server has closed, or under direct routing and tunnels the client has.
    pub fin_wait: Span,
    /// TIME_WAIT: both sides have closed (masquerading).
    pub time_wait: Span,
    /// CLOSE: reset.
    pub close: Span,
    /// CLOSE_WAIT: the client has closed (masquerading).
    pub close_wait: Span,
    /// LAST_ACK.
    pub last_ack: Span,
    /// LISTEN.
    pub listen: Span,
    /// SYNACK.
    pub syn_ack: Span,
}

impl TcpTimeouts {
    /// The time-out of a state.
    pub fn of(&self, state: TcpState) -> Span {
        match state {
            TcpState::None => self.none,
            TcpState::Established => self.established,
            TcpState::SynSent => self.syn_sent,
            TcpState::SynRecv => self.syn_recv,
            TcpState::FinWait => self.fin_wait,
            TcpState::TimeWait => self.time_wait,
            TcpState::Close => self.close,
            TcpState::CloseWait => self.close_wait,
            TcpState::LastAck => self.last_ack,
            TcpState::Listen => self.listen,
            TcpState::SynAck => self.syn_ack,
        }
    }
}

impl Default for TcpTimeouts {
    /// The kernel's own.
    fn default() -> Self {
        Self {
            none: Span::from_secs(2),
            established: Span::from_secs(900),
            syn_sent: Span::from_secs(120),
            syn_recv: Span::from_secs(60),
            fin_wait: Span::from_secs(120),
            time_wait: Span::from_secs(120),
            close: Span::from_secs(10),
            close_wait: Span::from_secs(60),
            last_ack: Span::from_secs(30),
            listen: Span::from_secs(120),
            syn_ack: Span::from_secs(120),
        }
    }
}

/// A virtual service, whatever its scheduler, and the kernel that it lives in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Service {
    /// What its packets carry.
    pub protocol: Protocol,
    /// Whether clients reach it by IPv6.
    pub ipv6: bool,
    /// How packets reach the real servers.
    pub forwarding: Forwarding,
    /// The flags of `sh` and `mh`.
    pub flags: HashFlags,
    /// Whether clients come back to their server.
    pub persistence: Option<Persistence>,
    /// Whether every datagram is scheduled by itself.
    pub one_packet: bool,
    /// Which kernel the director runs.
    pub profile: KernelProfile,
    /// How long the director keeps connections.
    pub timeouts: Timeouts,
    /// How its timers run.
    pub timers: Timers,
    /// The director's sysctls.
    pub sysctls: Sysctls,
    /// How many source ports a client has, from [`FIRST_PORT`] on, if they are so few that they come again while the director
    /// still has the old entry; `None` if no client's port does.
    pub client_ports: Option<NonZeroU16>,
}

/// The first port of Linux's ephemeral range.
pub const FIRST_PORT: u16 = 32_768;

impl Default for Service {
    /// A plain TCP service over masquerading, on a kernel with its own settings.
    fn default() -> Self {
        Self {
            protocol: Protocol::Tcp,
            ipv6: false,
            forwarding: Forwarding::default(),
            flags: HashFlags::default(),
            persistence: None,
            one_packet: false,
            profile: KernelProfile::default(),
            timeouts: Timeouts::default(),
            timers: Timers::default(),
            sysctls: Sysctls::default(),
            client_ports: None,
        }
    }
}

impl Service {
    /// Whether it is TCP without persistence, under the kernel's own sysctls, of clients whose ports do not come again: all that
    /// the fast director knows.
    pub fn is_plain(&self) -> bool {
        self.protocol == Protocol::Tcp
            && self.persistence.is_none()
            && self.sysctls == Sysctls::default()
            && self.client_ports.is_none()
    }
}

/// In what order a real server works on its connections.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Discipline {
    /// First come, first served by `slots` workers, each at the server's speed.
    FirstComeFirstServed {
        /// Connections in service at the same time; at least 1.
        slots: u32,
    },
    /// Connections share `cores` cores, each getting at most one core of the server's speed.
    ProcessorSharing {
        /// At least 1.
        cores: u32,
        /// How many connections share at most, no fewer than `cores`; further ones wait, first come, first served.
        /// `None`: all that there are.
        workers: Option<u32>,
    },
}

impl Discipline {
    /// How many connections are served at full speed together.
    pub fn width(self) -> u32 {
        match self {
            Self::FirstComeFirstServed { slots } => slots,
            Self::ProcessorSharing { cores, .. } => cores,
        }
    }

    /// How many connections there are room for before the backlog: slots or workers; without workers, cores.
    pub fn room(self) -> u32 {
        match self {
            Self::ProcessorSharing { workers: Some(workers), .. } => workers,
            _ => self.width(),
        }
    }

    /// How many of `inside` connections are in service.
    pub fn in_service(self, inside: u32) -> u32 {
        match self {
            Self::ProcessorSharing { workers: None, .. } => inside,
            _ => inside.min(self.room()),
        }
    }
}

/// A real server.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RealServer {
    /// Its address and port; `mh` hashes them.
    pub endpoint: SocketAddr,
    /// Its weight when it is first in the list.
    pub weight: Weight,
    /// Its connection thresholds.
    pub thresholds: Thresholds,
    /// How it works on connections.
    pub discipline: Discipline,
    /// Work done per second by one slot or core; finite and above 0.
    pub speed: f64,
    /// How many connections it takes beyond the [room](Discipline::room) before it refuses; `None` for no limit.
    pub backlog: Option<u32>,
    /// Whether it is in the list when the run starts.
    pub listed: bool,
}

/// What an administrator does during the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Intervention {
    /// `ipvsadm -e … -w`: new weight; 0 quiesces.
    SetWeight(ServerId, Weight),
    /// `ipvsadm -a … -w`: the server goes to the head of the list.
    Add(ServerId, Weight),
    /// `ipvsadm -d`: the server leaves the list, and its connections in progress are cut off.
    Remove(ServerId),
}

impl Intervention {
    /// Whom it concerns.
    pub fn server(self) -> ServerId {
        match self {
            Self::SetWeight(server, _) | Self::Add(server, _) | Self::Remove(server) => server,
        }
    }
}

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
}

impl Setup {
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
    /// If a fault names a server that does not exist, or a number is out of its range ([`SetupError::BadDisturbance`]).
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
    /// If the run is disturbed: clients that react are next to their servers ([`SetupError::DisturbedPassage`]).
    pub fn passing(mut self, passage: Passage) -> Result<Self, SetupError> {
        self.passage = Some(passage);
        Ok(self)
    }

    /// Has the packets counted that pass the director.
    #[must_use]
    pub fn counting_traffic(mut self) -> Self {
        self.counts_traffic = true;
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
