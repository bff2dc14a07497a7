//! The director: schedules new connections, keeps the connection table, and counts as the kernel counts.
//!
//! It is told of the milestones of connections, as a simulation knows them; [`PacketDirector`](crate::PacketDirector) takes
//! packets, and every setting that there is:
//!
//! | milestone | masquerading | direct routing, tunnel |
//! |---|---|---|
//! | SYN ([`open`](FastDirector::open)) | bound, SYN_RECV: active | the same |
//! | handshake ([`establish`](FastDirector::establish)) | ESTABLISHED: active | the same |
//! | server's reset instead ([`reset`](FastDirector::reset)) | CLOSE: inactive, 10 s | not seen: SYN_RECV, active, 60 s |
//! | both sides closed ([`close`](FastDirector::close)) | TIME_WAIT: inactive, 120 s | FIN_WAIT: inactive, 120 s |
//! | server removed ([`cut`](FastDirector::cut)) | packets dropped: ESTABLISHED, active, 900 s after the last one | the same |
//!
//! Whichever side closes first, the end is the same: the states between are passed at one instant, and only the last one's
//! timeout is left (kernel spec, sections 2.1 to 2.3).

use alloc::vec::Vec;

use ipvslab_schedulers::{
    Activity, Flow, Scheduler, Seen, ServerId, ServerIndex, ServerTable, Time, TimerClock, Weight,
};

use crate::director::connection::{Connection, ConnectionId, ConnectionTable};
use crate::director::expiry::Expiry;
use crate::director::tcp::TcpState;
use crate::director::{Expired, Reopened, Revived, Silent};
use crate::setup::Failover;
use crate::setup::{Forwarding, RealServer, Service};

/// A director with one TCP virtual service.
#[derive(Clone, Debug)]
pub struct FastDirector<S> {
    forwarding: Forwarding,
    servers: ServerTable,
    scheduler: S,
    /// The scheduler unchanged bound to the empty list: what another director begins with.
    fresh: S,
    connections: ConnectionTable,
    expiry: Expiry,
}

impl<S: Scheduler + Clone> FastDirector<S> {
    /// A service without servers, whose timers run by `clock`; `scheduler` is bound to the empty list, as after `ipvsadm -A`.
    pub fn new(service: &Service, clock: TimerClock, scheduler: impl FnOnce(&ServerTable) -> S) -> Self {
        let servers = ServerTable::new(service.profile.accounting);
        let scheduler = scheduler(&servers);
        Self {
            forwarding: service.forwarding,
            fresh: scheduler.clone(),
            scheduler,
            servers,
            connections: ConnectionTable::default(),
            expiry: Expiry::new(clock, TcpState::ALL.map(|state| service.timeouts.tcp.of(state))),
        }
    }

    /// The real servers with their counts.
    #[inline]
    pub fn servers(&self) -> &ServerTable {
        &self.servers
    }

    /// The most entries there ever were at once.
    pub fn peak_entries(&self) -> usize {
        self.connections.peak()
    }

    /// `ipvsadm -a`: a server joins at the head of the list.
    pub fn add(&mut self, id: ServerId, server: &RealServer, weight: Weight) {
        let change = self.servers.add(id, server.endpoint, weight, server.thresholds);
        self.scheduler.table_changed(change, &self.servers);
    }

    /// `ipvsadm -e`: a new weight, the thresholds as they are.
    pub fn set_weight(&mut self, id: ServerId, weight: Weight) {
        let change = self.servers.set_weight(id, weight);
        self.scheduler.table_changed(change, &self.servers);
    }

    /// `ipvsadm -d`: the server leaves the list; its entries stay until they expire.
    pub fn remove(&mut self, id: ServerId) {
        let change = self.servers.remove(id);
        self.scheduler.table_changed(change, &self.servers);
    }

    /// Shows the scheduler what no director can see, by server id.
    pub(crate) fn observe(&mut self, seen: &[Seen]) {
        self.servers.observe(seen.iter().copied());
    }

    /// A client's SYN: chooses the server and makes an entry; `None` if the scheduler finds no server.
    ///
    /// The entry's timer is not armed: a milestone follows that does so. Expires what is due.
    #[inline(always)]
    pub fn open(&mut self, flow: &Flow, now: Time) -> Option<(ConnectionId, ServerId)> {
        self.expire(now, |_| {});
        let chosen = self.scheduler.schedule(flow, &self.servers, now)?;
        let server = self.servers.id(chosen);
        self.servers.open(chosen);
        self.scheduler.load_changed(chosen, &self.servers);
        Some((self.connections.insert(server, TcpState::SynRecv), server))
    }

    /// The handshake is complete. Its timer is not armed: a connection in progress sends packets more often than
    /// every 900 s.
    #[inline]
    pub fn establish(&mut self, id: ConnectionId) {
        self.connections.entry(id).state = TcpState::Established;
    }

    /// The server answered the SYN with a reset.
    pub fn reset(&mut self, id: ConnectionId, now: Time) {
        if self.forwarding.sees_replies() {
            self.transition(id, TcpState::Close, now);
        } else {
            self.arm(id, TcpState::SynRecv, now);
        }
    }

    /// Both sides have closed the connection.
    #[inline]
    pub fn close(&mut self, id: ConnectionId, now: Time) {
        if self.forwarding.sees_replies() {
            self.transition(id, TcpState::TimeWait, now);
        } else {
            self.transition(id, TcpState::FinWait, now);
        }
    }

    /// The connection's server was removed: from now on its packets are dropped and do not re-arm its timer.
    pub fn cut(&mut self, id: ConnectionId, now: Time) {
        self.silence(id, now);
    }

