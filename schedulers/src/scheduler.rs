//! The scheduler trait: the kernel's own hooks, less the plumbing.

use crate::flow::Flow;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// An IPVS scheduler bound to one virtual service.
///
/// A decision is a function of the scheduler's own state, the flow, the table and `now`, nothing else. The
/// scheduler looks at the table and never changes it; the table's owner reports its changes here.
///
/// ```
/// use ipvslab_schedulers::{Flow, Scheduler, ServerIndex, ServerTable, Time};
///
/// /// The first server of the list that takes connections.
/// struct First;
///
/// impl Scheduler for First {
///     fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
///         servers.servers().iter().position(|server| server.is_open()).map(ServerIndex::new)
///     }
/// }
/// ```
pub trait Scheduler {
    /// Chooses the real server for a new connection, before that connection is counted.
    ///
    /// `None` if the scheduler finds no server for this flow. `now` never runs backwards; only `lblc` and
    /// `lblcr` look at it.
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex>;

    /// The administrator added, edited or removed a server; `servers` is the table after the change.
    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        let _ = (change, servers);
    }

    /// The connection counts of `server` changed, and perhaps its OVERLOAD flag.
    ///
    /// The kernel has no such hook: it is here so that a scheduler can keep an index in step. It must not
    /// change any decision.
    fn load_changed(&mut self, server: ServerIndex, servers: &ServerTable) {
        let _ = (server, servers);
    }
}
