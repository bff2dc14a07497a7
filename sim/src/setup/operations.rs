//! Fault injection and client behaviour: failing and slow servers, timeouts and retries, health checks and weight control.
//!
//! All of it is off by default, and a run pays for nothing that is off.

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Time, Weight};

use super::{Behaviour, ClientPolicy, Overflow, SetupError};

/// Everything that disturbs a run. See [`Setup::disturbed`](crate::Setup::disturbed).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Disturbances {
    /// How clients react; `None` for clients whose first failure is final. Where packets may vanish, Linux' own
    /// retransmission of SYNs ([`ClientPolicy::default`]) holds even so.
    pub patience: Option<ClientPolicy>,
    /// How each server behaves, by id; those beyond the end are plain.
    pub manners: Vec<Behaviour>,
    /// What breaks when.
    pub faults: Vec<(Time, Fault)>,
    /// Who looks whether the servers are up.
    pub health: Option<HealthCheck>,
    /// Who sets weights by how busy the servers are.
    pub controller: Option<Controller>,
    /// How servers that join get their weight; `None` for all at once.
    pub newcomers: Option<Newcomers>,
    /// What the random streams of this run are keyed by, besides their names.
    pub seed: u64,
    /// Which replication this.
    pub replication: u32,
}

impl Disturbances {
    /// Whether requests have to be followed beyond their first connection.
    pub(crate) fn follows_requests(&self) -> bool {
        let drops = self.manners.iter().any(|manner| manner.overflow == Overflow::Drop);
        self.patience.is_some() || !self.faults.is_empty() || drops
    }

    /// # Errors
    /// The first thing that cannot be run with `servers` servers.
    pub(crate) fn check(&self, servers: usize) -> Result<(), SetupError> {
        let part = |value: f64| (0.0..=1.0).contains(&value);
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let pauses = self.manners.iter().filter_map(|manner| manner.pauses);
        let starts = self.manners.iter().filter_map(|manner| manner.slow_start);
        let retries = self.patience.and_then(|patience| patience.retries);
        let budget = retries.and_then(|retries| retries.budget);
        let sound = [
            ("the speed of a pause", pauses.clone().all(|pauses| part(pauses.speed))),
            ("the distance of pauses", pauses.clone().all(|pauses| pauses.every > Span::ZERO)),
            (
                "the first speed of a slow start",
                starts.clone().all(|start| part(start.from) && start.from > 0.0),
            ),
            ("the factor of waits", retries.is_none_or(|retries| positive(retries.factor))),
            ("the jitter of waits", retries.is_none_or(|retries| part(retries.jitter))),
            ("a retry budget", budget.is_none_or(|budget| budget.share >= 0.0 && budget.burst >= 0.0)),
            (
                "the distance of health checks",
                self.health.is_none_or(|health| health.delay_loop > Span::ZERO),
            ),
            ("a newcomer's first part", self.newcomers.is_none_or(|new| part(new.from) && new.steps > 0)),
            ("the controller", self.controller.is_none_or(|controller| controller.is_sound())),
        ];
        if let Some((what, _)) = sound.into_iter().find(|&(_, is_sound)| !is_sound) {
            return Err(SetupError::BadDisturbance(what));
        }
        for &(_, fault) in &self.faults {
            if let Some(server) = fault.server().filter(|server| server.index() >= servers) {
                return Err(SetupError::UnknownServer(server));
            }
            if matches!(fault, Fault::Slow(_, speed) if !part(speed)) {
                return Err(SetupError::BadDisturbance("the speed of a slow server"));
            }
        }
        Ok(())
    }

    /// How a server behaves.
    pub(crate) fn manner(&self, server: usize) -> Behaviour {
        self.manners.get(server).copied().unwrap_or_default()
    }
}

