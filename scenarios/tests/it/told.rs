//! A fingerprint of everything that an observer is told during a run.

use ipvslab_schedulers::{ServerId, Time};
use ipvslab_sim::{ConnectionId, Finished, Observer, Refusal, RequestEnd, ServerLoad};

/// Folds numbers into 64 bits; their order counts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn add(&mut self, numbers: &[u64]) {
        for &number in numbers {
            self.0 = mix(self.0.rotate_left(5) ^ number);
        }
    }

    pub(crate) fn finish(self) -> u64 {
        self.0
    }
}

/// The sum of the fingerprints of all events. Neither their order nor the ids of connections matter: those are internal to the
/// engine.
#[derive(Default)]
pub(crate) struct Told {
    all: u64,
    ends: u64,
}

impl Told {
    pub(crate) fn fingerprint(&self) -> u64 {
        self.all
    }

    /// Of the times at which requests were made and answered only.
    pub(crate) fn ends(&self) -> u64 {
        self.ends
    }

    fn note(&mut self, numbers: &[u64]) {
        self.all = self.all.wrapping_add(fingerprint(numbers));
    }
}

impl Observer for Told {
    fn arrived(&mut self, now: Time, class: u16) {
        self.note(&[1, now.as_nanos(), class.into()]);
    }

    fn assigned(&mut self, now: Time, _: ConnectionId, server: ServerId) {
        self.note(&[2, now.as_nanos(), server.index() as u64]);
    }

    fn refused(&mut self, now: Time, refusal: Refusal) {
        let server = match refusal {
            Refusal::NoServer => u64::MAX,
            Refusal::BacklogFull { server, .. } => server.index() as u64,
        };
        self.note(&[3, now.as_nanos(), server]);
    }

    fn finished(&mut self, done: &Finished) {
        let times = [done.arrived.as_nanos(), done.started.as_nanos(), done.finished.as_nanos()];
        let [arrived, started, finished] = times;
        let (work, class) = (done.work.as_nanos(), done.class.into());
        self.note(&[4, arrived, started, finished, done.server.index() as u64, work, class]);
        self.ends = self.ends.wrapping_add(fingerprint(&[arrived, finished]));
    }

    fn lost(&mut self, now: Time, _: ConnectionId, server: ServerId, arrived: Time) {
        self.note(&[5, now.as_nanos(), server.index() as u64, arrived.as_nanos()]);
    }

    fn ended(&mut self, request: &RequestEnd) {
        let failure = request.failure.map_or(0, |failure| 1 + failure as u64);
        let (arrived, ended) = (request.arrived.as_nanos(), request.ended.as_nanos());
        self.note(&[6, arrived, ended, request.attempts.into(), failure]);
    }

    fn detected(&mut self, now: Time, server: ServerId, broken: Time) {
        self.note(&[7, now.as_nanos(), server.index() as u64, broken.as_nanos()]);
    }

    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        for (number, server) in servers.iter().enumerate() {
            let counts = [server.weight, server.active, server.inactive].map(|count| count as u64);
            let [weight, active, inactive] = counts;
            let (in_system, in_service) = (server.in_system.into(), server.in_service.into());
            let listed = server.listed.into();
            let when = [8, now.as_nanos(), number as u64, listed];
            self.note(
                &[&when[..], &[weight, active, inactive, in_system, in_service, server.assigned]].concat(),
            );
        }
    }
}

fn fingerprint(numbers: &[u64]) -> u64 {
    let mut one = Fingerprint::default();
    one.add(numbers);
    one.finish()
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014), after a step.
fn mix(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}
