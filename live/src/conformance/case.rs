//! One case: what is done, and what is to come of it.

use std::fmt;

use ipvslab_schedulers::{Accounting, SchedulerKind};

use super::lot::Lot;
use super::story::Story;
use crate::commands::Told;
use crate::script::Script;

/// A numbered sentence of the kernel specification (section 5), or one of our own that has a name instead.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its number or name.
    pub id: CaseId,
    /// The sentence.
    pub title: String,
    /// How it is played.
    pub play: Play,
}

/// A case's number, with a letter if the sentence has several parts, or its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseId(String);

/// How a case is played.
#[derive(Clone, Debug)]
pub enum Play {
    /// Packets and edits, and where each packet goes.
    Script(Box<Scripted>),
    /// Commands of the control interface, and how each ends.
    Commands(Vec<Told>),
    /// Not at all, and why.
    Unplayable(&'static str),
}

/// A script with what is expected of it.
#[derive(Clone, Debug)]
pub struct Scripted {
    /// What is played.
    pub script: Script,
    /// What its servers are called, by number.
    pub(super) names: Vec<&'static str>,
    pub(super) expectations: Vec<Expectation>,
}

/// Something that is to be so.
#[derive(Clone, Debug)]
pub(super) struct Expectation {
    /// Of which kernels; `None` for all.
    pub(super) of: Option<Accounting>,
    /// The number of the event.
    pub(super) event: usize,
    pub(super) what: What,
}

/// What is to be so.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A packet ends up there.
    Ends(End),
    /// A server's numbers of active and inactive connections.
    Connections { server: u16, active: u32, inactive: u32 },
    /// A server's number of templates.
    Templates { server: u16, count: u32 },
    /// A server has about as many connections as `drop_entry` leaves.
    ConnectionsLeft { server: u16, lot: Lot },
    /// A server has about as many templates as `drop_entry` leaves.
    TemplatesLeft { server: u16, lot: Lot },
    /// The list, head first.
    List(Vec<u16>),
    /// Of this event and those after it, as many as `of`, a server gets about such a share.
    Share { server: u16, of: usize, probability: f64 },
}

/// Where a packet ends up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// At a server, with a destination port if that is of interest.
    Server { server: u16, port: Option<u16> },
    /// ICMP port unreachable.
    Refused,
    /// The director's own stack.
    Reset,
    /// Nowhere.
    Dropped,
    /// With the client, in the service's name.
    Answered,
    /// Routed unchanged.
    Untouched,
}

impl Case {
    /// Begins a case.
    #[allow(clippy::new_ret_no_self, reason = "a case is what comes of its opening")]
    pub(super) fn new(id: impl Into<CaseId>, title: &str) -> Opening {
        Opening { id: id.into(), title: title.to_owned() }
    }

    /// Its number, and its letter; nothing for a case with a name.
    pub(super) fn number(&self) -> Option<(u16, &str)> {
        let number = self.id.0.trim_end_matches(|last: char| last.is_ascii_lowercase());
        Some((number.parse().ok()?, &self.id.0[number.len()..]))
    }

    /// Whether it is the one asked for, or a part of it.
    pub fn is_called(&self, name: &str) -> bool {
        self.id.0 == name || self.number().is_some_and(|(number, _)| number.to_string() == name)
    }
}

/// A case of which nothing but its sentence is known.
pub(super) struct Opening {
    id: CaseId,
    title: String,
}

impl Opening {
    /// It has a service under a scheduler, at the usual address.
    pub(super) fn service(self, scheduler: SchedulerKind) -> Story {
        Story::new(self, scheduler)
    }

    /// It is a list of commands, to be carried out in a namespace of its own.
    pub(super) fn commands(self, told: impl IntoIterator<Item = Told>) -> Case {
        self.becomes(Play::Commands(told.into_iter().collect()))
    }

    /// No engine can play it.
    pub(super) fn unplayable(self, why: &'static str) -> Case {
        self.becomes(Play::Unplayable(why))
    }

    pub(super) fn becomes(self, play: Play) -> Case {
        Case { id: self.id, title: self.title, play }
    }
}

impl From<u16> for CaseId {
    fn from(number: u16) -> Self {
        Self(number.to_string())
    }
}

impl From<&str> for CaseId {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
