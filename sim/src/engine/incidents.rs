//! What happens to servers during a run: an administrator, faults, slow starts and pauses, health checks, and anything else that
//! sets weights.

use ipvslab_schedulers::{ServerId, Span, Time};

use super::Engine;
use super::world::Full;
use crate::agenda::{Event, Word};
use crate::clients::request::{Bound, Opening, Phase};
use crate::director::Director;
use crate::farm::Later;
use crate::farm::condition::{ServerDue, State};
use crate::observer::Observer;
use crate::operations::Operations;
use crate::operations::health::Change;
use crate::request::RequestId;
use crate::setup::Asks;
use crate::setup::Fault;
use crate::setup::{Intervention, Setup};

impl<D: Director> Engine<Full<D>> {
    /// Notes what is due first.
    pub(super) fn prepare(&mut self, setup: &Setup) {
        for server in self.farm.ids() {
            if let Some(later) = self.farm.condition_mut(server).first_pause() {
                self.note_server(server, later);
            }
        }
        let Some(operations) = &self.around.operations else { return };
        if let Some((checker, disturbances)) = operations.checker.as_ref().zip(setup.disturbances()) {
            for server in self.farm.ids() {
                let first = checker.first(server, disturbances.seed, disturbances.replication);
                self.agenda.note(first, Event::Check(server));
            }
        }
        if let Some(every) = operations.control_every() {
            self.agenda.note(Time::ZERO + every, Event::Control);
        }
    }

    /// What arose during the run is due.
    pub(super) fn arisen(&mut self, event: Event, seen: &mut impl Observer) {
        match event {
            Event::Request { id, due, stamp } => self.due(id, due, stamp, seen),
            Event::Server { id, due, stamp } => self.on_server(id, due, stamp),
            Event::Check(server) => self.check(server, seen),
            Event::CheckEnds { server, has_passed } => self.check_ended(server, has_passed, seen),
            Event::Control => self.control(seen),
            Event::Heavier { server, stamp } => self.rise(server, stamp, seen),
            Event::Trailing(trailing) => self.trailing(trailing),
            Event::Cancel { server, visit, connection } => self.cancel(server, visit, connection),
        }
    }

    /// An administrator acts, and others may set weights too.
    pub(super) fn act(&mut self, intervention: Intervention, seen: &mut impl Observer) {
        let Some(operations) = &mut self.around.operations else {
            return self.intervene(intervention, seen);
        };
        operations.intervene(intervention);
        let server = intervention.server();
        if matches!(intervention, Intervention::Add(..)) {
            self.start(server);
            self.join(server);
        }
        self.tell_director(seen);
    }

    /// Something breaks, or is repaired.
    pub(super) fn break_down(&mut self, fault: Fault, seen: &mut impl Observer) {
        match fault {
            Fault::Crash(server) => {
                self.turn(server, State::Crashed);
                self.vanish(server, seen);
                self.swallow(server, seen);
            }
            Fault::Refuse(server) => {
                self.turn(server, State::Refusing);
                self.reset_all(server, seen);
            }
            Fault::Hang(server) => self.turn(server, State::Hung),
            Fault::Slow(server, factor) => {
                self.farm.condition_mut(server).slow_down(factor);
                self.refresh_speed(server);
            }
            Fault::Recover(server) => {
                let has_to_start = self.farm.condition_mut(server).recover();
                self.refresh_speed(server);
                if has_to_start {
                    self.start(server);
                }
            }
            Fault::FailOver(..) | Fault::DirectorDown(_) | Fault::DirectorUp(_) => {
                self.strike_director(fault, seen);
            }
        }
    }

    fn turn(&mut self, server: ServerId, state: State) {
        self.farm.condition_mut(server).turn(state, self.now);
        self.refresh_speed(server);
    }

    fn refresh_speed(&mut self, server: ServerId) {
        self.measure(server);
        let busy_ns = self.meters.busy_ns(server, self.now);
        self.farm.refresh_speed(server, busy_ns, self.now);
    }

    /// What is on its way to a server that is gone is lost: who opens a connection sends the SYN again, who asks on an open one
    /// waits forever.
    fn swallow(&mut self, server: ServerId, seen: &mut impl Observer) {
        let to_it = |phase: Phase| matches!(phase, Phase::ToServer(bound, _) if bound.server == server);
        for id in self.around.requests.which(to_it) {
            let Phase::ToServer(Bound { connection, .. }, opening) = self.around.requests.get(id).phase
            else {
                continue;
            };
            match opening {
                Opening::Handshake(_) => {
                    self.farm.expect_no_more(server);
                    let silent = self.director.silence(connection, self.now);
                    self.unanswered(id, Some(silent), seen);
                }
                Opening::Open(_) => self.hang(id, connection, seen),
            }
        }
        self.measure(server);
    }

    /// Every connection of a server is reset by it.
    fn reset_all(&mut self, server: ServerId, seen: &mut impl Observer) {
        for job in self.farm.drain(server, self.now) {
            self.meters.left(job.arrived, self.now);
            if let Some(id) = job.request {
                self.reset_open(id, Bound { connection: job.connection, server }, seen);
            }
        }
        let to_director = self.around.path.server;
        for (id, kept) in self.around.requests.kept_by(server) {
            self.lose_connection(id);
            self.trail(to_director, kept.silent.id, Word::AbortKept(kept.silent.armed));
        }
        self.measure(server);
    }

