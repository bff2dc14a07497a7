//! The least loaded server by an exact fraction: what `lc`, `wlc`, `sed`, `nq`, `lblc` and `lblcr` have in common.
//!
//! Server `d` replaces the best so far, `b`, only if `load(b) · weight(d) > load(d) · weight(b)`, strictly: ties stay
//! with the earlier server (kernel spec, section 1.0). Small lists are scanned as the kernel scans them. Above
//! [`SCAN_AT_MOST`] servers a winner tree gives the same server in logarithmic time: with positive weights the
//! comparison is a total order (the fraction, then the position).

use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::table::{Server, ServerIndex, ServerTable};

/// Up to this many servers a scan is at least as fast as the tree's upkeep (measured; see `benches/decisions.rs`).
pub(crate) const SCAN_AT_MOST: usize = 64;

/// What a scheduler compares.
pub(crate) trait Measure {
    /// Whether a server of weight 0 is skipped outright, not just beaten.
    const SKIPS_QUIESCED: bool;

    /// The numerator.
    fn load(server: &Server) -> i64;

    /// The denominator.
    #[inline]
    fn weight(server: &Server) -> i64 {
        i64::from(server.weight())
    }
}

/// The kernel's walk over the list: `None` if no server is open.
pub(crate) fn walk<M: Measure>(rows: &[Server]) -> Option<usize> {
    let mut best = rows.iter().position(Server::is_open)?;
    let (mut load, mut weight) = (M::load(&rows[best]), M::weight(&rows[best]));
    for (at, server) in rows.iter().enumerate().skip(best + 1) {
        if server.overloaded() || (M::SKIPS_QUIESCED && server.weight() == 0) {
            continue;
        }
        let (candidate, share) = (M::load(server), M::weight(server));
        if load * share > candidate * weight {
            (best, load, weight) = (at, candidate, share);
        }
    }
    Some(best)
}

/// A server's place in the tree; weight 0 for one that is closed, which loses to every open one.
#[derive(Clone, Copy, Debug)]
struct Contender {
    load: i64,
    weight: i32,
    at: u32,
}

impl Contender {
    const NOBODY: Self = Self { load: 1, weight: 0, at: u32::MAX };

    #[inline]
    fn of<M: Measure>(server: &Server, at: usize) -> Self {
        if !server.is_open() {
            return Self::NOBODY;
        }
        Self { load: M::load(server), weight: M::weight(server) as i32, at: at as u32 }
    }

    /// The winner of two, `self` being the earlier in the list.
    #[inline]
    fn against(self, later: Self) -> Self {
        if self.load * i64::from(later.weight) > later.load * i64::from(self.weight) { later } else { self }
    }
}

/// Finds the least loaded server, by a scan or by a winner tree kept in step.
#[derive(Clone, Debug)]
pub(crate) struct Least<M> {
    /// Empty while the list is short; else a full binary tree from index 1.
    tree: Vec<Contender>,
    leaves: usize,
    /// Some overhead has wrapped to a negative number since the last rebuild: then a quiesced server can win a
    /// comparison in the kernel's walk, and only the walk itself is exact.
    wrapped: bool,
    measure: PhantomData<M>,
}

impl<M> Default for Least<M> {
    fn default() -> Self {
        Self { tree: Vec::new(), leaves: 0, wrapped: false, measure: PhantomData }
    }
}

impl<M: Measure> Least<M> {
    pub(crate) fn new(servers: &ServerTable) -> Self {
        let mut least = Self::default();
        least.rebuild(servers);
        least
    }

    /// The least loaded open server.
    #[inline]
    pub(crate) fn pick(&self, servers: &ServerTable) -> Option<ServerIndex> {
        if self.tree.is_empty() || self.wrapped {
            return walk::<M>(servers.servers()).map(ServerIndex::new);
        }
        let winner = self.tree[1];
        if winner.weight == 0 { None } else { Some(ServerIndex::new(winner.at as usize)) }
    }

    /// The list changed.
    pub(crate) fn rebuild(&mut self, servers: &ServerTable) {
        let rows = servers.servers();
        self.tree.clear();
        self.wrapped = rows.iter().any(|server| server.overhead() < 0);
        if rows.len() <= SCAN_AT_MOST {
            return;
        }
        self.leaves = rows.len().next_power_of_two();
        self.tree.resize(2 * self.leaves, Contender::NOBODY);
        for (at, server) in rows.iter().enumerate() {
            self.tree[self.leaves + at] = Contender::of::<M>(server, at);
        }
        for node in (1..self.leaves).rev() {
            self.tree[node] = self.tree[2 * node].against(self.tree[2 * node + 1]);
        }
    }

    /// The counts of one server changed.
    #[inline]
    pub(crate) fn update(&mut self, at: ServerIndex, servers: &ServerTable) {
        if self.tree.is_empty() {
            return;
        }
        let server = servers.server(at);
        self.wrapped |= server.overhead() < 0;
        let mut node = self.leaves + at.get();
        self.tree[node] = Contender::of::<M>(server, at.get());
        while node > 1 {
            node /= 2;
            let winner = self.tree[2 * node].against(self.tree[2 * node + 1]);
            let before = core::mem::replace(&mut self.tree[node], winner);
            // Somebody else won here before and wins still: nothing above can change.
            if winner.at == before.at && winner.at != at.get() as u32 {
                return;
            }
        }
    }
}
