//! Weighted least connection (`wlc`): the server with the least `overhead / weight`.
//!
//! Ties go to the earlier server in the list. Overhead is `256·active + inactive` or `256·active + total`, by
//! the kernel's generation (kernel spec, section 1.5).

use crate::flow::Flow;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable};
use crate::time::Time;

/// Weighted least connection.
#[derive(Clone, Debug, Default)]
pub struct WeightedLeastConnection;

impl Scheduler for WeightedLeastConnection {
    #[inline]
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let rows = servers.servers();
        let first = rows.iter().position(|server| server.is_open())?;
        let mut best = first;
        for (at, server) in rows.iter().enumerate().skip(first + 1) {
            let leader = &rows[best];
            if !server.overloaded()
                && i64::from(leader.overhead()) * i64::from(server.weight())
                    > i64::from(server.overhead()) * i64::from(leader.weight())
            {
                best = at;
            }
        }
        Some(ServerIndex::new(best))
    }
}
