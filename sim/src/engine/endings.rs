//! Endings of a request that are no answer: silence, resets, servers that are gone, clients that give up.

use ipvslab_schedulers::{ServerId, Span};

use super::Engine;
use super::world::Full;
use crate::agenda::{Due, Event, Word};
use crate::clients::request::{Bound, Kept, Opening, Phase};
use crate::director::connection::ConnectionId;
use crate::director::{Director, Silent};
use crate::farm::visits::VisitId;
use crate::observer::{Failure, Observer, RequestEnd};
use crate::request::{RequestId, Sizes};
use crate::setup::Protocol;
use crate::setup::{Abandoned, syn_wait};

impl<D: Director> Engine<Full<D>> {
    /// Nobody answered a SYN: the next one, or the end of patience, is noted. A datagram is sent once.
    pub(super) fn unanswered(&mut self, id: RequestId, silent: Option<Silent>, seen: &mut impl Observer) {
        let is_datagram = self.service.protocol == Protocol::Udp;
        if is_datagram {
            return match silent {
                Some(silent) => self.hang_silent(id, silent, seen),
                None => self.fail(id, Failure::Lost, seen),
            };
        }
        let request = self.around.requests.get(id);
        request.move_to(Phase::Unanswered(silent));
        let again = request.sent + syn_wait(request.syns - 1);
        self.later(again.max(self.now), id, Due::SynAgain);
    }

    /// A server resets a half-open connection: the director sees it where replies pass it, and the client later.
    pub(super) fn reset_half_open(
        &mut self,
        id: RequestId,
        bound: Bound,
        why: Failure,
        seen: &mut impl Observer,
    ) {
        let (to_server, back) = (self.around.path.server, self.around.path.back);
        let sees = self.service.forwarding.sees_replies();
        let delay = if sees { to_server + to_server } else { Span::ZERO };
        self.trail(delay, bound.connection, Word::Reset);
        self.measure(bound.server);
        self.fail_after(to_server + back, id, why, seen);
    }

    /// The server of an open connection is gone, and its client does not know. Who would wait forever is given up now.
    pub(super) fn hang(&mut self, id: RequestId, connection: ConnectionId, seen: &mut impl Observer) {
        let silent = self.director.silence(connection, self.now);
        self.hang_silent(id, silent, seen);
    }

    /// The same for one that is silent already.
    pub(super) fn hang_silent(&mut self, id: RequestId, silent: Silent, seen: &mut impl Observer) {
        let requests = &mut self.around.requests;
        if requests.policy.deadline.is_some() {
            requests.get(id).move_to(Phase::Hanging(silent));
        } else {
            self.director.forget(silent);
            self.end(id, Failure::Lost, seen);
        }
    }

    /// A server resets an open connection.
    pub(super) fn reset_open(&mut self, id: RequestId, bound: Bound, seen: &mut impl Observer) {
        let (to_director, back) = (self.around.path.server, self.around.path.back);
        self.trail(to_director, bound.connection, Word::Abort);
        self.fail_after(back, id, Failure::Reset, seen);
    }

    /// An attempt has failed, which its client hears after a while.
    pub(super) fn fail_after(
        &mut self,
        delay: Span,
        id: RequestId,
        failure: Failure,
        seen: &mut impl Observer,
    ) {
        if delay == Span::ZERO {
            return self.fail(id, failure, seen);
        }
        self.around.requests.get(id).move_to(Phase::Failing);
        self.later(self.now + delay, id, Due::Fails(failure));
    }

    /// An attempt has failed: it is tried again later, or the request with it.
    pub(super) fn fail(&mut self, id: RequestId, failure: Failure, seen: &mut impl Observer) {
        let requests = &mut self.around.requests;
        let Some(wait) = requests.wait_before_retry(id) else { return self.end(id, failure, seen) };
        requests.get(id).move_to(Phase::Away);
        self.later(self.now + wait, id, Due::Retry);
    }

    /// No connection has opened in time.
    pub(super) fn give_up_attempt(&mut self, id: RequestId, seen: &mut impl Observer) {
        match self.around.requests.get(id).phase {
            Phase::ToDirector(silent) | Phase::Unanswered(silent) => {
                silent.into_iter().for_each(|silent| self.director.forget(silent));
            }
            Phase::ToServer(bound, Opening::Handshake(open_at)) if self.now < open_at => {
                self.farm.expect_no_more(bound.server);
                self.trail(self.around.path.client, bound.connection, Word::Leave);
            }
            // It has opened meanwhile.
            _ => return,
        }
        self.fail(id, Failure::NoAnswer, seen);
    }

    /// The deadline has passed: the client closes what it has.
    pub(super) fn give_up_request(&mut self, id: RequestId, seen: &mut impl Observer) {
        let (to_director, to_server) = (self.around.path.client, self.around.path.server);
        match self.around.requests.get(id).phase {
            Phase::ToDirector(silent) | Phase::Unanswered(silent) => {
                silent.into_iter().for_each(|silent| self.director.forget(silent));
            }
            Phase::Away | Phase::Failing => {}
            Phase::Idle(_) => unreachable!("a client without a request waits for nothing"),
            Phase::Following(Kept { silent, .. }) | Phase::Hanging(silent) => {
                self.trail(to_director, silent.id, Word::LeaveSilent(silent.armed));
            }
            Phase::ToServer(bound, opening) => {
                if matches!(opening, Opening::Handshake(_)) {
                    self.farm.expect_no_more(bound.server);
                }
                self.trail(to_director, bound.connection, Word::Leave);
            }
            Phase::Returning(bound, _) => self.trail(to_director, bound.connection, Word::Leave),
            Phase::InService(bound, visit) => {
                self.farm.disown(visit);
                match self.around.requests.policy.abandoned {
                    Abandoned::WorkedOn => self.trail(to_director, bound.connection, Word::Leave),
                    Abandoned::Cancelled => {
                        self.cancel_after(to_director + to_server, visit, bound);
                        let closes = Word::Close(bound.server, Sizes::default());
                        self.trail(to_director, bound.connection, closes);
                    }
                }
            }
        }
        self.end(id, Failure::Deadline, seen);
    }

    /// A server notices after a while that the client of a connection has gone, and drops the request.
    fn cancel_after(&mut self, delay: Span, visit: VisitId, Bound { connection, server }: Bound) {
        if delay == Span::ZERO {
            self.cancel(server, visit, connection);
        } else {
            self.agenda.note(self.now + delay, Event::Cancel { server, visit, connection });
        }
    }

    pub(super) fn cancel(&mut self, server: ServerId, visit: VisitId, connection: ConnectionId) {
        if self.farm.has_abandoned(server, visit, connection) {
            let job = self.farm.abort(server, visit, self.now);
            self.meters.left(job.arrived, self.now);
            self.measure(server);
        }
    }

    /// A request has failed for good.
    pub(super) fn end(&mut self, id: RequestId, failure: Failure, seen: &mut impl Observer) {
        self.meters.ledger.failed(failure);
        self.tell_end(id, Some(failure), seen);
        let next = self.follow_up(id);
        if next.is_some_and(|next| next.anew.is_none()) {
            // It would have been made on the connection that failed.
            self.around.requests.get(id).change_port();
        }
        self.go_on(id, next, None);
    }

    pub(super) fn tell_end(&mut self, id: RequestId, failure: Option<Failure>, seen: &mut impl Observer) {
        if self.around.tells_requests {
            let request = self.around.requests.get(id);
            let (arrived, attempts) = (request.arrived, request.connections());
            seen.ended(&RequestEnd { arrived, ended: self.now, attempts, failure });
        }
    }
}
