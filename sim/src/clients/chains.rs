//! Chains of requests at work: connections that stay open between two requests, and clients that come back.
//!
//! An open connection without a request sends no packet, so its entry's timer runs: the director forgets it after its
//! time-out, as the kernel does, and the next request on it is reset.

use alloc::boxed::Box;

use ipvslab_schedulers::ServerId;

use crate::clients::follow_ups::{Next, Sequels};
use crate::clients::requests::{CallId, Calls, Place};
use crate::director::{Director, Revived, Silent};
use crate::engine::Engine;
use crate::engine::agenda::Event;
use crate::farm::condition::State;
use crate::observer::{Failure, Observer};
use crate::setup::operations::Disturbances;

/// A connection that is open and has no request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub(crate) server: ServerId,
    pub(crate) silent: Silent,
    /// Which life of the server it belongs to: one that was started anew does not know it.
    pub(crate) life: u32,
}

impl<D: Director> Engine<D> {
    /// The same run, in which requests follow others.
    pub(crate) fn followed_by(mut self, sequels: Option<Box<dyn Sequels>>) -> Self {
        if sequels.is_some() {
            self.is_plain = false;
            let plain = Disturbances::default();
            if self.conditions.is_empty() {
                self.disturb(&plain);
            }
            self.calls.get_or_insert_with(|| Calls::new(&plain));
            self.sequels = sequels;
        }
        self
    }

    /// What follows a request that has ended.
    pub(crate) fn sequel(&mut self, id: CallId) -> Option<Next> {
        let sequels = self.sequels.as_mut()?;
        let call = self.calls.as_mut()?.get(id);
        sequels.next(call.link, &call.asked.flow)
    }

    /// A request has ended, and `next` follows it, on the connection that is `kept` or on another one.
    pub(crate) fn go_on(&mut self, id: CallId, next: Option<Next>, kept: Option<(ServerId, Silent)>) {
        let horizon = self.horizon;
        let calls = self.calls.as_mut().expect("requests are followed in this run");
        let next = next.map(|next| (self.now + next.wait, next));
        let Some((at, next)) = next.filter(|&(at, _)| kept.is_some() || at < horizon) else {
            calls.remove(id);
            return;
        };
        let life = kept.map_or(0, |(server, _)| self.conditions[server.index()].life);
        let place = kept.map_or(Place::Away, |(server, silent)| Place::Idle(Kept { server, silent, life }));
        let call = calls.get(id);
        call.prepare(&next);
        call.move_to(place);
        call.begun = call.stamp;
        // What is open at the end of the run is closed then.
        let at = at.min(horizon).max(self.now);
        self.agenda.note(at, Event::NextRequest { call: id, stamp: call.stamp });
    }

    /// A client makes its next request.
    pub(crate) fn next_request(&mut self, id: CallId, observer: &mut impl Observer) {
        let calls = self.calls.as_mut().expect("requests are followed in this run");
        let place = calls.get(id).place;
        if self.now >= self.horizon {
            calls.remove(id);
            if let Place::Idle(kept) = place {
                self.close_kept(kept);
            }
            return;
        }
        self.ledger.arrived += 1;
        calls.earn();
        let call = calls.get(id);
        call.arrived = self.now;
        observer.arrived(self.now, call.link.class);
        (call.attempts, call.reused) = (0, 0);
        self.begin_deadline(id);
        match place {
            Place::Idle(kept) => self.ask(id, kept, observer),
            _ => self.attempt(id, observer),
        }
    }

    /// A client sends a request on a connection that it has open.
    fn ask(&mut self, id: CallId, kept: Kept, observer: &mut impl Observer) {
        let Kept { server, silent, life } = kept;
        let call = self.calls.as_mut().expect("requests are followed in this run").get(id);
        (call.attempts, call.reused) = (1, 1);
        let asked = call.asked;
        match self.director.revive(silent, self.now) {
            Revived::Gone => self.fail(id, Failure::Reset, observer),
            Revived::Dropped(silent) => self.hang_silent(id, silent, observer),
            Revived::Passed(connection) => match &self.conditions[server.index()] {
                condition if condition.state == State::Crashed => {
                    self.hang(id, connection, observer);
                }
                condition if condition.state == State::Refusing || condition.life != life => {
                    self.director.abort(connection, self.now);
                    self.fail(id, Failure::Reset, observer);
                }
                _ => {
                    self.served[server.index()].add_request();
                    let work = self.look_at(server, &asked, false);
                    let job = self.take(server, connection, work, id);
                    let call = self.calls.as_mut().expect("requests are followed in this run").get(id);
                    call.move_to(Place::Inside { server, job, connection });
                }
            },
        }
        self.measure(server);
    }

    /// A server resets its connections that have no request: their clients will need others.
    pub(crate) fn reset_kept(&mut self, server: ServerId) {
        let Some(calls) = &mut self.calls else { return };
        for kept in calls.lose_kept(server) {
            match self.director.revive(kept.silent, self.now) {
                Revived::Passed(connection) => self.director.abort(connection, self.now),
                Revived::Dropped(silent) => self.director.forget(silent),
                Revived::Gone => {}
            }
        }
    }

    fn close_kept(&mut self, Kept { server, silent, .. }: Kept) {
        match self.director.revive(silent, self.now) {
            Revived::Passed(connection) => self.director.close(connection, self.now),
            Revived::Dropped(silent) => self.director.forget(silent),
            Revived::Gone => {}
        }
        self.measure(server);
    }
}
