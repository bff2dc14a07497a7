//! Clients that react: SYNs that are sent again, deadlines, and retries.
//!
//! A request is one arrival. It makes attempts, each a connection from a port of its own, until one is served or the
//! client gives up. SYNs of one attempt are of the same addresses: they meet the entry of the first one, while it lives.

use ipvslab_schedulers::ServerId;

use crate::clients::requests::{CallId, Place};
use crate::director::connection::ConnectionId;
use crate::director::{Director, Reopened, Silent};
use crate::engine::Engine;
use crate::engine::agenda::Event;
use crate::farm::condition::State;
use crate::farm::visits::Job;
use crate::observer::{Failure, Finished, Observer, Refusal, RequestEnd};
use crate::request::Arrival;
use crate::setup::client::{Abandoned, syn_wait};
use crate::setup::operations::Overflow;

impl<D: Director> Engine<D> {
    /// A client makes a request.
    #[inline(never)]
    pub(crate) fn call(&mut self, arrival: &Arrival, observer: &mut impl Observer) {
        let call = self.calls.as_mut().expect("clients react in this run").insert(arrival);
        self.begin_deadline(call);
        self.attempt(call, observer);
    }

    /// From now on a client waits for its request.
    pub(crate) fn begin_deadline(&mut self, call: CallId) {
        let calls = self.calls.as_mut().expect("clients react in this run");
        let stamp = calls.get(call).begun;
        if let Some(deadline) = calls.patience.deadline {
            self.agenda.note(self.now + deadline, Event::Deadline { call, stamp });
        }
    }

    /// What a client noted for itself is due.
    pub(crate) fn remember(&mut self, event: Event, observer: &mut impl Observer) {
        let (Event::Knock { call, stamp }
        | Event::ConnectTimeout { call, stamp }
        | Event::Retry { call, stamp }
        | Event::NextRequest { call, stamp }
        | Event::Deadline { call, stamp }) = event
        else {
            unreachable!("events of servers are not a client's");
        };
        let calls = self.calls.as_mut().expect("clients react in this run");
        let (syn_retries, found) = (calls.patience.syn_retries, calls.get(call));
        let is_valid =
            if matches!(event, Event::Deadline { .. }) { found.begun == stamp } else { found.stamp == stamp };
        match event {
            _ if !is_valid => {}
            Event::Knock { .. } if found.syns <= syn_retries => {
                self.ledger.requests.syns_again += 1;
                self.knock(call, observer);
            }
            Event::Knock { .. } | Event::ConnectTimeout { .. } => self.give_up_attempt(call, observer),
            Event::Retry { .. } => {
                found.change_port();
                self.attempt(call, observer);
            }
            Event::NextRequest { .. } => self.next_request(call, observer),
            _ => self.give_up_request(call, observer),
        }
    }

    pub(crate) fn attempt(&mut self, id: CallId, observer: &mut impl Observer) {
        let calls = self.calls.as_mut().expect("clients react in this run");
        let connect_timeout = calls.patience.connect_timeout;
        let call = calls.get(id);
        call.attempts += 1;
        call.syns = 0;
        call.move_to(Place::Knocking(None));
        self.ledger.requests.attempts += 1;
        if let Some(timeout) = connect_timeout {
            let event = Event::ConnectTimeout { call: id, stamp: call.stamp };
            self.agenda.note(self.now + timeout, event);
        }
        self.knock(id, observer);
    }

    /// A client sends its SYN, for the first time or again.
    fn knock(&mut self, id: CallId, observer: &mut impl Observer) {
        let call = self.calls.as_mut().expect("clients react in this run").get(id);
        let Place::Knocking(before) = call.place else {
            unreachable!("only half-open connections send SYNs")
        };
        let (flow, work, class) = (call.asked.flow, call.asked.work, call.link.class);
        call.syns += 1;
        if self.director.is_clairvoyant() {
            self.show(work);
        }
        let result = match before {
            Some(silent) => self.director.reopen(silent, &flow, class, self.now),
            None => self.director.open(&flow, class, self.now).map_or(
                Reopened::NoServer,
                |(connection, server)| Reopened::Passed { connection, server, is_anew: true },
            ),
        };
        match result {
            Reopened::NoServer => {
                self.digest.add(u64::MAX);
                observer.refused(self.now, Refusal::NoServer);
                self.fail(id, Failure::NoServer, observer);
            }
            Reopened::Dropped(silent) => self.wait_for_answer(id, silent),
            Reopened::Passed { connection, server, is_anew } => {
                if is_anew {
                    observer.assigned(self.now, connection, server);
                    self.totals.assigned(server);
                    self.digest.add(server.index() as u64);
                }
                self.knock_at(id, connection, server, observer);
            }
        }
    }

    /// A SYN reaches its server, if that is still there.
    fn knock_at(
        &mut self,
        id: CallId,
        connection: ConnectionId,
        server: ServerId,
        observer: &mut impl Observer,
    ) {
        let condition = &self.conditions[server.index()];
        let is_full = self.queues[server.index()].is_full();
        match condition.state {
            State::Refusing => self.refuse(id, connection, server, Failure::Reset, observer),
            State::Up | State::Hung if is_full && condition.manner.overflow == Overflow::Reset => {
                observer.refused(self.now, Refusal::BacklogFull { connection, server });
                self.refuse(id, connection, server, Failure::BacklogFull, observer);
            }
            State::Up | State::Hung if !is_full => {
                let call = self.calls.as_mut().expect("clients react in this run").get(id);
                let asked = call.asked;
                let job = self.accept(server, connection, &asked, id);
                let call = self.calls.as_mut().expect("clients react in this run").get(id);
                call.move_to(Place::Inside { server, job, connection });
            }
            State::Up | State::Hung | State::Crashed => {
                let silent = self.director.silence(connection, self.now);
                self.measure(server);
                self.wait_for_answer(id, silent);
            }
        }
    }

