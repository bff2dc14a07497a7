//! Requests of clients that react: a slab of what is known of each until it has succeeded or failed for good.

use alloc::vec::Vec;

use ipvslab_schedulers::{Rng, ServerId, Span, Time};

use crate::clients::chains::Kept;
use crate::clients::follow_ups::{Link, Next};
use crate::director::Silent;
use crate::director::connection::ConnectionId;
use crate::farm::visits::JobId;
use crate::request::Arrival;
use crate::setup::client::{Budget, Patience};
use crate::setup::operations::Disturbances;

/// A request in progress; reused after its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct CallId(u32);

impl CallId {
    /// Of a connection in a run whose clients do not react.
    pub(crate) const NONE: Self = Self(u32::MAX);
    /// Of a connection whose client has gone.
    pub(crate) const NOBODY: Self = Self(u32::MAX - 1);
}

/// Where a request is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Its attempt has sent a SYN that nobody answered; the entry that it made, if it made one.
    Knocking(Option<Silent>),
    /// A server works on it, or has it in its backlog.
    Inside { server: ServerId, job: JobId, connection: ConnectionId },
    /// Its server is gone, and its client does not know.
    Hanging(Silent),
    /// Its client has no connection, and waits: before it tries again, or for the time of its next request.
    Away,
    /// Its client has a connection open, and waits for the time of its next request.
    Idle(Kept),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// When its first attempt was made.
    pub(crate) arrived: Time,
    /// What was asked for, from the addresses of the present attempt.
    pub(crate) asked: Arrival,
    pub(crate) link: Link,
    /// The port of the first.
    port: u16,
    /// Connections that it was sent on.
    pub(crate) attempts: u32,
    /// How many of them were open before: 0 or 1.
    pub(crate) reused: u32,
    /// SYNs that the present attempt has sent.
    pub(crate) syns: u32,
    pub(crate) place: Place,
    /// Changes whenever timers of the present attempt lose their meaning; never goes back in a slot.
    pub(crate) stamp: u32,
    /// The stamp that it began with.
    pub(crate) begun: u32,
}

impl Call {
    /// From now on the timers that run mean nothing.
    pub(crate) fn move_to(&mut self, place: Place) {
        self.place = place;
        self.stamp = self.stamp.wrapping_add(1);
    }

    /// Connections that were tried for it.
    pub(crate) fn connections(&self) -> u32 {
        self.attempts - self.reused
    }

    /// The chain goes on with another request.
    pub(crate) fn prepare(&mut self, next: &Next) {
        (self.asked.work, self.asked.sizes) = (next.work, next.sizes);
        self.link.requests += 1;
        self.link.of_connection += 1;
        if let Some(flow) = next.anew {
            (self.asked.flow, self.port) = (flow, flow.client_port);
            self.link.of_connection = 1;
        }
    }

    /// The next attempt is from another of Linux' ephemeral ports (32768 to 60999), the same under every scheduler.
    pub(crate) fn change_port(&mut self) {
        const FIRST: u32 = 32_768;
        const PORTS: u32 = 28_232;
        let step = (self.attempts + self.link.requests - 1).wrapping_mul(9_973);
        self.asked.flow.client_port = (FIRST + u32::from(self.port).wrapping_add(step) % PORTS) as u16;
    }
}

/// All requests in progress, and what clients have in common.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    pub(crate) patience: Patience,
    /// Draws the jitter of waits.
    jitter: Rng,
    /// What is left of the budget.
    tokens: f64,
    slots: Vec<Call>,
    free: Vec<CallId>,
    /// Chains that have begun.
    begun: u64,
}

impl Calls {
    pub(crate) fn new(disturbances: &Disturbances) -> Self {
        let patience = disturbances.patience.unwrap_or_default();
        let budget = patience.retries.and_then(|retries| retries.budget);
        Self {
            patience,
            jitter: Rng::stream(disturbances.seed, disturbances.replication, "backoff"),
            tokens: budget.map_or(0.0, |budget| budget.burst),
            slots: Vec::new(),
            free: Vec::new(),
            begun: 0,
        }
    }

    /// Every request fills the budget of retries a little.
    pub(crate) fn earn(&mut self) {
        if let Some(Budget { share, burst }) = self.patience.retries.and_then(|retries| retries.budget) {
            self.tokens = (self.tokens + share).min(burst);
        }
    }

    /// The first request of a new chain.
    pub(crate) fn insert(&mut self, arrival: &Arrival) -> CallId {
        self.earn();
        let link = Link { class: arrival.class, chain: self.begun, requests: 1, of_connection: 1 };
        self.begun += 1;
        let call = |stamp| Call {
            arrived: arrival.at,
            asked: *arrival,
            link,
            port: arrival.flow.client_port,
            attempts: 0,
            reused: 0,
            syns: 0,
            place: Place::Away,
            stamp,
            begun: stamp,
        };
        if let Some(id) = self.free.pop() {
            let slot = self.get(id);
            *slot = call(slot.stamp.wrapping_add(1));
            return id;
        }
        let id = CallId(self.slots.len() as u32);
        assert!(id < CallId::NOBODY, "fewer than 2^32 requests in progress at once");
        self.slots.push(call(0));
        id
    }

    pub(crate) fn get(&mut self, id: CallId) -> &mut Call {
        &mut self.slots[id.0 as usize]
    }

    /// Open connections without a request to a server that has reset them: their clients have none from now on.
    pub(crate) fn lose_kept(&mut self, server: ServerId) -> Vec<Kept> {
        let mut lost = Vec::new();
        for call in &mut self.slots {
            let Place::Idle(kept) = call.place else { continue };
            if kept.server == server {
                // The next request is made when it was to be made.
                call.place = Place::Away;
                call.change_port();
                lost.push(kept);
            }
        }
        lost
    }

    /// The request is over, and none follows.
    pub(crate) fn remove(&mut self, id: CallId) {
        self.free.push(id);
        let call = self.get(id);
        call.place = Place::Away;
        // Its timers mean nothing from now on.
        call.stamp = call.stamp.wrapping_add(1);
        call.begun = call.stamp;
    }

    /// How long the client of a request waits before it tries again; `None` if it gives up.
    pub(crate) fn wait_before_retry(&mut self, id: CallId) -> Option<Span> {
        let retries = self.patience.retries?;
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
