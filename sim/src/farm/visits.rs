//! Connections in a server's hands: a slab of what their end needs to know.

use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

use crate::clients::requests::CallId;
use crate::director::connection::ConnectionId;

/// A connection in service or in a backlog; reused after its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct JobId(u32);

impl JobId {
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
pub(crate) struct Job {
    pub(crate) arrived: Time,
    pub(crate) started: Time,
    pub(crate) work: Span,
    pub(crate) connection: ConnectionId,
    /// Whose request it is, in a run with clients that react; [`CallId::NONE`] in any other.
    pub(crate) call: CallId,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs {
    slots: Vec<Job>,
    free: Vec<JobId>,
}

impl Jobs {
    #[inline]
    pub(crate) fn insert(&mut self, job: Job) -> JobId {
        if let Some(id) = self.free.pop() {
            self.slots[id.0 as usize] = job;
            return id;
        }
        let id = self.slots.len() as u32;
        assert!(id < 1 << JobId::BITS, "fewer than 2^28 connections in progress at once");
        self.slots.push(job);
        JobId(id)
    }

    #[inline]
    pub(crate) fn remove(&mut self, id: JobId) -> Job {
        self.free.push(id);
        self.slots[id.0 as usize]
    }

    /// The job's service begins.
    #[inline]
    pub(crate) fn start(&mut self, id: JobId, now: Time) -> Span {
        let job = &mut self.slots[id.0 as usize];
        job.started = now;
        job.work
    }

    /// The connection came at an earlier time, and was on its way until now.
    pub(crate) fn came(&mut self, id: JobId, arrived: Time) {
        self.slots[id.0 as usize].arrived = arrived;
    }

    /// All the work that the job brought.
    pub(crate) fn work(&self, id: JobId) -> Span {
        self.slots[id.0 as usize].work
    }

    /// Nobody waits for the job any more.
    pub(crate) fn disown(&mut self, id: JobId) {
        self.slots[id.0 as usize].call = CallId::NOBODY;
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}
