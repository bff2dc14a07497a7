//! Running totals: time integrals of what each server holds, and the identities every run must satisfy.

use alloc::vec;
use alloc::vec::Vec;

use ipvslab_schedulers::{Server, ServerId, Span, Time};

use crate::outcome::ServerTotals;
use crate::server::ServerQueue;

/// Time integrals of one server's levels, in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Meter {
    since: Time,
    in_system: u32,
    busy: u32,
    active: i32,
    in_system_ns: u128,
    busy_ns: u128,
    assigned: u64,
    peak_active: i32,
    peak_total: i32,
}

impl Meter {
    #[inline]
    fn advance(&mut self, now: Time) {
        let elapsed = u128::from(now.since(self.since).as_nanos());
        self.in_system_ns += elapsed * u128::from(self.in_system);
        self.busy_ns += elapsed * u128::from(self.busy);
        self.since = now;
    }
}

/// All servers' meters, and what they showed when the window opened and closed.
#[derive(Clone, Debug)]
pub(crate) struct Totals {
    meters: Vec<Meter>,
    opened: Vec<Meter>,
    closed: Vec<Meter>,
}

impl Totals {
    pub(crate) fn new(servers: usize) -> Self {
        Self { meters: vec![Meter::default(); servers], opened: Vec::new(), closed: Vec::new() }
    }

    /// A connection was given to the server.
    #[inline]
    pub(crate) fn assigned(&mut self, server: ServerId) {
        self.meters[server.index()].assigned += 1;
    }

    pub(crate) fn assigned_to(&self, server: usize) -> u64 {
        self.meters[server].assigned
    }

    /// The server's levels changed at `now`.
    #[inline]
    pub(crate) fn changed(&mut self, server: ServerId, now: Time, queue: &ServerQueue, counts: &Server) {
        let meter = &mut self.meters[server.index()];
        meter.advance(now);
        meter.in_system = queue.in_system();
        meter.busy = queue.busy();
        meter.active = counts.active();
        meter.peak_active = meter.peak_active.max(counts.active());
        meter.peak_total = meter.peak_total.max(counts.total());
    }

    /// The measured window begins: peaks are counted from here.
    pub(crate) fn open_window(&mut self, now: Time) {
        for meter in &mut self.meters {
            meter.advance(now);
            meter.peak_active = meter.active;
            meter.peak_total = 0;
        }
        self.opened = self.meters.clone();
    }

    /// The measured window ends.
    pub(crate) fn close_window(&mut self, now: Time) {
        self.advance_all(now);
        self.closed = self.meters.clone();
    }

    pub(crate) fn advance_all(&mut self, now: Time) {
        self.meters.iter_mut().for_each(|meter| meter.advance(now));
    }

    /// Connections in the system, added up over the run so far: nanoseconds.
    pub(crate) fn in_system_ns(&self) -> u128 {
        self.meters.iter().map(|meter| meter.in_system_ns).sum()
    }

    /// Busy slots or cores of one server, added up over the run so far: nanoseconds.
    pub(crate) fn busy_ns(&self, server: usize) -> u128 {
        self.meters[server].busy_ns
    }

    /// Each server's totals over the window.
    pub(crate) fn over_window(&self) -> Vec<ServerTotals> {
        let windows = self.opened.iter().zip(&self.closed);
        windows
            .map(|(from, to)| ServerTotals {
                assigned: to.assigned - from.assigned,
                busy_ns: to.busy_ns - from.busy_ns,
                in_system_ns: to.in_system_ns - from.in_system_ns,
                peak_active: to.peak_active,
                peak_total: to.peak_total,
            })
            .collect()
    }
}

/// What connections did, added up one by one: the other side of the identities.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) arrived: u64,
    pub(crate) finished: u64,
    pub(crate) refused_no_server: u64,
    pub(crate) refused_backlog: u64,
    pub(crate) lost: u64,
    /// From arrival to end or loss.
    pub(crate) residence_ns: u128,
}

impl Ledger {
    /// # Panics
    /// If a connection was counted twice or not at all, or the time spent in the system does not add up
    /// (Little's law, exactly): a fault of the engine.
    pub(crate) fn audit(&self, totals: &Totals) {
        let accounted = self.finished + self.refused_no_server + self.refused_backlog + self.lost;
        assert_eq!(self.arrived, accounted, "every arrival ends in one way");
        assert_eq!(
            self.residence_ns,
            totals.in_system_ns(),
            "time in the system adds up by connection as by instant"
        );
    }
}

/// Work done by one server against the time it was busy.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Served {
    ns: f64,
    interrupted: bool,
}

impl Served {
    #[inline]
    pub(crate) fn add(&mut self, span: Span) {
        self.ns += span.as_nanos() as f64;
    }

    /// Connections were cut off in the middle of their service, which is not added up.
    pub(crate) fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// # Panics
    /// If the busy time differs from the time its connections took, beyond rounding.
    pub(crate) fn audit(&self, busy_ns: u128, connections: u64) {
        if self.interrupted {
            return;
        }
        let busy = busy_ns as f64;
        let rounding = 1e-9 * busy + 2.0 * connections as f64;
        assert!(
            (busy - self.ns).abs() <= rounding,
            "busy for {busy} ns, but its connections took {} ns",
            self.ns
        );
    }
}