/// What breaks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fault {
    /// The server's machine is gone: packets to it vanish, and the connections that it had hang.
    Crash(ServerId),
    /// The server's process is gone: its machine resets its connections and answers SYNs with a reset.
    Refuse(ServerId),
    /// The server takes connections and does not work on them.
    Hang(ServerId),
    /// The server works at this factor of its speed, from 0 to 1.
    Slow(ServerId, f64),
    /// The server is started again: up, at full speed after its slow start.
    Recover(ServerId),
    /// Another director takes the place of one, with a scheduler that begins anew. It has the same list of servers and weights.
    FailOver(u32, Failover),
    /// A director of several is gone: routers send its packets to others.
    DirectorDown(u32),
    /// It is back, with the same list of servers and weights, and knows no connection.
    DirectorUp(u32),
}

impl Fault {
    /// Which server breaks; `None` for the director.
    pub fn server(self) -> Option<ServerId> {
        match self {
            Self::Crash(server)
            | Self::Refuse(server)
            | Self::Hang(server)
            | Self::Slow(server, _)
            | Self::Recover(server) => Some(server),
            Self::FailOver(..) | Self::DirectorDown(_) | Self::DirectorUp(_) => None,
        }
    }

    /// The number of the director that breaks; `None` for a server.
    pub fn director(self) -> Option<u32> {
        match self {
            Self::FailOver(director, _) | Self::DirectorDown(director) | Self::DirectorUp(director) => {
                Some(director)
            }
            _ => None,
        }
    }
}

/// What the director that takes over knows of the connections of the one before.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Failover {
    /// All: the sync daemon told it.
    Synchronised,
    /// None: packets of connections in progress meet no entry, and are answered with a reset.
    Cold,
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
    /// The server.
    pub fn server(self) -> ServerId {
        match self {
            Self::SetWeight(server, _) | Self::Add(server, _) | Self::Remove(server) => server,
        }
    }
}

/// How servers are checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HealthCheck {
    /// What a check asks for.
    pub asks: Asks,
    /// From the end of a check to the next one.
    pub delay_loop: Span,
    /// How long a check waits for an answer.
    pub connect_timeout: Span,
    /// How often a failed check is repeated before the server is taken for down.
    pub retry: u32,
    /// From a failed check to its repetition.
    pub delay_before_retry: Span,
    /// The first check of each server is at a random time of this length from the start on.
    pub warm_up: Span,
    /// Whether a server that is down keeps its place in the list, with weight 0.
    pub inhibit_on_failure: bool,
    /// Below this sum of the weights of servers that are up, `below_quorum` holds; 0 for never.
    pub quorum: u32,
    /// What is done without a quorum.
    pub below_quorum: BelowQuorum,
}

/// What a health check asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Asks {
    /// An open connection: a server that hangs passes.
    #[default]
    Connection,
    /// An answer: a server that hangs does not pass.
    Answer,
}

/// What happens to the service without a quorum.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum BelowQuorum {
    /// The servers that are up go on, as with a keepalived that has no sorry server.
    #[default]
    GoOn,
    /// All servers are quiesced until there is a quorum again: new connections are refused.
    Close,
}

/// Sets weights by how busy the servers were: every `every`, the weight of each server that is up becomes
/// `weight · (1 + gain · (target − busy) / target)`, rounded, within `least` and `most`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Controller {
    /// Interval between measurements.
    pub every: Span,
    /// The busy part that is aimed at; `None` for the mean of the servers that are up.
    pub target: Option<f64>,
    /// How strongly it reacts.
    pub gain: f64,
    /// Lower bound of the weight.
    pub least: u32,
    /// Upper bound of the weight.
    pub most: u32,
}

impl Controller {
    pub(crate) fn is_sound(&self) -> bool {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let bounds = self.least >= 1 && self.least <= self.most && self.most <= Weight::MAX.get() as u32;
        self.every > Span::ZERO && self.target.is_none_or(positive) && positive(self.gain) && bounds
    }
}

/// Servers that join or come back begin with a part of their weight, which rises to the whole in equal steps.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Newcomers {
    /// The fraction of the weight at first: above 0, at most 1. No weight becomes 0 by it.
    pub from: f64,
    /// Time to reach the full weight.
    pub ramp: Span,
    /// In how many steps; at least 1.
    pub steps: u32,
}
