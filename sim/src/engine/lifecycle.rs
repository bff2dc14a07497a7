//! The life of a request, from its client's first packet to its last, top to bottom.
//!
//! The instants are those of [`path`](crate::path). A plain run goes through `arrive`, `schedule`, `take` and `depart` at one
//! instant each; a full one stops wherever something takes time, and goes on when it is [due](Engine::due).

use alloc::vec::Vec;

use ipvslab_schedulers::{Seen, ServerId, Span, Time};

use super::Engine;
use super::world::{Full, World};
use crate::agenda::{Due, Event, Word};
use crate::clients::request::{Bound, Done, Opening, Phase};
use crate::director::{Director, Reopened};
use crate::farm::SynAnswer;
use crate::farm::condition::State;
use crate::farm::visits::{Visit, VisitId};
use crate::observer::{Failure, Finished, Observer, Refusal};
use crate::outcome::Volume;
use crate::path::Crossing;
use crate::path::packets::{ConnectionVolume, sent_on};
use crate::request::{Arrival, RequestId};

impl<W: World> Engine<W> {
    /// A client makes its first request.
    #[inline]
    pub(super) fn arrive(&mut self, arrival: &Arrival, seen: &mut impl Observer) {
        self.meters.events += 1;
        self.meters.ledger.arrived += 1;
        W::arrive(self, arrival, seen);
    }

    /// The director gives a connection to a server, or finds its entry, and the server answers the SYN.
    #[inline(always)]
    pub(super) fn schedule(&mut self, client: W::Client, asked: &Arrival, seen: &mut impl Observer) {
        if seen.sees_decisions() {
            self.expire();
            seen.deciding(self.now, &asked.flow, &self.loads());
        }
        let (connection, server) = match W::open(self, client, asked) {
            Reopened::Passed { connection, server, is_anew } => {
                if is_anew {
                    seen.assigned(self.now, connection, server);
                    self.meters.assigned(server);
                }
                (connection, server)
            }
            Reopened::Dropped(silent) => return W::unanswered(self, client, silent, seen),
            Reopened::NoServer => {
                self.meters.unassigned();
                seen.refused(self.now, Refusal::NoServer);
                return W::turned_away(self, client, seen);
            }
        };
        let bound = Bound { connection, server };
        match self.farm.answer_syn(server, W::SERVERS_VARY) {
            SynAnswer::Accept => W::accepted(self, client, bound, asked, seen),
            SynAnswer::Reset(why) => {
                if why == Failure::BacklogFull {
                    seen.refused(self.now, Refusal::BacklogFull { connection, server });
                }
                W::refused(self, client, bound, why, seen);
            }
            SynAnswer::Silence => {
                let silent = self.director.silence(connection, self.now);
                self.measure(server);
                W::unanswered(self, client, silent, seen);
            }
        }
    }

    /// A server takes a request.
    #[inline(always)]
    pub(super) fn take(&mut self, bound: Bound, work: Span, request: Option<RequestId>) -> VisitId {
        let visit = self.farm.take(bound.server, bound.connection, work, request, self.now);
        self.measure(bound.server);
        visit
    }

    /// A server is done with a request.
    #[inline]
    pub(super) fn depart(&mut self, seen: &mut impl Observer) {
        let (server, job) = self.farm.depart(W::SERVERS_VARY, self.now);
        self.meters.served(job.arrived, self.now);
        W::served(self, server, &job, seen);
    }

    /// All that a server has is cut off, without a word to the clients.
    pub(super) fn vanish(&mut self, server: ServerId, seen: &mut impl Observer) {
        for job in self.farm.drain(server, self.now) {
            self.meters.left(job.arrived, self.now);
            W::cut(self, server, &job, seen);
        }
        self.measure(server);
    }
}

impl<D: Director> Engine<Full<D>> {
    /// A client makes its first request, and remembers it from now on.
    #[inline(never)]
    pub(super) fn begin(&mut self, arrival: &Arrival, seen: &mut impl Observer) {
        if self.around.tells_arrivals {
            seen.arrived(self.now, arrival.class);
        }
        let id = self.around.requests.insert(arrival);
        self.begin_deadline(id);
        self.attempt(id, seen);
    }

