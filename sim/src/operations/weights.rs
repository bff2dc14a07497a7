//! Who gets which weight: what the administrator wants, what the controller makes of it, what a newcomer has of it yet,
//! and what the health checker leaves of it.

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Weight};

use crate::setup::{Intervention, RealServer};

/// Sets weights by how busy the servers were: every `every`, the weight of each server that is up becomes
/// `weight · (1 + gain · (target − busy) / target)`, rounded, within `least` and `most`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Controller {
    /// From one look to the next.
    pub every: Span,
    /// The busy part that is aimed at; `None` for the mean of the servers that are up.
    pub target: Option<f64>,
    /// How strongly it reacts.
    pub gain: f64,
    /// The least weight that it sets.
    pub least: u32,
    /// The greatest weight that it sets.
    pub most: u32,
}

impl Controller {
    pub(crate) fn is_sound(&self) -> bool {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let bounds = self.least >= 1 && self.least <= self.most && self.most <= Weight::MAX.get() as u32;
        self.every > Span::ZERO && self.target.is_none_or(positive) && positive(self.gain) && bounds
    }

    /// The weight for a server that was busy to `busy` where `target` is aimed at.
    pub(crate) fn weight(&self, before: Weight, busy: f64, target: f64) -> Weight {
        let wanted = f64::from(before.get()) * (1.0 + self.gain * (target - busy) / target);
        let rounded = (wanted.clamp(f64::from(self.least), f64::from(self.most)) + 0.5) as u32;
        Weight::new(rounded).expect("at most `most`, which is a weight")
    }
}

/// Servers that join or come back begin with a part of their weight, which rises to the whole in equal steps.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Newcomers {
    /// The part of the weight at first: above 0, at most 1. No weight becomes 0 by it.
    pub from: f64,
    /// How long it takes to the whole weight.
    pub ramp: Span,
    /// In how many steps; at least 1.
    pub steps: u32,
}

/// Who wants what of each server.
#[derive(Clone, Debug)]
pub(crate) struct Steering {
    pub(crate) controller: Option<Controller>,
    pub(crate) newcomers: Option<Newcomers>,
    /// By server id.
    pub(crate) servers: Vec<Wanted>,
    /// Whether there is no quorum, and the service is closed for it.
    pub(crate) is_closed: bool,
}

/// What is wanted of one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    is_listed: bool,
    /// The administrator's, or the controller's.
    pub(crate) weight: Weight,
    /// Steps of the newcomers' ramp that are done.
    steps: u32,
    /// Which ramp is the valid one.
    pub(crate) stamp: u32,
    /// What the director was told.
    pub(crate) told: Option<Weight>,
    /// How long it had been busy when the controller last looked: nanoseconds of slots.
    pub(crate) busy_ns: u128,
}

impl Steering {
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

    /// The weight that a server should have: `None` if it should not be in the list.
    pub(crate) fn wanted(&self, id: ServerId, is_up: bool, inhibits: bool) -> Option<Weight> {
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
    pub(crate) fn is_steered(&self, id: ServerId) -> bool {
        let server = self.servers[id.index()];
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
