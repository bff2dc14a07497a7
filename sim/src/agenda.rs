//! The future event list: what is to happen besides arrivals, departures and expiring entries.
//!
//! Steps are known beforehand; [`events`] arise during the run.

mod events;

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Time};

use crate::director::connection::ConnectionId;
use crate::farm::condition::ServerDue;
use crate::farm::visits::VisitId;
use crate::request::{RequestId, Sizes};
use crate::setup::Fault;
use crate::setup::{Intervention, Setup};
use events::Events;

/// What is due.
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
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// Something of a request in progress.
    Request { id: RequestId, due: Due, stamp: u32 },
    /// Something of a server.
    Server { id: ServerId, due: ServerDue, stamp: u32 },
    /// A health check of a server begins.
    Check(ServerId),
    /// A health check of a server has come to an end.
    CheckEnds { server: ServerId, has_passed: bool },
    /// The controller looks at the servers.
    Control,
    /// A newcomer's weight rises.
    Heavier { server: ServerId, stamp: u32 },
    /// A packet that no request waits for comes to the director.
    Trailing(Trailing),
    /// A server notices that the client of a connection has gone.
    Cancel { server: ServerId, visit: VisitId, connection: ConnectionId },
}

/// What is due of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// Its packet comes to the director.
    AtDirector,
    /// The director is through with the packet.
    Scheduled,
    /// It comes to its server.
    AtServer,
    /// The answer comes to a director that masquerades.
    AnswerAtDirector,
    /// The answer comes to the client.
    AnswerAtClient,
    /// The news that its attempt has failed comes to the client.
    Fails(crate::observer::Failure),
    /// The client sends its SYN again, or gives up.
    SynAgain,
    /// The client has waited long enough for a connection to open.
    ConnectTimeout,
    /// The client has waited long enough for its request.
    Deadline,
    /// The client tries again.
    Retry,
    /// The client makes its next request.
    NextRequest,
    /// The client's TCP sends a keepalive on a connection without a request.
    KeepAlive,
}

/// A packet on its way to the director that no request waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trailing {
    pub(crate) connection: ConnectionId,
    /// How often the director had lost its table when the packet set out.
    pub(crate) life: u32,
    pub(crate) what: Word,
}

/// What a trailing packet says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    /// The client's last packets to this server, after an answer of these sizes: both sides have closed.
    Close(ServerId, Sizes),
    /// The client's acknowledgement of an answer of these sizes; the connection stays open.
    Acknowledge(Sizes),
    /// The client has closed, and is gone.
    Leave,
    /// The same on a connection whose timer runs, armed with this number.
    LeaveSilent(u16),
    /// The client closes a connection that has had no request since its timer was armed with this number.
    CloseKept(u16),
    /// The server resets a half-open connection.
    Reset,
    /// The server resets an open one.
    Abort,
    /// The same, on one that has had no request since its timer was armed with this number.
    AbortKept(u16),
}

impl Event {
    /// Whether it comes again for as long as there is something to watch; such events do not keep a run alive.
    fn recurs(self) -> bool {
        match self {
            Self::Check(_) | Self::CheckEnds { .. } | Self::Control => true,
            Self::Server { due, .. } => due == ServerDue::Pause,
            _ => false,
        }
    }
}

/// The steps and events of a run in order of time. At one instant steps come before events, a look before an intervention,
/// and events in the order in which they were noted.
#[derive(Clone, Debug)]
pub(crate) struct Agenda {
    /// Latest first, so that the next one is popped.
    steps: Vec<(Time, Step)>,
    events: Events,
    /// When the first of both is due.
    next: Time,
    /// Events that have arisen and do not recur.
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
        let mut agenda = Self { steps, events: Events::default(), next: Time::ZERO, once: 0 };
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
        self.once += usize::from(!event.recurs());
        self.events.note(at, event);
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
            let event = self.events.pop().expect("a step is due only while one is left");
            self.once -= usize::from(!event.recurs());
            Step::Arisen(event)
        });
        self.find_next();
        step
    }

    fn find_next(&mut self) {
        let step = self.steps.last().map_or(Time::NEVER, |&(at, _)| at);
        self.next = step.min(self.events.next_at());
    }
}
