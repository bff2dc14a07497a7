//! Who watches over the servers during a run: the health checker, the controller of weights, the newcomers' ramp.
//!
//! They only say what they want; the engine tells the director, as an administrator does.

pub(crate) mod health;
pub(crate) mod weights;

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span};

use crate::setup::{BelowQuorum, HealthCheck, Intervention, RealServer, Setup};
use health::{Change, Checker};
use weights::Weights;

/// All of them, in a run where more than the timeline sets weights.
pub(crate) struct Operations {
    pub(crate) checker: Option<Checker>,
    weights: Weights,
}

impl Operations {
    /// `None` if the timeline alone sets weights.
    pub(crate) fn new(setup: &Setup) -> Option<Self> {
        let disturbances = setup.disturbances.as_ref()?;
        let (health, controller, newcomers) =
            (disturbances.health, disturbances.controller, disturbances.newcomers);
        if health.is_none() && controller.is_none() && newcomers.is_none() {
            return None;
        }
        Some(Self {
            checker: health.map(|health| Checker::new(health, setup.servers.len())),
            weights: Weights::new(controller, newcomers, &setup.servers),
        })
    }

    /// How servers are checked, if they are.
    pub(crate) fn health(&self) -> Option<HealthCheck> {
        Some(self.checker.as_ref()?.check)
    }

    /// From one look of the controller to the next, if there is one.
    pub(crate) fn control_every(&self) -> Option<Span> {
        Some(self.weights.controller?.every)
    }

    /// Takes down what the administrator does.
    pub(crate) fn intervene(&mut self, intervention: Intervention) {
        self.weights.intervene(intervention);
    }

    /// A server joins the list or comes back to it: after which time its weight rises, and with which stamp.
    pub(crate) fn join(&mut self, server: ServerId) -> Option<(Span, u32)> {
        self.weights.join(server)
    }

    /// A newcomer's weight rises: after which time it does so again. The outer `None` if another ramp is the valid one.
    pub(crate) fn rise(&mut self, server: ServerId, stamp: u32) -> Option<Option<Span>> {
        self.weights.is_valid(server, stamp).then(|| self.weights.rise(server))
    }

    /// A health check is over: when the next one is, and whether the server is now taken for something else.
    pub(crate) fn checked(&mut self, server: ServerId, has_passed: bool) -> Option<(Span, Option<Change>)> {
        Some(self.checker.as_mut()?.ended(server, has_passed))
    }

    /// The controller looks at servers that have been busy for this many nanoseconds of slots or cores since the run began, by
    /// id; whether it changed anything.
    pub(crate) fn control(&mut self, busy_ns: &[u128], servers: &[RealServer]) -> bool {
        let is_up: Vec<bool> = (0..servers.len()).map(|number| self.is_up(server_id(number))).collect();
        self.weights.control(busy_ns, servers, &is_up)
    }

    /// What has to be done for every server to have what is wanted now.
    pub(crate) fn wanted(&mut self) -> Vec<Intervention> {
        self.find_quorum();
        let inhibits = self.checker.as_ref().is_some_and(|checker| checker.check.inhibit_on_failure);
        let Self { checker, weights } = self;
        let is_up = |id| checker.as_ref().is_none_or(|checker| checker.is_up(id));
        let ids = (0..weights.len()).map(server_id);
        ids.filter_map(|id| weights.news(id, is_up(id), inhibits)).collect()
    }

    fn is_up(&self, server: ServerId) -> bool {
        self.checker.as_ref().is_none_or(|checker| checker.is_up(server))
    }

    /// Closes the service for want of a quorum, or opens it again.
    fn find_quorum(&mut self) {
        let Some(checker) = &self.checker else { return };
        let ids = (0..self.weights.len()).map(server_id);
        let votes: i64 = ids.filter(|&id| checker.is_up(id)).map(|id| self.weights.vote(id)).sum();
        let is_short = votes < i64::from(checker.check.quorum);
        self.weights.is_closed = is_short && checker.check.below_quorum == BelowQuorum::Close;
    }
}

fn server_id(number: usize) -> ServerId {
    ServerId::new(number as u32)
}