    /// A half-open connection's SYN got no answer, or an open one's server is gone: its timer runs from now on.
    pub(crate) fn silence(&mut self, id: ConnectionId, now: Time) -> Silent {
        let state = self.connections.entry(id).state;
        self.arm(id, state, now);
        let connection = self.connections.entry(id);
        connection.is_silent = true;
        Silent { id, armed: connection.armed }
    }

    /// The client's SYN again.
    pub(crate) fn reopen(&mut self, silent: Silent, flow: &Flow, now: Time) -> Reopened {
        if !self.lives(silent) {
            return self.open(flow, now).map_or(Reopened::NoServer, |(connection, server)| {
                Reopened::Passed { connection, server, is_anew: true }
            });
        }
        match self.revive(silent) {
            Revived::Passed(connection) => {
                let server = self.connections.entry(connection).server;
                Reopened::Passed { connection, server, is_anew: false }
            }
            _ => Reopened::Dropped(silent),
        }
    }

    /// A packet on an open connection that had been silent.
    pub(crate) fn revive(&mut self, silent: Silent) -> Revived {
        if !self.lives(silent) {
            return Revived::Gone;
        }
        let Connection { server, .. } = *self.connections.entry(silent.id);
        if self.servers.position(server).is_none() {
            return Revived::Dropped(silent);
        }
        self.disarm(silent.id);
        self.connections.entry(silent.id).is_silent = false;
        Revived::Passed(silent.id)
    }

    /// The client closes a connection that is open, and is gone.
    pub(crate) fn leave(&mut self, id: ConnectionId, now: Time) {
        let state = if self.forwarding.sees_replies() { TcpState::CloseWait } else { TcpState::FinWait };
        self.transition(id, state, now);
    }

    /// The client closes a connection whose server is gone. To a server that is no longer listed, its FIN is dropped.
    pub(crate) fn leave_silent(&mut self, silent: Silent, now: Time) {
        let Connection { server, state, .. } = *self.connections.entry(silent.id);
        let passes = self.lives(silent) && self.servers.position(server).is_some();
        if passes && state == TcpState::Established {
            self.leave(silent.id, now);
        }
    }

    /// The server resets a connection that is open.
    pub(crate) fn abort(&mut self, id: ConnectionId, now: Time) {
        if self.forwarding.sees_replies() {
            self.transition(id, TcpState::Close, now);
        } else {
            self.arm(id, TcpState::Established, now);
        }
    }

    /// Another director takes over: with the same list of servers, put up one by one, a scheduler that begins anew, and
    /// this one's connections or none.
    pub(crate) fn fail_over(&mut self, failover: Failover) {
        let positions = (0..self.servers.len()).map(ServerIndex::new);
        let listed: Vec<_> = positions
            .map(|at| {
                let weight = Weight::new(self.servers.server(at).weight() as u32).expect("was a weight");
                (self.servers.id(at), self.servers.endpoint(at), weight, self.servers.thresholds(at))
            })
            .collect();
        for &(id, ..) in &listed {
            self.servers.remove(id);
        }
        if failover == Failover::Cold {
            self.servers.forget_removed();
            self.connections.clear();
            self.expiry.clear();
        }
        self.scheduler = self.fresh.clone();
        for (id, endpoint, weight, thresholds) in listed.into_iter().rev() {
            let change = self.servers.add(id, endpoint, weight, thresholds);
            self.scheduler.table_changed(change, &self.servers);
        }
    }

    /// Whether the entry is the one that was silenced, and has not expired since.
    fn lives(&mut self, silent: Silent) -> bool {
        let connection = self.connections.entry(silent.id);
        connection.is_silent && connection.armed == silent.armed
    }

    /// When the next entry that counts as active runs out, at the earliest; [`Time::NEVER`] if none is armed.
    #[inline]
    pub fn next_active_timeout(&self) -> Time {
        self.expiry.next_active()
    }

    /// Lets every entry go whose timer has run out at `now`, and names each.
    #[inline]
    pub fn expire(&mut self, now: Time, mut expired: impl FnMut(Expired)) {
        let Self { servers, scheduler, connections, expiry, .. } = self;
        expiry.drain_due(now, |due| {
            let connection = connections.entry(due.connection);
            if connection.armed != due.armed {
                return;
            }
            let (server, was) = (connection.server, connection.state.activity());
            connections.remove(due.connection);
            if let Some(at) = servers.unbind(server, was) {
                scheduler.load_changed(at, servers);
            }
            expired(Expired { connection: due.connection, server, was });
        });
    }

    #[inline]
    fn transition(&mut self, id: ConnectionId, state: TcpState, now: Time) {
        let connection = self.connections.entry(id);
        let (before, server) = (connection.state.activity(), connection.server);
        connection.state = state;
        let changed = match (before, state.activity()) {
            (Activity::Active, Activity::Inactive) => self.servers.idle(server),
            (Activity::Inactive, Activity::Active) => self.servers.wake(server),
            _ => None,
        };
        if let Some(at) = changed {
            self.scheduler.load_changed(at, &self.servers);
        }
        self.arm(id, state, now);
    }

    #[inline]
    fn arm(&mut self, id: ConnectionId, state: TcpState, now: Time) {
        let armed = self.disarm(id);
        self.expiry.arm(state, id, armed, now);
    }

    /// The timer's old place is no longer valid; the number that the next one has.
    #[inline]
    fn disarm(&mut self, id: ConnectionId) -> u16 {
        let connection = self.connections.entry(id);
        connection.armed = connection.armed.wrapping_add(1);
        let armed = connection.armed;
        if armed == 0 {
            // Numbers begin again: none of the last round may be left.
            self.expiry.forget(id);
        }
        armed
    }
}
