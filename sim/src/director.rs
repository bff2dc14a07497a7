//! What the engine asks of a director: it tells milestones of connections, and looks at the servers' counts.

pub(crate) mod adapter;
pub(crate) mod any;
pub(crate) mod connection;
pub(crate) mod expiry;
pub(crate) mod fast;
pub(crate) mod fleet;
pub(crate) mod packets;
pub(crate) mod ports;
pub(crate) mod routers;
pub(crate) mod streams;
pub(crate) mod tcp;

use ipvslab_schedulers::{Activity, Flow, Scheduler, Seen, Server, ServerId, Time, Weight};

use crate::director::connection::ConnectionId;
use crate::director::fast::FastDirector;
use crate::setup::Failover;
use crate::setup::RealServer;

/// An entry that has left the connection table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Expired {
    /// Its id, free from now on.
    pub connection: ConnectionId,
    /// Whose it was.
    pub server: ServerId,
    /// How it was counted until now.
    pub was: Activity,
}

/// A connection whose packets nobody answers any more: its entry's timer runs. Not valid for another entry of the same id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Silent {
    pub(crate) id: ConnectionId,
    pub(crate) armed: u16,
}

/// What becomes of a SYN that is sent again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reopened {
    /// Passed on.
    Passed {
        /// The connection, whose timer does not run.
        connection: ConnectionId,
        /// Its server.
        server: ServerId,
        /// Whether its entry had expired, so that it was scheduled anew.
        is_anew: bool,
    },
    /// Dropped, since its server has left the list; the entry's timer runs on.
    Dropped(Silent),
    /// The entry had expired, and there was no server for a new one.
    NoServer,
}

/// What becomes of a packet on an open connection that had been silent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Revived {
    /// Passed on; the connection's timer does not run.
    Passed(ConnectionId),
    /// Dropped, since its server has left the list; the entry's timer runs on.
    Dropped(Silent),
    /// There is no entry any more: it is answered with a reset.
    Gone,
}

/// The counts of a server at a director, or at all directors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counts {
    /// Its weight.
    pub weight: i32,
    /// Active connections as IPVS counts them.
    pub active: i32,
    /// All connections, active and inactive.
    pub total: i32,
}

impl Counts {
    /// Inactive connections, as the kernel reports them (never below zero).
    pub fn inactive(self) -> i32 {
        (self.total - self.active).max(0)
    }

    /// Those that a table has of a server.
    #[inline]
    pub(crate) fn of(server: &Server) -> Self {
        Self { weight: server.weight(), active: server.active(), total: server.total() }
    }
}

