//! Running totals: time integrals of what each server holds, and the identities every run must satisfy.

use alloc::vec;
use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Time};

use crate::director::Counts;
use crate::farm::queue::ServerQueue;
use crate::observer::Failure;
use crate::outcome::{Requests, ServerTotals};
use crate::setup::Discipline;

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
    pub(crate) fn changed(
        &mut self,
        server: ServerId,
        now: Time,
        queue: &ServerQueue,
        counts: Option<Counts>,
    ) {
        let meter = &mut self.meters[server.index()];
        meter.advance(now);
        meter.in_system = queue.in_system();
        meter.busy = queue.busy();
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
    /// What of that they were still on their way.
    pub(crate) transit_ns: u128,
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
    pub(crate) fn audit(&self, totals: &Totals) {
        let Requests { reset, no_answer, gave_up, .. } = self.requests;
        let refused = self.refused_no_server + self.refused_backlog;
        let accounted = self.finished + refused + self.lost + reset + no_answer + gave_up;
        assert_eq!(self.arrived, accounted, "every arrival ends in one way");
        assert_eq!(
            self.residence_ns,
            totals.in_system_ns() + self.transit_ns,
            "time in the system adds up by connection as by instant"
        );
    }
}

/// Work done by one server against the time it was busy.
///
/// A server that works at another speed for a while is busy as before, and its *effort* is the time it was busy, at each
/// factor of its speed, times that factor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    /// Time its connections took of a slot or core.
    ns: f64,
    /// The same, had it always worked at full speed; added up in runs with disturbances only.
    full_speed_ns: f64,
    factor: f64,
    effort_ns: f64,
    /// How long it had been busy when the factor changed last.
    busy_ns: u128,
    /// Ends that were moved by a change of speed, and requests beyond the first of a connection: each may round.
    moved: u64,
}

impl Default for Served {
    fn default() -> Self {
        Self { ns: 0.0, full_speed_ns: 0.0, factor: 1.0, effort_ns: 0.0, busy_ns: 0, moved: 0 }
    }
}

impl Served {
    /// A connection took a slot or core for `span`.
    #[inline]
    pub(crate) fn add(&mut self, span: Span) {
        self.ns += span.as_nanos() as f64;
    }

    /// A connection brought another request.
    pub(crate) fn add_request(&mut self) {
        self.moved += 1;
    }

    /// A connection took so much of a slot or core at full speed: nanoseconds.
    pub(crate) fn add_at_full_speed(&mut self, nanos: f64) {
        self.full_speed_ns += nanos;
    }

    /// The server, which was busy for `busy_ns` until now, goes on at another speed, with `moved` connections in service.
    pub(crate) fn change_speed(&mut self, factor: f64, busy_ns: u128, moved: u32) {
        self.effort_ns += self.factor * (busy_ns - self.busy_ns) as f64;
        (self.factor, self.busy_ns) = (factor, busy_ns);
        self.moved += u64::from(moved);
    }

    /// # Panics
    /// If the busy time differs from the time its connections took, or what it did from their work, beyond rounding.
    pub(crate) fn audit(
        mut self,
        discipline: Discipline,
        busy_ns: u128,
        connections: u64,
        is_disturbed: bool,
    ) {
        self.change_speed(1.0, busy_ns, 0);
        let busy = busy_ns as f64;
        let rounding = 1e-9 * busy + 2.0 * (connections + self.moved) as f64;
        let agree = |measured: f64, added: f64| {
            assert!(
                (measured - added).abs() <= rounding,
                "busy for {measured} ns, but its connections took {added} ns"
            );
        };
        match discipline {
            Discipline::FirstComeFirstServed { .. } => agree(busy, self.ns),
            Discipline::ProcessorSharing { .. } => agree(self.effort_ns, self.ns),
        }
        if is_disturbed {
            agree(self.effort_ns, self.full_speed_ns);
        }
    }
}
