//! What servers did, against the time that they were busy.

use ipvslab_schedulers::Span;

use crate::setup::Discipline;

/// Work done by one server against the time it was busy.
///
/// A server that works at another speed for a while is busy as before, and its *effort* is the time it was busy, at each
/// factor of its speed, times that factor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
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

impl Default for Effort {
    fn default() -> Self {
        Self { ns: 0.0, full_speed_ns: 0.0, factor: 1.0, effort_ns: 0.0, busy_ns: 0, moved: 0 }
    }
}

impl Effort {
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
    pub(crate) fn audit(mut self, discipline: Discipline, busy_ns: u128, connections: u64, varies: bool) {
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
        if varies {
            agree(self.effort_ns, self.full_speed_ns);
        }
    }
}
