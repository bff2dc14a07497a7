//! Sampled least connection (`least-of-2`, `least-of-4`): d servers drawn uniformly, the one with the fewest connections taken.
//!
//! What Cilium's pull request 47904 proposes. A draw is the remainder of one word. The request's counters, opened less closed, are
//! the active connections here. Whether a server may be drawn twice and how ties fall could not be read from the request: here it
//! may, with probability 1/n, unless the rule says `distinct`, and the server drawn first wins a tie. Weights do not count.
//!
//! Source: cilium pull request 47904, open in August 2026; Mitzenmacher, "The Power of Two Choices" (2001).

use crate::flow::Flow;
use crate::planes::eligible::{Eligible, Order};
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::twos::Draws;

/// Whether a server may be drawn again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Drawing {
    /// It may.
    WithReplacement,
    /// Of those not drawn yet.
    Distinct,
}

/// The most servers that are looked at.
const MOST: usize = 4;

/// The least loaded of a few.
#[derive(Clone, Debug)]
pub struct LeastOf {
    count: usize,
    drawing: Drawing,
    draws: Draws,
    eligible: Eligible,
}

impl LeastOf {
    /// Of `count` servers, fed by `draws`.
    ///
    /// # Panics
    /// If `count` is not within 2..=4.
    pub fn new(count: usize, drawing: Drawing, draws: Draws) -> Self {
        assert!((2..=MOST).contains(&count), "two to four servers are drawn");
        Self { count, drawing, draws, eligible: Eligible::new(Order::Written) }
    }
}

impl Scheduler for LeastOf {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (places, _) = self.eligible.of(servers);
        let mut drawn = [usize::MAX; MOST];
        let count = match self.drawing {
            Drawing::WithReplacement if places.is_empty() => 0,
            Drawing::WithReplacement => self.count,
            Drawing::Distinct => self.count.min(places.len()),
        };
        for number in 0..count {
            let left = match self.drawing {
                Drawing::WithReplacement => places.len(),
                Drawing::Distinct => places.len() - number,
            };
            let mut at = self.draws.word() as usize % left;
            if self.drawing == Drawing::Distinct {
                let mut before = drawn;
                before[..number].sort_unstable();
                for &taken in &before[..number] {
                    at += usize::from(taken <= at);
                }
            }
            drawn[number] = at;
        }
        let least = drawn[..count].iter().map(|&at| places[at]);
        least.min_by_key(|&at| servers.server(at).active())
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.eligible.changed();
    }
}
