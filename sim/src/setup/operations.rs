//! What makes a run more than plain: servers that break or slow down, clients that react, and who watches over both.
//!
//! All of it is off by default, and a run pays for nothing that is off.

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Time};

use crate::operations::health::HealthCheck;
use crate::operations::weights::{Controller, Newcomers};
use crate::setup::client::Patience;
use crate::setup::error::SetupError;

/// Everything that disturbs a run. See [`Setup::disturbed`](crate::Setup::disturbed).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Disturbances {
    /// How clients react; `None` for clients whose first failure is final. Where packets may vanish, Linux' own
    /// retransmission of SYNs ([`Patience::default`]) holds even so.
    pub patience: Option<Patience>,
    /// How each server behaves, by id; those beyond the end are plain.
    pub manners: Vec<Manner>,
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
    /// Which replication this is.
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
    pub(crate) fn manner(&self, server: usize) -> Manner {
        self.manners.get(server).copied().unwrap_or_default()
    }
}

/// How a real server behaves beyond its queue.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Manner {
    /// What a full backlog does with a SYN.
    pub overflow: Overflow,
    /// How it gets up to speed after it was started.
    pub slow_start: Option<SlowStart>,
    /// How it pauses by itself.
    pub pauses: Option<Pauses>,
}

/// What a server with a full backlog does with a SYN.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Overflow {
    /// It resets the connection, as Linux does with `tcp_abort_on_overflow` = 1.
    #[default]
    Reset,
    /// It drops the SYN, as Linux does by default, and the client sends it again.
    Drop,
}

/// After a start the speed goes from `from` to 1 over `ramp`, in steps: caches fill, code is compiled.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SlowStart {
    /// The factor of the speed at first: above 0, at most 1.
    pub from: f64,
    /// How long it takes to full speed.
    pub ramp: Span,
}

impl SlowStart {
    /// In how many steps the speed rises.
    pub const STEPS: u32 = 20;
}

/// Random pauses: garbage collection, a noisy neighbour, breakdowns.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pauses {
    /// Mean time from the end of a pause to the next one; exponential.
    pub every: Span,
    /// Mean length of a pause.
    pub lasting: Span,
    /// How lengths vary.
    pub law: PauseLaw,
    /// The factor of the speed during a pause; 0 stops the server.
    pub speed: f64,
}

/// How the lengths of pauses vary.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum PauseLaw {
    /// All are as long.
    #[default]
    Constant,
    /// Exponential.
    Exponential,
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
    /// Another director takes over, with a scheduler that begins anew. It has the same list of servers and weights.
    FailOver(Failover),
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
            Self::FailOver(_) => None,
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
