//! The least loaded server by an exact fraction: what `lc`, `wlc`, `sed`, `nq`, `lblc` and `lblcr` have in common.
//!
//! Server `d` replaces the best so far, `b`, only if `load(b) · weight(d) > load(d) · weight(b)`, strictly: ties stay
//! with the earlier server (kernel spec, section 1.0). Short lists are scanned as the kernel scans them. Above
//! [`SCAN_AT_MOST`] servers a winner tree gives the same server in logarithmic time.

use core::marker::PhantomData;

use crate::flow::Flow;
use crate::scheduler::Scheduler;
use crate::table::{Server, ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::tournament::{Contender, Tournament};

/// Up to this many servers a scan is at least as fast as the tree's upkeep (measured; see `benches/decisions.rs`).
pub(crate) const SCAN_AT_MOST: usize = 64;

/// What a scheduler compares.
pub trait Measure {
    /// Whether a load of 0 ends the walk: nothing can beat it where no load is negative.
    const ZERO_ENDS_WALK: bool;

    /// The numerator.
    fn load(server: &Server) -> i64;

    /// The denominator; 0 exactly if the server is quiesced.
    #[inline]
    fn weight(server: &Server) -> i64 {
        i64::from(server.weight())
    }

    /// Whether a load and weight beat those of the leader so far.
    #[inline]
    fn beats((load, weight): (i64, i64), (leading_load, leading_weight): (i64, i64)) -> bool {
        leading_load * weight > load * leading_weight
    }
}

/// Finds the least loaded server, by a scan or by a winner tree kept in step.
#[derive(Clone, Debug)]
pub struct Least<M> {
    tree: Tournament,
    /// The list has changed its length or order since the tree was built.
    stale: bool,
    measure: PhantomData<M>,
}

impl<M> Default for Least<M> {
    fn default() -> Self {
        Self { tree: Tournament::default(), stale: true, measure: PhantomData }
    }
}

impl<M: Measure> Least<M> {
    /// The least loaded open server; `None` if none is open.
    #[inline]
    pub(crate) fn pick(&mut self, servers: &ServerTable) -> Option<ServerIndex> {
        let rows = servers.servers();
        if rows.len() <= SCAN_AT_MOST {
            return walk::<M>(rows);
        }
        if self.stale {
            self.tree.rebuild(rows.len(), |at| contender::<M>(&rows[at]));
            self.stale = false;
        }
        if self.tree.is_exact() { self.tree.winner().map(ServerIndex::new) } else { walk::<M>(rows) }
    }
}

impl<M: Measure> Scheduler for Least<M> {
    #[inline]
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        self.pick(servers)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        match change {
            TableChange::Edited(at) => self.load_changed(at, servers),
            TableChange::Added | TableChange::Removed { .. } => self.stale = true,
        }
    }

    #[inline]
    fn load_changed(&mut self, at: ServerIndex, servers: &ServerTable) {
        if !self.stale {
            self.tree.update(at.get(), contender::<M>(servers.server(at)));
        }
    }
}

/// What the server enters a tournament with.
#[inline]
pub(crate) fn contender<M: Measure>(server: &Server) -> Contender {
    if server.overloaded() { Contender::CLOSED } else { Contender::new(M::load(server), M::weight(server)) }
}

/// The kernel's walk over the list: `None` if no server is open.
///
/// The first best must be open; a later one need not have a weight, which tells once loads are negative.
#[inline]
fn walk<M: Measure>(rows: &[Server]) -> Option<ServerIndex> {
    let measured = |server: &Server| (M::load(server), M::weight(server));
    let mut best = rows.iter().position(Server::is_open)?;
    let mut leader = measured(&rows[best]);
    if M::ZERO_ENDS_WALK && leader.0 == 0 {
        return Some(ServerIndex::new(best));
    }
    for (at, server) in rows.iter().enumerate().skip(best + 1) {
        let candidate = measured(server);
        if !server.overloaded() && M::beats(candidate, leader) {
            (best, leader) = (at, candidate);
            if M::ZERO_ENDS_WALK && leader.0 == 0 {
                break;
            }
        }
    }
    Some(ServerIndex::new(best))
}
