//! One director of a fleet, with one service.

use alloc::boxed::Box;

use ipvslab_schedulers::{AnyScheduler, Flow, Seen, ServerId, Time, Weight};

use crate::director::adapter::PacketAdapter;
use crate::director::connection::ConnectionId;
use crate::director::fast::FastDirector;
use crate::director::{Counts, Director, Expired, Reopened, Revived, Silent};
use crate::setup::Failover;
use crate::setup::RealServer;

/// The fast director, or that of packets.
pub(crate) enum AnyDirector {
    Plain(Box<FastDirector<AnyScheduler>>),
    Told(Box<PacketAdapter>),
}

/// The same call on whichever it is.
macro_rules! ask {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        match $self {
            AnyDirector::Plain(director) => Director::$method(&mut **director, $($argument),*),
            AnyDirector::Told(director) => Director::$method(&mut **director, $($argument),*),
        }
    };
    (look $self:ident.$method:ident($($argument:expr),*)) => {
        match $self {
            AnyDirector::Plain(director) => Director::$method(&**director, $($argument),*),
            AnyDirector::Told(director) => Director::$method(&**director, $($argument),*),
        }
    };
}

impl Director for AnyDirector {
    fn counts(&self, server: ServerId) -> Option<Counts> {
        ask!(look self.counts(server))
    }

    fn is_listed(&self, server: ServerId) -> bool {
        ask!(look self.is_listed(server))
    }

    fn peak_entries(&self) -> usize {
        ask!(look self.peak_entries())
    }

    fn add(&mut self, id: ServerId, server: &RealServer, weight: Weight) {
        ask!(self.add(id, server, weight));
    }

    fn set_weight(&mut self, id: ServerId, weight: Weight) {
        ask!(self.set_weight(id, weight));
    }

    fn remove(&mut self, id: ServerId, now: Time) {
        ask!(self.remove(id, now));
    }

    fn observe(&mut self, seen: &[Seen]) {
        ask!(self.observe(seen));
    }

    fn open(&mut self, flow: &Flow, class: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        ask!(self.open(flow, class, now))
    }

    fn establish(&mut self, id: ConnectionId, now: Time) {
        ask!(self.establish(id, now));
    }

    fn reset(&mut self, id: ConnectionId, now: Time) {
        ask!(self.reset(id, now));
    }

    fn close(&mut self, id: ConnectionId, now: Time) {
        ask!(self.close(id, now));
    }

    fn silence(&mut self, id: ConnectionId, now: Time) -> Silent {
        ask!(self.silence(id, now))
    }

    fn reopen(&mut self, silent: Silent, flow: &Flow, class: u16, now: Time) -> Reopened {
        ask!(self.reopen(silent, flow, class, now))
    }

    fn revive(&mut self, silent: Silent, now: Time) -> Revived {
        ask!(self.revive(silent, now))
    }

    fn forget(&mut self, silent: Silent) {
        ask!(self.forget(silent));
    }

    fn leave(&mut self, id: ConnectionId, now: Time) {
        ask!(self.leave(id, now));
    }

    fn leave_silent(&mut self, silent: Silent, now: Time) {
        ask!(self.leave_silent(silent, now));
    }

    fn abort(&mut self, id: ConnectionId, now: Time) {
        ask!(self.abort(id, now));
    }

    fn adopt(&mut self, flow: &Flow, class: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        ask!(self.adopt(flow, class, now))
    }

    fn fail_over(&mut self, director: u32, failover: Failover, now: Time) {
        ask!(self.fail_over(director, failover, now));
    }

    fn next_active_timeout(&self) -> Time {
        ask!(look self.next_active_timeout())
    }

    fn expire(&mut self, now: Time, expired: impl FnMut(Expired)) {
        ask!(self.expire(now, expired));
    }
}
