//! Shortest expected delay (`sed`): the server with the least `(active + 1) / weight` (kernel spec, section 1.6).
//!
//! Ties go to the earlier server in the list. Inactive connections do not count.
//!
//! UDP flows are never active, so under UDP every server looks idle and all flows go to the heaviest one. With few
//! connections a light server may get none: of weights 1 and 3, the heavy one gets the first two.

use crate::flow::Flow;
use crate::least::{Least, Measure};
use crate::scheduler::Scheduler;
use crate::table::{Server, ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// Shortest expected delay.
#[derive(Clone, Debug, Default)]
pub struct ShortestExpectedDelay(Least<Delay>);

#[derive(Clone, Copy, Debug)]
struct Delay;

impl Measure for Delay {
    const ZERO_ENDS_WALK: bool = false;

    #[inline]
    fn load(server: &Server) -> i64 {
        i64::from(server.active().wrapping_add(1))
    }
}

impl Scheduler for ShortestExpectedDelay {
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
