//! When entries expire, and which of those that expire in the same jiffy goes first.

use alloc::collections::BTreeSet;
use core::cmp::Reverse;

use ipvslab_schedulers::{Span, Time, TimerClock};

use crate::director::connection::ConnectionId;

/// Where a timer waits: when it fires, its level of the wheel, and its turn within the bucket.
///
/// Of one jiffy, the coarser levels fire first; within a bucket, the timer that came last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Turn {
    fires: Time,
    level: Reverse<u32>,
    put: Reverse<u64>,
}

/// All timers.
#[derive(Default)]
pub(super) struct Timers {
    clock: TimerClock,
    put: u64,
    waiting: BTreeSet<(Turn, ConnectionId)>,
}

impl Timers {
    pub(super) fn new(clock: TimerClock) -> Self {
        Self { clock, put: 0, waiting: BTreeSet::new() }
    }

    /// How they run.
    pub(super) fn clock(&self) -> TimerClock {
        self.clock
    }

    /// When something that is to be done after `span` is done.
    pub(super) fn fires_at(&self, now: Time, span: Span) -> Time {
        self.clock.bucket(now, span).0
    }

    /// Starts a timer, or moves one that waits at `old`. A timer that comes into the bucket that it is in keeps its turn.
    pub(super) fn arm(&mut self, id: ConnectionId, old: Option<Turn>, now: Time, timeout: Span) -> Turn {
        let (fires, level) = self.clock.bucket(now, timeout);
        if let Some(old) = old {
            if (old.fires, old.level.0) == (fires, level) {
                return old;
            }
            self.waiting.remove(&(old, id));
        }
        self.put += 1;
        let turn = Turn { fires, level: Reverse(level), put: Reverse(self.put) };
        self.waiting.insert((turn, id));
        turn
    }

    /// Stops a timer.
    pub(super) fn disarm(&mut self, id: ConnectionId, turn: Turn) {
        self.waiting.remove(&(turn, id));
    }

    /// When the next timer fires; [`Time::NEVER`] if none waits.
    pub(super) fn next(&self) -> Time {
        self.waiting.first().map_or(Time::NEVER, |(turn, _)| turn.fires)
    }

    /// Takes the next timer that fires at `now` or before, and when that was.
    pub(super) fn pop_due(&mut self, now: Time) -> Option<(ConnectionId, Time)> {
        if self.next() > now {
            return None;
        }
        self.waiting.pop_first().map(|(turn, id)| (id, turn.fires))
    }
}
