//! A real server: its queue, its cache, and how it behaves beyond both.

use core::net::SocketAddr;

use ipvslab_schedulers::{Span, Thresholds, Weight};

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

/// The cache of a real server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ObjectCache {
    /// What it has room for.
    pub room: CacheRoom,
    /// The work of a connection whose object is there.
    pub hit: Span,
    /// The work that finding nothing costs beside the connection's own.
    pub miss: Span,
}

/// What a cache has room for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CacheRoom {
    /// A number of objects, whatever their size.
    Objects(u32),
    /// A number of bytes of responses. A larger object is not kept.
    Bytes(u64),
}

/// How a real server behaves beyond its queue.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Behaviour {
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
