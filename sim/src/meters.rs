//! Running totals: time integrals of what each server holds, and the identities every run must satisfy.

use alloc::vec;
use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Time};

use crate::digest::Digest;
use crate::director::Counts;
use crate::farm::Level;
use crate::observer::Failure;
use crate::outcome::{Requests, ServerTotals, Traffic};
use crate::path::packets::ConnectionVolume;
use crate::setup::Setup;

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
    pub(crate) fn changed(&mut self, server: ServerId, now: Time, level: Level, counts: Option<Counts>) {
        let meter = &mut self.meters[server.index()];
        meter.advance(now);
        meter.in_system = level.in_system;
        meter.busy = level.busy;
        let Some(counts) = counts else { return };
        meter.active = counts.active;
        meter.peak_active = meter.peak_active.max(meter.active);
        meter.peak_total = meter.peak_total.max(counts.total);
    }

    /// The measured window begins: peaks are counted from here, and from the levels that are measured next.
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

    pub(crate) fn is_open(&self) -> bool {
        !self.opened.is_empty()
    }

    pub(crate) fn is_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    pub(crate) fn advance(&mut self, server: ServerId, now: Time) {
        self.meters[server.index()].advance(now);
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
                cache: None,
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
    /// What only clients that react do.
    pub(crate) requests: Requests,
    /// From a server's taking a connection to its end or loss.
    pub(crate) residence_ns: u128,
}

impl Ledger {
    /// A request failed for good.
    pub(crate) fn failed(&mut self, failure: Failure) {
        *match failure {
            Failure::NoServer => &mut self.refused_no_server,
            Failure::BacklogFull => &mut self.refused_backlog,
            Failure::Lost => &mut self.lost,
            Failure::Reset => &mut self.requests.reset,
            Failure::NoAnswer => &mut self.requests.no_answer,
            Failure::Deadline => &mut self.requests.gave_up,
        } += 1;
    }

    /// # Panics
    /// If a connection was counted twice or not at all, or the time spent in the system does not add up
    /// (Little's law, exactly): a fault of the engine.
    pub(crate) fn audit(&self, totals: &Totals, has_ended: bool) {
        let Requests { reset, no_answer, gave_up, .. } = self.requests;
        let refused = self.refused_no_server + self.refused_backlog;
        let accounted = self.finished + refused + self.lost + reset + no_answer + gave_up;
        assert!(
            self.arrived == accounted || !has_ended && self.arrived > accounted,
            "every arrival ends in one way"
        );
        assert_eq!(
            self.residence_ns,
            totals.in_system_ns(),
            "time in the system adds up by connection as by instant"
        );
    }
}

/// Everything that is counted of a run.
pub(crate) struct Meters {
    totals: Totals,
    pub(crate) ledger: Ledger,
    digest: Digest,
    /// Traffic counters, if they are kept.
    traffic: Option<Traffic>,
    window: (Time, Time),
    pub(crate) events: u64,
}

impl Meters {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            totals: Totals::new(setup.servers.len()),
            ledger: Ledger::default(),
            digest: Digest::new(),
            traffic: setup.counts_traffic.then(Traffic::default),
            window: (setup.warm_up, setup.horizon),
            events: 0,
        }
    }

    /// The scheduler gave a connection to a server.
    #[inline]
    pub(crate) fn assigned(&mut self, server: ServerId) {
        self.totals.assigned(server);
        self.digest.add(server.index() as u64);
    }

    /// The scheduler found no server.
    pub(crate) fn unassigned(&mut self) {
        self.digest.add(u64::MAX);
    }

    /// A server was done with a request, which it took at `taken`.
    #[inline]
    pub(crate) fn served(&mut self, taken: Time, now: Time) {
        self.left(taken, now);
        self.digest.add(now.as_nanos());
    }

    /// A request that its server took at `taken` left it before its end.
    #[inline]
    pub(crate) fn left(&mut self, taken: Time, now: Time) {
        self.ledger.residence_ns += u128::from(now.since(taken).as_nanos());
    }

    /// A server's levels changed.
    #[inline(always)]
    pub(crate) fn changed(&mut self, server: ServerId, now: Time, level: Level, counts: Option<Counts>) {
        self.totals.changed(server, now, level, counts);
    }

    /// A server took a request that puts so much on the director.
    pub(crate) fn carried(&mut self, carried: impl FnOnce() -> ConnectionVolume, is_first: bool, now: Time) {
        let is_measured = self.window.0 <= now && now < self.window.1;
        let Some(traffic) = self.traffic.as_mut().filter(|_| is_measured) else { return };
        let carried = carried();
        traffic.connections += u64::from(is_first);
        traffic.inbound += carried.inbound();
        traffic.outbound += carried.response;
    }

    /// From warm-up to horizon.
    pub(crate) fn window(&self) -> Span {
        self.window.1.since(self.window.0)
    }

    pub(crate) fn open_window(&mut self, now: Time) {
        self.totals.open_window(now);
    }

    pub(crate) fn close_window(&mut self, now: Time) {
        self.totals.close_window(now);
    }

    /// For how long a server has been busy by now, in nanoseconds of slots or cores.
    pub(crate) fn busy_ns(&mut self, server: ServerId, now: Time) -> u128 {
        self.totals.advance(server, now);
        self.totals.busy_ns(server.index())
    }

    pub(crate) fn assigned_to(&self, server: ServerId) -> u64 {
        self.totals.assigned_to(server.index())
    }

    /// The run ends before the window does.
    pub(crate) fn end_window(&mut self, now: Time) {
        if !self.totals.is_open() {
            self.window.0 = self.window.0.min(now);
            self.open_window(now);
        }
        if !self.totals.is_closed() {
            self.window.1 = now.max(self.window.0 + Span::from_nanos(1));
            self.close_window(now);
        }
    }

    /// Whether the run `has_ended` by itself, so that nothing is in progress.
    ///
    /// # Panics
    /// If the totals do not add up: a fault of the engine.
    pub(crate) fn audit(&mut self, now: Time, has_ended: bool) {
        self.totals.advance_all(now);
        self.ledger.audit(&self.totals, has_ended);
    }

    /// Each server's totals over the window.
    pub(crate) fn over_window(&self) -> Vec<ServerTotals> {
        self.totals.over_window()
    }

    pub(crate) fn traffic(&self) -> Option<Traffic> {
        self.traffic
    }

    pub(crate) fn digest(&self) -> u64 {
        self.digest.finish()
    }
}
