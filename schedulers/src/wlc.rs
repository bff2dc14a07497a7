//! Weighted least connection (`wlc`): the server with the least `overhead / weight` (kernel spec, section 1.5).
//!
//! Overhead is `256·active + inactive` or `256·active + total`, by the kernel's generation. Ties go to the earlier
//! server in the list, the one added last.
//!
//! With no connections at all every overhead is 0 and weights say nothing: the head of the list gets the first
//! connection, even with weight 1 beside 100. From 2²³ active connections on, a server's overhead wraps below zero
//! and it looks least loaded, even (as a later candidate) when it is quiesced.

use crate::flow::Flow;
use crate::least::{Least, Measure};
use crate::scheduler::Scheduler;
use crate::table::{Server, ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// Weighted least connection.
#[derive(Clone, Debug, Default)]
pub struct WeightedLeastConnection(Least<WeightedOverhead>);

#[derive(Clone, Copy, Debug)]
pub(crate) struct WeightedOverhead;

impl Measure for WeightedOverhead {
    const ZERO_ENDS_WALK: bool = false;

    #[inline]
    fn load(server: &Server) -> i64 {
        i64::from(server.overhead())
    }
}

impl Scheduler for WeightedLeastConnection {
    #[inline]
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        self.0.pick(servers)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        self.0.table_changed(change, servers);
    }

    #[inline]
    fn load_changed(&mut self, server: ServerIndex, servers: &ServerTable) {
        self.0.load_changed(server, servers);
    }
}
