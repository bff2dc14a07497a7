//! Several directors before one farm, and several services on the same servers.

use alloc::vec::Vec;

/// How connections reach their director.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directors {
    /// How many there are; at least 1.
    pub count: u32,
    /// What routers choose the director by (equal-cost multipath).
    pub by: SpreadBy,
    /// What becomes of other directors' connections when one is gone or comes back.
    pub hash: RouterHash,
    /// In which order each lists the servers.
    pub start: Start,
    /// Which virtual service each class of clients uses; classes beyond the end use service 0.
    pub services: Vec<u16>,
}

impl Default for Directors {
    /// One director, one service.
    fn default() -> Self {
        Self {
            count: 1,
            by: SpreadBy::default(),
            hash: RouterHash::default(),
            start: Start::default(),
            services: Vec::new(),
        }
    }
}

/// What connections are spread over directors by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SpreadBy {
    /// The client's address: a client has one director, as on a node of Kubernetes.
    #[default]
    Client,
    /// The client's address and port, as routers hash the tuple.
    Connection,
}

/// In which order directors list the servers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Start {
    /// All alike: every round robin begins at the same server.
    #[default]
    Same,
    /// Each begins where its part of a turn has passed.
    Spread,
}

/// How routers spread connections over the directors that are there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum RouterHash {
    /// The hash is cut into as many equal parts as there are directors: when one is gone or comes back, the parts move, and
    /// with them some connections of all directors.
    #[default]
    Plain,
    /// Resilient hashing: only the connections of the director that is gone move, and only they come back to it.
    Resilient,
}
