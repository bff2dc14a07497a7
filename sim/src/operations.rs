//! Who watches over the servers during a run: the health checker, the controller of weights, the newcomers' ramp. All of
//! them reach the director as an administrator does.

pub(crate) mod health;
pub(crate) mod weights;

use ipvslab_schedulers::ServerId;

use crate::director::Director;
use crate::engine::Engine;
use crate::engine::agenda::Event;
use crate::farm::condition::State;
use crate::observer::Observer;
use crate::operations::health::{Asks, BelowQuorum, Change};
use crate::operations::weights::Steering;
use crate::setup::Intervention;

impl<D: Director> Engine<D> {
    /// An administrator acts, where others set weights too.
    pub(crate) fn steer(&mut self, intervention: Intervention, observer: &mut impl Observer) {
        self.steering().intervene(intervention);
        let server = intervention.server();
        if matches!(intervention, Intervention::Add(..)) {
            self.start(server);
            self.join(server);
        }
        self.tell_all(observer);
    }

    /// A health check of a server begins.
    pub(crate) fn check(&mut self, server: ServerId, observer: &mut impl Observer) {
        if !self.goes_on() {
            return;
        }
        let check = self.checker.as_ref().expect("there is a checker").check;
        match self.conditions[server.index()].state {
            State::Up => self.check_ended(server, true, observer),
            State::Hung if check.asks == Asks::Connection => self.check_ended(server, true, observer),
            State::Refusing => self.check_ended(server, false, observer),
            State::Hung | State::Crashed => {
                self.agenda.note(self.now + check.connect_timeout, Event::CheckFails(server));
            }
        }
    }

    /// A health check is over.
    pub(crate) fn check_ended(&mut self, server: ServerId, has_passed: bool, observer: &mut impl Observer) {
        let checker = self.checker.as_mut().expect("there is a checker");
        let (wait, change) = checker.ended(server, has_passed);
        self.agenda.note(self.now + wait, Event::Check(server));
        match change {
            None => return,
            Some(Change::Up) => self.join(server),
            Some(Change::Down) => {
                let broken = self.conditions[server.index()].broken;
                // It may have recovered while the last check ran.
                if let Some(broken) = broken {
                    observer.detected(self.now, server, broken);
                }
            }
        }
        self.tell_all(observer);
    }

    /// The controller looks at the servers.
    pub(crate) fn control(&mut self, observer: &mut impl Observer) {
        if !self.goes_on() {
            return;
        }
        self.totals.advance_all(self.now);
        let steering = self.steering.as_mut().expect("there is a controller");
        let controller = steering.controller.expect("there is a controller");
        self.agenda.note(self.now + controller.every, Event::Control);
        let mut busy = alloc::vec::Vec::new();
        for number in 0..self.specs.len() {
            let id = ServerId::new(number as u32);
            let busy_ns = self.totals.busy_ns(number);
            let last = core::mem::replace(&mut steering.servers[number].busy_ns, busy_ns);
            let is_up = self.checker.as_ref().is_none_or(|checker| checker.is_up(id));
            if is_up && steering.is_steered(id) {
                let whole =
                    controller.every.as_nanos() as f64 * f64::from(self.specs[number].discipline.width());
                busy.push((number, (busy_ns - last) as f64 / whole));
            }
        }
        let mean = busy.iter().map(|&(_, part)| part).sum::<f64>() / busy.len() as f64;
        let target = controller.target.unwrap_or(mean);
        if target > 0.0 {
            for (number, part) in busy {
                let server = &mut steering.servers[number];
                server.weight = controller.weight(server.weight, part, target);
            }
            self.tell_all(observer);
        }
    }

    /// A newcomer's weight rises.
    pub(crate) fn rise(&mut self, server: ServerId, stamp: u32, observer: &mut impl Observer) {
        if self.steering().servers[server.index()].stamp == stamp {
            if let Some(wait) = self.steering().rise(server) {
                self.agenda.note(self.now + wait, Event::Heavier { server, stamp });
            }
            self.tell_all(observer);
        }
    }

    /// A server joins the list, or comes back to it.
    fn join(&mut self, server: ServerId) {
        if let Some((wait, stamp)) = self.steering().join(server) {
            self.agenda.note(self.now + wait, Event::Heavier { server, stamp });
        }
    }

    fn steering(&mut self) -> &mut Steering {
        self.steering.as_mut().expect("more than the timeline sets weights in this run")
    }

    /// Closes the service for want of a quorum, or opens it again.
    fn find_quorum(&mut self) {
        let (Some(checker), Some(steering)) = (&self.checker, &mut self.steering) else { return };
        let ids = (0..self.specs.len() as u32).map(ServerId::new);
        let votes: i64 = ids.filter(|&id| checker.is_up(id)).map(|id| steering.vote(id)).sum();
        let is_short = votes < i64::from(checker.check.quorum);
        steering.is_closed = is_short && checker.check.below_quorum == BelowQuorum::Close;
    }

    /// Tells the director of every server what is wanted now, where that is news.
    fn tell_all(&mut self, observer: &mut impl Observer) {
        self.find_quorum();
        for number in 0..self.specs.len() {
            let id = ServerId::new(number as u32);
            let is_up = self.checker.as_ref().is_none_or(|checker| checker.is_up(id));
            let inhibits = self.checker.as_ref().is_some_and(|checker| checker.check.inhibit_on_failure);
            let steering = self.steering.as_mut().expect("more than the timeline sets weights in this run");
            let wanted = steering.wanted(id, is_up, inhibits);
            let told = core::mem::replace(&mut steering.servers[number].told, wanted);
            match (told, wanted) {
                (None, Some(weight)) => self.director.add(id, &self.specs[number], weight),
                (Some(_), None) => self.remove(id, observer),
                (Some(before), Some(weight)) if before != weight => self.director.set_weight(id, weight),
                _ => {}
            }
        }
    }
}
