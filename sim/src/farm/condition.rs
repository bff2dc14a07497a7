//! Servers that break, slow down and come back, and a director that is replaced.

use alloc::vec::Vec;

use ipvslab_schedulers::{Rng, ServerId, Span, Time};

use crate::clients::requests::{CallId, Calls};
use crate::director::Director;
use crate::engine::Engine;
use crate::engine::agenda::Event;
use crate::farm::visits::Job;
use crate::observer::{Failure, Observer};
use crate::operations::health::Checker;
use crate::operations::weights::Steering;
use crate::setup::operations::{Disturbances, Failover, Fault, Manner, PauseLaw, Pauses, SlowStart};

/// What a server does with packets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Up,
    /// They vanish.
    Crashed,
    /// They are answered with resets.
    Refusing,
    /// Connections are taken and not worked on.
    Hung,
}

/// What a server is like, and how fast it works.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) state: State,
    /// Since when it has been anything but up.
    pub(crate) broken: Option<Time>,
    pub(crate) manner: Manner,
    /// The factor of a fault.
    slow: f64,
    /// The step of its slow start; [`SlowStart::STEPS`] at full speed.
    started: u32,
    /// Which slow start is the valid one.
    stamp: u32,
    is_paused: bool,
    /// How often it has forgotten its connections.
    pub(crate) life: u32,
    /// Draws distances and lengths of pauses.
    pauses: Option<Rng>,
}

impl Condition {
    fn new(manner: Manner, pauses: Option<Rng>) -> Self {
        Self {
            state: State::Up,
            broken: None,
            manner,
            slow: 1.0,
            started: SlowStart::STEPS,
            stamp: 0,
            is_paused: false,
            life: 0,
            pauses,
        }
    }

    /// The part of its speed that it works at.
    pub(crate) fn factor(&self) -> f64 {
        if self.state == State::Hung {
            return 0.0;
        }
        let start = self.manner.slow_start.map_or(1.0, |SlowStart { from, .. }| {
            from + (1.0 - from) * f64::from(self.started) / f64::from(SlowStart::STEPS)
        });
        let pause = self.manner.pauses.filter(|_| self.is_paused).map_or(1.0, |pauses| pauses.speed);
        self.slow * start * pause
    }

    /// A time of the server's stream of pauses.
    fn draw(&mut self, mean: Span) -> Span {
        let rng = self.pauses.as_mut().expect("a server that pauses has a stream for it");
        Span::from_secs_f64(-libm::log(rng.unit_positive()) * mean.as_secs_f64())
    }
}

impl<D: Director> Engine<D> {
    /// Sets up what disturbs the run, at time 0.
    pub(crate) fn disturb(&mut self, disturbances: &Disturbances) {
        let &Disturbances { seed, replication, health, controller, newcomers, .. } = disturbances;
        let servers = self.specs.len();
        let ids = || (0..servers).map(|number| ServerId::new(number as u32));
        self.calls = disturbances.follows_requests().then(|| Calls::new(disturbances));
        let condition = |id: ServerId| {
            let manner = disturbances.manner(id.index());
            let stream = |_| Rng::stream(seed, replication, &alloc::format!("pauses/{}", id.index()));
            Condition::new(manner, manner.pauses.map(stream))
        };
        self.conditions = ids().map(condition).collect();
        for id in ids() {
            if let Some(Pauses { every, .. }) = self.conditions[id.index()].manner.pauses {
                let first = self.conditions[id.index()].draw(every);
                self.agenda.note(Time::ZERO + first, Event::Pause(id));
            }
        }
        if health.is_some() || controller.is_some() || newcomers.is_some() {
            self.steering = Some(Steering::new(controller, newcomers, &self.specs));
        }
        if let Some(health) = health {
            let checker = Checker::new(health, servers);
            ids().for_each(|id| self.agenda.note(checker.first(id, seed, replication), Event::Check(id)));
            self.checker = Some(checker);
        }
        if let Some(controller) = controller {
            self.agenda.note(Time::ZERO + controller.every, Event::Control);
        }
    }

    /// What arose is due.
    pub(crate) fn arisen(&mut self, event: Event, observer: &mut impl Observer) {
        match event {
            Event::Knock { .. }
            | Event::ConnectTimeout { .. }
            | Event::Deadline { .. }
            | Event::NextRequest { .. }
            | Event::Retry { .. } => self.remember(event, observer),
            Event::Faster { server, stamp } => self.speed_up(server, stamp),
            Event::Pause(server) => self.pause(server),
            Event::Resume(server) => self.resume(server),
            Event::Check(server) => self.check(server, observer),
            Event::CheckFails(server) => self.check_ended(server, false, observer),
            Event::Control => self.control(observer),
            Event::Heavier { server, stamp } => self.rise(server, stamp, observer),
            Event::Travel { flight, stage } => self.travel(flight, stage, observer),
        }
    }

