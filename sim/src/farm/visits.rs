//! Connections in a server's hands: a slab of what their end needs to know.

use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

use crate::director::connection::ConnectionId;
use crate::request::RequestId;

/// A connection in service or in a backlog; reused after its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct VisitId(u32);

impl VisitId {
    /// How many bits an id takes at most.
    pub(crate) const BITS: u32 = 28;

    #[inline]
    pub(crate) fn from_low_bits(bits: u128) -> Self {
        Self(bits as u32 & ((1 << Self::BITS) - 1))
    }

    #[inline]
    pub(crate) fn bits(self) -> u64 {
        u64::from(self.0)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) arrived: Time,
    pub(crate) started: Time,
    pub(crate) work: Span,
    pub(crate) connection: ConnectionId,
    /// Whose it is, if somebody keeps a record of it and still waits.
    pub(crate) request: Option<RequestId>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Visits {
    slots: Vec<Visit>,
    free: Vec<VisitId>,
}

impl Visits {
    #[inline]
    pub(crate) fn insert(&mut self, job: Visit) -> VisitId {
        if let Some(id) = self.free.pop() {
            self.slots[id.0 as usize] = job;
            return id;
        }
        let id = self.slots.len() as u32;
        assert!(id < 1 << VisitId::BITS, "fewer than 2^28 connections in progress at once");
        self.slots.push(job);
        VisitId(id)
    }

    #[inline]
    pub(crate) fn remove(&mut self, id: VisitId) -> Visit {
        self.free.push(id);
        self.slots[id.0 as usize]
    }

    /// The job's service begins.
    #[inline]
    pub(crate) fn start(&mut self, id: VisitId, now: Time) -> Span {
        let job = &mut self.slots[id.0 as usize];
        job.started = now;
        job.work
    }

    /// A request in a server's hands.
    pub(crate) fn get(&self, id: VisitId) -> &Visit {
        &self.slots[id.0 as usize]
    }

    /// The entry of its connection has another id from now on.
    pub(crate) fn rename(&mut self, id: VisitId, connection: ConnectionId) {
        self.slots[id.0 as usize].connection = connection;
    }

    /// All the work that the job brought.
    pub(crate) fn work(&self, id: VisitId) -> Span {
        self.slots[id.0 as usize].work
    }

    /// Nobody waits for the job any more.
    pub(crate) fn disown(&mut self, id: VisitId) {
        self.slots[id.0 as usize].request = None;
    }

    /// The most that there ever were at once.
    #[inline]
    pub(crate) fn most(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}
