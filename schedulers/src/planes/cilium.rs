//! Cilium's choices: at random, its default, and its own Maglev; and what two open pull requests would add.
//!
//! Its Maglev hashes a server's *name*, text such as `[10.0.0.1:80/TCP,State:active]`, and fills the table with servers in the
//! order of their names, so that every node has the same one. Weights count only if their sum over the number of servers is at
//! least 2, rounded down: 1 and 2 are ignored, 2 and 4 are not. A flow's slot comes of client, ports and protocol; the virtual
//! address is not hashed. Sockets of the cluster itself are spread at random even then.
//!
//! Source: pkg/maglev, bpf/lib/{lb,hash}.h of Cilium 1.17 and later; pull requests 47900 and 47904, open in August 2026.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::flow::Flow;
use crate::planes::eligible::{Eligible, Order};
use crate::planes::jhash::{finish, jhash_words, mix};
use crate::planes::murmur::murmur3;
use crate::planes::ring::{Arithmetic, Ring};
use crate::scheduler::Scheduler;
use crate::table::{ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::twos::Draws;

/// `cilium-random`: the remainder of one word, which is not quite nftables' choice for the same word.
#[derive(Clone, Debug)]
pub struct CiliumRandom {
    draws: Draws,
    eligible: Eligible,
}

impl CiliumRandom {
    /// Fed by `draws`.
    pub fn new(draws: Draws) -> Self {
        Self { draws, eligible: Eligible::new(Order::Written) }
    }

    /// The slot, from 1 on, that a word stands for among this many servers.
    #[inline]
    pub fn slot(word: u32, servers: u32) -> u32 {
        word % servers + 1
    }
}

impl Scheduler for CiliumRandom {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (places, _) = self.eligible.of(servers);
        if places.is_empty() {
            return None;
        }
        Some(places[Self::slot(self.draws.word(), places.len() as u32) as usize - 1])
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.eligible.changed();
    }
}

/// The slot, from 1 on, that pull request 47900 would take next: its cursor is one atomic number a service and node, counted up
/// after each use.
pub fn next_in_turn(cursor_before: u32, servers: u32) -> u32 {
    cursor_before % servers + 1
}

/// The connections that pull request 47904 takes a server to have on a node: opened, less closed, less those that its garbage
/// collection found closed; never below 0.
pub fn estimated_connections(opened: u64, closed: u64, found_closed: u64) -> u64 {
    opened.saturating_sub(closed).saturating_sub(found_closed)
}

/// The three words that Cilium reads from its Maglev seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CiliumSeeds {
    /// Of the hash of names.
    pub murmur: u32,
    /// Of the hash of IPv4 flows.
    pub jhash_v4: u32,
    /// Of the hash of IPv6 flows.
    pub jhash_v6: u32,
}

impl Default for CiliumSeeds {
    /// Those of `JLfvgnHc2kaSUFaI`, the seed of an installation that sets none.
    fn default() -> Self {
        Self { murmur: 0x24b7_ef82, jhash_v4: 0x71dc_da46, jhash_v6: 0x9250_5688 }
    }
}

impl CiliumSeeds {
    /// Of a seed as it is configured: 12 bytes in base64; `None` if it is not that.
    pub fn read(text: &str) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = decoded(text)?;
        Some(Self {
            murmur: u32::from_be_bytes([a, b, c, d]),
            jhash_v4: u32::from_be_bytes([e, f, g, h]),
            jhash_v6: u32::from_be_bytes([i, j, k, l]),
        })
    }

    /// Where a server's permutation of a table of `size` slots begins, and its step.
    pub fn offset_and_skip(&self, name: &str, size: u32) -> [u32; 2] {
        let [first, second] = murmur3(name.as_bytes(), self.murmur);
        let size = u64::from(size);
        [(first % size) as u32, (second % (size - 1) + 1) as u32]
    }

    /// The table of `size` slots of these servers, given by name and weight: who owns each slot, in the order they were given.
    pub fn table(&self, size: u32, servers: &[(impl AsRef<str>, u32)]) -> Vec<u32> {
        if servers.is_empty() {
            return Vec::new();
        }
        let mut order: Vec<usize> = (0..servers.len()).collect();
        order.sort_by(|&one, &other| servers[one].0.as_ref().cmp(servers[other].0.as_ref()));
        let permutations = order.iter().map(|&at| self.offset_and_skip(servers[at].0.as_ref(), size));
        let mut ring = Ring::new(size, permutations, Arithmetic::Exact);
        let mut turns = Turns::new(order.iter().map(|&at| servers[at].1).collect());
        while !ring.is_full() {
            ring.claim(turns.next());
        }
        ring.into_slots().into_iter().map(|owner| order[owner as usize] as u32).collect()
    }

    /// The hash by which a flow finds its slot: the remainder by the table's size. With affinity the client's port is not in it.
    pub fn flow_hash(&self, flow: &Flow, has_affinity: bool) -> u32 {
        let port = if has_affinity { 0 } else { flow.client_port };
        let ports = u32::from(flow.destination_port.swap_bytes()) << 16 | u32::from(port.swap_bytes());
        let protocol = u32::from(flow.protocol);
        match flow.client {
            IpAddr::V4(client) => {
                jhash_words([u32::from_le_bytes(client.octets()), ports, protocol], 3, self.jhash_v4)
            }
            IpAddr::V6(client) => self.flow_hash_v6(client, ports, protocol),
        }
    }

    fn flow_hash_v6(&self, client: Ipv6Addr, ports: u32, protocol: u32) -> u32 {
        let octets = client.octets();
        let word = |at: usize| {
            u32::from_le_bytes([octets[4 * at], octets[4 * at + 1], octets[4 * at + 2], octets[4 * at + 3]])
        };
        let mut state = [word(0), word(1), word(2)];
        mix(&mut state);
        for (part, more) in state.iter_mut().zip([word(3), ports, protocol]) {
            *part = part.wrapping_add(more);
        }
        mix(&mut state);
        state[0] = state[0].wrapping_add(self.jhash_v6);
        finish(&mut state);
        state[2]
    }
}