    pub(super) fn begin_deadline(&mut self, id: RequestId) {
        if let Some(deadline) = self.around.requests.policy.deadline {
            let stamp = self.around.requests.get(id).begun;
            self.agenda.note(self.now + deadline, Event::Request { id, due: Due::Deadline, stamp });
        }
    }

    /// A client opens a connection for its request.
    pub(super) fn attempt(&mut self, id: RequestId, seen: &mut impl Observer) {
        self.around.requests.get(id).begin_attempt();
        self.meters.ledger.requests.attempts += 1;
        if let Some(patience) = self.around.requests.policy.connect_timeout {
            self.later(self.now + patience, id, Due::ConnectTimeout);
        }
        self.send_syn(id, seen);
    }

    /// A client sends its SYN, for the first time or again.
    fn send_syn(&mut self, id: RequestId, seen: &mut impl Observer) {
        let delay = self.around.path.client;
        let request = self.around.requests.get(id);
        request.syns += 1;
        request.sent = self.now;
        if let Phase::Unanswered(silent) = request.phase {
            request.phase = Phase::ToDirector(silent);
        }
        request.travelled = delay;
        if delay == Span::ZERO {
            self.at_director(id, seen);
        } else {
            self.later(self.now + delay, id, Due::AtDirector);
        }
    }

    /// A client's packet comes to the director, which may have others to do first.
    pub(super) fn at_director(&mut self, id: RequestId, seen: &mut impl Observer) {
        if !self.around.path.has_lines() {
            return self.through(id, seen);
        }
        let request = self.around.requests.get(id);
        let (asked, phase) = (request.asked, request.phase);
        let director = self.director.chosen(&asked.flow, asked.class);
        let service = self.service;
        let carried = move || ConnectionVolume::of(&service, asked.sizes);
        let on_wire = |load: Volume| sent_on(service.forwarding, load);
        let crossing = match phase {
            Phase::Following(_) => {
                let load = || on_wire(carried().on_an_open_connection(&service).request);
                self.around.path.pass(director, load, self.now)
            }
            Phase::ToDirector(Some(_)) => {
                self.around.path.enter(director, || on_wire(ConnectionVolume::syn(&service)), self.now)
            }
            _ => self.around.path.enter(director, || on_wire(carried().request), self.now),
        };
        match crossing {
            Crossing::Now => self.through(id, seen),
            Crossing::At(through, waited) => {
                let busy = through.since(self.now) - waited;
                let request = self.around.requests.get(id);
                request.travelled = request.travelled + busy;
                request.in_line_until = through;
                self.later(through, id, Due::Scheduled);
            }
            Crossing::Dropped => {
                let Phase::ToDirector(silent) = phase else { unreachable!("only SYNs are dropped") };
                self.unanswered(id, silent, seen);
            }
        }
    }

    /// The director is through with a client's packet.
    fn through(&mut self, id: RequestId, seen: &mut impl Observer) {
        let request = self.around.requests.get(id);
        let asked = request.asked;
        match request.phase {
            Phase::Following(kept) => self.pass_on(id, kept, seen),
            _ => self.schedule(id, &asked, seen),
        }
    }

    /// A SYN is given to the scheduler, or meets the entry of one before it.
    pub(super) fn open(&mut self, id: RequestId, asked: &Arrival) -> Reopened {
        if self.around.has_oracle {
            let met: Vec<Seen> = self.farm.see(asked.work, self.now).collect();
            self.director.observe(&met);
        }
        match self.around.requests.get(id).phase {
            Phase::ToDirector(Some(silent)) => {
                self.director.reopen(silent, &asked.flow, asked.class, self.now)
            }
            _ => match self.director.open(&asked.flow, asked.class, self.now) {
                Some((connection, server)) => Reopened::Passed { connection, server, is_anew: true },
                None => Reopened::NoServer,
            },
        }
    }

