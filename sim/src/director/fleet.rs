//! Several directors in front of one farm, and several virtual services on the same real servers.
//!
//! Each director keeps its own connections and counts for each service, and has a scheduler of its own that knows of no
//! other: as in the kernel, where a service's destination counts what this service gave it on this machine.

use alloc::vec::Vec;

use ipvslab_schedulers::{Flow, Seen, ServerId, Time, Weight, fold};

use crate::director::Expired;
use crate::director::any::AnyDirector;
use crate::director::connection::ConnectionId;
use crate::director::{Counts, Director, Reopened, Revived, Silent};
use crate::setup::RealServer;
use crate::setup::operations::Failover;

/// How connections reach their director.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directors {
    /// How many there are; at least 1.
    pub count: u32,
    /// What routers choose the director by (equal-cost multipath).
    pub by: SpreadBy,
    /// In which order each lists the servers.
    pub start: Start,
    /// Which virtual service each class of clients uses; classes beyond the end use service 0.
    pub services: Vec<u16>,
}

impl Default for Directors {
    /// One director, one service.
    fn default() -> Self {
        Self { count: 1, by: SpreadBy::default(), start: Start::default(), services: Vec::new() }
    }
}

/// What connections are spread over directors by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SpreadBy {
    /// The client's address: a client has one director, as on a node of Kubernetes.
    #[default]
    Client,
    /// The client's address and port, as routers hash the tuple.
    Connection,
}

/// In which order directors list the servers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Start {
    /// All alike: every round robin begins at the same server.
    #[default]
    Same,
    /// Each begins where its part of a turn has passed.
    Spread,
}

/// All directors with all their services, as one.
pub(crate) struct Fleet {
    /// By service, and by director within a service.
    members: Vec<AnyDirector>,
    plan: Directors,
}

impl Fleet {
    /// As many members as the plan needs, made one by one.
    pub(crate) fn new(plan: &Directors, member: impl FnMut(u32) -> AnyDirector) -> Self {
        let services = 1 + u32::from(plan.services.iter().copied().max().unwrap_or(0));
        Self { members: (0..services * plan.count).map(member).collect(), plan: plan.clone() }
    }

    fn chosen(&self, flow: &Flow, class: u16) -> usize {
        let service = self.plan.services.get(usize::from(class)).copied().unwrap_or(0);
        let port = match self.plan.by {
            SpreadBy::Client => 0,
            SpreadBy::Connection => u64::from(flow.client_port),
        };
        let hash = mix(u64::from(fold(flow.client)) << 16 | port) >> 32;
        let director = (hash * u64::from(self.plan.count)) >> 32;
        usize::from(service) * self.plan.count as usize + director as usize
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

    fn is_clairvoyant(&self) -> bool {
        self.members[0].is_clairvoyant()
    }

    fn show(&mut self, seen: &[Seen]) {
        self.members.iter_mut().for_each(|member| member.show(seen));
    }

    fn open(&mut self, flow: &Flow, class: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        let chosen = self.chosen(flow, class);
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
        let (member, inner, number) = self.silent(silent);
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

    fn fail_over(&mut self, failover: Failover, now: Time) {
        self.members.iter_mut().for_each(|member| member.fail_over(failover, now));
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

/// The finaliser of MurmurHash3 (Appleby): a router's hash, whichever it is.
fn mix(mut bits: u64) -> u64 {
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ bits >> 33
}
