//! What follows a request: the next one of its chain, and keepalives on the connection until then.
//!
//! An open connection without a request sends no packet, so its entry's timer runs: the director forgets it after its
//! timeout, as the kernel does, and the next request on it is reset.

use ipvslab_schedulers::{ServerId, Span};

use super::Engine;
use super::world::Full;
use crate::agenda::{Due, Word};
use crate::clients::follow_ups::FollowUp;
use crate::clients::request::{Bound, Kept, Opening, Phase};
use crate::director::{Director, Revived, Silent};
use crate::farm::condition::State;
use crate::observer::{Failure, Observer};
use crate::request::RequestId;
use crate::setup::{KeepAlive, Protocol};

impl<D: Director> Engine<Full<D>> {
    /// What follows a request that has ended.
    pub(super) fn follow_up(&mut self, id: RequestId) -> Option<FollowUp> {
        let request = self.around.requests.get(id);
        self.around.follow_ups.as_mut()?.next(request.position, &request.asked.flow)
    }

    /// A request has ended, and `next` follows it, on the connection that is `kept` or on another one.
    pub(super) fn go_on(&mut self, id: RequestId, next: Option<FollowUp>, kept: Option<(ServerId, Silent)>) {
        let horizon = self.horizon;
        let next = next.map(|next| (self.now + next.wait, next));
        let Some((at, next)) = next.filter(|&(at, _)| kept.is_some() || at < horizon) else {
            return self.around.requests.remove(id);
        };
        let phase = kept.map_or(Phase::Away, |(server, silent)| {
            let life = self.farm.condition(server).life;
            Phase::Idle(Kept { server, silent, life })
        });
        let request = self.around.requests.get(id);
        request.prepare(&next);
        request.move_to(phase);
        request.begun = request.stamp;
        if let (Phase::Idle(_), Some(KeepAlive { idle, .. })) = (phase, request.keepalive) {
            let first = self.now + self.around.path.client + idle;
            self.later(first, id, Due::KeepAlive);
        }
        // What is open at the end of the run is closed then.
        self.later(at.min(horizon).max(self.now), id, Due::NextRequest);
    }

    /// A client makes its next request.
    pub(super) fn next_request(&mut self, id: RequestId, seen: &mut impl Observer) {
        let phase = self.around.requests.get(id).phase;
        if self.now >= self.horizon {
            self.around.requests.remove(id);
            if let Phase::Idle(Kept { silent, .. }) = phase {
                self.trail(self.around.path.client, silent.id, Word::CloseKept(silent.armed));
            }
            return;
        }
        self.meters.ledger.arrived += 1;
        self.around.requests.earn();
        let request = self.around.requests.get(id);
        (request.arrived, request.attempts, request.reused) = (self.now, 0, 0);
        seen.arrived(self.now, request.position.class);
        self.begin_deadline(id);
        match phase {
            Phase::Idle(kept) => self.follow(id, kept, seen),
            _ => self.attempt(id, seen),
        }
    }

    /// A client sends a request on a connection that it has open.
    fn follow(&mut self, id: RequestId, kept: Kept, seen: &mut impl Observer) {
        let delay = self.around.path.client;
        let request = self.around.requests.get(id);
        (request.attempts, request.reused) = (1, 1);
        request.travelled = delay;
        request.move_to(Phase::Following(kept));
        if delay == Span::ZERO {
            self.at_director(id, seen);
        } else {
            self.later(self.now + delay, id, Due::AtDirector);
        }
    }

    /// A director passes a request on that comes on an open connection.
    pub(super) fn pass_on(&mut self, id: RequestId, kept: Kept, seen: &mut impl Observer) {
        let Kept { server, life, .. } = kept;
        match self.revive(id, kept) {
            // A datagram needs no connection: it is scheduled anew.
            Revived::Gone if self.service.protocol == Protocol::Udp => {
                let request = self.around.requests.get(id);
                (request.reused, request.phase) = (0, Phase::ToDirector(None));
                let asked = request.asked;
                self.schedule(id, &asked, seen);
            }
            Revived::Gone => self.fail_after(self.around.path.client, id, Failure::Reset, seen),
            Revived::Dropped(silent) => self.hang_silent(id, silent, seen),
            Revived::Passed(connection) => {
                let bound = Bound { connection, server };
                let delay = self.around.path.server;
                if delay == Span::ZERO {
                    return self.at_server(id, bound, Opening::Open(life), seen);
                }
                self.go_to_server(id, bound, Opening::Open(life), delay);
            }
        }
        self.measure(server);
    }

    /// A packet comes on a connection that had been silent: to the director that has its entry, or to one that may take it in
    /// the middle.
    fn revive(&mut self, id: RequestId, kept: Kept) -> Revived {
        if let Some(silent) = self.entry_of(id, kept.silent) {
            let revived = self.director.revive(silent, self.now);
            if revived != Revived::Gone {
                return revived;
            }
        }
        if self.service.protocol == Protocol::Udp {
            return Revived::Gone;
        }
        let asked = self.around.requests.get(id).asked;
        match self.director.adopt(&asked.flow, asked.class, self.now) {
            Some((connection, server)) if server == kept.server => Revived::Passed(connection),
            Some((connection, _)) => {
                // That server does not know the connection, and resets it.
                self.director.abort(connection, self.now);
                Revived::Gone
            }
            None => Revived::Gone,
        }
    }

    /// A keepalive on a connection without a request comes to the director, whose entry it renews.
    pub(super) fn keep_alive(&mut self, id: RequestId, kept: Kept) {
        let Kept { server, life, .. } = kept;
        let silent = match self.revive(id, kept) {
            Revived::Gone => return self.lose_connection(id),
            Revived::Dropped(silent) => silent,
            Revived::Passed(connection) => {
                let condition = self.farm.condition(server);
                let is_up = matches!(condition.state, State::Up | State::Hung);
                if condition.state == State::Refusing || is_up && condition.life != life {
                    self.director.abort(connection, self.now);
                    return self.lose_connection(id);
                }
                self.director.silence(connection, self.now)
            }
        };
        let request = self.around.requests.get(id);
        request.phase = Phase::Idle(Kept { silent, ..kept });
        if let Some(KeepAlive { interval, .. }) = request.keepalive {
            self.later(self.now + interval, id, Due::KeepAlive);
        }
    }
}
