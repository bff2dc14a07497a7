//! The least `load / weight` of many, as the least of whole numbers.
//!
//! Over a common multiple of all weights the fractions are whole numbers, `load · (multiple / weight)`, and compare as
//! these do, exactly. With its position in the low bits each server has one number, its *rank*: the least rank is the
//! server that a scan from the head would choose, ties included, and finding it takes neither a multiplication nor a
//! jump that depends on the loads. On long lists the least of every pair is kept in a tree.
//!
//! Not every list can be ranked: ranks must fit 64 bits (see [`Ranks::new`]), and loads that the kernel's 32-bit
//! arithmetic wrapped below zero have none ([`Ranked::Unknown`]).

use alloc::vec;
use alloc::vec::Vec;

use crate::least::SCAN_AT_MOST;

/// This many ranks are scanned at a time.
const LANES: usize = 4;

/// The rank of a closed server, above all others.
const CLOSED: u64 = u64::MAX;
/// The rank of a load below zero, below all others.
const WRAPPED: u64 = 0;

/// What is known of the least rank.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ranked {
    /// The server at this position has it.
    First(usize),
    /// No server is open.
    Closed,
    /// There is a load below zero, and only a walk over the servers can tell.
    Unknown,
}

/// The ranks of a list of servers.
#[derive(Clone, Debug)]
pub(crate) struct Ranks {
    /// A heap-shaped tree: the root at 1, the children of `i` at `2i` and `2i + 1`, the servers' ranks in the last half. On
    /// short lists only that half is kept up.
    nodes: Vec<u64>,
    /// By position: the common multiple through the weight, above the bits of a position; 0 where the weight is.
    factors: Vec<u64>,
    position_bits: u32,
}

impl Ranks {
    /// No ranks yet for servers of these weights, 0 for quiesced ones, by position; `None` if the weights have no common
    /// multiple up to 2³² through the length of the list (rounded up to a power of two), beyond which ranks need more than
    /// 64 bits.
    pub(crate) fn new(weights: impl Iterator<Item = u32>) -> Option<Self> {
        let mut factors: Vec<u64> = weights.map(u64::from).collect();
        let width = factors.len().max(LANES).next_power_of_two();
        let position_bits = width.ilog2();
        let most = (1u64 << 32) >> position_bits;
        let mut multiple = 1;
        for &weight in factors.iter().filter(|&&weight| weight > 0) {
            multiple *= weight / greatest_common_divisor(multiple, weight);
            if multiple > most {
                return None;
            }
        }
        for factor in &mut factors {
            *factor = multiple.checked_div(*factor).unwrap_or(0) << position_bits;
        }
        Some(Self { nodes: vec![CLOSED; 2 * width], factors, position_bits })
    }

    /// Ranks a server by its load anew; by `None` if it is overloaded.
    #[inline(always)]
    pub(crate) fn update(&mut self, at: usize, load: Option<i64>) {
        let rank = match load {
            None => CLOSED,
            Some(load) if load < 0 => WRAPPED,
            Some(load) => match self.factors[at] {
                0 => CLOSED,
                factor => load as u64 * factor + at as u64 + 1,
            },
        };
        let node = self.nodes.len() / 2 + at;
        self.nodes[node] = rank;
        if !self.is_scanned() {
            self.replay(node);
        }
    }

    /// Who has the least rank.
    #[inline]
    pub(crate) fn first(&self) -> Ranked {
        match if self.is_scanned() { self.scan() } else { self.nodes[1] } {
            WRAPPED => Ranked::Unknown,
            CLOSED => Ranked::Closed,
            rank => Ranked::First(((rank - 1) & ((1 << self.position_bits) - 1)) as usize),
        }
    }

    #[inline]
    fn is_scanned(&self) -> bool {
        self.nodes.len() <= 2 * SCAN_AT_MOST
    }

    #[inline]
    fn scan(&self) -> u64 {
        let (groups, _) = self.nodes[self.nodes.len() / 2..].as_chunks::<LANES>();
        // As many minima side by side, none of which waits for another.
        let least = groups.iter().fold([CLOSED; LANES], |mut least, group| {
            (0..LANES).for_each(|lane| least[lane] = least[lane].min(group[lane]));
            least
        });
        least[0].min(least[1]).min(least[2].min(least[3]))
    }

    /// Keeps the nodes above one that has changed.
    #[inline(never)]
    fn replay(&mut self, mut node: usize) {
        let mut least = self.nodes[node];
        while node > 1 {
            least = least.min(self.nodes[node ^ 1]);
            node /= 2;
            if self.nodes[node] == least {
                break;
            }
            self.nodes[node] = least;
        }
    }
}

fn greatest_common_divisor(mut one: u64, mut other: u64) -> u64 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// What a scan of the servers by load and weight would choose.
    fn scanned(loads: &[Option<i64>], weights: &[u32]) -> Ranked {
        let of = |at: usize| Some((u128::try_from(loads[at]?).ok()?, u128::from(weights[at])));
        if loads.iter().flatten().any(|&load| load < 0) {
            return Ranked::Unknown;
        }
        let mut best: Option<usize> = None;
        for at in (0..loads.len()).filter(|&at| loads[at].is_some() && weights[at] > 0) {
            let beats = |best: usize| {
                of(best)
                    .zip(of(at))
                    .is_some_and(|((leading, heavy), (load, weight))| leading * weight > load * heavy)
            };
            if best.is_none_or(beats) {
                best = Some(at);
            }
        }
        best.map_or(Ranked::Closed, Ranked::First)
    }

    #[test]
    fn least_rank_is_what_a_scan_would_choose_at_every_length() {
        let mut rng = Rng::stream(1, 0, "ranks");
        for length in (1..40).chain([64, 65, 100, 1000]) {
            let weights: Vec<u32> = (0..length).map(|_| rng.below(7)).collect();
            let mut ranks = Ranks::new(weights.iter().copied()).expect("60 is a common multiple");
            let mut loads = vec![None; length];
            for step in 0..2_000 {
                assert_eq!(ranks.first(), scanned(&loads, &weights), "{length} servers, step {step}");
                let at = rng.below(length as u32) as usize;
                loads[at] = match rng.below(40) {
                    0..6 => None,
                    // Rare enough to come and go on long lists too.
                    6 if step % 50 == 0 => Some(-1),
                    _ => Some(i64::from(rng.below(6))),
                };
                ranks.update(at, loads[at]);
                if step % 50 == 40 {
                    let wrapped = |load: &Option<i64>| load.is_some_and(|load| load < 0);
                    if let Some(at) = loads.iter().position(wrapped) {
                        loads[at] = Some(0);
                        ranks.update(at, loads[at]);
                    }
                }
            }
        }
    }

    #[test]
    fn extreme_loads_and_weights_are_ranked_exactly_or_not_at_all() {
        let most = i64::from(u32::MAX);
        let heaviest = 1 << 30;
        let mut ranks = Ranks::new([heaviest, 1, heaviest, 0].into_iter()).expect("2^30 is 2^32 / 4");
        for (at, load) in [most, most, most - 1, 0].into_iter().enumerate() {
            ranks.update(at, Some(load));
        }
        assert_eq!(ranks.first(), Ranked::First(2));
        ranks.update(2, Some(most));
        assert_eq!(ranks.first(), Ranked::First(0));
        ranks.update(0, None);
        ranks.update(2, None);
        assert_eq!(ranks.first(), Ranked::First(1), "the largest rank there is");
        assert!(Ranks::new([heaviest + 1, 1, 1, 1].into_iter()).is_none());
        assert!(Ranks::new([65_536, 65_535].into_iter()).is_none());
    }
}
