//! nftables' number generators: `numgen random mod m offset o` and `numgen inc mod m offset o`.
//!
//! `random` scales one 32-bit word down to `0..m`; the kernel's generator is a cryptographic one, so that only shares can be
//! compared with it. `inc` is one counter a rule, shared by all CPUs, whose first value is the offset. Replacing the rule starts
//! it again: here, every change of the list does. kube-proxy's nftables mode picks by `random` and knows no weights; a rule written
//! by hand has them as ranges, which `inc` serves in one run (AAABB, where wrr interleaves).
//!
//! Source: nft_numgen.c of Linux 6.1 and 7.2.

use crate::flow::Flow;
use crate::planes::eligible::{Eligible, Order};
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::twos::Draws;
use crate::wrr::gcd;

/// The kernel's reciprocal scale, `floor(word · modulus / 2³²)`: uniform in `0..modulus` but for less than modulus / 2³².
#[inline]
pub fn scale(word: u32, modulus: u32) -> u32 {
    ((u64::from(word) * u64::from(modulus)) >> 32) as u32
}

/// How many of the 2³² words [`scale`] brings to `value`.
pub fn words_of(value: u32, modulus: u32) -> u64 {
    let first = |value: u64| (value << 32).div_ceil(u64::from(modulus));
    first(u64::from(value) + 1) - first(u64::from(value))
}

/// The counter of one `numgen inc` expression.
#[derive(Clone, Debug)]
pub struct Counter {
    modulus: u32,
    offset: u32,
    next: u32,
}

impl Counter {
    /// Of a rule that was just made; its values are `offset` up to `offset + modulus - 1`.
    ///
    /// # Panics
    /// If the modulus is 0 or the last value does not fit 32 bits, both of which the kernel refuses.
    pub fn new(modulus: u32, offset: u32) -> Self {
        assert!(modulus > 0 && offset.checked_add(modulus - 1).is_some(), "a range of the kernel's");
        Self { modulus, offset, next: 0 }
    }

    /// The value for the next packet that reaches the rule.
    pub fn advance(&mut self) -> u32 {
        let value = self.offset + self.next;
        self.next = (self.next + 1) % self.modulus;
        value
    }
}

/// `nft-random`: kube-proxy's nftables mode. One word a connection, for one server too.
#[derive(Clone, Debug)]
pub struct NftRandom {
    draws: Draws,
    eligible: Eligible,
}

impl NftRandom {
    /// Fed by `draws`.
    pub fn new(draws: Draws) -> Self {
        Self { draws, eligible: Eligible::new(Order::Text) }
    }
}

impl Scheduler for NftRandom {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (places, _) = self.eligible.of(servers);
        if places.is_empty() {
            return None;
        }
        Some(places[scale(self.draws.word(), places.len() as u32) as usize])
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.eligible.changed();
    }
}

/// `nft-inc`: a rule of one's own over `numgen inc`, servers in the order they were added.
#[derive(Clone, Debug)]
pub struct NftCounter {
    eligible: Eligible,
    counter: Counter,
}

impl NftCounter {
    /// A rule that is made at the first connection.
    pub fn new() -> Self {
        Self { eligible: Eligible::new(Order::Written), counter: Counter::new(1, 0) }
    }
}

impl Default for NftCounter {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheduler for NftCounter {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (places, is_new) = self.eligible.of(servers);
        if places.is_empty() {
            return None;
        }
        if is_new {
            self.counter = Counter::new(sum_of_ranges(places, servers), 0);
        }
        owner(self.counter.advance(), places, servers)
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.eligible.changed();
    }
}

/// The sum of the weights over their greatest common divisor, as nobody writes `mod 300` for three equal servers.
pub(super) fn sum_of_ranges(places: &[ServerIndex], servers: &ServerTable) -> u32 {
    let divisor = divisor(places, servers);
    places.iter().map(|&at| (servers.server(at).weight() / divisor) as u32).fold(0, u32::saturating_add)
}

/// Whose range a value is in: those of the first server, then those of the second.
pub(super) fn owner(value: u32, places: &[ServerIndex], servers: &ServerTable) -> Option<ServerIndex> {
    let divisor = divisor(places, servers);
    let mut left = value;
    places.iter().copied().find(|&at| {
        let range = (servers.server(at).weight() / divisor) as u32;
        let is_inside = left < range;
        left = left.wrapping_sub(range);
        is_inside
    })
}

fn divisor(places: &[ServerIndex], servers: &ServerTable) -> i32 {
    places.iter().map(|&at| servers.server(at).weight()).fold(0, gcd).max(1)
}
