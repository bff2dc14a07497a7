//! First come, first served: `slots` workers and a waiting line.
//!
//! When the speed changes, the ends of what is in service move. At speed 0 nothing ends: all ends are at
//! [`Time::NEVER`], and what each connection still needs is kept until the server works on.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

use crate::farm::departures::Due;
use crate::farm::queue::{GivenUp, service_time};
use crate::farm::visits::{VisitId, Visits};

#[derive(Clone, Debug)]
pub(crate) struct FirstComeFirstServed {
    slots: u32,
    /// Work per time of a slot.
    speed: f64,
    /// Time for a unit of work: infinite at speed 0.
    pace: f64,
    /// At speed 0: what those that were in service when it stopped still need, in nanoseconds of work, by job.
    stopped: Vec<(VisitId, f64)>,
    /// In service: a binary heap of end, order of start and job, in one number; the smallest first.
    in_service: Heap,
    waiting: VecDeque<VisitId>,
}

impl FirstComeFirstServed {
    pub(crate) fn new(slots: u32, speed: f64) -> Self {
        Self {
            slots,
            speed,
            pace: 1.0 / speed,
            stopped: Vec::new(),
            in_service: Heap::default(),
            waiting: VecDeque::new(),
        }
    }

    #[inline]
    pub(crate) fn accept(&mut self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) {
        if self.in_service.len() < self.slots as usize {
            let key = self.start(job, jobs, now, order);
            self.in_service.push(key);
        } else {
            self.waiting.push_back(job);
        }
    }

    #[inline]
    pub(crate) fn depart(&mut self, jobs: &mut Visits, now: Time, order: u64) -> VisitId {
        let ended = match self.waiting.pop_front() {
            Some(job) => {
                let key = self.start(job, jobs, now, order);
                self.in_service.replace_min(key)
            }
            None => self.in_service.pop_min(),
        };
        VisitId::from_low_bits(ended)
    }

    #[inline]
    pub(crate) fn next(&self) -> Option<Due> {
        self.in_service
            .min()
            .map(|key| Due { at: Time::from_nanos((key >> 64) as u64), order: key as u64 >> VisitId::BITS })
    }

    /// From `now` on a slot does `speed` of work per time; 0 stops it.
    pub(crate) fn set_speed(&mut self, speed: f64, jobs: &Visits, now: Time) {
        let left: Vec<(u128, f64)> =
            self.in_service.keys().iter().map(|&key| (key, self.left(key, jobs, now))).collect();
        (self.speed, self.pace) = (speed, 1.0 / speed);
        self.stopped.clear();
        self.in_service = Heap::default();
        for (key, left) in left {
            let ends = if speed > 0.0 { now + span(left * self.pace) } else { Time::NEVER };
            self.in_service.push(u128::from(ends.as_nanos()) << 64 | u128::from(key as u64));
            if speed == 0.0 {
                self.stopped.push((VisitId::from_low_bits(key), left));
            }
        }
        self.stopped.sort_unstable_by_key(|&(job, _)| job.bits());
    }

    /// What all connections still need, in nanoseconds of work.
    pub(crate) fn work_left(&self, jobs: &Visits, now: Time) -> f64 {
        let in_service = self.in_service.keys().iter().map(|&key| self.left(key, jobs, now));
        let waiting = self.waiting.iter().map(|&job| jobs.work(job).as_nanos() as f64);
        in_service.chain(waiting).sum()
    }

    /// Takes a connection out before its end, and begins the next one's service in its place.
    pub(crate) fn remove(&mut self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) -> GivenUp {
        if let Some(at) = self.waiting.iter().position(|&waiting| waiting == job) {
            self.waiting.remove(at);
            return GivenUp { job, work_done_ns: 0.0, was_in_service: false };
        }
        let mut keys = self.in_service.take();
        let place = keys.iter().position(|&key| VisitId::from_low_bits(key) == job);
        let key = keys.swap_remove(place.expect("a job of this server"));
        let given_up = self.given_up(key, jobs, now);
        self.stopped.retain(|&(stopped, _)| stopped != job);
        if let Some(next) = self.waiting.pop_front() {
            keys.push(self.start(next, jobs, now, order));
        }
        keys.into_iter().for_each(|key| self.in_service.push(key));
        given_up
    }

