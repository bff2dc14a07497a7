//! What is wrong with a situation.

use core::fmt;

use ipvslab_schedulers::{ServerId, Time};

/// Why a situation cannot be run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetupError {
    /// There is no real server.
    NoServers,
    /// The warm-up leaves nothing to measure.
    WarmUpTooLong,
    /// A server has neither slot nor core.
    NoSlots(ServerId),
    /// A server has fewer workers than cores.
    TooFewWorkers(ServerId),
    /// A server's speed is not finite and above zero.
    BadSpeed(ServerId),
    /// An intervention names a server that does not exist.
    UnknownServer(ServerId),
    /// A server is added that is in the list at that time.
    AlreadyListed(ServerId, Time),
    /// A server is edited or removed that is not in the list at that time.
    NotListed(ServerId, Time),
    /// A fault names a director that does not exist.
    UnknownDirector(u32),
    /// A number of a disturbance is out of range: what it is called.
    BadDisturbance(&'static str),
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoServers => f.write_str("there is no real server"),
            Self::WarmUpTooLong => f.write_str("the warm-up takes up the whole run"),
            Self::NoSlots(id) => write!(f, "server {} has neither slot nor core", id.index()),
            Self::TooFewWorkers(id) => write!(f, "server {} has fewer workers than cores", id.index()),
            Self::BadSpeed(id) => write!(f, "the speed of server {} is not above zero", id.index()),
            Self::UnknownServer(id) => write!(f, "there is no server {}", id.index()),
            Self::UnknownDirector(director) => write!(f, "there is no director {director}"),
            Self::AlreadyListed(id, at) => {
                write!(f, "server {} is already in the list at {:?}", id.index(), at)
            }
            Self::BadDisturbance(what) => write!(f, "{what} is out of range"),
            Self::NotListed(id, at) => write!(f, "server {} is not in the list at {:?}", id.index(), at),
        }
    }
}

impl core::error::Error for SetupError {}
