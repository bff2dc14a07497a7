//! Who gets which weight: what the administrator wants, what the controller makes of it, what a newcomer has of it yet,
//! and what the health checker leaves of it.

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Weight};

use crate::setup::{Controller, Intervention, Newcomers, RealServer};

impl Controller {
    /// The weight for a server that was busy to `busy` where `target` is aimed at.
    pub(crate) fn weight(&self, before: Weight, busy: f64, target: f64) -> Weight {
        let wanted = f64::from(before.get()) * (1.0 + self.gain * (target - busy) / target);
        let rounded = (wanted.clamp(f64::from(self.least), f64::from(self.most)) + 0.5) as u32;
        Weight::new(rounded).expect("at most `most`, which is a weight")
    }
}

/// Who wants what of each server.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) controller: Option<Controller>,
    newcomers: Option<Newcomers>,
    /// By server id.
    servers: Vec<Wanted>,
    /// Whether there is no quorum, and the service is closed for it.
    pub(crate) is_closed: bool,
}

/// What is wanted of one server.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    is_listed: bool,
    /// The administrator's, or the controller's.
    weight: Weight,
    /// Steps of the newcomers' ramp that are done.
    steps: u32,
    /// Which ramp is the valid one.
    stamp: u32,
    /// What the director was told.
    told: Option<Weight>,
    /// How long it had been busy when the controller last looked: nanoseconds of slots.
    busy_ns: u128,
}

impl Weights {
    pub(crate) fn new(
        controller: Option<Controller>,
        newcomers: Option<Newcomers>,
        servers: &[RealServer],
    ) -> Self {
        let wanted = |server: &RealServer| Wanted {
            is_listed: server.listed,
            weight: server.weight,
            steps: newcomers.map_or(0, |newcomers| newcomers.steps),
            stamp: 0,
            told: server.listed.then_some(server.weight),
            busy_ns: 0,
        };
        Self { controller, newcomers, servers: servers.iter().map(wanted).collect(), is_closed: false }
    }

    /// Takes down what the administrator does.
    pub(crate) fn intervene(&mut self, intervention: Intervention) {
        let server = &mut self.servers[intervention.server().index()];
        match intervention {
            Intervention::SetWeight(_, weight) => server.weight = weight,
            Intervention::Add(_, weight) => (server.is_listed, server.weight) = (true, weight),
            Intervention::Remove(_) => server.is_listed = false,
        }
    }

    /// A server joins: after which time its weight rises for the first time, and with which stamp; `None` without a ramp.
    pub(crate) fn join(&mut self, id: ServerId) -> Option<(Span, u32)> {
        let newcomers = self.newcomers?;
        let server = &mut self.servers[id.index()];
        server.steps = 0;
        server.stamp += 1;
        Some((newcomers.step(0), server.stamp))
    }

    /// A newcomer's weight rises: after which time it does so again.
    pub(crate) fn rise(&mut self, id: ServerId) -> Option<Span> {
        let newcomers = self.newcomers?;
        let server = &mut self.servers[id.index()];
        server.steps += 1;
        (server.steps < newcomers.steps).then(|| newcomers.step(server.steps))
    }

    /// How many servers there are.
    pub(crate) fn len(&self) -> usize {
        self.servers.len()
    }

    /// Whether a server's ramp is still the one of this stamp.
    pub(crate) fn is_valid(&self, id: ServerId, stamp: u32) -> bool {
        self.servers[id.index()].stamp == stamp
    }

