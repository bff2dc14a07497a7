//! When entries expire, and which of those that expire in the same jiffy goes first.
//!
//! Timers of one timeout expire in the order in which they were started: they wait in a lane, first in, first out, and only the
//! fronts of the few lanes are compared. A timer that is started anew waits at the end of a lane again; its old place is
//! recognised by its number when it comes to the front, and skipped.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cmp::Reverse;

use ipvslab_schedulers::{Activity, Span, Time, TimerClock};

use super::entries::Entries;
use crate::director::connection::ConnectionId;

/// The timer of an entry.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timer {
    fires: Time,
    /// The number of the place where it waits; 0 while it does not run.
    place: u64,
    /// In which lane.
    lane: u16,
}

impl Timer {
    /// Whether it runs.
    #[inline]
    pub(super) fn is_armed(&self) -> bool {
        self.place != 0
    }

    /// Stops it.
    #[inline]
    pub(super) fn stop(&mut self) {
        self.place = 0;
    }
}

/// Where a timer waits, or has waited.
#[derive(Clone, Copy, Debug)]
struct Place {
    fires: Time,
    /// Counts the places that there ever were.
    number: u64,
    id: ConnectionId,
}

/// Where timers go that are started at `begins` or later, and before `ends`.
#[derive(Clone, Copy)]
struct Bucket {
    begins: Time,
    ends: Time,
    fires: Time,
    /// The level of the timer wheel.
    level: u32,
}

impl Bucket {
    /// That of a timer which is started at `now`.
    fn of(clock: TimerClock, now: Time, timeout: Span) -> Self {
        let (fires, level) = clock.bucket(now, timeout);
        Self { begins: now, ends: clock.bucket_ends(now, timeout), fires, level }
    }
}

/// The timers of one timeout, in the order in which they fire. Those of an instant are in the order in which they were started.
struct Lane {
    timeout: Span,
    bucket: Bucket,
    /// Whether an entry that counts as active ever waited in it.
    has_active: bool,
    places: VecDeque<Place>,
}

impl Lane {
    /// When its first timer fires, and how it comes in the order of those that fire then: the coarser levels go first.
    fn front(&self) -> (Time, Reverse<u32>) {
        (self.places.front().map_or(Time::NEVER, |place| place.fires), Reverse(self.bucket.level))
    }
}

/// All timers.
pub(super) struct Timers {
    clock: TimerClock,
    /// How many places there were.
    places: u64,
    lanes: Vec<Lane>,
    /// Those that are about to fire, all of an instant and a level. Of these, the one that came last goes first.
    due: Vec<Place>,
    /// No timer in a lane fires earlier.
    next: Time,
    /// No timer of an entry that counts as active fires earlier.
    next_active: Time,
}

impl Timers {
    pub(super) fn new(clock: TimerClock) -> Self {
        let (next, next_active) = (Time::NEVER, Time::NEVER);
        Self { clock, places: 0, lanes: Vec::new(), due: Vec::new(), next, next_active }
    }

    /// How they run.
    pub(super) fn clock(&self) -> TimerClock {
        self.clock
    }

    /// When something that is to be done after `span` is done.
    pub(super) fn fires_at(&self, now: Time, span: Span) -> Time {
        self.clock.bucket(now, span).0
    }

    /// When the next timer fires, at the earliest.
    #[inline]
    pub(super) fn next(&self) -> Time {
        self.next
    }

    /// When the next timer of an entry that counts as active fires, at the earliest.
    #[inline]
    pub(super) fn next_active(&self) -> Time {
        self.next_active
    }

    /// Starts the timer of an entry, or starts it anew. One that comes into the bucket of the wheel that it is in keeps its turn.
    #[inline]
    pub(super) fn arm(
        &mut self,
        id: ConnectionId,
        timer: &mut Timer,
        now: Time,
        timeout: Span,
        activity: Activity,
    ) {
        let lane = self.lane(timeout, now);
        let Bucket { fires, level, .. } = self.lanes[usize::from(lane)].bucket;
        let keeps = timer.is_armed()
            && timer.fires == fires
            && self.lanes[usize::from(timer.lane)].bucket.level == level;
        if !keeps {
            self.places += 1;
            *timer = Timer { fires, place: self.places, lane };
            let place = Place { fires, number: self.places, id };
            let places = &mut self.lanes[usize::from(lane)].places;
            if places.back().is_none_or(|last| last.fires <= fires) {
                places.push_back(place);
            } else {
                places.insert(places.partition_point(|other| other.fires <= fires), place);
            }
            self.next = self.next.min(fires);
        }
        if activity == Activity::Active {
            self.lanes[usize::from(timer.lane)].has_active = true;
            self.next_active = self.next_active.min(fires);
        }
    }

    /// When the next timer fires if that is at `now` or before; else a time after `now`.
    pub(super) fn next_due(&mut self, now: Time, entries: &Entries) -> Time {
        loop {
            while let Some(place) = self.due.last() {
                if entries.entry(place.id).timer.place == place.number {
                    return place.fires;
                }
                self.due.pop();
            }
            if self.next > now || self.next == Time::NEVER {
                return self.next;
            }
            self.call(now);
        }
    }

    /// Takes the timer that [`next_due`](Self::next_due) named.
    pub(super) fn pop_due(&mut self) -> Option<ConnectionId> {
        self.due.pop().map(|place| place.id)
    }

    /// Calls those that fire next, if that is at `now` or before, out of their lanes.
    fn call(&mut self, now: Time) {
        let first = self.lanes.iter().map(Lane::front).min().unwrap_or((Time::NEVER, Reverse(0)));
        let mut callers = 0;
        (self.next, self.next_active) = (Time::NEVER, Time::NEVER);
        for lane in &mut self.lanes {
            if first.0 <= now && lane.front() == first {
                callers += 1;
                while lane.front() == first {
                    self.due.extend(lane.places.pop_front());
                }
            }
            let (front, _) = lane.front();
            self.next = self.next.min(front);
            if lane.has_active {
                self.next_active = self.next_active.min(front);
            }
        }
        if callers > 1 {
            self.due.sort_unstable_by_key(|place| place.number);
        }
    }

    /// The lane of a timeout, with the bucket of timers that are started at `now`.
    #[inline]
    fn lane(&mut self, timeout: Span, now: Time) -> u16 {
        let known = self.lanes.iter().position(|lane| lane.timeout == timeout);
        let number = known.unwrap_or_else(|| {
            let bucket = Bucket::of(self.clock, now, timeout);
            self.lanes.push(Lane { timeout, bucket, has_active: false, places: VecDeque::new() });
            self.lanes.len() - 1
        });
        let bucket = &mut self.lanes[number].bucket;
        if now < bucket.begins || now >= bucket.ends {
            *bucket = Bucket::of(self.clock, now, timeout);
        }
        u16::try_from(number).expect("fewer than 2^16 different timeouts")
    }
}
