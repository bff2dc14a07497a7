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
use alloc::vec::Vec;

use crate::flow::Flow;
use crate::rng::Rng;
use crate::scheduler::Scheduler;
use crate::server::Server;
use crate::table::{ServerIndex, ServerTable};
use crate::time::Time;

/// Where `twos`, the baseline `random` and the rules of other data planes get their random integers.
#[derive(Clone, Debug)]
pub enum Draws {
    /// From a stream of its own.
    Stream(Rng),
    /// From a list, in order: two a decision of `twos`, for a data plane's rule the words that it drew.
    Recorded(VecDeque<u32>),
}

impl Draws {
    /// Those of one of several that draw: from 2¹²⁸ times `times` numbers later on in a stream. A recording is for one only.
    pub fn jumped(&self, times: u32) -> Self {
        match self {
            Self::Stream(rng) => Self::Stream(rng.jumped(times)),
            Self::Recorded(values) => Self::Recorded(values.clone()),
        }
    }

    /// An integer from `0..bound`.
    ///
    /// # Panics
    /// If recorded integers run out, or one is not below the bound: the recording is of another run.
    pub(crate) fn below(&mut self, bound: u32) -> i32 {
        let value = match self {
            Self::Stream(rng) => rng.below(bound),
            Self::Recorded(values) => values.pop_front().expect("a recorded integer for every draw"),
        };
        assert!(value < bound, "a recorded integer is below its bound");
        value as i32
    }

    /// A word: 32 random bits.
    ///
    /// # Panics
    /// If recorded words run out.
    #[inline]
    pub(crate) fn word(&mut self) -> u32 {
        match self {
            Self::Stream(rng) => (rng.bits() >> 32) as u32,
            Self::Recorded(values) => values.pop_front().expect("a recorded word for every draw"),
        }
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

    /// The probability of each open server to be chosen next, in list order; empty if no server is open.
    ///
    /// What can be checked against a kernel whose random integers are not known.
    ///
    /// # Panics
    /// If the open weights add up to more than 2³¹ − 2: what the kernel does then is not a law of this form.
    pub fn law(servers: &ServerTable) -> Vec<(ServerIndex, f64)> {
        let open: Vec<(usize, &Server)> =
            servers.servers().iter().enumerate().filter(|(_, server)| server.is_open()).collect();
        let weights: i64 = open.iter().map(|(_, server)| i64::from(server.weight())).sum();
        assert!(weights < i64::from(i32::MAX), "the sum of the weights does not wrap");
        // A draw is from 0..=W, and both 0 and 1 are the first server's.
        let drawn = |place: usize, server: &Server| {
            (f64::from(server.weight()) + f64::from(u8::from(place == 0))) / (weights as f64 + 1.0)
        };
        let mut law: Vec<(ServerIndex, f64)> =
            open.iter().map(|&(at, _)| (ServerIndex::new(at), 0.0)).collect();
        for (i, &(_, first)) in open.iter().enumerate() {
            for (j, &(_, second)) in open.iter().enumerate() {
                let winner = if takes_second(first, second) { j } else { i };
                law[winner].1 += drawn(i, first) * drawn(j, second);
            }
        }
        law
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
        Some(ServerIndex::new(if takes_second(a, b) { second } else { first }))
    }
}

/// Whether the server drawn second beats the one drawn first.
fn takes_second(first: &Server, second: &Server) -> bool {
    second.weight().wrapping_mul(first.overhead()) > first.weight().wrapping_mul(second.overhead())
}

#[cfg(test)]
mod tests {
    use core::net::{IpAddr, Ipv4Addr, SocketAddr};

    use super::*;
    use crate::profile::Accounting;
    use crate::table::ServerId;
    use crate::thresholds::Thresholds;
    use crate::weight::Weight;

    #[test]
    fn law_is_what_all_pairs_of_draws_come_to() {
        let mut servers = ServerTable::new(Accounting::Classic);
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for (number, (weight, connections)) in
            [(3, 9), (0, 0), (1, 2), (5, 11), (2, 0)].into_iter().enumerate()
        {
            let id = ServerId::new(number as u32);
            let weight = Weight::new(weight).expect("a weight of the kernel's");
            servers.add(id, SocketAddr::new(address, 80), weight, Thresholds::NONE);
            for _ in 0..connections {
                servers.bind(id);
                servers.wake(id);
            }
        }
        let sum = 11;
        let mut counted = alloc::vec![0u32; servers.servers().len()];
        let flow = Flow {
            client: address,
            client_port: 1,
            destination: address,
            destination_port: 80,
            protocol: Flow::TCP,
        };
        for draws in (0..=sum).flat_map(|a| (0..=sum).map(move |b| [a, b])) {
            let mut twos = PowerOfTwo::new(Draws::Recorded(draws.into_iter().collect()));
            let chosen = twos.schedule(&flow, &servers, Time::ZERO).expect("a server is open");
            counted[chosen.get()] += 1;
        }
        let law = PowerOfTwo::law(&servers);
        assert_eq!(law.len(), 4, "the quiesced server is not in it");
        for (at, probability) in law {
            let counted = f64::from(counted[at.get()]) / f64::from((sum + 1) * (sum + 1));
            assert!((probability - counted).abs() < 1e-12, "{at:?}: {probability}, counted {counted}");
        }
    }
}
