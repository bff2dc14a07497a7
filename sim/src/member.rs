//! One director of a fleet, with one service.

use alloc::boxed::Box;

use ipvslab_schedulers::{AnyScheduler, Flow, Seen, ServerId, Time, Weight};

use crate::connection::ConnectionId;
use crate::director::{Director, Expired};
use crate::disturbances::Failover;
use crate::milestones::{Counts, Milestones, Reopened, Revived, Silent};
use crate::setup::RealServer;
use crate::told::ToldDirector;

/// The fast director, or that of packets.
pub(crate) enum Member {
    Plain(Box<Director<AnyScheduler>>),
    Told(Box<ToldDirector>),
}

/// The same call on whichever it is.
macro_rules! ask {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        match $self {
            Member::Plain(director) => Milestones::$method(&mut **director, $($argument),*),
            Member::Told(director) => Milestones::$method(&mut **director, $($argument),*),
        }
    };
    (look $self:ident.$method:ident($($argument:expr),*)) => {
        match $self {
            Member::Plain(director) => Milestones::$method(&**director, $($argument),*),
            Member::Told(director) => Milestones::$method(&**director, $($argument),*),
        }
    };
}

impl Milestones for Member {
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

    fn is_clairvoyant(&self) -> bool {
        ask!(look self.is_clairvoyant())
    }

    fn show(&mut self, seen: &[Seen]) {
        ask!(self.show(seen));
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

    fn fail_over(&mut self, failover: Failover, now: Time) {
        ask!(self.fail_over(failover, now));
    }

    fn next_active_timeout(&self) -> Time {
        ask!(look self.next_active_timeout())
    }

    fn expire(&mut self, now: Time, expired: impl FnMut(Expired)) {
        ask!(self.expire(now, expired));
    }
}
