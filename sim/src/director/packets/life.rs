//! How long entries live: their timers, their end, and what their end does to the counts.

use ipvslab_schedulers::{Scheduler, ServerId, Span, Time};

use super::PacketDirector;
use super::entry::Entry;
use super::persistence::HOLD_OVER;
use super::service::Service;
use crate::director::Expired;
use crate::director::connection::ConnectionId;

impl PacketDirector {
    /// Lets every entry go whose timer has run out at `now`, and names each connection (not templates).
    #[inline]
    pub fn expire(&mut self, now: Time, expired: impl FnMut(Expired)) {
        if self.next_expiry() <= now {
            self.expire_due(now, expired);
        }
    }

    fn expire_due(&mut self, now: Time, mut expired: impl FnMut(Expired)) {
        loop {
            let next = self.timers.next_due(now, &self.entries);
            if self.purge_at <= now && self.purge_at <= next {
                self.purge_at = Time::NEVER;
                self.purge(&mut expired);
                continue;
            }
            // Timers of the same instant go first.
            if self.defence.looks_at <= now && self.defence.looks_at < next {
                self.look_at_entries(&mut expired);
                continue;
            }
            if next > now {
                break;
            }
            let Some(id) = self.timers.pop_due() else { break };
            let entry = self.entries.entry_mut(id);
            entry.timer.stop();
            if entry.controls > 0 {
                entry.timeout = HOLD_OVER;
                self.arm(id, next);
            } else {
                expired_as(self.end(id), &mut expired);
            }
        }
    }

    /// When something is due next, at the earliest: no call of [`expire`](Self::expire) before does anything.
    #[inline]
    pub fn next_expiry(&self) -> Time {
        self.timers.next().min(self.purge_at).min(self.defence.looks_at)
    }

    /// When an entry that counts as active may end next, at the earliest.
    #[inline]
    pub(crate) fn next_active_expiry(&self) -> Time {
        self.timers.next_active().min(self.purge_at).min(self.defence.looks_at)
    }

    /// Stops the timer of an entry until its next packet.
    pub(super) fn hold(&mut self, id: ConnectionId) {
        self.entries.entry_mut(id).timer.stop();
    }

    pub(super) fn arm(&mut self, id: ConnectionId, now: Time) {
        let timeout = self.entries.entry(id).timeout;
        self.arm_for(id, now, timeout);
    }

    pub(super) fn arm_for(&mut self, id: ConnectionId, now: Time, timeout: Span) {
        let entry = self.entries.entry_mut(id);
        entry.armed_at = now;
        self.timers.arm(id, &mut entry.timer, now, timeout, entry.state.activity());
    }

    /// Takes an entry out of the table and of the counts.
    pub(super) fn end(&mut self, id: ConnectionId) -> (ConnectionId, Entry) {
        self.hold(id);
        let entry = self.entries.remove(id);
        if let Some(template) = entry.control {
            self.entries.entry_mut(template).controls -= 1;
        }
        let servers = &mut self.services.of_mut(entry.server).servers;
        if entry.is_template() {
            servers.unbind_template(entry.server);
        } else {
            servers.unbind(entry.server, entry.state.activity());
        }
        self.load_changed(entry.server);
        (id, entry)
    }

    /// Entries of servers that are gone are looked for by a timer of one jiffy.
    pub(super) fn schedule_purge(&mut self, now: Time) {
        if self.sysctls.expire_nodest_conn != 0 {
            self.purge_at = self.purge_at.min(self.timers.fires_at(now, Span::from_nanos(1)));
        }
    }

    /// Ends all entries of servers that are gone, and their templates.
    fn purge(&mut self, expired: &mut impl FnMut(Expired)) {
        for id in self.entries.ids() {
            let Some(&entry) = self.entries.find(id) else { continue };
            if entry.controls > 0 || self.services.is_available(entry.server) {
                continue;
            }
            expired_as(self.end(id), expired);
            let Some(template) = entry.control else { continue };
            if self.entries.entry(template).controls == 0 {
                self.end(template);
            }
        }
    }

    pub(super) fn load_changed(&mut self, server: ServerId) {
        let Service { scheduler, servers, .. } = self.services.of_mut(server);
        if let (Some(at), Some(scheduler)) = (servers.position(server), scheduler) {
            scheduler.load_changed(at, servers);
        }
    }
}

/// Names an entry that has ended, unless it was a template.
pub(super) fn expired_as((connection, entry): (ConnectionId, Entry), expired: &mut impl FnMut(Expired)) {
    if !entry.is_template() {
        expired(Expired { connection, server: entry.server, was: entry.state.activity() });
    }
}
