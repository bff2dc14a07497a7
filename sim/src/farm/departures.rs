//! The event queue: each real server's next departure, in a winner tree.
//!
//! A server has at most one pending event, so the tree is as small as the farm. Departures at the same instant
//! come in the order in which they were scheduled.

use alloc::vec;
use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Time};

const SERVER_BITS: u32 = 20;
const NEVER: u128 = u128::MAX;

/// When something happens, and its rank among what happens at the same instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Due {
    pub(crate) at: Time,
    pub(crate) order: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Departures {
    /// A full tree of groups: the root first, the children of group `i` from `4i + 1` on. A leaf's keys are servers', a
    /// key of another group is the smallest of its child.
    groups: Vec<[u128; 4]>,
    /// Where the leaves begin.
    leaves: usize,
    /// The smallest of all.
    next: u128,
}

impl Departures {
    pub(crate) fn new(servers: usize) -> Self {
        assert!(servers < 1 << SERVER_BITS, "a key has room for 2^20 servers");
        let mut leaves = 0;
        while (3 * leaves + 1) * 4 < servers {
            leaves = 4 * leaves + 1;
        }
        Self { groups: vec![[NEVER; 4]; 4 * leaves + 1], leaves, next: NEVER }
    }

    /// When the next departure is; [`Time::NEVER`] if none is pending.
    #[inline]
    pub(crate) fn next_at(&self) -> Time {
        Time::from_nanos((self.next >> 64) as u64)
    }

    /// Whose departure it is; meaningless if none is pending.
    #[inline]
    pub(crate) fn next_server(&self) -> ServerId {
        ServerId::new(self.next as u32 & ((1 << SERVER_BITS) - 1))
    }

    /// Sets a server's next departure.
    #[inline(always)]
    pub(crate) fn set(&mut self, server: ServerId, due: Option<Due>) {
        let key = match due {
            Some(Due { at, order }) => {
                u128::from(at.as_nanos()) << 64 | u128::from(order << SERVER_BITS) | server.index() as u128
            }
            None => NEVER,
        };
        let (mut group, mut place) = (self.leaves + server.index() / 4, server.index() % 4);
        if self.groups[group][place] == key {
            return;
        }
        let mut least = key;
        loop {
            let keys = &mut self.groups[group];
            keys[place] = least;
            least = keys[0].min(keys[1]).min(keys[2].min(keys[3]));
            if group == 0 {
                break;
            }
            (group, place) = ((group - 1) / 4, (group - 1) % 4);
        }
        self.next = least;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn departures_come_by_time_then_by_order_of_scheduling() {
        let mut queue = Departures::new(3);
        assert_eq!(queue.next_at(), Time::NEVER);
        let at = |nanos, order| Some(Due { at: Time::from_nanos(nanos), order });
        queue.set(ServerId::new(2), at(5, 1));
        queue.set(ServerId::new(0), at(5, 2));
        queue.set(ServerId::new(1), at(9, 0));
        let mut order = Vec::new();
        while queue.next_at() != Time::NEVER {
            order.push(queue.next_server().index());
            queue.set(queue.next_server(), None);
        }
        assert_eq!(order, [2, 0, 1]);
    }
}