    /// A client hears that a connection was reset on which it had not asked anything: at once, since it waits for nothing. The
    /// next request is made when it was to be made.
    pub(super) fn lose_connection(&mut self, id: RequestId) {
        let request = self.around.requests.get(id);
        request.phase = Phase::Away;
        request.change_port();
    }

    /// A server has just been started.
    pub(super) fn start(&mut self, server: ServerId) {
        if let Some(later) = self.farm.start(server) {
            self.note_server(server, later);
            self.refresh_speed(server);
        }
    }

    fn note_server(&mut self, id: ServerId, (after, due, stamp): Later) {
        self.agenda.note(self.now + after, Event::Server { id, due, stamp });
    }

    /// What a server noted is due.
    fn on_server(&mut self, server: ServerId, due: ServerDue, stamp: u32) {
        if due == ServerDue::Pause && !self.goes_on() {
            return;
        }
        let Some(later) = self.farm.condition_mut(server).on(due, stamp) else { return };
        if let Some(later) = later {
            self.note_server(server, later);
        }
        self.refresh_speed(server);
    }

    /// A health check of a server begins.
    fn check(&mut self, server: ServerId, seen: &mut impl Observer) {
        if !self.goes_on() {
            return;
        }
        let Some(check) = self.around.operations.as_ref().and_then(Operations::health) else { return };
        let trip = self.around.path.server + self.around.path.server;
        let (answered, trips) = match self.farm.condition(server).state {
            State::Up if check.asks == Asks::Answer => (Some(true), trip + trip),
            State::Up => (Some(true), trip),
            State::Hung if check.asks == Asks::Connection => (Some(true), trip),
            State::Refusing => (Some(false), trip),
            State::Hung | State::Crashed => (None, trip),
        };
        let (has_passed, after) = match answered {
            Some(has_passed) if trips <= check.connect_timeout => (has_passed, trips),
            _ => (false, check.connect_timeout),
        };
        if after == Span::ZERO && answered.is_some() {
            self.check_ended(server, has_passed, seen);
        } else {
            self.agenda.note(self.now + after, Event::CheckEnds { server, has_passed });
        }
    }

    /// A health check is over.
    fn check_ended(&mut self, server: ServerId, has_passed: bool, seen: &mut impl Observer) {
        let ended = self.around.operations.as_mut().and_then(|all| all.checked(server, has_passed));
        let Some((wait, change)) = ended else { return };
        self.agenda.note(self.now + wait, Event::Check(server));
        match change {
            None => return,
            Some(Change::Up) => self.join(server),
            Some(Change::Down) => {
                // It may have recovered while the last check ran.
                if let Some(broken) = self.farm.condition(server).broken {
                    seen.detected(self.now, server, broken);
                }
            }
        }
        self.tell_director(seen);
    }

    /// The controller looks at the servers.
    fn control(&mut self, seen: &mut impl Observer) {
        if !self.goes_on() {
            return;
        }
        let Some(operations) = &mut self.around.operations else { return };
        if let Some(every) = operations.control_every() {
            self.agenda.note(self.now + every, Event::Control);
        }
        let busy_ns: alloc::vec::Vec<u128> =
            self.farm.ids().map(|server| self.meters.busy_ns(server, self.now)).collect();
        if operations.control(&busy_ns, self.farm.specs()) {
            self.tell_director(seen);
        }
    }

    /// A newcomer's weight rises.
    fn rise(&mut self, server: ServerId, stamp: u32, seen: &mut impl Observer) {
        let risen = self.around.operations.as_mut().and_then(|all| all.rise(server, stamp));
        let Some(again) = risen else { return };
        if let Some(wait) = again {
            self.agenda.note(self.now + wait, Event::Heavier { server, stamp });
        }
        self.tell_director(seen);
    }

    /// A server joins the list, or comes back to it.
    fn join(&mut self, server: ServerId) {
        let ramp = self.around.operations.as_mut().and_then(|all| all.join(server));
        if let Some((wait, stamp)) = ramp {
            self.agenda.note(self.now + wait, Event::Heavier { server, stamp });
        }
    }

    /// Tells the director of every server what is wanted now, where that is news.
    fn tell_director(&mut self, seen: &mut impl Observer) {
        let news = self.around.operations.as_mut().map_or_else(Default::default, Operations::wanted);
        for news in news {
            match news {
                Intervention::Add(server, weight) => {
                    self.director.add(server, self.farm.spec(server), weight);
                }
                other => self.intervene(other, seen),
            }
        }
    }

    /// Whether there is something left to watch: more arrivals, departures, or what is to happen once.
    fn goes_on(&self) -> bool {
        self.now < self.horizon || self.farm.next_departure() != Time::NEVER || self.agenda.has_more()
    }

    /// At the end of all, what is on servers that will never work again is lost.
    pub(super) fn give_up_hung(&mut self, seen: &mut impl Observer) {
        for server in self.farm.ids() {
            if self.farm.condition(server).factor() == 0.0 {
                self.vanish(server, seen);
            }
        }
    }
}
