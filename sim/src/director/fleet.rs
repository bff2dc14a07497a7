//! Several directors in front of one farm, and several virtual services on the same real servers.
//!
//! Each director keeps its own connections and counts for each service, and has a scheduler of its own that knows of no
//! other: as in the kernel, where a service's destination counts what this service gave it on this machine.

use alloc::vec::Vec;

use ipvslab_schedulers::{Flow, Seen, ServerId, Time, Weight};

use super::routers::Routers;
use crate::director::Expired;
use crate::director::any::AnyDirector;
use crate::director::connection::ConnectionId;
use crate::director::{Counts, Director, Reopened, Revived, Silent};
use crate::setup::Failover;
use crate::setup::RealServer;
use crate::setup::{Directors, Start};

/// All directors with all their services, as one.
pub(crate) struct Fleet {
    /// By service, and by director within a service.
    members: Vec<AnyDirector>,
    plan: Directors,
    routers: Routers,
}

impl Fleet {
    /// As many members as the plan needs, made one by one.
    pub(crate) fn new(plan: &Directors, member: impl FnMut(u32) -> AnyDirector) -> Self {
        let services = 1 + u32::from(plan.services.iter().copied().max().unwrap_or(0));
        Self {
            members: (0..services * plan.count).map(member).collect(),
            plan: plan.clone(),
            routers: Routers::new(plan),
        }
    }

    fn member_for(&self, flow: &Flow, class: u16) -> usize {
        let service = self.plan.services.get(usize::from(class)).copied().unwrap_or(0);
        usize::from(service) * self.plan.count as usize + self.routers.director(flow) as usize
    }

    /// A member's connection as the fleet knows it.
    fn outer(&self, member: usize, id: ConnectionId) -> ConnectionId {
        let number = id.index() * self.members.len() + member;
        ConnectionId::new(u32::try_from(number).expect("fewer than 2^32 entries of all directors"))
    }

    /// Whose connection it is, and as what the member knows it.
    fn inner(&self, id: ConnectionId) -> (usize, ConnectionId) {
        let (number, member) = (id.index() / self.members.len(), id.index() % self.members.len());
        (member, ConnectionId::new(number as u32))
    }

    fn member(&mut self, id: ConnectionId) -> (&mut AnyDirector, ConnectionId) {
        let (member, id) = self.inner(id);
        (&mut self.members[member], id)
    }

    fn silent(&mut self, silent: Silent) -> (&mut AnyDirector, Silent, usize) {
        let (member, id) = self.inner(silent.id);
        (&mut self.members[member], Silent { id, ..silent }, member)
    }
}

impl Director for Fleet {
    fn counts(&self, server: ServerId) -> Option<Counts> {
        let counts = self.members.iter().filter_map(|member| member.counts(server));
        counts.reduce(|sum, counts| Counts {
            weight: sum.weight,
            active: sum.active + counts.active,
            total: sum.total + counts.total,
        })
    }

    fn is_listed(&self, server: ServerId) -> bool {
        self.members.iter().any(|member| member.is_listed(server))
    }

    fn peak_entries(&self) -> usize {
        self.members.iter().map(Director::peak_entries).sum()
    }

    fn set_up(&mut self, servers: &[(ServerId, RealServer)]) {
        let count = self.plan.count as usize;
        for (number, member) in self.members.iter_mut().enumerate() {
            let passed = match self.plan.start {
                Start::Same => 0,
                Start::Spread => number % count * servers.len() / count,
            };
            // What was added last is looked at first: after `passed` decisions, the one `passed` places before it.
            let (rest, first) = servers.split_at(servers.len() - passed);
            let turned: Vec<(ServerId, RealServer)> = first.iter().chain(rest).copied().collect();
            member.set_up(&turned);
        }
    }

    fn add(&mut self, id: ServerId, server: &RealServer, weight: Weight) {
        self.members.iter_mut().for_each(|member| member.add(id, server, weight));
    }

    fn set_weight(&mut self, id: ServerId, weight: Weight) {
        self.members.iter_mut().for_each(|member| member.set_weight(id, weight));
    }

    fn remove(&mut self, id: ServerId, now: Time) {
        self.members.iter_mut().for_each(|member| member.remove(id, now));
    }

