//! Rows in order of the times at which they are due, of which only the near future is known.

use std::collections::VecDeque;

/// A row that is due, and when: nanoseconds of the trace's own time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Due {
    pub(super) at: u64,
    pub(super) row: u64,
    pub(super) copy: u32,
}

/// Days of equal length with what is due on each: a day is put in order when it comes.
#[derive(Debug)]
pub(super) struct Calendar {
    /// A day is 2 to this many nanoseconds long.
    shift: u32,
    /// The number of the first of `days`.
    first: u64,
    days: VecDeque<Vec<Due>>,
    /// The present day, the last one first.
    today: Vec<Due>,
    /// Days that are over, to be used again.
    spare: Vec<Vec<Due>>,
}

impl Calendar {
    /// The most days that are kept at once.
    const MOST_DAYS: u64 = 1 << 16;

    /// For `rows` over `span`, none of which is put down more than `ahead` of the present.
    pub(super) fn new(rows: f64, span: u64, ahead: u64) -> Self {
        let of_64_rows = (span as f64 * 64.0 / rows.max(64.0)) as u64;
        let day = of_64_rows.max(ahead / Self::MOST_DAYS).max(1);
        Self { shift: day.ilog2(), first: 0, days: VecDeque::new(), today: Vec::new(), spare: Vec::new() }
    }

    /// Puts a row down; never before the end of the present day.
    #[inline]
    pub(super) fn put(&mut self, due: Due) {
        let day = ((due.at >> self.shift) - self.first) as usize;
        if day >= self.days.len() {
            self.days.resize_with(day + 1, || self.spare.pop().unwrap_or_default());
        }
        self.days[day].push(due);
    }

    /// The next row of the present day.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Due> {
        self.today.pop()
    }

    /// Goes on to the next day, if all of it is before `safe`, from which on rows may still be put down; whether it did.
    pub(super) fn turn(&mut self, safe: u64) -> bool {
        let end = (self.first + 1).checked_shl(self.shift).unwrap_or(u64::MAX);
        if end > safe || self.days.is_empty() {
            return false;
        }
        let next = self.days.pop_front().unwrap_or_default();
        self.first += 1;
        self.spare.push(std::mem::replace(&mut self.today, next));
        self.today.sort_unstable_by(|one, other| other.cmp(one));
        true
    }

    /// Says that nothing before `safe` will be put down: with nothing due until then, days are passed over.
    #[inline]
    pub(super) fn pass(&mut self, safe: u64) {
        if self.days.is_empty() {
            self.first = self.first.max(safe >> self.shift);
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.today.is_empty() && self.days.is_empty()
    }
}
