//! Destination hashing (`dh`): 256 buckets by the address in the packet, dealt out to the servers in turn (kernel
//! spec, section 1.12).
//!
//! Bucket `i` belongs to server `i mod n` of the list, head first. Weights and connections, active or inactive, do
//! not count. A quiesced server keeps its buckets: flows that hash to a quiesced or overloaded server are refused,
//! for there is no fallback. Adding or removing a server deals anew and moves most addresses.
//!
//! For an ordinary service the address is always the VIP, so **all clients go to one server**: `dh` is for fwmark
//! services in front of caches.

use alloc::vec::Vec;

use crate::flow::{Flow, fold};
use crate::hash::hash32;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// `CONFIG_IP_VS_DH_TAB_BITS`, which no configuration changes.
const BITS: u32 = 8;

/// Destination hashing.
#[derive(Clone, Debug)]
pub struct DestinationHashing {
    /// Positions in the list, refilled whenever they move; empty if there is no server.
    buckets: Vec<u32>,
}

impl DestinationHashing {
    /// Bound to a list of servers.
    pub fn new(servers: &ServerTable) -> Self {
        let mut scheduler = Self { buckets: Vec::new() };
        scheduler.fill(servers);
        scheduler
    }

    fn fill(&mut self, servers: &ServerTable) {
        self.buckets.clear();
        if !servers.is_empty() {
            let servers = 0..servers.len() as u32;
            self.buckets.extend(servers.cycle().take(1 << BITS));
        }
    }
}

impl Scheduler for DestinationHashing {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let &at = self.buckets.get(hash32(fold(flow.destination), BITS))?;
        let at = ServerIndex::new(at as usize);
        servers.server(at).is_open().then_some(at)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        match change {
            TableChange::Added | TableChange::Removed { .. } => self.fill(servers),
            TableChange::Edited(_) => {}
        }
    }
}
