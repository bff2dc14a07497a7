//! What became of every connection of the socket engine.

use serde::{Deserialize, Serialize};

use crate::log::{Counters, KernelFacts};

/// The kernel's answer to a situation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Served {
    /// Who answered.
    pub kernel: KernelFacts,
    /// The service and its servers as the kernel gave them back before the first connection.
    pub configuration: Vec<String>,
    /// By arrival.
    pub connections: Vec<Connection>,
    /// Regular looks at all servers, in the order of the list: nanoseconds since the start, counters.
    pub looks: Vec<(u64, Vec<Counters>)>,
    /// Connections that the kernel says it gave to each server, by number: the cross-check.
    pub scheduled: Vec<u64>,
}

/// What became of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Connection {
    /// The server that took it, as that server itself said.
    pub server: Option<u16>,
    /// How it ended.
    pub end: End,
    /// When its service began, nanoseconds since the start.
    pub started_ns: u64,
    /// When the client had the answer, or gave up: nanoseconds since the start.
    pub ended_ns: u64,
}

/// How a connection ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum End {
    /// Still in progress.
    Open,
    /// Served to the end.
    Finished,
    /// Turned away by the director: no server.
    NoServer,
    /// Reset by its server, whose backlog was full.
    Refused,
    /// Cut off, because its server was removed.
    Lost,
}
