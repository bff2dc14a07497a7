//! What a run adds up to.

use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

/// The totals of one run.
///
/// The engine has checked them: every arrival is finished, refused, lost or in flight; time spent in the system
/// adds up connection by connection and instant by instant (Little's law); no server worked longer than it ran.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Connections that came before the horizon; of clients that react, requests.
    pub arrived: u64,
    /// Served to the end.
    pub finished: u64,
    /// Refused because the scheduler found no server.
    pub refused_no_server: u64,
    /// Refused by a full backlog.
    pub refused_backlog: u64,
    /// Cut off because their server was removed.
    pub lost: u64,
    /// What clients that react did; `None` in a run whose clients do not.
    pub requests: Option<Requests>,
    /// Why the run was ended before its time; `None` for a run that was not.
    pub overload: Option<Overload>,
    /// The most entries the connection table held at once, inactive ones included.
    pub peak_entries: u64,
    /// Events handled: arrivals, departures, expiries and interventions.
    pub events: u64,
    /// From warm-up to horizon.
    pub window: Span,
    /// Traffic of the window's connections at the director; `None` if it is not counted.
    pub traffic: Option<Traffic>,
    /// What the director did, if its capacity has bounds.
    pub director: Option<DirectorTotals>,
    /// By server id.
    pub servers: Vec<ServerTotals>,
    /// A fingerprint of every decision and every end of service: equal runs have equal digests.
    pub digest: u64,
}

/// What clients that react did in one run, which the other totals do not say. Every request is finished, refused, lost, or
/// one of `reset`, `no_answer` and `gave_up`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Requests {
    /// Connections that were tried, retries included.
    pub attempts: u64,
    /// SYNs that were sent again.
    pub syns_again: u64,
    /// Failed: the last attempt was reset.
    pub reset: u64,
    /// Failed: the last attempt got no answer.
    pub no_answer: u64,
    /// Failed: the client's deadline passed.
    pub gave_up: u64,
    /// Connections that a server finished after their client had abandoned them.
    pub in_vain: u64,
}

/// A run that was ended because too much was in progress at once: nothing that arrived later, and nothing that was in progress
/// then, is in its totals but for `arrived`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Overload {
    /// Since when more came than the farm could do, as far as it can be told.
    pub since: Time,
    /// When the run was ended.
    pub ended: Time,
    /// Connections, or requests, that were in progress then.
    pub in_progress: u64,
    /// How many came per second, of late.
    pub arrived_per_s: f64,
    /// How many were done per second, of late.
    pub finished_per_s: f64,
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
    /// What its cache did; `None` if it has none.
    pub cache: Option<CacheTotals>,
}

/// What passed the director, as `ipvsadm --stats` counts it, of the connections that servers took within the window: all their
/// packets, though some of them may come later.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Traffic {
    /// Connections.
    pub connections: u64,
    /// Of clients.
    pub inbound: Volume,
    /// Of servers: none under direct routing and tunnels.
    pub outbound: Volume,
}

/// What a director did that can carry only so much, within the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DirectorTotals {
    /// How long it was busy: nanoseconds.
    pub busy_ns: u128,
    /// SYNs of new connections that came.
    pub came: u64,
    /// Of these, dropped.
    pub dropped: u64,
}

/// What a cache did within the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CacheTotals {
    /// Connections whose object was there.
    pub hits: u64,
    /// Connections whose object was not.
    pub misses: u64,
}

/// Packets and bytes, headers of IP and TCP or UDP included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Volume {
    /// How many packets.
    pub packets: u64,
    /// How many bytes they are.
    pub bytes: u64,
}

impl core::ops::AddAssign for Volume {
    fn add_assign(&mut self, other: Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
    }
}
