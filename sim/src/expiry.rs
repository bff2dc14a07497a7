//! Time-outs: one first-in-first-out queue a class, since equal time-outs expire in the order they were armed.
//!
//! No heap: arming and expiring cost a push and a pop. Re-arming pushes a second time; the old place is
//! recognised by its arming number when it comes up, and skipped.

use alloc::collections::VecDeque;

use ipvslab_schedulers::{Span, Time};

use crate::connection::ConnectionId;

/// A queue of equal time-outs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TimeoutClass {
    SynRecv,
    Established,
    FinWait,
    TimeWait,
    Close,
}

impl TimeoutClass {
    /// Whether entries in this class count as active; the active classes come first.
    #[inline]
    fn is_active(self) -> bool {
        self as usize <= Self::Established as usize
    }
}

/// A place in a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Armed {
    pub(crate) expires: Time,
    pub(crate) connection: ConnectionId,
    pub(crate) armed: u16,
}

#[derive(Clone, Debug)]
pub(crate) struct Expiry {
    spans: [Span; 5],
    queues: [VecDeque<Armed>; 5],
    /// No queue's front expires earlier.
    next: Time,
    /// No front of the two active classes expires earlier.
    next_active: Time,
}

impl Expiry {
    /// `spans` in the order of [`TimeoutClass`].
    pub(crate) fn new(spans: [Span; 5]) -> Self {
        Self { spans, queues: Default::default(), next: Time::NEVER, next_active: Time::NEVER }
    }

    /// When the next half-open or established entry runs out, at the earliest.
    #[inline]
    pub(crate) fn next_active(&self) -> Time {
        self.next_active
    }

    #[inline]
    pub(crate) fn arm(&mut self, class: TimeoutClass, connection: ConnectionId, armed: u16, now: Time) {
        let expires = now + self.spans[class as usize];
        self.queues[class as usize].push_back(Armed { expires, connection, armed });
        self.next = self.next.min(expires);
        if class.is_active() {
            self.next_active = self.next_active.min(expires);
        }
    }

    /// Hands out every arming that is due at `now`: class by class, in order within a class.
    #[inline]
    pub(crate) fn drain_due(&mut self, now: Time, mut due: impl FnMut(Armed)) {
        if self.next > now {
            return;
        }
        self.next = Time::NEVER;
        self.next_active = Time::NEVER;
        for (class, queue) in self.queues.iter_mut().enumerate() {
            while let Some(&front) = queue.front() {
                if front.expires > now {
                    self.next = self.next.min(front.expires);
                    if class <= TimeoutClass::Established as usize {
                        self.next_active = self.next_active.min(front.expires);
                    }
                    break;
                }
                queue.pop_front();
                due(front);
            }
        }
    }
}
