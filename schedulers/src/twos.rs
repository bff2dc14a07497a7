//! Power of two choices (`twos`): two servers drawn at random by weight, the one with less overhead by weight taken
//! (kernel spec, section 1.9).
//!
//! Both draws are from `0..=W` (W the sum of the open weights) and walk the list, so the first open server gets `(w
//! + 1) / (W + 1)` of them, any other `w / (W + 1)`; both may hit the same server, and the first stands in a tie.
//! Inactive connections count in the overhead, as for `wlc`.
//!
//! The products of the comparison are **32 bits wide and wrap**: weight 1000 against 10,000 active connections
//! overflows, and the busy server wins. The kernel's random numbers cannot be known, so the integers are given from
//! outside.

use alloc::collections::VecDeque;

use crate::flow::Flow;
use crate::rng::Rng;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable};
use crate::time::Time;

/// Where `twos` gets its random integers.
#[derive(Clone, Debug)]
pub enum Draws {
    /// From a stream of its own.
    Stream(Rng),
    /// From a list, in order: two a decision.
    Recorded(VecDeque<u32>),
}

impl Draws {
    /// An integer from `0..bound`.
    ///
    /// # Panics
    /// If recorded integers run out, or one is not below the bound: the recording is of another run.
    fn below(&mut self, bound: u32) -> i32 {
        let value = match self {
            Self::Stream(rng) => rng.below(bound),
            Self::Recorded(values) => values.pop_front().expect("a recorded integer for every draw"),
        };
        assert!(value < bound, "a recorded integer is below its bound");
        value as i32
    }
}

/// Power of two choices.
#[derive(Clone, Debug)]
pub struct PowerOfTwo {
    draws: Draws,
}

impl PowerOfTwo {
    /// Fed by `draws`.
    pub fn new(draws: Draws) -> Self {
        Self { draws }
    }
}

impl Scheduler for PowerOfTwo {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let open = || servers.servers().iter().enumerate().filter(|(_, server)| server.is_open());
        open().next()?;
        let weights = open().fold(0i32, |sum, (_, server)| sum.wrapping_add(server.weight()));
        let bound = (weights.wrapping_add(1) as u32).max(1);
        let mut left = [self.draws.below(bound), self.draws.below(bound)];
        let mut choices = [None, None];
        for (at, server) in open() {
            for (left, choice) in left.iter_mut().zip(&mut choices) {
                *left = left.wrapping_sub(server.weight());
                if choice.is_none() && *left <= 0 {
                    *choice = Some((at, server));
                }
            }
            if choices.iter().all(Option::is_some) {
                break;
            }
        }
        // With a sum that wrapped, a draw may reach beyond the list: the kernel's choice then stays unset.
        let ((first, a), second) = (choices[0]?, choices[1]);
        let Some((second, b)) = second else { return Some(ServerIndex::new(first)) };
        let takes_second = b.weight().wrapping_mul(a.overhead()) > a.weight().wrapping_mul(b.overhead());
        Some(ServerIndex::new(if takes_second { second } else { first }))
    }
}