    /// Something breaks, or is repaired.
    pub(crate) fn break_down(&mut self, fault: Fault, observer: &mut impl Observer) {
        match fault {
            Fault::Crash(server) => {
                self.turn(server, State::Crashed);
                self.vanish(server, observer);
            }
            Fault::Refuse(server) => {
                self.turn(server, State::Refusing);
                self.reset_all(server, observer);
            }
            Fault::Hang(server) => self.turn(server, State::Hung),
            Fault::Slow(server, speed) => {
                self.conditions[server.index()].slow = speed;
                self.refresh_speed(server);
            }
            Fault::Recover(server) => {
                let condition = &mut self.conditions[server.index()];
                let was = core::mem::replace(&mut condition.state, State::Up);
                (condition.broken, condition.slow) = (None, 1.0);
                self.refresh_speed(server);
                if was != State::Up {
                    self.start(server);
                }
            }
            Fault::FailOver(failover) => self.fail_over(failover, observer),
        }
    }

    fn turn(&mut self, server: ServerId, state: State) {
        let condition = &mut self.conditions[server.index()];
        condition.state = state;
        condition.life += u32::from(matches!(state, State::Crashed | State::Refusing));
        condition.broken.get_or_insert(self.now);
        self.refresh_speed(server);
    }

    fn refresh_speed(&mut self, server: ServerId) {
        self.set_speed(server, self.conditions[server.index()].factor());
    }

    /// Every connection of a server is reset by it.
    fn reset_all(&mut self, server: ServerId, observer: &mut impl Observer) {
        for job in self.clear(server) {
            if job.call != CallId::NOBODY {
                self.director.abort(job.connection, self.now);
                self.fail(job.call, Failure::Reset, observer);
            }
        }
        self.reset_kept(server);
        self.measure(server);
    }

    /// Another director takes over. A connection that it does not know is reset at its next packet, which is now.
    fn fail_over(&mut self, failover: Failover, observer: &mut impl Observer) {
        let servers = (0..self.specs.len() as u32).map(ServerId::new);
        let mut broken = Vec::new();
        if failover == Failover::Cold {
            for server in servers.clone() {
                broken.extend(self.clear(server).into_iter().filter(|job| job.call != CallId::NOBODY));
            }
            broken.iter().for_each(|job: &Job| self.director.cut(job.connection, self.now));
        }
        self.director.fail_over(failover, self.now);
        broken.into_iter().for_each(|job| self.fail(job.call, Failure::Reset, observer));
        servers.for_each(|server| self.measure(server));
    }

    /// A server has just been started.
    pub(crate) fn start_slowly(&mut self, server: ServerId) {
        let Some(condition) = self.conditions.get_mut(server.index()) else { return };
        let Some(start) = condition.manner.slow_start else { return };
        (condition.started, condition.stamp) = (0, condition.stamp + 1);
        let event = Event::Faster { server, stamp: condition.stamp };
        self.agenda.note(self.now + step(start, 0), event);
        self.refresh_speed(server);
    }

    fn speed_up(&mut self, server: ServerId, stamp: u32) {
        let condition = &mut self.conditions[server.index()];
        let Some(start) = condition.manner.slow_start.filter(|_| condition.stamp == stamp) else { return };
        condition.started += 1;
        if condition.started < SlowStart::STEPS {
            self.agenda.note(self.now + step(start, condition.started), Event::Faster { server, stamp });
        }
        self.refresh_speed(server);
    }

    fn pause(&mut self, server: ServerId) {
        if !self.goes_on() {
            return;
        }
        let condition = &mut self.conditions[server.index()];
        condition.is_paused = true;
        let Pauses { lasting, law, .. } = condition.manner.pauses.expect("the server pauses");
        let length = if law == PauseLaw::Exponential { condition.draw(lasting) } else { lasting };
        self.agenda.note(self.now + length, Event::Resume(server));
        self.refresh_speed(server);
    }

    fn resume(&mut self, server: ServerId) {
        let condition = &mut self.conditions[server.index()];
        condition.is_paused = false;
        let Pauses { every, .. } = condition.manner.pauses.expect("the server pauses");
        let distance = condition.draw(every);
        self.agenda.note(self.now + distance, Event::Pause(server));
        self.refresh_speed(server);
    }
}

/// From step `number` of a slow start to the next one; all together are the ramp exactly.
fn step(start: SlowStart, number: u32) -> Span {
    let until = |number: u32| {
        let nanos = u128::from(start.ramp.as_nanos()) * u128::from(number) / u128::from(SlowStart::STEPS);
        Span::from_nanos(nanos as u64)
    };
    until(number + 1) - until(number)
}
