//! Katran's Maglev: a ring of 65,537 slots, filled by servers in the order of their hashes.
//!
//! Two fills are there. `V1`, the default: in the first round a server takes as many slots in a row as its weight, in every later
//! round one, so that weights act only if they sum to about the ring's size; if they sum to more, the last servers get nothing.
//! `V2` is proportional. Servers of weight 0 are left out; if no server is left, the ring stays as it was.
//!
//! A server is hashed by the address hash of the folly library, which we have not: here it is MurmurHash3 of address and port.
//! Shares and moves are Katran's; which slots a server owns are not.
//!
//! Source: katran/lib and katran/lib/bpf at commit 19f08fe (2026-08-22).

use alloc::vec;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use crate::flow::Flow;
use crate::planes::jhash::{jhash, jhash_words};
use crate::planes::murmur::murmur3;
use crate::planes::ring::{Arithmetic, Ring};
use crate::scheduler::Scheduler;
use crate::table::{ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// How Katran fills its ring.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KatranRing {
    /// Weights are a head start.
    V1,
    /// Weights are proportions.
    V2,
}

/// The seed of the address hash of IPv6 clients: how many virtual services there can be.
const MOST_SERVICES: u32 = 512;

impl KatranRing {
    /// How many slots there are by default.
    pub const SLOTS: u32 = 65_537;

    /// Where the permutation of a server of this hash begins in a ring of `size` slots, and its step.
    pub fn offset_and_skip(hash: u64, size: u32) -> [u32; 2] {
        let mixed = |with: u64, seed: u32| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&hash.to_le_bytes());
            bytes[8..].copy_from_slice(&with.to_le_bytes());
            murmur3(&bytes, seed)[0]
        };
        let size = u64::from(size);
        [(mixed(42, 0) % size) as u32, (mixed(2_718_281_828, 2_307) % (size - 1) + 1) as u32]
    }

    /// The ring of `size` slots of these servers, given by hash and weight: who owns each slot, in the order they were given.
    pub fn fill(self, size: u32, servers: &[(u64, u32)]) -> Vec<u32> {
        let mut order: Vec<usize> = (0..servers.len()).filter(|&at| servers[at].1 > 0).collect();
        order.sort_by_key(|&at| servers[at].0);
        let [first, others @ ..] = order.as_slice() else { return Vec::new() };
        if others.is_empty() {
            return vec![*first as u32; size as usize];
        }
        let permutations = order.iter().map(|&at| Self::offset_and_skip(servers[at].0, size));
        let mut ring = Ring::new(size, permutations, Arithmetic::Wrapping);
        let weights: Vec<u32> = order.iter().map(|&at| servers[at].1).collect();
        match self {
            Self::V1 => fill_with_head_starts(&mut ring, weights),
            Self::V2 => fill_by_credit(&mut ring, &weights),
        }
        ring.into_slots().into_iter().map(|owner| order[owner as usize] as u32).collect()
    }

    /// The hash by which a flow finds its slot, the remainder by the ring's size. Protocol and virtual address are not in it.
    pub fn flow_hash(flow: &Flow) -> u32 {
        let client = match flow.client {
            IpAddr::V4(client) => u32::from_le_bytes(client.octets()),
            IpAddr::V6(client) => jhash(&client.octets(), MOST_SERVICES),
        };
        let ports =
            u32::from(flow.destination_port.swap_bytes()) << 16 | u32::from(flow.client_port.swap_bytes());
        let seed = MOST_SERVICES * Self::SLOTS;
        // Two words, and nothing in the place of a third.
        jhash_words([client, ports, 0], 2, seed)
    }
}

fn fill_with_head_starts(ring: &mut Ring, mut turns: Vec<u32>) {
    loop {
        for (server, turns) in turns.iter_mut().enumerate() {
            for _ in 0..core::mem::replace(turns, 1) {
                ring.claim(server);
                if ring.is_full() {
                    return;
                }
            }
        }
    }
}

fn fill_by_credit(ring: &mut Ring, weights: &[u32]) {
    let most = weights.iter().copied().map(u64::from).max().unwrap_or(0);
    let mut credits = vec![0u64; weights.len()];
    loop {
        for (server, (credit, &weight)) in credits.iter_mut().zip(weights).enumerate() {
            *credit += u64::from(weight);
            if *credit >= most {
                *credit -= most;
                ring.claim(server);
                if ring.is_full() {
                    return;
                }
            }
        }
    }
}

/// `katran-maglev`: the default ring, without the memory of flows.
#[derive(Clone, Debug)]
pub struct KatranMaglev {
    version: KatranRing,
    slots: Vec<ServerId>,
    is_stale: bool,
}

impl KatranMaglev {
    /// Filled at the first connection, and at the first after each change of the list.
    pub fn new(version: KatranRing) -> Self {
        Self { version, slots: Vec::new(), is_stale: true }
    }

    fn fill(&mut self, servers: &ServerTable) {
        let places: Vec<ServerIndex> = (0..servers.len()).map(ServerIndex::new).collect();
        let hashed = |&at: &ServerIndex| (stand_in(servers.endpoint(at)), servers.server(at).weight() as u32);
        let ring = self.version.fill(KatranRing::SLOTS, &places.iter().map(hashed).collect::<Vec<_>>());
        if !ring.is_empty() {
            self.slots.clear();
            self.slots.extend(ring.into_iter().map(|owner| servers.id(places[owner as usize])));
        }
    }
}

/// Instead of folly's hash of an address.
fn stand_in(endpoint: SocketAddr) -> u64 {
    let port = endpoint.port().to_be_bytes();
    let mut bytes = [0; 18];
    let length = match endpoint.ip() {
        IpAddr::V4(address) => {
            bytes[..4].copy_from_slice(&address.octets());
            4
        }
        IpAddr::V6(address) => {
            bytes[..16].copy_from_slice(&address.octets());
            16
        }
    };
    bytes[length..length + 2].copy_from_slice(&port);
    murmur3(&bytes[..length + 2], 0)[0]
}

impl Scheduler for KatranMaglev {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        if core::mem::take(&mut self.is_stale) {
            self.fill(servers);
        }
        if self.slots.is_empty() {
            return None;
        }
        servers.position(self.slots[KatranRing::flow_hash(flow) as usize % self.slots.len()])
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.is_stale = true;
    }
}