    fn observe(&mut self, seen: &[Seen]) {
        self.members.iter_mut().for_each(|member| member.observe(seen));
    }

    fn chosen(&self, flow: &Flow, class: u16) -> u32 {
        self.member_for(flow, class) as u32 % self.plan.count
    }

    fn director_of(&self, connection: ConnectionId) -> u32 {
        self.inner(connection).0 as u32 % self.plan.count
    }

    fn open(&mut self, flow: &Flow, class: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        let chosen = self.member_for(flow, class);
        // Counts are sums over all of them.
        self.members.iter_mut().for_each(|member| member.expire(now, |_| {}));
        let (id, server) = self.members[chosen].open(flow, class, now)?;
        Some((self.outer(chosen, id), server))
    }

    fn establish(&mut self, id: ConnectionId, now: Time) {
        let (member, id) = self.member(id);
        member.establish(id, now);
    }

    fn reset(&mut self, id: ConnectionId, now: Time) {
        let (member, id) = self.member(id);
        member.reset(id, now);
    }

    fn close(&mut self, id: ConnectionId, now: Time) {
        let (member, id) = self.member(id);
        member.close(id, now);
    }

    fn silence(&mut self, id: ConnectionId, now: Time) -> Silent {
        let (member, inner) = self.member(id);
        Silent { id, ..member.silence(inner, now) }
    }

    fn reopen(&mut self, silent: Silent, flow: &Flow, class: u16, now: Time) -> Reopened {
        let chosen = self.member_for(flow, class);
        let (member, inner, number) = self.silent(silent);
        if number != chosen {
            // Its packets come to another director from now on.
            member.forget(inner);
            return self.open(flow, class, now).map_or(Reopened::NoServer, |(connection, server)| {
                Reopened::Passed { connection, server, is_anew: true }
            });
        }
        match member.reopen(inner, flow, class, now) {
            Reopened::Passed { connection, server, is_anew } => {
                Reopened::Passed { connection: self.outer(number, connection), server, is_anew }
            }
            Reopened::Dropped(silent) => {
                Reopened::Dropped(Silent { id: self.outer(number, silent.id), ..silent })
            }
            Reopened::NoServer => Reopened::NoServer,
        }
    }

    fn revive(&mut self, silent: Silent, now: Time) -> Revived {
        let (member, inner, number) = self.silent(silent);
        match member.revive(inner, now) {
            Revived::Passed(connection) => Revived::Passed(self.outer(number, connection)),
            Revived::Dropped(silent) => {
                Revived::Dropped(Silent { id: self.outer(number, silent.id), ..silent })
            }
            Revived::Gone => Revived::Gone,
        }
    }

    fn forget(&mut self, silent: Silent) {
        let (member, silent, _) = self.silent(silent);
        member.forget(silent);
    }

    fn leave(&mut self, id: ConnectionId, now: Time) {
        let (member, id) = self.member(id);
        member.leave(id, now);
    }

    fn leave_silent(&mut self, silent: Silent, now: Time) {
        let (member, silent, _) = self.silent(silent);
        member.leave_silent(silent, now);
    }

    fn abort(&mut self, id: ConnectionId, now: Time) {
        let (member, id) = self.member(id);
        member.abort(id, now);
    }

    fn adopt(&mut self, flow: &Flow, class: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        let chosen = self.member_for(flow, class);
        let (id, server) = self.members[chosen].adopt(flow, class, now)?;
        Some((self.outer(chosen, id), server))
    }

    fn fail_over(&mut self, director: u32, failover: Failover, now: Time) {
        let count = self.plan.count as usize;
        let services = self.members.iter_mut().skip(director as usize).step_by(count);
        services.for_each(|member| member.fail_over(director, failover, now));
    }

    fn set_present(&mut self, director: u32, is_present: bool) {
        self.routers.set_present(director, is_present);
    }

    fn next_active_timeout(&self) -> Time {
        self.members.iter().map(Director::next_active_timeout).min().unwrap_or(Time::NEVER)
    }

    fn expire(&mut self, now: Time, mut expired: impl FnMut(Expired)) {
        let count = self.members.len();
        for (number, member) in self.members.iter_mut().enumerate() {
            member.expire(now, |one| {
                let id = one.connection.index() * count + number;
                expired(Expired { connection: ConnectionId::new(id as u32), ..one });
            });
        }
    }
}
