//! The chains that entries are found by: those whose names have a hash, one after the other.
//!
//! An entry's link has the hash beside the next entry, 8 bytes together, so that a walk passes most entries of other names
//! without a look at them.

use alloc::vec;
use alloc::vec::Vec;

/// How many chains there are at first. There are never fewer, and unlimited is this one times a power of two: so an entry's
/// chain of these is known however many there are.
pub(super) const CHAINS: u32 = 1 << 12;
/// The end of a chain.
const END: u32 = u32::MAX;

/// What follows an entry in its chain.
#[derive(Clone, Copy)]
struct Link {
    next: u32,
    /// Of the entry's own name.
    hash: u32,
}

pub(super) struct Chains {
    /// By chain: its first entry.
    firsts: Vec<u32>,
    /// By entry; of those in no chain, without meaning.
    links: Vec<Link>,
    /// How many entries are in chains.
    linked: usize,
}

impl Chains {
    pub(super) fn new() -> Self {
        Self { firsts: vec![END; CHAINS as usize], links: Vec::new(), linked: 0 }
    }

    /// The entries whose names have a hash.
    #[inline]
    pub(super) fn of(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        self.walk(self.chain_of(hash)).filter(move |&number| self.links[number as usize].hash == hash)
    }

    /// The entries in one of [`CHAINS`] chains.
    pub(super) fn all_in(&self, chain: u32) -> impl Iterator<Item = u32> + '_ {
        (chain as usize..self.firsts.len()).step_by(CHAINS as usize).flat_map(|chain| self.walk(chain))
    }

    /// Puts an entry whose name has this hash at the head of its chain.
    pub(super) fn link(&mut self, number: u32, hash: u32) {
        if self.linked == self.firsts.len() {
            self.lengthen();
        }
        if self.links.len() <= number as usize {
            self.links.resize(number as usize + 1, Link { next: END, hash: 0 });
        }
        self.put(number, hash);
        self.linked += 1;
    }

    /// Takes an entry out of its chain.
    pub(super) fn unlink(&mut self, number: u32) {
        let Link { next, hash } = self.links[number as usize];
        let chain = self.chain_of(hash);
        if self.firsts[chain] == number {
            self.firsts[chain] = next;
        } else {
            let mut before = self.firsts[chain];
            while self.links[before as usize].next != number {
                before = self.links[before as usize].next;
            }
            self.links[before as usize].next = next;
        }
        self.linked -= 1;
    }

    #[inline]
    fn walk(&self, chain: usize) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.firsts[chain];
        core::iter::from_fn(move || {
            let number = at;
            if number == END {
                return None;
            }
            at = self.links[number as usize].next;
            Some(number)
        })
    }

    #[inline]
    fn chain_of(&self, hash: u32) -> usize {
        hash as usize & (self.firsts.len() - 1)
    }

    fn put(&mut self, number: u32, hash: u32) {
        let chain = self.chain_of(hash);
        self.links[number as usize] = Link { next: self.firsts[chain], hash };
        self.firsts[chain] = number;
    }

    /// Twice as many chains.
    #[cold]
    fn lengthen(&mut self) {
        let numbers: Vec<u32> = (0..self.firsts.len()).flat_map(|chain| self.walk(chain)).collect();
        self.firsts = vec![END; 2 * self.firsts.len()];
        numbers.into_iter().for_each(|number| self.put(number, self.links[number as usize].hash));
    }
}
