//! What the engine tells the observers of a run.

use ipvslab_schedulers::{Flow, ServerId, Span, Time};

use crate::director::connection::ConnectionId;

/// Why a connection was not served.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Refusal {
    /// The scheduler found no server: the client gets ICMP port unreachable, and no entry is made.
    NoServer,
    /// The chosen server's backlog was full: it answered the SYN with a reset.
    BacklogFull {
        /// The connection, which was assigned at the same instant.
        connection: ConnectionId,
        /// Who refused it.
        server: ServerId,
    },
}

/// Why the request of a client that reacts failed for good: what became of its last attempt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Failure {
    /// The scheduler found no server.
    NoServer,
    /// The server's backlog was full, and it answered with a reset.
    BacklogFull,
    /// The connection was reset: the server was down, went down, or the director that took over did not know it.
    Reset,
    /// No connection opened in time.
    NoAnswer,
    /// The client gave up waiting for the request as a whole.
    Deadline,
    /// The connection's server was gone, and its client would have waited forever.
    Lost,
}

impl Failure {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::NoServer, Self::BacklogFull, Self::Reset, Self::NoAnswer, Self::Deadline, Self::Lost];
}

/// The end of a request, in a run with clients that react.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestEnd {
    /// When its first attempt was made.
    pub arrived: Time,
    /// When it ended.
    pub ended: Time,
    /// How many connections were tried.
    pub attempts: u32,
    /// Why it failed; `None` if it was served.
    pub failure: Option<Failure>,
}

/// A connection that was served to its end.
///
/// Where clients are far away, or the director can carry only so much, it is told by the time at which it was scheduled: then
/// its waiting time and its response time are what they were, and the times themselves are not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finished {
    /// Which connection: the id it was assigned with.
    pub connection: ConnectionId,
    /// Who served it.
    pub server: ServerId,
    /// When its SYN reached the director; of a client that reacts, the first of its request's SYNs.
    pub arrived: Time,
    /// When the server began to work on it (equal to `arrived` where all connections share).
    pub started: Time,
    /// When the server was done.
    pub finished: Time,
    /// Its time alone on a server of speed 1.
    pub work: Span,
    /// The class of clients that it came from, in a situation with several.
    pub class: u16,
}

impl Finished {
    /// From arrival to end.
    #[inline]
    pub fn response_time(&self) -> Span {
        self.finished.since(self.arrived)
    }

    /// From arrival to the start of service; zero where all connections share.
    #[inline]
    pub fn waiting_time(&self) -> Span {
        self.started.since(self.arrived)
    }
}

/// A real server at one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ServerLoad {
    /// Whether it is in the service's list.
    pub listed: bool,
    /// Its weight; 0 if it is not listed.
    pub weight: i32,
    /// Active connections as IPVS counts them.
    pub active: i32,
    /// Inactive connections as IPVS counts them.
    pub inactive: i32,
    /// Connections in service or in the backlog.
    pub in_system: u32,
    /// Connections in service (under processor sharing: all that share).
    pub in_service: u32,
    /// Connections given to it since the start.
    pub assigned: u64,
}

/// Watches a run. Every method has an empty default.
///
/// A [`ConnectionId`] follows a connection from its assignment until it is finished, refused or lost. After that its
/// entry lives on until its timeout, and then the id may be assigned anew.
pub trait Observer {
    /// A connection came, of this class of clients, in a situation that tells classes apart; in runs whose requests are
    /// followed, a request, before its first attempt.
    #[inline]
    fn arrived(&mut self, now: Time, class: u16) {
        let _ = (now, class);
    }

    /// Whether [`deciding`](Self::deciding) is to be called.
    #[inline]
    fn sees_decisions(&self) -> bool {
        false
    }

    /// The director is about to give `flow` to one of these servers, which are in the order of their ids. What comes of it is
    /// told by [`assigned`](Self::assigned) or [`refused`](Self::refused), and by neither if the packet is dropped or its
    /// entry is there already.
    fn deciding(&mut self, now: Time, flow: &Flow, servers: &[ServerLoad]) {
        let _ = (now, flow, servers);
    }

    /// The scheduler gave a connection to `server`; it may still be refused there.
    #[inline]
    fn assigned(&mut self, now: Time, connection: ConnectionId, server: ServerId) {
        let _ = (now, connection, server);
    }

    /// A connection was refused.
    #[inline]
    fn refused(&mut self, now: Time, refusal: Refusal) {
        let _ = (now, refusal);
    }

    /// A connection was served to its end, at `done.finished`.
    #[inline]
    fn finished(&mut self, done: &Finished) {
        let _ = done;
    }

    /// A connection in progress, which had arrived at `arrived`, was cut off because its server was removed.
    #[inline]
    fn lost(&mut self, now: Time, connection: ConnectionId, server: ServerId, arrived: Time) {
        let _ = (now, connection, server, arrived);
    }

    /// A request has ended, one way or the other. Only in runs with clients that react: there, what is assigned and refused
    /// are single attempts, `finished` comes before this, and counts from the first attempt.
    fn ended(&mut self, request: &RequestEnd) {
        let _ = request;
    }

    /// The health checker took a server out that had been broken since `broken`.
    fn detected(&mut self, now: Time, server: ServerId, broken: Time) {
        let _ = (now, server, broken);
    }

    /// A regular look at all servers, in the order of their ids; every [`Setup::sample_every`](crate::Setup::sample_every).
    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        let _ = (now, servers);
    }
}

/// Watches nothing.
impl Observer for () {}
