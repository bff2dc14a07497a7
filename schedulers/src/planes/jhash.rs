//! Linux's `jhash`, and nftables' expression over it: `jhash FIELDS mod m seed s offset o`.
//!
//! The hash is Bob Jenkins' lookup3 (2006, public domain) as include/linux/jhash.h has it, for little-endian machines. The
//! expression scales it, so that the *high* bits decide: `floor(hash · m / 2³²) + offset`. There is no consistency: another number
//! of servers, or another weight, moves clients at every later border.
//!
//! Source: nft_hash.c of Linux 6.1 and 7.2.

use core::net::IpAddr;

use crate::flow::Flow;
use crate::planes::eligible::{Eligible, Order};
use crate::planes::numgen::{owner, scale, sum_of_ranges};
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;

const INITIAL: u32 = 0xdead_beef;

/// The kernel's `jhash` of some bytes.
pub fn jhash(key: &[u8], seed: u32) -> u32 {
    let start = INITIAL.wrapping_add(key.len() as u32).wrapping_add(seed);
    let mut state = [start; 3];
    let mut rest = key;
    while rest.len() > 12 {
        let (block, others) = rest.split_at(12);
        add(&mut state, block);
        mix(&mut state);
        rest = others;
    }
    if !rest.is_empty() {
        add(&mut state, rest);
        finish(&mut state);
    }
    state[2]
}

/// Adds up to 12 bytes, little endian, as if zeros followed.
fn add(state: &mut [u32; 3], bytes: &[u8]) {
    for (part, word) in state.iter_mut().zip(bytes.chunks(4)) {
        let mut whole = [0; 4];
        whole[..word.len()].copy_from_slice(word);
        *part = part.wrapping_add(u32::from_le_bytes(whole));
    }
}

/// `jhash_3words`: of three words, without their bytes.
pub(super) fn jhash_words(words: [u32; 3], count: u32, seed: u32) -> u32 {
    let start = INITIAL.wrapping_add(4 * count).wrapping_add(seed);
    let mut state = words.map(|word| word.wrapping_add(start));
    finish(&mut state);
    state[2]
}

/// lookup3's reversible mixing of three words.
pub(super) fn mix([a, b, c]: &mut [u32; 3]) {
    step(a, c, 4);
    *c = c.wrapping_add(*b);
    step(b, a, 6);
    *a = a.wrapping_add(*c);
    step(c, b, 8);
    *b = b.wrapping_add(*a);
    step(a, c, 16);
    *c = c.wrapping_add(*b);
    step(b, a, 19);
    *a = a.wrapping_add(*c);
    step(c, b, 4);
    *b = b.wrapping_add(*a);
}

/// `one -= other; one ^= rotated other`.
fn step(one: &mut u32, other: &u32, rotation: u32) {
    *one = one.wrapping_sub(*other) ^ other.rotate_left(rotation);
}

/// lookup3's final mixing.
pub(super) fn finish([a, b, c]: &mut [u32; 3]) {
    last(c, b, 14);
    last(a, c, 11);
    last(b, a, 25);
    last(c, b, 16);
    last(a, c, 4);
    last(b, a, 14);
    last(c, b, 24);
}

/// `one ^= other; one -= rotated other`.
fn last(one: &mut u32, other: &u32, rotation: u32) {
    *one = (*one ^ other).wrapping_sub(other.rotate_left(rotation));
}

/// `jhash … mod modulus seed seed offset offset`, over fields that are given with each packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashExpression {
    /// How many values there are; not 0.
    pub modulus: u32,
    /// What the hash begins with. Without one in the rule, the kernel draws one each time the rule is made.
    pub seed: u32,
    /// The least value.
    pub offset: u32,
}

impl HashExpression {
    /// Its value for fields as they lie in nftables' registers: in network order, each padded with zeros to a multiple of 4
    /// bytes.
    pub fn value(&self, fields: &[&[u8]]) -> u32 {
        let mut key = [0u8; 256];
        let mut length = 0;
        for field in fields {
            key[length..length + field.len()].copy_from_slice(field);
            length += field.len().next_multiple_of(4);
        }
        scale(jhash(&key[..length], self.seed), self.modulus).wrapping_add(self.offset)
    }
}

/// `nft-jhash`: a rule of one's own over `jhash ip saddr … seed 0`, servers in the order they were added, with weights as
/// ranges. Clients stay with their server while the list does, without any state.
#[derive(Clone, Debug)]
pub struct NftHash {
    hashes_port: bool,
    eligible: Eligible,
    modulus: u32,
}

impl NftHash {
    /// Over the client's address, and if `hashes_port` is set over its port too (`ip saddr . tcp sport`).
    pub fn new(hashes_port: bool) -> Self {
        Self { hashes_port, eligible: Eligible::new(Order::Written), modulus: 1 }
    }
}

impl Scheduler for NftHash {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (places, is_new) = self.eligible.of(servers);
        if places.is_empty() {
            return None;
        }
        if is_new {
            self.modulus = sum_of_ranges(places, servers);
        }
        let expression = HashExpression { modulus: self.modulus, seed: 0, offset: 0 };
        let (v4, v6);
        let address: &[u8] = match flow.client {
            IpAddr::V4(address) => {
                v4 = address.octets();
                &v4
            }
            IpAddr::V6(address) => {
                v6 = address.octets();
                &v6
            }
        };
        let port = flow.client_port.to_be_bytes();
        let value =
            if self.hashes_port { expression.value(&[address, &port]) } else { expression.value(&[address]) };
        owner(value, places, servers)
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.eligible.changed();
    }
}
