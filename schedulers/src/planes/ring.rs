//! Maglev's table: servers take free slots along permutations of their own (Eisenbud et al., "Maglev", NSDI 2016, section 3.4).
//!
//! The paper leaves the hash functions, the order of turns and weights open; Cilium and Katran fill them in in ways of their own.

use alloc::vec;
use alloc::vec::Vec;

/// Nobody's slot.
const FREE: u32 = u32::MAX;

/// A table that is being filled; servers are numbered as their permutations were given.
pub(super) struct Ring {
    slots: Vec<u32>,
    cursors: Vec<Cursor>,
    free: usize,
    arithmetic: Arithmetic,
}

/// How the next slot of a permutation is found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    /// Exactly.
    Exact,
    /// In 32 bits that wrap, as Katran does: for a table of 65,537 slots it matters for skips near 65,536 only.
    Wrapping,
}

/// Where a server goes on to look for a free slot.
struct Cursor {
    offset: u32,
    skip: u32,
    /// How many slots of its permutation it has looked at.
    tried: u32,
}

impl Ring {
    /// A free table of `size` slots, for servers with these offsets and skips.
    pub(super) fn new(
        size: u32,
        permutations: impl IntoIterator<Item = [u32; 2]>,
        arithmetic: Arithmetic,
    ) -> Self {
        let cursors = permutations.into_iter().map(|[offset, skip]| Cursor { offset, skip, tried: 0 });
        Self { slots: vec![FREE; size as usize], cursors: cursors.collect(), free: size as usize, arithmetic }
    }

    pub(super) fn is_full(&self) -> bool {
        self.free == 0
    }

    /// A server takes the next free slot of its permutation. There has to be one.
    pub(super) fn claim(&mut self, server: usize) {
        let size = self.slots.len();
        let Cursor { offset, skip, tried } = &mut self.cursors[server];
        loop {
            let sum = match self.arithmetic {
                Arithmetic::Exact => u64::from(*offset) + u64::from(*tried) * u64::from(*skip),
                Arithmetic::Wrapping => u64::from(offset.wrapping_add(tried.wrapping_mul(*skip))),
            };
            *tried += 1;
            let slot = &mut self.slots[(sum % size as u64) as usize];
            if *slot == FREE {
                *slot = server as u32;
                self.free -= 1;
                return;
            }
        }
    }

    pub(super) fn into_slots(self) -> Vec<u32> {
        self.slots
    }
}

/// The paper's table: servers, given by offset and skip, take one slot each in turn. Who owns each slot.
///
/// `size` is a prime; no servers, no slots.
pub fn maglev(size: u32, permutations: &[[u32; 2]]) -> Vec<u32> {
    if permutations.is_empty() {
        return Vec::new();
    }
    let mut ring = Ring::new(size, permutations.iter().copied(), Arithmetic::Exact);
    let mut turn = 0;
    while !ring.is_full() {
        ring.claim(turn % permutations.len());
        turn += 1;
    }
    ring.into_slots()
}
