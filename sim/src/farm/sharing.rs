//! Processor sharing: connections progress at once, each at `speed · min(1, cores / n)`; at most as many as there are
//! workers, and further ones wait, first come, first served.
//!
//! Kept in *attained work*: with one rate for all, the request that needs the least more is the next to leave, so a heap of
//! "leaves when everyone present has attained this much" needs no update when the rate changes.

use alloc::collections::{BinaryHeap, VecDeque};
use core::cmp::Reverse;

use ipvslab_schedulers::Time;

use crate::farm::departures::Due;
use crate::farm::queue::GivenUp;
use crate::farm::visits::{VisitId, Visits};

#[derive(Clone, Debug)]
pub(crate) struct ProcessorSharing {
    cores: f64,
    /// How many share at most; `usize::MAX` for no limit.
    workers: usize,
    speed: f64,
    /// Work attained by a connection that has been here since the server was last empty: nanoseconds.
    attained: f64,
    updated: Time,
    /// The attained work at which each leaves (a positive `f64`, so its bits sort), order of arrival and job.
    leaves: BinaryHeap<Reverse<u128>>,
    /// Who found all workers taken.
    waiting: VecDeque<VisitId>,
}

impl ProcessorSharing {
    pub(crate) fn new(cores: u32, workers: Option<u32>, speed: f64) -> Self {
        Self {
            cores: f64::from(cores),
            workers: workers.map_or(usize::MAX, |workers| workers as usize),
            speed,
            attained: 0.0,
            updated: Time::ZERO,
            leaves: BinaryHeap::new(),
            waiting: VecDeque::new(),
        }
    }

    pub(crate) fn accept(&mut self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) {
        if self.leaves.len() < self.workers {
            self.advance(now);
            self.start(job, jobs, now, order);
        } else {
            self.waiting.push_back(job);
        }
    }

    pub(crate) fn depart(&mut self, jobs: &mut Visits, now: Time, order: u64) -> VisitId {
        self.advance(now);
        let Reverse(key) = self.leaves.pop().expect("a departure is due only while someone is in service");
        if !self.waiting.is_empty() {
            self.start_next(jobs, now, order);
        }
        VisitId::from_low_bits(key)
    }

    pub(crate) fn next(&self) -> Option<Due> {
        let &Reverse(key) = self.leaves.peek()?;
        let missing = f64::from_bits((key >> 64) as u64) - self.attained;
        // At speed 0 this is infinite, and the departure never.
        let nanos = (missing / self.rate()).max(0.0);
        // Rounded up, so that the work is done when the event comes.
        let whole = nanos as u64;
        let after = whole.saturating_add(u64::from((whole as f64) < nanos));
        Some(Due {
            at: Time::from_nanos(self.updated.as_nanos().saturating_add(after)),
            order: key as u64 >> VisitId::BITS,
        })
    }

    /// From `now` on a core does `speed` of work per time; 0 stops it.
    pub(crate) fn set_speed(&mut self, speed: f64, now: Time) {
        self.advance(now);
        self.speed = speed;
    }

    /// What all connections still need, in nanoseconds of work.
    pub(crate) fn work_left(&self, jobs: &Visits, now: Time) -> f64 {
        let attained = self.attained + now.since(self.updated).as_nanos() as f64 * self.rate();
        let shared = self.leaves.iter().map(|Reverse(key)| f64::from_bits((key >> 64) as u64) - attained);
        let waiting = self.waiting.iter().map(|&job| jobs.work(job).as_nanos() as f64);
        shared.chain(waiting).sum()
    }

    /// Takes a connection out before its end; if it was in service, the next one's begins.
    pub(crate) fn remove(&mut self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) -> GivenUp {
        if let Some(at) = self.waiting.iter().position(|&waiting| waiting == job) {
            self.waiting.remove(at);
            return GivenUp { job, work_done_ns: 0.0, was_in_service: false };
        }
        self.advance(now);
        let is_it = |key: u128| VisitId::from_low_bits(key) == job;
        let place = self.leaves.iter().find(|Reverse(key)| is_it(*key)).expect("a job of this server");
        let given_up = self.given_up(place.0, jobs);
        self.leaves.retain(|Reverse(key)| !is_it(*key));
        self.start_next(jobs, now, order);
        given_up
    }

    /// Those that share, then those that wait.
    pub(crate) fn ids(&self) -> impl Iterator<Item = VisitId> {
        let sharing = self.leaves.iter().map(|Reverse(key)| VisitId::from_low_bits(*key));
        sharing.chain(self.waiting.iter().copied())
    }

    pub(crate) fn clear(&mut self, jobs: &Visits, now: Time, mut give_up: impl FnMut(GivenUp)) {
        self.advance(now);
        for Reverse(key) in core::mem::take(&mut self.leaves) {
            give_up(self.given_up(key, jobs));
        }
        for job in self.waiting.drain(..) {
            give_up(GivenUp { job, work_done_ns: 0.0, was_in_service: false });
        }
    }

    #[inline(always)]
    fn start(&mut self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) {
        let leaves_at = self.attained + jobs.start(job, now).as_nanos() as f64;
        let key = u128::from(leaves_at.to_bits()) << 64 | u128::from(order << VisitId::BITS | job.bits());
        self.leaves.push(Reverse(key));
    }

    /// A worker is free for the request that has waited longest.
    #[inline(never)]
    fn start_next(&mut self, jobs: &mut Visits, now: Time, order: u64) {
        if let Some(next) = self.waiting.pop_front() {
            self.start(next, jobs, now, order);
        }
    }

    fn given_up(&self, key: u128, jobs: &Visits) -> GivenUp {
        let job = VisitId::from_low_bits(key);
        let missing = f64::from_bits((key >> 64) as u64) - self.attained;
        GivenUp { job, work_done_ns: jobs.work(job).as_nanos() as f64 - missing, was_in_service: true }
    }

    /// Work per nanosecond that each connection gets.
    fn rate(&self) -> f64 {
        let share = self.cores / self.leaves.len() as f64;
        self.speed * if share < 1.0 { share } else { 1.0 }
    }

    fn advance(&mut self, now: Time) {
        if self.leaves.is_empty() {
            self.attained = 0.0;
        } else {
            self.attained += now.since(self.updated).as_nanos() as f64 * self.rate();
        }
        self.updated = now;
    }
}
