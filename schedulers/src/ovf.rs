//! Weighted overflow (`ovf`): the open server of the highest weight that does not have more active connections than
//! its weight (kernel spec, section 1.8).
//!
//! Weight is both rank and capacity. The test is `active > weight`, so a server of weight 5 takes a sixth
//! connection. Ties go to the earlier server in the list. Inactive connections do not count, so under UDP the first
//! server never overflows.
//!
//! When every server is full there is no fallback: the connection is refused.

use crate::flow::Flow;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable};
use crate::time::Time;

/// Weighted overflow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Overflow;

impl Scheduler for Overflow {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (mut best, mut heaviest) = (None, 0);
        for (at, server) in servers.servers().iter().enumerate() {
            let has_room = !server.overloaded() && server.active() <= server.weight();
            if has_room && server.weight() > heaviest {
                (best, heaviest) = (Some(ServerIndex::new(at)), server.weight());
            }
        }
        best
    }
}