/// 16 characters of base64.
fn decoded(text: &str) -> Option<[u8; 12]> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: [u8; 16] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 12];
    for (three, four) in bytes.chunks_exact_mut(3).zip(digits.chunks_exact(4)) {
        let bits = four.iter().try_fold(0u32, |bits, &byte| Some(bits << 6 | u32::from(digit(byte)?)))?;
        three.copy_from_slice(&bits.to_be_bytes()[1..]);
    }
    Some(bytes)
}

/// Whose turn it is to take a slot.
struct Turns {
    weights: Vec<u32>,
    /// By server: what has to be caught up with before its next turn; none if weights do not count.
    counters: Vec<f64>,
    sum: f64,
    step: u64,
}

impl Turns {
    fn new(weights: Vec<u32>) -> Self {
        let sum: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        let counts = weights.len() > 1 && sum / weights.len() as u64 > 1;
        let counter = |&weight: &u32| f64::from(weight) / weights.len() as f64;
        let counters = if counts { weights.iter().map(counter).collect() } else { Vec::new() };
        Self { weights, counters, sum: sum as f64, step: 0 }
    }

    fn next(&mut self) -> usize {
        let count = self.weights.len();
        let mut server = (self.step % count as u64) as usize;
        self.step += 1;
        if self.counters.is_empty() {
            return server;
        }
        while self.step * u64::from(self.weights[server]) < self.counters[server] as u64 {
            server = (server + 1) % count;
        }
        self.counters[server] += self.sum;
        server
    }
}

/// `cilium-maglev`: under the default seed, with the default table of 16,381 slots.
#[derive(Clone, Debug)]
pub struct CiliumMaglev {
    seeds: CiliumSeeds,
    slots: Vec<ServerId>,
    is_stale: bool,
}

impl CiliumMaglev {
    /// How many slots there are by default.
    pub const SLOTS: u32 = 16_381;

    /// Filled at the first connection, and at the first after each change of the list.
    pub fn new() -> Self {
        Self { seeds: CiliumSeeds::default(), slots: Vec::new(), is_stale: true }
    }

    /// What is hashed of a TCP or UDP server that is in service.
    pub fn name(endpoint: SocketAddr, protocol: u8) -> String {
        let protocol = match protocol {
            Flow::UDP => "UDP",
            Flow::SCTP => "SCTP",
            _ => "TCP",
        };
        format!("[{endpoint}/{protocol},State:active]")
    }

    fn fill(&mut self, servers: &ServerTable, protocol: u8) {
        let places = (0..servers.len()).map(ServerIndex::new);
        let places: Vec<ServerIndex> = places.filter(|&at| servers.server(at).weight() > 0).collect();
        let named = |&at: &ServerIndex| {
            (Self::name(servers.endpoint(at), protocol), servers.server(at).weight() as u32)
        };
        let table = self.seeds.table(Self::SLOTS, &places.iter().map(named).collect::<Vec<_>>());
        self.slots.clear();
        self.slots.extend(table.into_iter().map(|owner| servers.id(places[owner as usize])));
    }
}

impl Default for CiliumMaglev {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheduler for CiliumMaglev {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        if core::mem::take(&mut self.is_stale) {
            self.fill(servers, flow.protocol);
        }
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.seeds.flow_hash(flow, false) as usize % self.slots.len();
        servers.position(self.slots[slot])
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.is_stale = true;
    }
}
