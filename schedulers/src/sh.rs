//! Source hashing (`sh`): 256 buckets by the client's address, each server taking `weight` of them in a row (kernel
//! spec, section 1.13).
//!
//! Buckets are dealt out round the list, head first; a quiesced server keeps one a round. A round longer than the
//! table leaves the end of the list with nothing: of weights 200 and 100, the second gets 56 buckets. Every change
//! of the list or of a weight deals anew and moves most clients: removing the last of 4 equal servers moves 190 of
//! 256 buckets. Connections, active or inactive, do not count.
//!
//! Flows that hash to a closed server are refused, unless `sh-fallback` is set; then the search goes on at bucket
//! `2h`, not `h + 1`. `sh-port` hashes the client's port too. Both flags are read at each decision.

use alloc::vec::Vec;

use crate::flags::HashFlags;
use crate::flow::{Flow, fold};
use crate::hash::hash32;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// Source hashing.
#[derive(Clone, Debug)]
pub struct SourceHashing {
    pub(crate) flags: HashFlags,
    bits: u32,
    /// Positions in the list, refilled at every change; empty if there is no server.
    buckets: Vec<u32>,
}

impl SourceHashing {
    /// Bound to a list of servers, with 2 to the power of `bits` buckets.
    pub fn new(flags: HashFlags, bits: u32, servers: &ServerTable) -> Self {
        let mut scheduler = Self { flags, bits, buckets: Vec::new() };
        scheduler.fill(servers);
        scheduler
    }

    fn fill(&mut self, servers: &ServerTable) {
        self.buckets.clear();
        let size = 1 << self.bits;
        while self.buckets.len() < size && !servers.is_empty() {
            for (at, server) in servers.servers().iter().enumerate() {
                let turns = (server.weight().max(1) as usize).min(size - self.buckets.len());
                self.buckets.extend(core::iter::repeat_n(at as u32, turns));
            }
        }
    }
}

impl Scheduler for SourceHashing {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let port = if self.flags.port { u32::from(flow.client_port) } else { 0 };
        let hash = hash32(port.wrapping_add(fold(flow.client)), self.bits);
        let open = |bucket: usize| {
            let at = ServerIndex::new(self.buckets[bucket] as usize);
            servers.server(at).is_open().then_some(at)
        };
        if self.buckets.is_empty() {
            return None;
        }
        let first = open(hash);
        if first.is_some() || !self.flags.fallback {
            return first;
        }
        let size = self.buckets.len();
        (0..size).find_map(|k| open((2 * hash + k) % size))
    }

    fn table_changed(&mut self, _: TableChange, servers: &ServerTable) {
        self.fill(servers);
    }
}