    fn refuse(
        &mut self,
        id: CallId,
        connection: ConnectionId,
        server: ServerId,
        failure: Failure,
        observer: &mut impl Observer,
    ) {
        self.director.reset(connection, self.now);
        self.measure(server);
        self.fail(id, failure, observer);
    }

    /// Nobody answered a SYN: the next one, or the end of patience, is noted.
    fn wait_for_answer(&mut self, id: CallId, silent: Silent) {
        let call = self.calls.as_mut().expect("clients react in this run").get(id);
        call.place = Place::Knocking(Some(silent));
        let event = Event::Knock { call: id, stamp: call.stamp };
        self.agenda.note(self.now + syn_wait(call.syns - 1), event);
    }

    /// The server is done with a connection.
    #[inline(never)]
    pub(crate) fn answer(&mut self, server: ServerId, job: &Job, observer: &mut impl Observer) {
        self.digest.add(self.now.as_nanos());
        if job.call == CallId::NOBODY {
            self.ledger.requests.in_vain += 1;
            return self.measure(server);
        }
        let next = self.sequel(job.call);
        let kept = if next.is_some_and(|next| next.anew.is_none()) {
            Some((server, self.director.silence(job.connection, self.now)))
        } else {
            self.director.close(job.connection, self.now);
            None
        };
        self.measure(server);
        self.ledger.finished += 1;
        let call = *self.calls.as_mut().expect("clients react in this run").get(job.call);
        observer.finished(&Finished {
            connection: job.connection,
            server,
            arrived: call.arrived,
            started: job.started,
            finished: self.now,
            work: job.work,
            class: call.link.class,
        });
        let (arrived, attempts) = (call.arrived, call.connections());
        observer.ended(&RequestEnd { arrived, ended: self.now, attempts, failure: None });
        self.go_on(job.call, next, kept);
    }

    /// The server of an open connection is gone, and its client does not know. Who would wait for ever is given up now.
    pub(crate) fn hang(&mut self, id: CallId, connection: ConnectionId, observer: &mut impl Observer) {
        let silent = self.director.silence(connection, self.now);
        self.hang_silent(id, silent, observer);
    }

    /// The same for one that is silent already.
    pub(crate) fn hang_silent(&mut self, id: CallId, silent: Silent, observer: &mut impl Observer) {
        let calls = self.calls.as_mut().expect("clients react in this run");
        if calls.patience.deadline.is_some() {
            calls.get(id).move_to(Place::Hanging(silent));
        } else {
            self.director.forget(silent);
            self.end(id, Failure::Lost, observer);
        }
    }

    /// An attempt has failed: it is tried again later, or the request with it.
    pub(crate) fn fail(&mut self, id: CallId, failure: Failure, observer: &mut impl Observer) {
        let calls = self.calls.as_mut().expect("clients react in this run");
        let Some(wait) = calls.wait_before_retry(id) else { return self.end(id, failure, observer) };
        let call = calls.get(id);
        call.move_to(Place::Away);
        let event = Event::Retry { call: id, stamp: call.stamp };
        self.agenda.note(self.now + wait, event);
    }

    /// No connection has opened in time.
    fn give_up_attempt(&mut self, id: CallId, observer: &mut impl Observer) {
        let call = self.calls.as_mut().expect("clients react in this run").get(id);
        if let Place::Knocking(Some(silent)) = call.place {
            self.director.forget(silent);
        }
        self.fail(id, Failure::NoAnswer, observer);
    }

    /// The deadline has passed: the client closes what it has.
    fn give_up_request(&mut self, id: CallId, observer: &mut impl Observer) {
        let calls = self.calls.as_mut().expect("clients react in this run");
        let abandoned = calls.patience.abandoned;
        match calls.get(id).place {
            Place::Knocking(Some(silent)) => self.director.forget(silent),
            Place::Knocking(None) | Place::Away => {}
            Place::Idle(_) => unreachable!("a client without a request waits for nothing"),
            Place::Hanging(silent) => self.director.leave_silent(silent, self.now),
            Place::Inside { server, job, connection } => {
                match abandoned {
                    Abandoned::WorkedOn => {
                        self.jobs.disown(job);
                        self.director.leave(connection, self.now);
                    }
                    Abandoned::Cancelled => {
                        self.take_out(server, job);
                        self.director.close(connection, self.now);
                    }
                }
                self.measure(server);
            }
        }
        self.end(id, Failure::Deadline, observer);
    }

    fn end(&mut self, id: CallId, failure: Failure, observer: &mut impl Observer) {
        self.ledger.failed(failure);
        let call = self.calls.as_mut().expect("clients react in this run").get(id);
        let (arrived, attempts) = (call.arrived, call.connections());
        observer.ended(&RequestEnd { arrived, ended: self.now, attempts, failure: Some(failure) });
        let next = self.sequel(id);
        if next.is_some_and(|next| next.anew.is_none()) {
            // It would have been made on the connection that failed.
            self.calls.as_mut().expect("clients react in this run").get(id).change_port();
        }
        self.go_on(id, next, None);
    }
}