    /// A server has accepted a connection: handshake and first request are on their way to it.
    pub(super) fn set_out_to_server(&mut self, id: RequestId, bound: Bound, asked: &Arrival) {
        let path = &self.around.path;
        let (opening, open_at) = (path.opening, self.now + path.server + path.back);
        if opening == Span::ZERO {
            self.director.establish(bound.connection, self.now);
            return self.serve(id, bound, asked, true);
        }
        self.measure(bound.server);
        self.farm.expect(bound.server);
        self.go_to_server(id, bound, Opening::Handshake(open_at), opening);
    }

    pub(super) fn go_to_server(&mut self, id: RequestId, bound: Bound, opening: Opening, delay: Span) {
        let request = self.around.requests.get(id);
        request.travelled = request.travelled + delay;
        request.move_to(Phase::ToServer(bound, opening));
        self.later(self.now + delay, id, Due::AtServer);
    }

    /// A request comes to its server.
    pub(super) fn at_server(
        &mut self,
        id: RequestId,
        bound: Bound,
        opening: Opening,
        seen: &mut impl Observer,
    ) {
        let Bound { connection, server } = bound;
        let is_first = matches!(opening, Opening::Handshake(_));
        if is_first {
            self.farm.expect_no_more(server);
            if !self.director.is_listed(server) {
                self.hang(id, connection, seen);
                return self.measure(server);
            }
            // The client's ACK has passed the director, even if the server is about to reset the connection.
            self.director.establish(connection, self.now);
        }
        let condition = self.farm.condition(server);
        let knows_it = match opening {
            Opening::Handshake(_) => true,
            Opening::Open(life) => condition.life == life,
        };
        match condition.state {
            State::Crashed => self.hang(id, connection, seen),
            State::Up | State::Hung if knows_it => {
                let asked = self.around.requests.get(id).asked;
                return self.serve(id, bound, &asked, is_first);
            }
            State::Refusing | State::Up | State::Hung => self.reset_open(id, bound, seen),
        }
        self.measure(server);
    }

    /// A server takes a request, the first or another one of its connection.
    fn serve(&mut self, id: RequestId, bound: Bound, asked: &Arrival, is_first: bool) {
        let service = &self.service;
        let carried = || {
            let carried = ConnectionVolume::of(service, asked.sizes);
            if is_first { carried } else { carried.on_an_open_connection(service) }
        };
        self.meters.carried(carried, is_first, self.now);
        let work = self.farm.work(bound.server, asked);
        if !is_first {
            self.farm.follows_another(bound.server);
        }
        let visit = self.take(bound, work, Some(id));
        self.around.requests.get(id).move_to(Phase::InService(bound, visit));
    }

    /// A server is done with a request, and its answer sets out.
    pub(super) fn answer(&mut self, server: ServerId, job: &Visit, seen: &mut impl Observer) {
        let Some(id) = job.request else {
            self.meters.ledger.requests.in_vain += 1;
            return self.measure(server);
        };
        let bound = Bound { connection: job.connection, server };
        let travelled = self.around.requests.get(id).travelled;
        let started = Time::from_nanos(job.started.as_nanos() - travelled.as_nanos());
        let done = Done { started, work: job.work };
        let back = self.around.path.back;
        let passes_line = self.service.forwarding.sees_replies() && self.around.path.has_lines();
        if back == Span::ZERO && !passes_line {
            return self.answered(id, bound, done, seen);
        }
        self.measure(server);
        self.around.requests.get(id).move_to(Phase::Returning(bound, done));
        if passes_line {
            let to_director = self.around.path.server;
            self.later(self.now + to_director, id, Due::AnswerAtDirector);
        } else {
            self.later(self.now + back, id, Due::AnswerAtClient);
        }
    }

