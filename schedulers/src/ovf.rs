//! Weighted overflow (`ovf`): the heaviest server whose active connections have not outgrown its weight.
//!
//! A server is skipped once `active > weight`, so it takes `weight + 1` connections. Only active ones count: UDP
//! never overflows. When all are full, new connections are refused (kernel spec, section 1.8).

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
