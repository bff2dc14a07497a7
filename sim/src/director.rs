//! The director: schedules new connections, keeps the connection table, and counts as the kernel counts.
//!
//! It is told of the milestones of connections, as a simulation knows them; [`PacketDirector`](crate::PacketDirector) takes
//! packets, and every setting that there is:
//!
//! | milestone | masquerading | direct routing, tunnel |
//! |---|---|---|
//! | SYN ([`open`](Director::open)) | bound, SYN_RECV: active | the same |
//! | handshake ([`establish`](Director::establish)) | ESTABLISHED: active | the same |
//! | server's reset instead ([`reset`](Director::reset)) | CLOSE: inactive, 10 s | not seen: SYN_RECV, active, 60 s |
//! | both sides closed ([`close`](Director::close)) | TIME_WAIT: inactive, 120 s | FIN_WAIT: inactive, 120 s |
//! | server removed ([`cut`](Director::cut)) | packets dropped: ESTABLISHED, active, 900 s after the last one | the same |
//!
//! Whoever closes first, the end is the same: the states between are passed at one instant, and only the last one's
//! time-out is left (kernel spec, sections 2.1 to 2.3).

use ipvslab_schedulers::{Activity, Flow, Scheduler, ServerId, ServerTable, Time, Weight};

use crate::connection::{ConnectionId, ConnectionTable};
use crate::expiry::Expiry;
use crate::setup::{Forwarding, RealServer, Service};
use crate::tcp::TcpState;

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

/// A director with one TCP virtual service.
#[derive(Clone, Debug)]
pub struct Director<S> {
    forwarding: Forwarding,
    servers: ServerTable,
    scheduler: S,
    connections: ConnectionTable,
    expiry: Expiry,
}

impl<S: Scheduler> Director<S> {
    /// A service without servers; `scheduler` is bound to the empty list, as after `ipvsadm -A`.
    pub fn new(service: &Service, scheduler: impl FnOnce(&ServerTable) -> S) -> Self {
        let servers = ServerTable::new(service.profile.accounting);
        Self {
            forwarding: service.forwarding,
            scheduler: scheduler(&servers),
            servers,
            connections: ConnectionTable::default(),
            expiry: Expiry::new(TcpState::ALL.map(|state| service.timeouts.tcp.of(state))),
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

    /// A client's SYN: chooses the server and makes an entry; `None` if the scheduler finds no server.
    ///
    /// The entry's timer is not armed: a milestone follows that does so. Expires what is due.
    #[inline]
    pub fn open(&mut self, flow: &Flow, now: Time) -> Option<(ConnectionId, ServerId)> {
        self.expire(now, |_| {});
        let chosen = self.scheduler.schedule(flow, &self.servers, now)?;
        let server = self.servers.id(chosen);
        self.servers.bind(server);
        self.servers.wake(server);
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
        self.arm(id, TcpState::Established, now);
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
            servers.unbind(server, was);
            if let Some(at) = servers.position(server) {
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
        match (before, state.activity()) {
            (Activity::Active, Activity::Inactive) => self.servers.idle(server),
            (Activity::Inactive, Activity::Active) => self.servers.wake(server),
            _ => {}
        }
        self.load_changed(server);
        self.arm(id, state, now);
    }

    #[inline]
    fn arm(&mut self, id: ConnectionId, state: TcpState, now: Time) {
        let connection = self.connections.entry(id);
        connection.armed = connection.armed.wrapping_add(1);
        let armed = connection.armed;
        if armed == 0 {
            // Numbers begin again: none of the last round may be left.
            self.expiry.forget(id);
        }
        self.expiry.arm(state, id, armed, now);
    }

    #[inline]
    fn load_changed(&mut self, server: ServerId) {
        if let Some(at) = self.servers.position(server) {
            self.scheduler.load_changed(at, &self.servers);
        }
    }
}