    /// Those in service, then those that wait.
    pub(crate) fn ids(&self) -> impl Iterator<Item = VisitId> {
        let in_service = self.in_service.keys().iter().map(|&key| VisitId::from_low_bits(key));
        in_service.chain(self.waiting.iter().copied())
    }

    pub(crate) fn clear(&mut self, jobs: &Visits, now: Time, mut give_up: impl FnMut(GivenUp)) {
        for key in self.in_service.take() {
            give_up(self.given_up(key, jobs, now));
        }
        self.stopped.clear();
        for job in self.waiting.drain(..) {
            give_up(GivenUp { job, work_done_ns: 0.0, was_in_service: false });
        }
    }

    fn given_up(&self, key: u128, jobs: &Visits, now: Time) -> GivenUp {
        let job = VisitId::from_low_bits(key);
        let work_done_ns = jobs.work(job).as_nanos() as f64 - self.left(key, jobs, now);
        GivenUp { job, work_done_ns, was_in_service: true }
    }

    /// What a connection in service still needs, in nanoseconds of work.
    fn left(&self, key: u128, jobs: &Visits, now: Time) -> f64 {
        if self.speed > 0.0 {
            let ends = Time::from_nanos((key >> 64) as u64);
            return ends.since(now).as_nanos() as f64 * self.speed;
        }
        let job = VisitId::from_low_bits(key);
        match self.stopped.binary_search_by_key(&job.bits(), |&(stopped, _)| stopped.bits()) {
            Ok(at) => self.stopped[at].1,
            // Begun when it stood still already.
            Err(_) => jobs.work(job).as_nanos() as f64,
        }
    }

    #[inline]
    fn start(&self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) -> u128 {
        let ends = now + service_time(jobs.start(job, now), self.pace);
        u128::from(ends.as_nanos()) << 64 | u128::from(order << VisitId::BITS | job.bits())
    }
}

fn span(nanos: f64) -> Span {
    Span::from_nanos((nanos + 0.5) as u64)
}

/// A binary min-heap whose smallest can be replaced in one pass.
///
/// Which of two keys is smaller is as good as random, and a jump on it would be mispredicted every other time. So a key that
/// sinks or rises goes all the way: from where it belongs, what it changes places with is what it was.
#[derive(Clone, Debug, Default)]
struct Heap {
    /// Whole levels of the heap, the places that are free filled up with [`FREE`].
    levels: Vec<u128>,
    len: usize,
}

/// Above every key.
const FREE: u128 = u128::MAX;

impl Heap {
    #[inline]
    fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn min(&self) -> Option<u128> {
        if self.len > 0 { Some(self.levels[0]) } else { None }
    }

    /// All keys: parents before their children.
    fn keys(&self) -> &[u128] {
        &self.levels[..self.len]
    }

    fn take(&mut self) -> Vec<u128> {
        let mut keys = core::mem::take(self);
        keys.levels.truncate(keys.len);
        keys.levels
    }

    #[inline]
    fn push(&mut self, mut key: u128) {
        let mut at = self.len;
        if at == self.levels.len() {
            self.levels.resize(2 * at + 1, FREE);
        }
        self.len += 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            let above = self.levels[parent];
            self.levels[at] = above.max(key);
            key = above.min(key);
            at = parent;
        }
        self.levels[0] = key;
    }

    #[inline]
    fn replace_min(&mut self, mut key: u128) -> u128 {
        let min = self.levels[0];
        let mut at = 0;
        while 2 * at + 2 < self.levels.len() {
            let (left, right) = (self.levels[2 * at + 1], self.levels[2 * at + 2]);
            let smaller = left.min(right);
            self.levels[at] = smaller.min(key);
            key = smaller.max(key);
            at = 2 * at + 1 + usize::from(right < left);
        }
        self.levels[at] = key;
        min
    }

    #[inline]
    fn pop_min(&mut self) -> u128 {
        self.len = self.len.checked_sub(1).expect("a departure is due only while someone is in service");
        let last = core::mem::replace(&mut self.levels[self.len], FREE);
        if self.len == 0 { last } else { self.replace_min(last) }
    }
}