/// A director that is told of the milestones of connections; see [`FastDirector`] for what each means.
pub trait Director {
    /// The counts of a server, in the list or removed; `None` if it was never added.
    fn counts(&self, server: ServerId) -> Option<Counts>;
    /// Whether a server is in the list.
    fn is_listed(&self, server: ServerId) -> bool;
    /// The most entries there ever were at once.
    fn peak_entries(&self) -> usize;
    /// `ipvsadm -a` of the servers that are there at the start.
    fn set_up(&mut self, servers: &[(ServerId, RealServer)]) {
        for (id, server) in servers {
            self.add(*id, server, server.weight);
        }
    }
    /// `ipvsadm -a`.
    fn add(&mut self, id: ServerId, server: &RealServer, weight: Weight);
    /// `ipvsadm -e`: a new weight.
    fn set_weight(&mut self, id: ServerId, weight: Weight);
    /// `ipvsadm -d`.
    fn remove(&mut self, id: ServerId, now: Time);
    /// Shows the scheduler what no director can see, by server id.
    fn observe(&mut self, seen: &[Seen]);
    /// The number of the director, of several, that packets of a client of this class come to.
    fn chosen(&self, _: &Flow, _: u16) -> u32 {
        0
    }
    /// The number of the director whose connection it is.
    fn director_of(&self, _: ConnectionId) -> u32 {
        0
    }
    /// The first packet of a client of this class; `None` if it is not let in.
    fn open(&mut self, flow: &Flow, class: u16, now: Time) -> Option<(ConnectionId, ServerId)>;
    /// The server has taken the connection.
    fn establish(&mut self, id: ConnectionId, now: Time);
    /// The server has refused it.
    fn reset(&mut self, id: ConnectionId, now: Time);
    /// Both sides have closed it.
    fn close(&mut self, id: ConnectionId, now: Time);
    /// Its server was removed, and it goes on into the void.
    fn cut(&mut self, id: ConnectionId, now: Time) {
        let silent = self.silence(id, now);
        self.forget(silent);
    }
    /// Nobody answers its packets from now on, and its timer runs.
    fn silence(&mut self, id: ConnectionId, now: Time) -> Silent;
    /// The client of a half-open silent connection sends its SYN again.
    fn reopen(&mut self, silent: Silent, flow: &Flow, class: u16, now: Time) -> Reopened;
    /// The client of an open silent connection sends on it again.
    fn revive(&mut self, silent: Silent, now: Time) -> Revived;
    /// The client of a silent connection has given up without a word.
    fn forget(&mut self, silent: Silent);
    /// The client closes an open connection and is gone; nothing of it follows.
    fn leave(&mut self, id: ConnectionId, now: Time);
    /// The client closes an open silent connection and is gone.
    fn leave_silent(&mut self, silent: Silent, now: Time);
    /// The server resets an open connection.
    fn abort(&mut self, id: ConnectionId, now: Time);
    /// A packet in the middle of a connection that the director has no entry of; `None` if it does not take such.
    fn adopt(&mut self, _: &Flow, _: u16, _: Time) -> Option<(ConnectionId, ServerId)> {
        None
    }
    /// Another one takes the place of a director. Without synchronisation it knows none of the connections; all open ones were
    /// [`cut`] before.
    ///
    /// [`cut`]: Self::cut
    fn fail_over(&mut self, director: u32, failover: Failover, now: Time);
    /// Whether routers send packets to a director of several.
    fn set_present(&mut self, _: u32, _: bool) {}
    /// When the next entry that counts as active may run out, at the earliest.
    fn next_active_timeout(&self) -> Time;
    /// Lets every entry go whose time is up.
    fn expire(&mut self, now: Time, expired: impl FnMut(Expired));
}

impl<S: Scheduler + Clone> Director for FastDirector<S> {
    #[inline]
    fn counts(&self, server: ServerId) -> Option<Counts> {
        self.servers().find(server).map(Counts::of)
    }

    fn is_listed(&self, server: ServerId) -> bool {
        self.servers().position(server).is_some()
    }

    fn peak_entries(&self) -> usize {
        self.peak_entries()
    }

    fn add(&mut self, id: ServerId, server: &RealServer, weight: Weight) {
        self.add(id, server, weight);
    }

    fn set_weight(&mut self, id: ServerId, weight: Weight) {
        self.set_weight(id, weight);
    }

    fn remove(&mut self, id: ServerId, _: Time) {
        self.remove(id);
    }

    fn observe(&mut self, seen: &[Seen]) {
        self.observe(seen);
    }

    #[inline(always)]
    fn open(&mut self, flow: &Flow, _: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        self.open(flow, now)
    }

    #[inline]
    fn establish(&mut self, id: ConnectionId, _: Time) {
        self.establish(id);
    }

    fn reset(&mut self, id: ConnectionId, now: Time) {
        self.reset(id, now);
    }

    #[inline]
    fn close(&mut self, id: ConnectionId, now: Time) {
        self.close(id, now);
    }

    fn silence(&mut self, id: ConnectionId, now: Time) -> Silent {
        self.silence(id, now)
    }

    fn reopen(&mut self, silent: Silent, flow: &Flow, _: u16, now: Time) -> Reopened {
        self.reopen(silent, flow, now)
    }

    fn revive(&mut self, silent: Silent, _: Time) -> Revived {
        self.revive(silent)
    }

    fn forget(&mut self, _: Silent) {}

    fn leave(&mut self, id: ConnectionId, now: Time) {
        self.leave(id, now);
    }

    fn leave_silent(&mut self, silent: Silent, now: Time) {
        self.leave_silent(silent, now);
    }

    fn abort(&mut self, id: ConnectionId, now: Time) {
        self.abort(id, now);
    }

    fn fail_over(&mut self, _: u32, failover: Failover, _: Time) {
        self.fail_over(failover);
    }

    #[inline]
    fn next_active_timeout(&self) -> Time {
        self.next_active_timeout()
    }

    #[inline]
    fn expire(&mut self, now: Time, expired: impl FnMut(Expired)) {
        self.expire(now, expired);
    }
}