    /// The controller looks at servers that have been busy for this many nanoseconds of slots or cores since the run began, and
    /// are up or not, by id; whether it may have changed anything.
    pub(crate) fn control(&mut self, busy_ns: &[u128], servers: &[RealServer], is_up: &[bool]) -> bool {
        let Some(controller) = self.controller else { return false };
        let mut busy = Vec::new();
        for (number, server) in servers.iter().enumerate() {
            let last = core::mem::replace(&mut self.servers[number].busy_ns, busy_ns[number]);
            if is_up[number] && self.is_steered(number) {
                let whole = controller.every.as_nanos() as f64 * f64::from(server.discipline.width());
                busy.push((number, (busy_ns[number] - last) as f64 / whole));
            }
        }
        let mean = busy.iter().map(|&(_, part)| part).sum::<f64>() / busy.len() as f64;
        let target = controller.target.unwrap_or(mean);
        if target > 0.0 {
            for (number, part) in busy {
                let server = &mut self.servers[number];
                server.weight = controller.weight(server.weight, part, target);
            }
        }
        target > 0.0
    }

    /// What the director has to be told of a server for it to have what is wanted; `None` if that is no news.
    pub(crate) fn news(&mut self, id: ServerId, is_up: bool, inhibits: bool) -> Option<Intervention> {
        let wanted = self.wanted(id, is_up, inhibits);
        let told = core::mem::replace(&mut self.servers[id.index()].told, wanted);
        match (told, wanted) {
            (None, Some(weight)) => Some(Intervention::Add(id, weight)),
            (Some(_), None) => Some(Intervention::Remove(id)),
            (Some(before), Some(weight)) if before != weight => Some(Intervention::SetWeight(id, weight)),
            _ => None,
        }
    }

    /// The weight that a server should have: `None` if it should not be in the list.
    fn wanted(&self, id: ServerId, is_up: bool, inhibits: bool) -> Option<Weight> {
        let server = self.servers[id.index()];
        match (server.is_listed, is_up) {
            (false, _) => None,
            (true, false) => inhibits.then_some(Weight::QUIESCED),
            (true, true) if self.is_closed => Some(Weight::QUIESCED),
            (true, true) => Some(self.with_ramp(server)),
        }
    }

    /// The weight of a server for a quorum; 0 if it is not listed.
    pub(crate) fn vote(&self, id: ServerId) -> i64 {
        let server = self.servers[id.index()];
        if server.is_listed { i64::from(server.weight.get()) } else { 0 }
    }

    /// Whether the controller sets a server's weight: it is in the list, and not quiesced by the administrator.
    fn is_steered(&self, number: usize) -> bool {
        let server = self.servers[number];
        server.is_listed && server.weight != Weight::QUIESCED
    }

    fn with_ramp(&self, server: Wanted) -> Weight {
        match self.newcomers {
            Some(newcomers) if server.steps < newcomers.steps => {
                let done = f64::from(server.steps) / f64::from(newcomers.steps);
                let part = newcomers.from + (1.0 - newcomers.from) * done;
                let whole = server.weight.get();
                let weight = ((f64::from(whole) * part + 0.5) as u32).max(u32::from(whole > 0));
                Weight::new(weight).expect("a part of a weight is one")
            }
            _ => server.weight,
        }
    }
}

impl Newcomers {
    /// From step `number` to the next one; all together are the ramp exactly.
    fn step(&self, number: u32) -> Span {
        let (ramp, steps) = (self.ramp.as_nanos(), u64::from(self.steps));
        let until = |number: u64| (u128::from(ramp) * u128::from(number) / u128::from(steps)) as u64;
        Span::from_nanos(until(u64::from(number) + 1) - until(u64::from(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(weight: u32) -> Weight {
        Weight::new(weight).expect("a small weight")
    }

    #[test]
    fn a_busier_server_gets_less_weight() {
        let controller =
            Controller { every: Span::from_secs(1), target: None, gain: 0.5, least: 1, most: 20 };
        let of = |busy| controller.weight(weight(10), busy, 0.5).get();
        assert_eq!([of(0.5), of(0.75), of(0.25), of(1.0)], [10, 8, 13, 5]);
        assert_eq!(Controller { gain: 10.0, ..controller }.weight(weight(10), 1.0, 0.5).get(), 1);
    }
}
