//! What is wrong with a server, and how fast it works: faults, slow starts, pauses.

use alloc::vec::Vec;

use ipvslab_schedulers::{Rng, Span, Time};

use super::Later;
use crate::setup::Setup;
use crate::setup::{Behaviour, PauseLaw, Pauses, SlowStart};

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

/// What is due of a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ServerDue {
    /// It was started, and gets faster.
    Faster,
    /// It begins to pause.
    Pause,
    /// Its pause is over.
    Resume,
}

/// What a server is like, and how fast it works.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) state: State,
    /// Since when it has been anything but up.
    pub(crate) broken: Option<Time>,
    pub(crate) manner: Behaviour,
    /// How often it has forgotten its connections.
    pub(crate) life: u32,
    /// The factor of a fault.
    slow: f64,
    /// The step of its slow start; [`SlowStart::STEPS`] at full speed.
    started: u32,
    /// Which slow start is the valid one.
    stamp: u32,
    is_paused: bool,
    /// Draws distances and lengths of pauses.
    pauses: Option<Rng>,
}

/// The condition of every server at time 0.
pub(super) fn of(setup: &Setup) -> Vec<Condition> {
    let disturbances = setup.disturbances.clone().unwrap_or_default();
    let condition = |server: usize| {
        let manner = disturbances.manner(server);
        let name = alloc::format!("pauses/{server}");
        let stream = |_| Rng::stream(disturbances.seed, disturbances.replication, &name);
        Condition::new(manner, manner.pauses.map(stream))
    };
    (0..setup.servers.len()).map(condition).collect()
}

impl Condition {
    fn new(manner: Behaviour, pauses: Option<Rng>) -> Self {
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

    /// It breaks.
    pub(crate) fn turn(&mut self, state: State, now: Time) {
        self.state = state;
        self.life += u32::from(matches!(state, State::Crashed | State::Refusing));
        self.broken.get_or_insert(now);
    }

    /// It works at a factor of its speed.
    pub(crate) fn slow_down(&mut self, factor: f64) {
        self.slow = factor;
    }

    /// It is repaired; whether it has to be started for that.
    pub(crate) fn recover(&mut self) -> bool {
        let was = core::mem::replace(&mut self.state, State::Up);
        (self.broken, self.slow) = (None, 1.0);
        was != State::Up
    }

    /// It is started: when it gets faster for the first time.
    pub(super) fn start(&mut self) -> Option<Later> {
        let start = self.manner.slow_start?;
        (self.started, self.stamp) = (0, self.stamp + 1);
        Some((step(start, 0), ServerDue::Faster, self.stamp))
    }

    /// When its first pause begins, if it pauses.
    pub(crate) fn first_pause(&mut self) -> Option<Later> {
        let Pauses { every, .. } = self.manner.pauses?;
        Some((self.draw(every), ServerDue::Pause, 0))
    }

    /// What was due happens, and what is due next; the outer `None` if it means nothing any more.
    pub(crate) fn on(&mut self, due: ServerDue, stamp: u32) -> Option<Option<Later>> {
        match due {
            ServerDue::Faster => {
                let start = self.manner.slow_start.filter(|_| self.stamp == stamp)?;
                self.started += 1;
                let goes_on = self.started < SlowStart::STEPS;
                Some(goes_on.then(|| (step(start, self.started), ServerDue::Faster, stamp)))
            }
            ServerDue::Pause => {
                self.is_paused = true;
                let Pauses { lasting, law, .. } = self.manner.pauses?;
                let length = if law == PauseLaw::Exponential { self.draw(lasting) } else { lasting };
                Some(Some((length, ServerDue::Resume, 0)))
            }
            ServerDue::Resume => {
                self.is_paused = false;
                Some(self.first_pause())
            }
        }
    }

    /// A time of the server's stream of pauses.
    fn draw(&mut self, mean: Span) -> Span {
        let rng = self.pauses.as_mut().expect("a server that pauses has a stream for it");
        Span::from_secs_f64(-libm::log(rng.unit_positive()) * mean.as_secs_f64())
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
