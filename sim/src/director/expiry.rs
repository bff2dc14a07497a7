//! Timeouts: one first-in-first-out queue a state, since equal timeouts expire in the order they were armed.
//!
//! No heap: arming and expiring cost a push and a pop. Re-arming pushes a second time; the old place is
//! recognised by its arming number when it comes up, and skipped.
//!
//! By the timer wheel too: equal timeouts still fire in the order they were armed, and all that are armed before a bucket
//! ends fire with the first, so that the wheel is asked once a bucket.

use alloc::collections::VecDeque;

use ipvslab_schedulers::{Activity, Span, Time, TimerClock};

use crate::director::connection::ConnectionId;
use crate::director::tcp::TcpState;

/// A place in a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Armed {
    pub(crate) expires: Time,
    pub(crate) connection: ConnectionId,
    pub(crate) armed: u16,
}

/// The bucket of a state's last timer: when its timers fire, and from when on timers go to another one.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    fires: Time,
    ends: Time,
}

#[derive(Clone, Debug)]
pub(crate) struct Expiry {
    clock: TimerClock,
    spans: [Span; TcpState::COUNT],
    buckets: [Bucket; TcpState::COUNT],
    queues: [VecDeque<Armed>; TcpState::COUNT],
    /// One bit for each queue that holds something.
    filled: u16,
    /// No queue's front expires earlier.
    next: Time,
    /// No front of the queues of active states expires earlier.
    next_active: Time,
}

/// One bit for each state that counts as active.
const ACTIVE: u16 = {
    let mut bits = 0;
    let mut number = 0;
    while number < TcpState::COUNT {
        if matches!(TcpState::ALL[number].activity(), Activity::Active) {
            bits |= 1 << number;
        }
        number += 1;
    }
    bits
};

impl Expiry {
    /// `spans` in the order of [`TcpState::ALL`].
    pub(crate) fn new(clock: TimerClock, spans: [Span; TcpState::COUNT]) -> Self {
        let queues = Default::default();
        let buckets = [Bucket { fires: Time::ZERO, ends: Time::ZERO }; TcpState::COUNT];
        Self { clock, spans, buckets, queues, filled: 0, next: Time::NEVER, next_active: Time::NEVER }
    }

    /// When the next timer in an active state runs out, at the earliest.
    #[inline]
    pub(crate) fn next_active(&self) -> Time {
        self.next_active
    }

    /// Starts the timer of `state`. `now` never runs backwards.
    #[inline]
    pub(crate) fn arm(&mut self, state: TcpState, connection: ConnectionId, armed: u16, now: Time) {
        let queue = state as usize;
        if now >= self.buckets[queue].ends {
            self.turn(queue, now);
        }
        let expires = self.buckets[queue].fires;
        self.queues[queue].push_back(Armed { expires, connection, armed });
        self.filled |= 1 << queue;
        self.next = self.next.min(expires);
        if state.activity() == Activity::Active {
            self.next_active = self.next_active.min(expires);
        }
    }

    /// Another bucket for a state's timers.
    #[cold]
    fn turn(&mut self, queue: usize, now: Time) {
        let (clock, span) = (self.clock, self.spans[queue]);
        self.buckets[queue] = Bucket { fires: clock.bucket(now, span).0, ends: clock.bucket_ends(now, span) };
    }

    /// Drops every place of a connection, so that its arming numbers can begin again.
    #[cold]
    pub(crate) fn forget(&mut self, connection: ConnectionId) {
        for queue in &mut self.queues {
            queue.retain(|armed| armed.connection != connection);
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.queues.iter_mut().for_each(VecDeque::clear);
        (self.filled, self.next, self.next_active) = (0, Time::NEVER, Time::NEVER);
    }

    /// Hands out every arming that is due at `now`: state by state, in order within a state.
    #[inline]
    pub(crate) fn drain_due(&mut self, now: Time, mut due: impl FnMut(Armed)) {
        if self.next > now {
            return;
        }
        self.next = Time::NEVER;
        self.next_active = Time::NEVER;
        let mut left = self.filled;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            let queue = &mut self.queues[bit.trailing_zeros() as usize];
            loop {
                let Some(&front) = queue.front() else {
                    self.filled ^= bit;
                    break;
                };
                if front.expires > now {
                    self.next = self.next.min(front.expires);
                    if ACTIVE & bit != 0 {
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
