//! Weighted failover (`fo`): the heaviest server that is not overloaded; connection counts do not matter.
//!
//! Ties go to the earlier server in the list (kernel spec, section 1.8).

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
