//! Weighted failover (`fo`): the open server of the highest weight takes everything (kernel spec, section 1.8).
//!
//! Ties go to the earlier server in the list: two servers of equal weight do not share, all goes to the one added
//! last. Connections, active or inactive, do not count. The next server serves only while the heaviest is quiesced,
//! overloaded or removed, and the heaviest takes over again at the first connection after its return.

use crate::flow::Flow;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable};
use crate::time::Time;

/// Weighted failover.
#[derive(Clone, Copy, Debug, Default)]
pub struct Failover;

impl Scheduler for Failover {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (mut best, mut heaviest) = (None, 0);
        for (at, server) in servers.servers().iter().enumerate() {
            if !server.overloaded() && server.weight() > heaviest {
                (best, heaviest) = (Some(ServerIndex::new(at)), server.weight());
            }
        }
        best
    }
}
