//! A winner tree: the least `load / weight` of many, kept while single loads change.
//!
//! Leaves stand in the order that decides ties (the earlier one wins); every inner node holds the winner of its
//! two children, so the root is what a scan from the first leaf would choose. A change replays the matches
//! from its leaf to the root, or up to the first match whose winner stays the same.
//!
//! Loads are compared as `a.load · b.weight > b.load · a.weight`, exact in 64 bits. With loads `>= 0` and
//! weights `> 0` that is a total order, and only then does a tree agree with a scan: loads that the kernel's
//! 32-bit arithmetic wrapped below zero are counted ([`Tournament::is_exact`]), and the owner scans meanwhile.

use alloc::vec::Vec;

/// What a leaf enters the tournament with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Contender {
    load: u32,
    weight: u32,
}

impl Contender {
    /// Loses to every open contender.
    pub(crate) const CLOSED: Self = Self { load: 1, weight: 0 };
    /// A load below zero: the tree cannot rank it.
    const WRAPPED: Self = Self { load: 2, weight: 0 };

    /// A contender that is not overloaded; with weight 0 it is closed.
    #[inline]
    pub(crate) fn new(load: i64, weight: i64) -> Self {
        if load < 0 {
            Self::WRAPPED
        } else if weight == 0 {
            Self::CLOSED
        } else {
            Self { load: load as u32, weight: weight as u32 }
        }
    }

    #[inline]
    fn beats_earlier(self, earlier: Self) -> bool {
        u64::from(earlier.load) * u64::from(self.weight) > u64::from(self.load) * u64::from(earlier.weight)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Node {
    contender: Contender,
    leaf: u32,
}

/// The winner tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tournament {
    /// A heap-shaped tree: the root at 1, the children of `i` at `2i` and `2i + 1`, the leaves in the last half.
    nodes: Vec<Node>,
    wrapped: usize,
}

impl Tournament {
    /// Holds the tournament anew with at least `leaves` leaves, filled from `contender`.
    pub(crate) fn rebuild(&mut self, leaves: usize, contender: impl Fn(usize) -> Contender) {
        let width = leaves.next_power_of_two();
        self.nodes.clear();
        self.nodes.resize(2 * width, Node { contender: Contender::CLOSED, leaf: 0 });
        self.wrapped = 0;
        for (leaf, node) in self.nodes[width..].iter_mut().enumerate() {
            let contender = if leaf < leaves { contender(leaf) } else { Contender::CLOSED };
            self.wrapped += usize::from(contender == Contender::WRAPPED);
            *node = Node { contender, leaf: leaf as u32 };
        }
        for at in (1..width).rev() {
            self.nodes[at] = self.matched(at);
        }
    }

    /// Enters a leaf anew.
    #[inline]
    pub(crate) fn update(&mut self, leaf: usize, contender: Contender) {
        let mut at = self.nodes.len() / 2 + leaf;
        let old = self.nodes[at].contender;
        if old == contender {
            return;
        }
        self.wrapped += usize::from(contender == Contender::WRAPPED);
        self.wrapped -= usize::from(old == Contender::WRAPPED);
        self.nodes[at].contender = contender;
        while at > 1 {
            at /= 2;
            let winner = self.matched(at);
            if self.nodes[at] == winner {
                break;
            }
            self.nodes[at] = winner;
        }
    }

    /// The winning leaf; `None` if all are closed.
    #[inline]
    pub(crate) fn winner(&self) -> Option<usize> {
        let root = self.nodes[1];
        (root.contender.weight > 0).then_some(root.leaf as usize)
    }

    /// Whether the winner is what a scan would choose.
    #[inline]
    pub(crate) fn is_exact(&self) -> bool {
        self.wrapped == 0
    }

    #[inline]
    fn matched(&self, at: usize) -> Node {
        let (earlier, later) = (self.nodes[2 * at], self.nodes[2 * at + 1]);
        if later.contender.beats_earlier(earlier.contender) { later } else { earlier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// What a scan of the open contenders would choose.
    fn scan(contenders: &[Contender]) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (at, contender) in contenders.iter().enumerate().filter(|(_, contender)| contender.weight > 0) {
            if best.is_none_or(|best| contender.beats_earlier(contenders[best])) {
                best = Some(at);
            }
        }
        best
    }

    #[test]
    fn winner_is_what_a_scan_would_choose_at_every_size() {
        let mut rng = Rng::stream(1, 0, "tournament");
        for leaves in (1..40).chain([64, 65, 1000]) {
            let mut draw = || match rng.below(5) {
                0 => Contender::CLOSED,
                _ => Contender::new(i64::from(rng.below(6)), i64::from(rng.below(4))),
            };
            let mut contenders: Vec<_> = (0..leaves).map(|_| draw()).collect();
            let mut tree = Tournament::default();
            tree.rebuild(leaves, |leaf| contenders[leaf]);
            for step in 0..2_000 {
                assert_eq!(tree.winner(), scan(&contenders), "{leaves} leaves, step {step}");
                let (leaf, contender) = (step * 7 % leaves, draw());
                contenders[leaf] = contender;
                tree.update(leaf, contender);
            }
        }
    }

    #[test]
    fn extreme_loads_and_weights_compare_exactly() {
        let heaviest = i64::from(i32::MAX);
        let most = i64::from(u32::MAX);
        let mut tree = Tournament::default();
        let contenders =
            [Contender::new(most, heaviest), Contender::new(most - 1, heaviest), Contender::new(most, 1)];
        tree.rebuild(3, |leaf| contenders[leaf]);
        assert_eq!(tree.winner(), Some(1));
    }

    #[test]
    fn tree_is_exact_only_without_loads_below_zero() {
        let mut tree = Tournament::default();
        tree.rebuild(4, |leaf| Contender::new(leaf as i64, 1));
        assert!(tree.is_exact());
        tree.update(2, Contender::new(-5, 1));
        tree.update(3, Contender::new(-5, 0));
        assert!(!tree.is_exact());
        tree.update(2, Contender::new(5, 1));
        assert!(!tree.is_exact());
        tree.update(3, Contender::CLOSED);
        assert!(tree.is_exact());
        assert_eq!(tree.winner(), Some(0));
    }
}
