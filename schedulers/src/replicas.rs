//! The servers that one destination address is replicated on, for `lblcr`.
//!
//! Members are walked from the one that joined last (the kernel inserts at the head of the set's list). A small set is
//! scanned; a large one keeps a winner tree of its own, which catches up with the changes of the table when the set
//! is asked, not when they happen: a change costs the same however many sets the server is in.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::least::{Measure, contender};
use crate::server::Server;
use crate::table::{ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::{Span, Time};
use crate::tournament::{Contender, Tournament};
use crate::wlc::WeightedOverhead;

/// Sets up to this size are scanned (measured; see `benches/decisions.rs`).
const SCAN_AT_MOST: usize = 8;
/// Sets this much smaller than the list are scanned too: an index has an entry for every server of the list, and
/// there may be as many sets as destinations.
const SCAN_BELOW_SHARE: usize = 64;

/// A set of replicas.
#[derive(Clone, Debug)]
pub(crate) struct ReplicaSet {
    /// Oldest first.
    members: Vec<ServerId>,
    /// When a member last joined or left.
    changed: Time,
    /// How many changes the log had seen when the set was asked last.
    asked: u64,
    index: Option<Box<SetIndex>>,
}

impl ReplicaSet {
    /// A set of one.
    pub(crate) fn of(first: ServerId, now: Time) -> Self {
        Self { members: vec![first], changed: now, asked: 0, index: None }
    }

    /// The open member of least overhead over weight, the latest to join among equals; `None` if none is open.
    #[inline]
    pub(crate) fn least(&mut self, servers: &ServerTable, changes: &ChangeLog) -> Option<ServerIndex> {
        let asked = core::mem::replace(&mut self.asked, changes.pushed);
        if !self.is_worth_an_index(servers.len(), changes.pushed - asked) {
            if let Some(index) = &mut self.index {
                index.epoch = OUTDATED;
            }
            return self.scan(servers);
        }
        let index = self.index.get_or_insert_default();
        index.catch_up(&self.members, servers, changes, asked);
        if !index.tree.is_exact() {
            return self.scan(servers);
        }
        index.tree.winner().and_then(|leaf| servers.position(self.members[index.member_at(leaf)]))
    }

    /// Whether replaying this many changes is cheaper than a scan of the members.
    ///
    /// Reading a change costs about half of what scanning a member does; if the change concerns a member (a share
    /// members/listed of them do), each of its matches costs one and a half as much again.
    fn is_worth_an_index(&self, listed: usize, changes: u64) -> bool {
        let members = self.members.len();
        let matches = 3 * members.ilog2() as usize;
        members > SCAN_AT_MOST
            && members * SCAN_BELOW_SHARE >= listed
            && changes <= ChangeLog::LENGTH
            && changes * (listed + matches * members) as u64 <= 2 * (members * listed) as u64
    }

    /// Drops the most loaded member if the set has not changed for longer than `expiration`.
    ///
    /// Neither the OVERLOAD flag nor removal from the list protects a member, but weight 0 does.
    #[inline]
    pub(crate) fn shrink(&mut self, servers: &ServerTable, expiration: Span, now: Time) {
        if self.members.len() > 1
            && now > self.changed + expiration
            && let Some(at) = self.most_loaded(servers)
        {
            self.members.remove(at);
            self.changed = now;
            self.index = None;
        }
    }

    /// Takes a server in, unless it is a member.
    pub(crate) fn insert(&mut self, at: ServerIndex, servers: &ServerTable, now: Time) {
        let id = servers.id(at);
        let is_member = match &self.index {
            Some(index) if index.epoch != OUTDATED => index.members[at.get()] != NOT_A_MEMBER,
            _ => self.members.contains(&id),
        };
        if is_member {
            return;
        }
        if let Some(index) = &mut self.index
            && index.epoch != OUTDATED
            && !index.join(at, self.members.len(), servers.server(at))
        {
            index.epoch = OUTDATED;
        }
        self.members.push(id);
        self.changed = now;
    }

    /// The kernel's loop: as in `wlc`, over the members that are still listed.
    fn scan(&self, servers: &ServerTable) -> Option<ServerIndex> {
        let listed = self.members.iter().rev().filter_map(|&id| servers.position(id));
        let mut listed = listed.map(|at| (at, servers.server(at)));
        let (mut best, mut leader) = listed.find(|(_, server)| server.is_open())?;
        for (at, server) in listed {
            if !server.overloaded() && less_loaded(server, leader) {
                (best, leader) = (at, server);
            }
        }
        Some(best)
    }

    fn most_loaded(&self, servers: &ServerTable) -> Option<usize> {
        let known = self.members.iter().enumerate().rev();
        let mut known = known.filter_map(|(at, &id)| Some((at, servers.find(id)?)));
        let (mut most, mut leader) = known.find(|(_, server)| server.weight() > 0)?;
        for (at, server) in known {
            if server.weight() > 0 && less_loaded(leader, server) {
                (most, leader) = (at, server);
            }
        }
        Some(most)
    }
}

#[inline]
fn less_loaded(a: &Server, b: &Server) -> bool {
    WeightedOverhead::load(b) * WeightedOverhead::weight(a)
        > WeightedOverhead::load(a) * WeightedOverhead::weight(b)
}

/// The winner tree of a large set.
///
/// Leaves stand in the order of the walk, so that the member that joins next gets the leaf *before* all others:
/// the oldest member has the last leaf.
#[derive(Clone, Debug, Default)]
struct SetIndex {
    tree: Tournament,
    leaves: usize,
    /// By position in the list: which member the server is, or `NOT_A_MEMBER`.
    members: Vec<u32>,
    /// Of which epoch of the log the tree is, up to when the set was asked last; or `OUTDATED`.
    epoch: u64,
}

const NOT_A_MEMBER: u32 = u32::MAX;
const OUTDATED: u64 = 0;

impl SetIndex {
    #[inline]
    fn member_at(&self, leaf: usize) -> usize {
        self.leaves - 1 - leaf
    }

    /// Makes the tree current; if it was so when the log had seen `asked` changes, by what came since.
    #[inline]
    fn catch_up(&mut self, members: &[ServerId], servers: &ServerTable, changes: &ChangeLog, asked: u64) {
        if self.epoch != changes.epoch {
            self.rebuild(members, servers);
            self.epoch = changes.epoch;
            return;
        }
        for at in changes.since(asked) {
            let member = self.members[at.get()];
            if member != NOT_A_MEMBER {
                let leaf = self.leaves - 1 - member as usize;
                self.tree.update(leaf, contender::<WeightedOverhead>(servers.server(at)));
            }
        }
    }

    fn rebuild(&mut self, members: &[ServerId], servers: &ServerTable) {
        self.leaves = (members.len() + 1).next_power_of_two();
        self.members.clear();
        self.members.resize(servers.len(), NOT_A_MEMBER);
        for (member, &id) in members.iter().enumerate() {
            if let Some(at) = servers.position(id) {
                self.members[at.get()] = member as u32;
            }
        }
        let listed = |leaf: usize| members.get(self.leaves - 1 - leaf).and_then(|&id| servers.position(id));
        self.tree.rebuild(self.leaves, |leaf| {
            listed(leaf).map_or(Contender::CLOSED, |at| contender::<WeightedOverhead>(servers.server(at)))
        });
    }

    /// Enters a new member; `false` if there is no leaf left for it.
    fn join(&mut self, at: ServerIndex, member: usize, server: &Server) -> bool {
        if member >= self.leaves {
            return false;
        }
        self.members[at.get()] = member as u32;
        self.tree.update(self.leaves - 1 - member, contender::<WeightedOverhead>(server));
        true
    }
}

/// The latest changes of connection counts.
#[derive(Clone, Debug)]
pub(crate) struct ChangeLog {
    /// A ring: change `n` is at `n % LENGTH`.
    latest: Vec<ServerIndex>,
    pushed: u64,
    /// Grows when servers join or leave the list, which moves all positions.
    epoch: u64,
}

impl Default for ChangeLog {
    fn default() -> Self {
        Self { latest: vec![ServerIndex::new(0); Self::LENGTH as usize], pushed: 0, epoch: 1 }
    }
}

impl ChangeLog {
    const LENGTH: u64 = 4096;

    #[inline]
    pub(crate) fn push(&mut self, at: ServerIndex) {
        self.latest[(self.pushed % Self::LENGTH) as usize] = at;
        self.pushed += 1;
    }

    pub(crate) fn table_changed(&mut self, change: TableChange) {
        match change {
            TableChange::Edited(at) => self.push(at),
            TableChange::Added | TableChange::Removed { .. } => self.epoch += 1,
        }
    }

    /// The changes from the `seen`th on, of which at most [`Self::LENGTH`] may have come.
    #[inline]
    fn since(&self, seen: u64) -> impl Iterator<Item = ServerIndex> + '_ {
        (seen..self.pushed).map(|change| self.latest[(change % Self::LENGTH) as usize])
    }
}
