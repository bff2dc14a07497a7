//! What arose, in order of time, and of an instant in the order in which it was noted.
//!
//! Most of it waits for one of a few spans: a way on the network, a deadline, the next check. What waits for equal spans is due
//! in the order in which it was noted. So it stands in lanes, first in, first out, and only their fronts are compared; what
//! would jump a queue in every lane goes to a heap.

use alloc::collections::{BinaryHeap, VecDeque};
use core::cmp::{Ordering, Reverse};

use ipvslab_schedulers::Time;

use super::Event;

/// More spans than this are rarely waited for at once.
const LANES: usize = 8;
/// Later than every event.
const NEVER: u128 = u128::MAX;

/// An event, and its place in the order of all: when it is due in the upper half, its number in the lower one.
#[derive(Clone, Copy, Debug)]
struct Noted {
    place: u128,
    event: Event,
}

impl Ord for Noted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place.cmp(&other.place)
    }
}

impl PartialOrd for Noted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Noted {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Noted {}

#[derive(Clone, Debug)]
pub(super) struct Events {
    lanes: [VecDeque<Noted>; LANES],
    /// By lane: the place of its first event; [`NEVER`] if it is empty.
    fronts: [u128; LANES],
    /// By lane: the place of its last event; 0 if it is empty.
    backs: [u128; LANES],
    /// What fitted in no lane.
    heap: BinaryHeap<Reverse<Noted>>,
    /// Events noted so far.
    noted: u64,
}

impl Default for Events {
    fn default() -> Self {
        let lanes = Default::default();
        Self { lanes, fronts: [NEVER; LANES], backs: [0; LANES], heap: BinaryHeap::new(), noted: 0 }
    }
}

impl Events {
    /// Notes an event, which goes to the lane whose last one is due the shortest time before it.
    pub(super) fn note(&mut self, at: Time, event: Event) {
        self.noted += 1;
        let place = u128::from(at.as_nanos()) << 64 | u128::from(self.noted);
        let noted = Noted { place, event };
        let fitting = self.backs.iter().enumerate().filter(|&(_, &back)| back < place);
        let Some((lane, &back)) = fitting.max_by_key(|&(_, &back)| back) else {
            return self.heap.push(Reverse(noted));
        };
        self.lanes[lane].push_back(noted);
        self.backs[lane] = place;
        if back == 0 {
            self.fronts[lane] = place;
        }
    }

    /// When the first of all is due; [`Time::NEVER`] if there is none.
    pub(super) fn next_at(&self) -> Time {
        let place = self.fronts[self.first_lane()].min(self.first_of_heap());
        Time::from_nanos((place >> 64) as u64)
    }

    /// Takes the first of all.
    pub(super) fn pop(&mut self) -> Option<Event> {
        let lane = self.first_lane();
        if self.fronts[lane] >= self.first_of_heap() {
            return self.heap.pop().map(|Reverse(noted)| noted.event);
        }
        let first = self.lanes[lane].pop_front();
        match self.lanes[lane].front() {
            Some(next) => self.fronts[lane] = next.place,
            None => (self.fronts[lane], self.backs[lane]) = (NEVER, 0),
        }
        first.map(|noted| noted.event)
    }

    /// The lane whose front is due first.
    #[inline]
    fn first_lane(&self) -> usize {
        let mut first = (self.fronts[0], 0);
        for (lane, &front) in self.fronts.iter().enumerate().skip(1) {
            first = first.min((front, lane));
        }
        first.1
    }

    #[inline]
    fn first_of_heap(&self) -> u128 {
        self.heap.peek().map_or(NEVER, |Reverse(noted)| noted.place)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use ipvslab_schedulers::{Rng, ServerId, Span};

    use super::*;

    /// Notes events after waits that `wait` draws, takes them out between, and compares the order with a sorted list's.
    fn in_order(rounds: u32, mut wait: impl FnMut(&mut Rng) -> u64) {
        let mut rng = Rng::stream(1, 0, "events");
        let (mut events, mut sorted, mut now) = (Events::default(), Vec::<(Time, u32)>::new(), Time::ZERO);
        for round in 0..rounds {
            let at = now + Span::from_nanos(wait(&mut rng));
            events.note(at, Event::Check(ServerId::new(round)));
            sorted.insert(sorted.partition_point(|&(other, _)| other <= at), (at, round));
            let taken = if rng.below(50) == 0 { sorted.len() } else { rng.below(2) as usize };
            for (at, number) in sorted.drain(..taken.min(sorted.len())) {
                assert_eq!(events.next_at(), at);
                let popped = events.pop();
                assert!(
                    matches!(popped, Some(Event::Check(id)) if id == ServerId::new(number)),
                    "{popped:?}"
                );
                now = at;
            }
            assert_eq!(events.next_at(), sorted.first().map_or(Time::NEVER, |&(at, _)| at));
        }
    }

    #[test]
    fn events_after_a_few_equal_waits_come_in_order() {
        in_order(20_000, |rng| [0, 1, 20, 20, 25, 1_000][rng.below(6) as usize]);
    }

    #[test]
    fn events_after_waits_of_any_length_come_in_order() {
        in_order(20_000, |rng| u64::from(rng.below(1_000)));
    }

    #[test]
    fn ever_shorter_waits_outnumber_the_lanes() {
        let mut left = 1_000;
        in_order(1_000, |_| {
            left -= 1;
            left * 10
        });
    }
}
