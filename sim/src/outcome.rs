//! What a run adds up to.

use alloc::vec::Vec;

use ipvslab_schedulers::Span;

/// The totals of one run.
///
/// The engine has checked them: every arrival is finished, refused, lost or in flight; time spent in the system
/// adds up connection by connection and instant by instant (Little's law); no server worked longer than it ran.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Connections that came before the horizon.
    pub arrived: u64,
    /// Served to the end.
    pub finished: u64,
    /// Refused because the scheduler found no server.
    pub refused_no_server: u64,
    /// Refused by a full backlog.
    pub refused_backlog: u64,
    /// Cut off because their server was removed.
    pub lost: u64,
    /// The most entries the connection table held at once, inactive ones included.
    pub peak_entries: u64,
    /// Events handled: arrivals, departures, expiries and interventions.
    pub events: u64,
    /// From warm-up to horizon.
    pub window: Span,
    /// By server id.
    pub servers: Vec<ServerTotals>,
    /// A fingerprint of every decision and every end of service: equal runs have equal digests.
    pub digest: u64,
}

/// The totals of one real server.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ServerTotals {
    /// Connections given to it within the window.
    pub assigned: u64,
    /// Busy slots or cores, added up over the window: nanoseconds.
    pub busy_ns: u128,
    /// Connections in the system, added up over the window: nanoseconds.
    pub in_system_ns: u128,
    /// The most active connections within the window, as IPVS counts them.
    pub peak_active: i32,
    /// The most connections, active and inactive, within the window.
    pub peak_total: i32,
}
