//! All requests in progress, and what their clients have in common.

use alloc::vec::Vec;

use ipvslab_schedulers::{Rng, ServerId, Span, Time};

use super::request::{Kept, Phase, Request};
use crate::agenda::Due;
use crate::request::{Arrival, RequestId};
use crate::setup::Setup;
use crate::setup::{Budget, ClientPolicy};

/// A slab of requests, the clients' policy, and what is left of their budget of retries.
pub(crate) struct Requests {
    pub(crate) policy: ClientPolicy,
    /// Draws the jitter of waits.
    jitter: Rng,
    /// What is left of the budget.
    tokens: f64,
    slots: Vec<Request>,
    free: Vec<RequestId>,
    /// Chains that have begun.
    begun: u64,
}

impl Requests {
    pub(crate) fn new(setup: &Setup) -> Self {
        let disturbances = setup.disturbances.clone().unwrap_or_default();
        let policy = disturbances.patience.unwrap_or_default();
        let budget = policy.retries.and_then(|retries| retries.budget);
        Self {
            policy,
            jitter: Rng::stream(disturbances.seed, disturbances.replication, "backoff"),
            tokens: budget.map_or(0.0, |budget| budget.burst),
            slots: Vec::new(),
            free: Vec::new(),
            begun: 0,
        }
    }

    /// The most that there ever were at once.
    pub(crate) fn most(&self) -> usize {
        self.slots.len()
    }

    /// Every request fills the budget of retries a little.
    pub(crate) fn earn(&mut self) {
        if let Some(Budget { share, burst }) = self.policy.retries.and_then(|retries| retries.budget) {
            self.tokens = (self.tokens + share).min(burst);
        }
    }

    /// The first request of a new chain.
    pub(crate) fn insert(&mut self, arrival: &Arrival) -> RequestId {
        self.earn();
        let chain = self.begun;
        self.begun += 1;
        if let Some(id) = self.free.pop() {
            let slot = self.get(id);
            *slot = Request::new(arrival, chain, slot.stamp.wrapping_add(1));
            return id;
        }
        self.slots.push(Request::new(arrival, chain, 0));
        RequestId::new(self.slots.len() - 1)
    }

    #[inline]
    pub(crate) fn get(&mut self, id: RequestId) -> &mut Request {
        &mut self.slots[id.index()]
    }

    pub(crate) fn phase(&self, id: RequestId) -> Phase {
        self.slots[id.index()].phase
    }

    /// The requests whose packets wait in line for a director.
    pub(crate) fn in_line(&self, now: Time) -> Vec<RequestId> {
        let ids = self.slots.iter().enumerate().filter(|(_, request)| request.in_line_until > now);
        ids.map(|(index, _)| RequestId::new(index)).collect()
    }

    /// The request that something is due of, if it still means what it meant when it was noted.
    pub(crate) fn due(&mut self, id: RequestId, due: Due, stamp: u32) -> Option<&mut Request> {
        let request = &mut self.slots[id.index()];
        let valid = match due {
            Due::Deadline => request.begun,
            Due::ConnectTimeout => request.attempted,
            _ => request.stamp,
        };
        (valid == stamp).then_some(request)
    }

    /// The requests for which `phase` holds, in the order of their ids.
    pub(crate) fn which(&self, phase: impl Fn(Phase) -> bool) -> Vec<RequestId> {
        let ids = self.slots.iter().enumerate().filter(|(_, request)| phase(request.phase));
        ids.map(|(index, _)| RequestId::new(index)).collect()
    }

    /// Open connections without a request to a server, with whose they are.
    pub(crate) fn kept_by(&self, server: ServerId) -> Vec<(RequestId, Kept)> {
        let ids = self.which(|phase| matches!(phase, Phase::Idle(kept) if kept.server == server));
        let kept = |id: RequestId| match self.slots[id.index()].phase {
            Phase::Idle(kept) => Some((id, kept)),
            _ => None,
        };
        ids.into_iter().filter_map(kept).collect()
    }

    /// The request is over, and none follows.
    pub(crate) fn remove(&mut self, id: RequestId) {
        self.free.push(id);
        let request = self.get(id);
        // Its timers mean nothing from now on.
        request.move_to(Phase::Away);
        request.in_line_until = Time::ZERO;
        (request.begun, request.attempted) = (request.stamp, request.stamp);
    }

    /// How long the client of a request waits before it tries again; `None` if it gives up.
    pub(crate) fn wait_before_retry(&mut self, id: RequestId) -> Option<Span> {
        let retries = self.policy.retries?;
        let attempts = self.get(id).attempts;
        if attempts > retries.most {
            return None;
        }
        if retries.budget.is_some() {
            if self.tokens < 1.0 {
                return None;
            }
            self.tokens -= 1.0;
        }
        let draw = if retries.jitter > 0.0 { self.jitter.unit() } else { 0.0 };
        Some(retries.wait(attempts, draw))
    }
}
