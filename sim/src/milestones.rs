//! What the engine asks of a director: it tells milestones of connections, and looks at the servers' counts.

use ipvslab_schedulers::{Flow, Scheduler, Server, ServerId, Time, Weight};

use crate::connection::ConnectionId;
use crate::director::{Director, Expired};
use crate::setup::RealServer;

/// A director that is told of the milestones of connections; see [`Director`] for what each means.
pub trait Milestones {
    /// The counts of a server, in the list or removed; `None` if it was never added.
    fn counts(&self, server: ServerId) -> Option<&Server>;
    /// Whether a server is in the list.
    fn is_listed(&self, server: ServerId) -> bool;
    /// The most entries there ever were at once.
    fn peak_entries(&self) -> usize;
    /// `ipvsadm -a`.
    fn add(&mut self, id: ServerId, server: &RealServer, weight: Weight);
    /// `ipvsadm -e`: a new weight.
    fn set_weight(&mut self, id: ServerId, weight: Weight);
    /// `ipvsadm -d`.
    fn remove(&mut self, id: ServerId, now: Time);
    /// A client's first packet; `None` if it is not let in.
    fn open(&mut self, flow: &Flow, now: Time) -> Option<(ConnectionId, ServerId)>;
    /// The server has taken the connection.
    fn establish(&mut self, id: ConnectionId, now: Time);
    /// The server has refused it.
    fn reset(&mut self, id: ConnectionId, now: Time);
    /// Both sides have closed it.
    fn close(&mut self, id: ConnectionId, now: Time);
    /// Its server was removed, and it goes on into the void.
    fn cut(&mut self, id: ConnectionId, now: Time);
    /// When the next entry that counts as active may run out, at the earliest.
    fn next_active_timeout(&self) -> Time;
    /// Lets every entry go whose time is up.
    fn expire(&mut self, now: Time, expired: impl FnMut(Expired));
}

impl<S: Scheduler> Milestones for Director<S> {
    #[inline]
    fn counts(&self, server: ServerId) -> Option<&Server> {
        self.servers().find(server)
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

    #[inline]
    fn open(&mut self, flow: &Flow, now: Time) -> Option<(ConnectionId, ServerId)> {
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

    fn cut(&mut self, id: ConnectionId, now: Time) {
        self.cut(id, now);
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
