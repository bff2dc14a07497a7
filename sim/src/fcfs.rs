//! First come, first served: `slots` workers and a waiting line.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use ipvslab_schedulers::Time;

use crate::job::{JobId, Jobs};
use crate::queue::Due;
use crate::server::service_time;

#[derive(Clone, Debug)]
pub(crate) struct FirstComeFirstServed {
    slots: u32,
    /// Time for a unit of work.
    pace: f64,
    /// In service: a binary heap of end, order of start and job, in one number; the smallest first.
    in_service: Heap,
    waiting: VecDeque<JobId>,
}

impl FirstComeFirstServed {
    pub(crate) fn new(slots: u32, speed: f64) -> Self {
        Self { slots, pace: 1.0 / speed, in_service: Heap::default(), waiting: VecDeque::new() }
    }

    #[inline]
    pub(crate) fn accept(&mut self, job: JobId, jobs: &mut Jobs, now: Time, order: u64) {
        if self.in_service.len() < self.slots as usize {
            let key = self.start(job, jobs, now, order);
            self.in_service.push(key);
        } else {
            self.waiting.push_back(job);
        }
    }

    #[inline]
    pub(crate) fn depart(&mut self, jobs: &mut Jobs, now: Time, order: u64) -> JobId {
        let ended = match self.waiting.pop_front() {
            Some(job) => {
                let key = self.start(job, jobs, now, order);
                self.in_service.replace_min(key)
            }
            None => self.in_service.pop_min(),
        };
        JobId::from_low_bits(ended)
    }

    #[inline]
    pub(crate) fn next(&self) -> Option<Due> {
        self.in_service
            .min()
            .map(|key| Due { at: Time::from_nanos((key >> 64) as u64), order: key as u64 >> JobId::BITS })
    }

    pub(crate) fn clear(&mut self, mut give_up: impl FnMut(JobId)) {
        self.in_service.0.drain(..).for_each(|key| give_up(JobId::from_low_bits(key)));
        self.waiting.drain(..).for_each(give_up);
    }

    #[inline]
    fn start(&self, job: JobId, jobs: &mut Jobs, now: Time, order: u64) -> u128 {
        let ends = now + service_time(jobs.start(job, now), self.pace);
        u128::from(ends.as_nanos()) << 64 | u128::from(order << JobId::BITS | job.bits())
    }
}

/// A binary min-heap whose smallest can be replaced in one pass.
#[derive(Clone, Debug, Default)]
struct Heap(Vec<u128>);

impl Heap {
    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn min(&self) -> Option<u128> {
        self.0.first().copied()
    }

    #[inline]
    fn push(&mut self, key: u128) {
        let mut at = self.0.len();
        self.0.push(key);
        while at > 0 && self.0[(at - 1) / 2] > key {
            self.0[at] = self.0[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        self.0[at] = key;
    }

    #[inline]
    fn replace_min(&mut self, key: u128) -> u128 {
        let min = self.0[0];
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            if left >= self.0.len() {
                break;
            }
            let right = (left + 1).min(self.0.len() - 1);
            // Which child is smaller is as good as random: an addition, not a jump to mispredict.
            let child = left + usize::from(self.0[right] < self.0[left]);
            if self.0[child] >= key {
                break;
            }
            self.0[at] = self.0[child];
            at = child;
        }
        self.0[at] = key;
        min
    }

    #[inline]
    fn pop_min(&mut self) -> u128 {
        let last = self.0.pop().expect("a departure is due only while someone is in service");
        if self.0.is_empty() { last } else { self.replace_min(last) }
    }
}
