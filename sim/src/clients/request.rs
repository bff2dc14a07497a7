//! A request in progress: what was asked for, and where it is.

use ipvslab_schedulers::{ServerId, Span, Time};

use super::follow_ups::{ChainPosition, FollowUp};
use crate::director::Silent;
use crate::director::connection::ConnectionId;
use crate::farm::visits::VisitId;
use crate::request::Arrival;
use crate::setup::KeepAlive;

/// A connection that a director has given to a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) connection: ConnectionId,
    pub(crate) server: ServerId,
}

/// A connection that is open and has no request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub(crate) server: ServerId,
    pub(crate) silent: Silent,
    /// Which life of the server it belongs to: one that was started anew does not know it.
    pub(crate) life: u32,
}

/// Where a request is. Without delays and lines, all of it up to the server's hands passes at one instant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Phase {
    /// Its client has no connection, and waits: before it tries again, or for the time of its next request.
    Away,
    /// Its SYN is on its way to the director, or in line there; the entry that an earlier one made, if it made one.
    ToDirector(Option<Silent>),
    /// Its SYN got no answer; the entry that it made, if it made one.
    Unanswered(Option<Silent>),
    /// It is on its way to the director on a connection that was open, or in line there.
    Following(Kept),
    /// It is on its way from the director to its server: with the handshake, which is over at the client at this time, or on
    /// a connection that was open and belongs to this life of the server.
    ToServer(Bound, Opening),
    /// A server works on it, or has it in its backlog.
    InService(Bound, VisitId),
    /// Its answer is on its way.
    Returning(Bound, Done),
    /// It has failed, and its client does not know yet.
    Failing,
    /// Its server is gone, and its client does not know.
    Hanging(Silent),
    /// Its client has a connection open, and waits for the time of its next request.
    Idle(Kept),
}

/// What a server has done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    /// When it would have begun to work on the request, had nothing taken time before but waiting.
    pub(crate) started: Time,
    /// The work that the request was.
    pub(crate) work: Span,
}

/// What a request goes to its server with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Opening {
    /// The handshake, which is over at the client at this time.
    Handshake(Time),
    /// A connection that was open, of this life of the server.
    Open(u32),
}

impl Opening {
    pub(crate) fn is_handshake(self) -> bool {
        matches!(self, Self::Handshake(_))
    }
}

impl Phase {
    /// The connection that a director takes to be in progress.
    pub(crate) fn bound(self) -> Option<Bound> {
        match self {
            Self::ToServer(bound, _) | Self::InService(bound, _) | Self::Returning(bound, _) => Some(bound),
            _ => None,
        }
    }

    /// The same on another entry, where the director knows it anew.
    pub(crate) fn rebound(self, connection: ConnectionId) -> Self {
        let anew = |bound: Bound| Bound { connection, ..bound };
        match self {
            Self::ToServer(bound, opening) => Self::ToServer(anew(bound), opening),
            Self::InService(bound, visit) => Self::InService(anew(bound), visit),
            Self::Returning(bound, done) => Self::Returning(anew(bound), done),
            other => other,
        }
    }
}

/// What is known of a request until it has succeeded or failed for good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    /// When its first attempt was made.
    pub(crate) arrived: Time,
    /// What was asked for, from the addresses of the present attempt.
    pub(crate) asked: Arrival,
    pub(crate) position: ChainPosition,
    /// The port that the client began with.
    port: u16,
    /// How often it has taken another one since.
    port_changes: u32,
    /// Connections that it was sent on.
    pub(crate) attempts: u32,
    /// How many of them were open before: 0 or 1.
    pub(crate) reused: u32,
    /// SYNs that the present attempt has sent.
    pub(crate) syns: u32,
    /// When the present attempt's last SYN was sent.
    pub(crate) sent: Time,
    /// What of its time to the server's hands was no wait.
    pub(crate) travelled: Span,
    pub(crate) phase: Phase,
    /// Until when its present packet waits for a director, or waited.
    pub(crate) in_line_until: Time,
    /// What keeps its connection alive before it is made.
    pub(crate) keepalive: Option<KeepAlive>,
    /// Changes whenever timers of the present phase lose their meaning; never goes back in a slot.
    pub(crate) stamp: u32,
    /// The stamp that the present attempt began with.
    pub(crate) attempted: u32,
    /// The stamp that the request began with.
    pub(crate) begun: u32,
}

impl Request {
    /// The first of a chain, in a slot whose last stamp was the one before `stamp`.
    pub(crate) fn new(arrival: &Arrival, chain: u64, stamp: u32) -> Self {
        Self {
            arrived: arrival.at,
            asked: *arrival,
            position: ChainPosition { class: arrival.class, chain, requests: 1, of_connection: 1 },
            port: arrival.flow.client_port,
            port_changes: 0,
            attempts: 0,
            reused: 0,
            syns: 0,
            sent: arrival.at,
            travelled: Span::ZERO,
            phase: Phase::Away,
            in_line_until: Time::ZERO,
            keepalive: None,
            stamp,
            attempted: stamp,
            begun: stamp,
        }
    }

    /// From now on the timers that run mean nothing.
    pub(crate) fn move_to(&mut self, phase: Phase) {
        self.phase = phase;
        self.stamp = self.stamp.wrapping_add(1);
    }

    /// Another attempt begins, from the port that it has.
    pub(crate) fn begin_attempt(&mut self) {
        self.attempts += 1;
        self.syns = 0;
        self.travelled = Span::ZERO;
        self.move_to(Phase::ToDirector(None));
        self.attempted = self.stamp;
    }

    /// Connections that were tried for it.
    pub(crate) fn connections(&self) -> u32 {
        self.attempts - self.reused
    }

    /// The chain goes on with another request.
    pub(crate) fn prepare(&mut self, next: &FollowUp) {
        (self.asked.work, self.asked.sizes) = (next.work, next.sizes);
        self.keepalive = next.keepalive;
        self.position.requests += 1;
        self.position.of_connection += 1;
        if let Some(flow) = next.anew {
            (self.asked.flow, self.port, self.port_changes) = (flow, flow.client_port, 0);
            self.position.of_connection = 1;
        }
    }

    /// The next connection is from a port that the client has not had yet, of Linux' ephemeral ones (32768 to 60999). The order of
    /// ports is the same under every scheduler.
    pub(crate) fn change_port(&mut self) {
        const FIRST: u32 = 32_768;
        const PORTS: u32 = 28_232;
        self.port_changes += 1;
        let step = self.port_changes.wrapping_mul(9_973);
        self.asked.flow.client_port = (FIRST + u32::from(self.port).wrapping_add(step) % PORTS) as u16;
    }
}
