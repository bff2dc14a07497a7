//! The least loaded server by an exact fraction: what `lc`, `wlc`, `sed`, `nq`, `lblc` and `lblcr` have in common.
//!
//! Server `d` replaces the best so far, `b`, only if `load(b) · weight(d) > load(d) · weight(b)`, strictly: ties stay
//! with the earlier server (kernel spec, section 1.0). Where the weights allow it, servers are [ranked](crate::ranks) by whole
//! numbers, of which the least is the same server. Where they do not, short lists are walked as the kernel walks them, and
//! above [`SCAN_AT_MOST`] servers a winner tree gives the same server in logarithmic time.

use core::marker::PhantomData;

use crate::flow::Flow;
use crate::ranks::{Ranked, Ranks};
use crate::scheduler::Scheduler;
use crate::server::Server;
use crate::table::{ServerIndex, ServerTable, TableChange};
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

/// Finds the least loaded server, by an index of the list that is kept in step where there can be one.
#[derive(Clone, Debug)]
pub struct Least<M> {
    ranks: Option<Ranks>,
    /// For long lists that cannot be ranked.
    tree: Option<Tournament>,
    /// The list has changed its length, order or weights, and there is no index.
    stale: bool,
    measure: PhantomData<M>,
}

impl<M> Default for Least<M> {
    fn default() -> Self {
        Self { ranks: None, tree: None, stale: true, measure: PhantomData }
    }
}

impl<M: Measure> Least<M> {
    /// The least loaded open server; `None` if none is open.
    #[inline]
    pub(crate) fn pick(&mut self, servers: &ServerTable) -> Option<ServerIndex> {
        match self.ranks.as_ref().map(Ranks::first) {
            Some(Ranked::First(at)) => Some(ServerIndex::new(at)),
            Some(Ranked::Closed) => None,
            Some(Ranked::Unknown) | None => self.look(servers),
        }
    }

    /// The same without ranks.
    #[inline(never)]
    fn look(&mut self, servers: &ServerTable) -> Option<ServerIndex> {
        let rows = servers.servers();
        if self.stale {
            self.rebuild(rows);
            return self.pick(servers);
        }
        match &self.tree {
            Some(tree) if tree.is_exact() => tree.winner().map(ServerIndex::new),
            _ => walk::<M>(rows),
        }
    }

    fn rebuild(&mut self, rows: &[Server]) {
        self.stale = false;
        self.ranks = Ranks::new(rows.iter().map(|server| M::weight(server) as u32));
        if let Some(ranks) = &mut self.ranks {
            rows.iter().enumerate().for_each(|(at, server)| ranks.update(at, load::<M>(server)));
        } else if rows.len() > SCAN_AT_MOST {
            let mut tree = Tournament::default();
            tree.rebuild(rows.len(), |at| contender::<M>(&rows[at]));
            self.tree = Some(tree);
        }
    }
}

impl<M: Measure> Scheduler for Least<M> {
    #[inline]
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        self.pick(servers)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        match change {
            TableChange::Edited(at) if self.tree.is_some() => self.load_changed(at, servers),
            _ => (self.ranks, self.tree, self.stale) = (None, None, true),
        }
    }

    #[inline(always)]
    fn load_changed(&mut self, at: ServerIndex, servers: &ServerTable) {
        let server = servers.server(at);
        if let Some(ranks) = &mut self.ranks {
            ranks.update(at.get(), load::<M>(server));
        } else if let Some(tree) = &mut self.tree {
            tree.update(at.get(), contender::<M>(server));
        }
    }
}

/// The load by which a server is ranked; `None` if it is overloaded.
#[inline]
fn load<M: Measure>(server: &Server) -> Option<i64> {
    (!server.overloaded()).then(|| M::load(server))
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
