//! Maglev hashing (`mh`): a table of 4093 slots filled by each server's own permutation, so that few clients move
//! when the list changes (Eisenbud et al., "Maglev", NSDI 2016; kernel spec, section 1.14).
//!
//! Going round the list, head first, each server takes its next free slots: as many as its weight over the greatest
//! common divisor of the weights, scaled down to at most 6 bits. Connections, active or inactive, do not count.
//!
//! The weight that counts is the last one other than 0, so quiescing a server leaves the table as it is; its
//! clients are refused, or with `mh-fallback` looked up again slot by slot. A server *added* with weight 0 has no
//! slot until it is edited. `mh-port` hashes the client's port too. Slots are those of a 64-bit kernel.
//!
//! More servers than slots: the scheduler cannot start; if the list grows to that, the table stays unchanged. (A
//! server then removed keeps its slots in the kernel; here it has no place in the list, and its clients are
//! refused.)

use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::flags::HashFlags;
use crate::flow::{Flow, fold};
use crate::hash::siphash13;
use crate::scheduler::Scheduler;
use crate::table::{ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::wrr::gcd;

const KEY_OFFSET: u64 = 2_654_435_761;
const KEY_SKIP: u64 = 2_654_446_892;

/// Table sizes by `CONFIG_IP_VS_MH_TAB_INDEX` 8 to 17: primes.
const PRIMES: [u32; 10] = [251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071];

/// Maglev hashing.
#[derive(Clone, Debug)]
pub struct MaglevHashing {
    pub(crate) flags: HashFlags,
    table_index: u32,
    /// Who owns each slot; empty if nobody owns any.
    slots: Vec<ServerId>,
}

/// More servers than slots: the kernel's `EINVAL`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooManyServers {
    /// How many slots the table has.
    pub slots: usize,
}

impl MaglevHashing {
    /// Bound to a list of servers.
    ///
    /// # Errors
    /// If the list is longer than the table.
    ///
    /// # Panics
    /// If `table_index` is not within 8..=17.
    pub fn new(flags: HashFlags, table_index: u32, servers: &ServerTable) -> Result<Self, TooManyServers> {
        assert!((8..=17).contains(&table_index), "mh has table sizes 8 to 17");
        let mut scheduler = Self { flags, table_index, slots: Vec::new() };
        if servers.len() > scheduler.size() as usize {
            return Err(TooManyServers { slots: scheduler.size() as usize });
        }
        scheduler.fill(servers);
        Ok(scheduler)
    }

    fn size(&self) -> u32 {
        PRIMES[self.table_index as usize - 8]
    }

    /// Slots by owner, for inspection; empty if nobody owns any.
    pub fn slots(&self) -> &[ServerId] {
        &self.slots
    }

    fn fill(&mut self, servers: &ServerTable) {
        let size = self.size();
        self.slots.clear();
        let mut permutations = permutations(servers, size, self.table_index / 2);
        if permutations.is_empty() {
            return;
        }
        let mut owners: Vec<Option<ServerId>> = vec![None; size as usize];
        let mut free = size;
        'filling: loop {
            for permutation in &mut permutations {
                for _ in 0..permutation.turns {
                    while owners[permutation.cursor as usize].is_some() {
                        permutation.cursor = (permutation.cursor + permutation.skip) % size;
                    }
                    owners[permutation.cursor as usize] = Some(permutation.server);
                    free -= 1;
                    if free == 0 {
                        break 'filling;
                    }
                }
            }
        }
        self.slots.extend(owners.into_iter().flatten());
    }

    fn slot(&self, client: IpAddr, port: u32, offset: u32) -> usize {
        (keyed(KEY_OFFSET, client, port, offset) % self.size()) as usize
    }
}

impl Scheduler for MaglevHashing {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        if self.slots.is_empty() {
            return None;
        }
        let port = if self.flags.port { u32::from(flow.client_port) } else { 0 };
        let open = |slot: usize| {
            let at = servers.position(self.slots[slot])?;
            servers.server(at).is_open().then_some(at)
        };
        let first = self.slot(flow.client, port, 0);
        let found = open(first);
        if found.is_some() || !self.flags.fallback {
            return found;
        }
        let size = self.size();
        (0..size).find_map(|k| open(self.slot(flow.client, port, (k + first as u32) % size)))
    }

    fn table_changed(&mut self, _: TableChange, servers: &ServerTable) {
        // The kernel ignores the error of a list that has grown too long, and keeps the old table.
        if servers.len() <= self.size() as usize {
            self.fill(servers);
        }
    }
}

/// The order in which a server claims slots.
struct Permutation {
    server: ServerId,
    cursor: u32,
    skip: u32,
    /// Slots it claims in a row.
    turns: i32,
}

/// One a server whose last weight was not 0, in list order.
fn permutations(servers: &ServerTable, size: u32, weight_bits: u32) -> Vec<Permutation> {
    let positions = || (0..servers.len()).map(ServerIndex::new);
    let weights = || positions().map(|at| servers.last_weight(at)).filter(|&weight| weight > 0);
    let divisor = weights().fold(0, gcd);
    let Some(greatest) = weights().max() else { return Vec::new() };
    let shift = (i32::BITS - (greatest / divisor).leading_zeros()).saturating_sub(weight_bits);
    positions()
        .filter(|&at| servers.last_weight(at) > 0)
        .map(|at| {
            let endpoint = servers.endpoint(at);
            let port = u32::from(endpoint.port());
            Permutation {
                server: servers.id(at),
                cursor: keyed(KEY_OFFSET, endpoint.ip(), port, 0) % size,
                skip: keyed(KEY_SKIP, endpoint.ip(), port, 0) % (size - 1) + 1,
                turns: ((servers.last_weight(at) / divisor) >> shift).max(1),
            }
        })
        .collect()
}

fn keyed(key: u64, address: IpAddr, port: u32, offset: u32) -> u32 {
    siphash13(key, offset.wrapping_add(port).wrapping_add(fold(address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_hashes_match_the_test_vectors_of_the_spec() {
        let hash = |key, address: &str, port| keyed(key, address.parse().expect("an address"), port, 0);
        for (address, offset_hash, skip_hash, offset, skip) in [
            ("10.0.0.1", 0x439c_0cbe, 0x97b3_dc47, 3167, 700),
            ("10.0.0.2", 0xa1cf_683b, 0xfa5d_46df, 1231, 3544),
            ("10.0.0.3", 0x2cdf_0afa, 0xedeb_33d0, 1631, 3453),
        ] {
            let hashes = (hash(KEY_OFFSET, address, 80), hash(KEY_SKIP, address, 80));
            assert_eq!(hashes, (offset_hash, skip_hash), "{address}");
            assert_eq!((hashes.0 % 4093, hashes.1 % 4092 + 1), (offset, skip), "{address}");
        }
        for (client, port, value, slot) in [
            ("192.168.1.100", 0, 0xc15d_2cf8, 1341),
            ("192.168.1.100", 12_345, 0xa583_c111, 3989),
            ("203.0.113.7", 0, 0xa86e_2c15, 1705),
        ] {
            assert_eq!(hash(KEY_OFFSET, client, port), value, "{client}");
            assert_eq!(value % 4093, slot, "{client}");
        }
    }
}