    /// An answer comes to a director that masquerades.
    fn answer_at_director(&mut self, id: RequestId, bound: Bound, done: Done, seen: &mut impl Observer) {
        let sizes = self.around.requests.get(id).asked.sizes;
        let service = self.service;
        let load = move || {
            let carried = ConnectionVolume::of(&service, sizes);
            let mut load = carried.response;
            load += carried.acknowledgements;
            load
        };
        let director = self.director.director_of(bound.connection);
        let to_client = self.around.path.client;
        let (through, waited) = match self.around.path.pass(director, load, self.now) {
            Crossing::At(through, waited) => (through, waited),
            Crossing::Now | Crossing::Dropped => (self.now, Span::ZERO),
        };
        let at = through + to_client;
        let done = Done { started: done.started + waited, ..done };
        let request = self.around.requests.get(id);
        request.phase = Phase::Returning(bound, done);
        request.in_line_until = through;
        if at == self.now {
            self.answered(id, bound, done, seen);
        } else {
            self.later(at, id, Due::AnswerAtClient);
        }
    }

    /// An answer is with its client, which closes the connection or keeps it for its next request.
    fn answered(&mut self, id: RequestId, bound: Bound, done: Done, seen: &mut impl Observer) {
        let Bound { connection, server } = bound;
        let next = self.follow_up(id);
        let is_kept = next.is_some_and(|next| next.anew.is_none()) && self.director.is_listed(server);
        let sizes = self.around.requests.get(id).asked.sizes;
        let delay = self.around.path.client;
        let kept = if is_kept {
            self.trail(delay, connection, Word::Acknowledge(sizes));
            Some((server, self.director.silence(connection, self.now)))
        } else {
            self.trail(delay, connection, Word::Close(server, sizes));
            None
        };
        self.measure(server);
        self.meters.ledger.finished += 1;
        let request = *self.around.requests.get(id);
        seen.finished(&Finished {
            connection,
            server,
            arrived: request.arrived,
            started: done.started,
            finished: self.now,
            work: done.work,
            class: request.position.class,
        });
        self.tell_end(id, None, seen);
        if kept.is_none() && next.is_some_and(|next| next.anew.is_none()) {
            // Its server has left the list: the next request needs another connection.
            self.around.requests.get(id).change_port();
        }
        self.go_on(id, next, kept);
    }

    /// Notes what is due of a request in its present phase.
    pub(super) fn later(&mut self, at: Time, id: RequestId, due: Due) {
        let stamp = self.around.requests.get(id).stamp;
        self.agenda.note(at, Event::Request { id, due, stamp });
    }

    /// What was noted of a request is due.
    pub(super) fn due(&mut self, id: RequestId, due: Due, stamp: u32, seen: &mut impl Observer) {
        let syn_retries = self.around.requests.policy.syn_retries;
        let Some(request) = self.around.requests.due(id, due, stamp) else { return };
        match (due, request.phase) {
            (Due::AtDirector, _) => self.at_director(id, seen),
            (Due::Scheduled, _) => self.through(id, seen),
            (Due::AtServer, Phase::ToServer(bound, opening)) => self.at_server(id, bound, opening, seen),
            (Due::AnswerAtDirector, Phase::Returning(bound, done)) => {
                self.answer_at_director(id, bound, done, seen);
            }
            (Due::AnswerAtClient, Phase::Returning(bound, done)) => self.answered(id, bound, done, seen),
            (Due::Fails(failure), _) => self.fail(id, failure, seen),
            (Due::SynAgain, _) if request.syns <= syn_retries => {
                self.meters.ledger.requests.syns_again += 1;
                self.send_syn(id, seen);
            }
            (Due::SynAgain | Due::ConnectTimeout, _) => self.give_up_attempt(id, seen),
            (Due::Retry, _) => {
                request.change_port();
                self.attempt(id, seen);
            }
            (Due::NextRequest, _) => self.next_request(id, seen),
            (Due::Deadline, _) => self.give_up_request(id, seen),
            (Due::KeepAlive, Phase::Idle(kept)) => self.keep_alive(id, kept),
            // The connection was lost before.
            (Due::KeepAlive, Phase::Away) => {}
            _ => unreachable!("{due:?} is due in another phase"),
        }
    }
}
