//! A run that cannot keep up: more comes than the farm can do, for as long as the run lasts.
//!
//! It is ended when more connections are in progress than the situation allows, instead of taking all memory. Since when it
//! could not keep up follows from how fast they became more between half of that number and the whole.

use ipvslab_schedulers::{Span, Time};

use crate::meters::Ledger;
use crate::outcome::Overload;

/// Watches how many connections are in progress.
pub(super) struct Watch {
    limit: usize,
    /// At how many it looks next: half of the limit, then the limit.
    next: usize,
    half: Option<Counted>,
}

#[derive(Clone, Copy)]
struct Counted {
    at: Time,
    arrived: u64,
    finished: u64,
}

impl Watch {
    pub(super) fn new(limit: u32) -> Self {
        let limit = limit as usize;
        Self { limit, next: limit.div_ceil(2), half: None }
    }

    /// Whether it is time for a look, with as many connections in progress as there ever were at once.
    #[inline(always)]
    pub(super) fn is_due(&self, most: usize) -> bool {
        most >= self.next
    }

    /// Looks: what is wrong, if too many are in progress.
    #[cold]
    pub(super) fn look(&mut self, most: usize, ledger: &Ledger, now: Time) -> Option<Overload> {
        let counted = Counted { at: now, arrived: ledger.arrived, finished: ledger.finished };
        let half = *self.half.get_or_insert(counted);
        self.next = self.limit;
        if most < self.limit {
            return None;
        }
        let seconds = now.since(half.at).as_secs_f64();
        let per_s = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        // As fast as from half of the limit on, it took as long to get there.
        let before = Span::from_nanos(now.since(half.at).as_nanos().min(half.at.as_nanos()));
        Some(Overload {
            since: Time::ZERO + (half.at.since(Time::ZERO) - before),
            ended: now,
            in_progress: most as u64,
            arrived_per_s: per_s(counted.arrived - half.arrived),
            finished_per_s: per_s(counted.finished - half.finished),
        })
    }
}
