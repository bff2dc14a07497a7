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
    /// A full binary tree from index 1; a leaf is a server's key, an inner node the smaller of its children.
    tree: Vec<u128>,
    leaves: usize,
}

impl Departures {
    pub(crate) fn new(servers: usize) -> Self {
        assert!(servers < 1 << SERVER_BITS, "a key has room for 2^20 servers");
        let leaves = servers.next_power_of_two();
        Self { tree: vec![NEVER; 2 * leaves], leaves }
    }

    /// When the next departure is; [`Time::NEVER`] if none is pending.
    #[inline]
    pub(crate) fn next_at(&self) -> Time {
        Time::from_nanos((self.tree[1] >> 64) as u64)
    }

    /// Whose departure it is; meaningless if none is pending.
    #[inline]
    pub(crate) fn next_server(&self) -> ServerId {
        ServerId::new(self.tree[1] as u32 & ((1 << SERVER_BITS) - 1))
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
        let mut node = self.leaves + server.index();
        if self.tree[node] == key {
            return;
        }
        self.tree[node] = key;
        while node > 1 {
            node /= 2;
            let smaller = self.tree[2 * node].min(self.tree[2 * node + 1]);
            if self.tree[node] == smaller {
                return;
            }
            self.tree[node] = smaller;
        }
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
