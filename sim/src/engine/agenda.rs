//! What is to happen besides arrivals, departures and time-outs: steps that are known beforehand, and events that arise
//! during the run.
//!
//! A run without disturbances has steps only, and never touches the heap.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Reverse;

use ipvslab_schedulers::{ServerId, Time};

use crate::clients::requests::CallId;
use crate::path::wires::Stage;
use crate::setup::operations::Fault;
use crate::setup::{Intervention, Setup};

/// What is known beforehand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    OpenWindow,
    CloseWindow,
    Sample,
    Intervene(Intervention),
    Break(Fault),
    /// Something that arose.
    Arisen(Event),
}

/// What arises during a run. A `stamp` tells whether an event still means what it meant when it was noted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Event {
    /// A client sends its SYN again, or gives up.
    Knock { call: CallId, stamp: u32 },
    /// A client has waited long enough for a connection to open.
    ConnectTimeout { call: CallId, stamp: u32 },
    /// A client has waited long enough for its request.
    Deadline { call: CallId, stamp: u32 },
    /// A client tries again.
    Retry { call: CallId, stamp: u32 },
    /// A client makes its next request.
    NextRequest { call: CallId, stamp: u32 },
    /// A server that was started gets faster.
    Faster { server: ServerId, stamp: u32 },
    /// A server begins to pause.
    Pause(ServerId),
    /// A server's pause is over.
    Resume(ServerId),
    /// A health check of a server begins.
    Check(ServerId),
    /// A health check of a server has waited for long enough.
    CheckFails(ServerId),
    /// The controller looks at the servers.
    Control,
    /// A newcomer's weight rises.
    Heavier { server: ServerId, stamp: u32 },
    /// A connection on its way gets to where it is going.
    Travel { flight: u32, stage: Stage },
}

impl Event {
    /// Whether it comes again for as long as there is something to watch; such events do not keep a run alive.
    fn recurs(self) -> bool {
        matches!(self, Self::Pause(_) | Self::Check(_) | Self::CheckFails(_) | Self::Control)
    }
}

/// The steps and events of a run in order of time. At one instant steps come before events, a look before an intervention,
/// and events in the order in which they were noted.
#[derive(Clone, Debug)]
pub(crate) struct Agenda {
    /// Latest first, so that the next one is popped.
    steps: Vec<(Time, Step)>,
    events: BinaryHeap<Reverse<(Time, u64, Event)>>,
    /// When the first of both is due.
    next: Time,
    /// Events noted so far.
    noted: u64,
    /// Events in the heap that do not recur.
    once: usize,
}

impl Agenda {
    pub(crate) fn new(setup: &Setup) -> Self {
        let mut steps = Vec::new();
        steps.push((setup.warm_up, Step::OpenWindow));
        steps.push((setup.horizon, Step::CloseWindow));
        if let Some(every) = setup.sample_every {
            let mut at = Time::ZERO;
            while at <= setup.horizon {
                steps.push((at, Step::Sample));
                at += every;
            }
        }
        steps.extend(setup.interventions.iter().map(|&(at, what)| (at, Step::Intervene(what))));
        let faults = setup.disturbances.iter().flat_map(|disturbances| &disturbances.faults);
        steps.extend(faults.map(|&(at, fault)| (at, Step::Break(fault))));
        // Stable: what was pushed first comes first at the same instant.
        steps.sort_by_key(|&(at, _)| at);
        steps.reverse();
        let mut agenda = Self { steps, events: BinaryHeap::new(), next: Time::ZERO, noted: 0, once: 0 };
        agenda.find_next();
        agenda
    }

    #[inline]
    pub(crate) fn next_at(&self) -> Time {
        self.next
    }

    /// Notes an event; one at [`Time::NEVER`] is forgotten.
    pub(crate) fn note(&mut self, at: Time, event: Event) {
        if at == Time::NEVER {
            return;
        }
        self.noted += 1;
        self.once += usize::from(!event.recurs());
        self.events.push(Reverse((at, self.noted, event)));
        self.next = self.next.min(at);
    }

    /// Whether anything is left that does not recur.
    pub(crate) fn has_more(&self) -> bool {
        self.once > 0 || !self.steps.is_empty()
    }

    pub(crate) fn pop(&mut self) -> Step {
        let is_step = self.steps.last().is_some_and(|&(at, _)| at == self.next);
        let step = if is_step { self.steps.pop().map(|(_, step)| step) } else { None };
        let step = step.unwrap_or_else(|| {
            let Reverse((_, _, event)) = self.events.pop().expect("a step is due only while one is left");
            self.once -= usize::from(!event.recurs());
            Step::Arisen(event)
        });
        self.find_next();
        step
    }

    fn find_next(&mut self) {
        let step = self.steps.last().map_or(Time::NEVER, |&(at, _)| at);
        let event = self.events.peek().map_or(Time::NEVER, |Reverse((at, ..))| *at);
        self.next = step.min(event);
    }
}
