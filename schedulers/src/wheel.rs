//! When a timer fires: exactly, or as the kernel's timer wheel does it.
//!
//! The kernel counts time in jiffies and sorts timers into the buckets of a wheel of several levels. A bucket of level
//! 0 holds one jiffy, and each level is eight times coarser than the one below. A timer goes to the lowest level whose
//! buckets reach far enough, is rounded *up* to the next border of a bucket there, and stays: it is never too early,
//! and late by up to an eighth of its length (Corbet, "Reinventing the timer wheel", LWN 2015).
//!
//! The level depends on the timeout alone, so equal timeouts still fire in the order in which they were armed.

use crate::time::{Span, Time};

/// How timers run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum TimerClock {
    /// To the nanosecond.
    #[default]
    Exact,
    /// As in a kernel: an entry expires when its bucket comes up.
    Wheel(Wheel),
}

impl TimerClock {
    /// When a timer fires that is armed at `now` for `timeout`, and the level of the wheel on which it waits.
    pub fn bucket(&self, now: Time, timeout: Span) -> (Time, u32) {
        match self {
            Self::Exact => (now + timeout, 0),
            Self::Wheel(wheel) => wheel.bucket(now, timeout),
        }
    }

    /// Until when, from `now` on, a timer armed for `timeout` fires at the same instant: the first instant at which it
    /// does not; `now` itself if it never does.
    pub fn bucket_ends(&self, now: Time, timeout: Span) -> Time {
        match self {
            Self::Exact => now,
            Self::Wheel(wheel) => wheel.bucket_ends(now, timeout),
        }
    }
}

/// The kernel's timer wheel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Wheel {
    hz: u32,
    start: u64,
}

/// Each level's buckets are 2^3 times as long as those of the level below.
const LEVEL_BITS: u32 = 3;
/// One less than the buckets of a level: how far a level reaches, in its own buckets.
const REACH: u64 = 63;

impl Wheel {
    /// The wheel of a kernel built with `CONFIG_HZ=hz`, whose jiffies stand at `start` at [`Time::ZERO`].
    ///
    /// Borders of buckets are multiples of absolute jiffies, so `start` decides how late a timer is.
    ///
    /// # Panics
    /// If `hz` is 0.
    pub fn new(hz: u32, start: u64) -> Self {
        assert!(hz > 0, "a kernel ticks");
        Self { hz, start }
    }

    /// When a timer fires that is armed at `now` for `timeout`.
    ///
    /// `now` counts as the jiffy it lies in. A fraction of a jiffy in `timeout` counts as a whole one.
    pub fn fires_at(&self, now: Time, timeout: Span) -> Time {
        self.bucket(now, timeout).0
    }

    fn bucket(&self, now: Time, timeout: Span) -> (Time, u32) {
        let (armed, ticks) = (self.start + self.ticks_until(now), self.jiffies(timeout));
        (self.begin_of(fires_at_jiffy(armed, ticks)), level(ticks))
    }

    fn bucket_ends(&self, now: Time, timeout: Span) -> Time {
        let (armed, ticks) = (self.start + self.ticks_until(now), self.jiffies(timeout));
        // A timer that is due in the jiffy in which this one fires goes to the next bucket.
        self.begin_of(fires_at_jiffy(armed, ticks) - ticks)
    }

    /// How many jiffies a timeout is, as far as the wheel reaches.
    fn jiffies(&self, timeout: Span) -> u64 {
        let ticks = u128::from(timeout.as_nanos()) * u128::from(self.hz);
        let bits = (self.levels() - 1) * LEVEL_BITS;
        match ticks.div_ceil(1_000_000_000) as u64 {
            // Out of reach (12 days or more): the wheel turns round once.
            ticks if ticks >= REACH << bits => (REACH - 1) << bits,
            ticks => ticks,
        }
    }

    /// How many whole jiffies there are from the start to `now`.
    fn ticks_until(&self, now: Time) -> u64 {
        (u128::from(now.as_nanos()) * u128::from(self.hz) / 1_000_000_000) as u64
    }

    /// The first instant of an absolute jiffy; [`Time::NEVER`] if the clock does not reach it.
    fn begin_of(&self, jiffy: u64) -> Time {
        let nanos = (u128::from(jiffy - self.start) * 1_000_000_000).div_ceil(u128::from(self.hz));
        u64::try_from(nanos).map_or(Time::NEVER, Time::from_nanos)
    }

    /// Nine levels, eight at 100 Hz and below.
    fn levels(&self) -> u32 {
        if self.hz > 100 { 9 } else { 8 }
    }
}

/// The lowest level that reaches `ticks` jiffies far.
fn level(ticks: u64) -> u32 {
    let mut level = 0;
    while ticks >= REACH << (level * LEVEL_BITS) {
        level += 1;
    }
    level
}

/// The absolute jiffy in which a timer fires that is armed in jiffy `armed` for `ticks`: the end of its bucket.
fn fires_at_jiffy(armed: u64, ticks: u64) -> u64 {
    let bits = level(ticks) * LEVEL_BITS;
    (((armed + ticks) >> bits) + 1) << bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_as_coarse_as_the_timeout_is_long() {
        // At 250 Hz: 2 s, 10 s, 30 s, 60 s, 120 s, 900 s.
        let levels = [500, 2_500, 7_500, 15_000, 30_000, 225_000].map(level);
        assert_eq!(levels, [1, 2, 3, 3, 3, 4]);
        let buckets = levels.map(|level| 1 << (level * LEVEL_BITS));
        assert_eq!(buckets, [8, 64, 512, 512, 512, 4_096]);
    }

    #[test]
    fn levels_change_where_the_one_below_ends() {
        for (ticks, expected) in [(0, 0), (62, 0), (63, 1), (503, 1), (504, 2), (4_031, 2), (4_032, 3)] {
            assert_eq!(level(ticks), expected, "{ticks} jiffies");
        }
    }

    #[test]
    fn a_timer_fires_at_the_end_of_its_bucket() {
        // 120 s at 250 Hz are 30,000 jiffies, in buckets of 512: 58 of them are 29,696, 59 are 30,208.
        assert_eq!(fires_at_jiffy(0, 30_000), 30_208);
        assert_eq!(fires_at_jiffy(207, 30_000), 30_208);
        assert_eq!(fires_at_jiffy(208, 30_000), 30_720);
        // 900 s are 225,000, in buckets of 4,096: 55 of them are 225,280.
        assert_eq!(fires_at_jiffy(0, 225_000), 225_280);
        assert_eq!(fires_at_jiffy(280, 225_000), 229_376);
        // 10 s are 2,500, in buckets of 64: 40 of them are 2,560.
        assert_eq!(fires_at_jiffy(0, 2_500), 2_560);
        // 2 s are 500, in buckets of 8: 63 of them are 504.
        assert_eq!(fires_at_jiffy(0, 500), 504);
        // Less than 63 jiffies: the jiffy after.
        assert_eq!(fires_at_jiffy(1_000, 10), 1_011);
    }

    #[test]
    fn borders_are_absolute_and_times_relative() {
        // The same timeout, armed at time zero: 30,208 jiffies of 4 ms, less the 200 that the counter stood at.
        let two_minutes = Span::from_secs(120);
        assert_eq!(Wheel::new(250, 0).fires_at(Time::ZERO, two_minutes), Time::from_nanos(120_832_000_000));
        assert_eq!(Wheel::new(250, 200).fires_at(Time::ZERO, two_minutes), Time::from_nanos(120_032_000_000));
        assert_eq!(Wheel::new(250, 208).fires_at(Time::ZERO, two_minutes), Time::from_nanos(122_048_000_000));
    }

    #[test]
    fn jiffies_that_are_no_whole_nanoseconds_are_found_again() {
        let wheel = Wheel::new(300, 77);
        for jiffy in [77, 78, 79, 100, 1_000_001] {
            assert_eq!(wheel.start + wheel.ticks_until(wheel.begin_of(jiffy)), jiffy);
        }
    }

    #[test]
    fn a_timer_is_never_early_and_late_by_an_eighth_at_most() {
        for (hz, start) in [(100, 0), (250, 4_294_892_296), (300, 12_345), (1_000, 4_294_667_296)] {
            let wheel = Wheel::new(hz, start);
            for timeout in [2, 10, 30, 60, 120, 900].map(Span::from_secs) {
                // A timer of a level is at least 63 buckets of the level below long.
                let bound = Span::from_nanos(timeout.as_nanos() * 8 / 63);
                for arming in 0..500 {
                    let due = Time::from_nanos(arming * 123_456_789) + timeout;
                    let fires = wheel.fires_at(Time::from_nanos(arming * 123_456_789), timeout);
                    assert!(fires > due, "{timeout:?} at {hz} Hz: {fires:?}, due at {due:?}");
                    assert!(fires.since(due) <= bound, "{timeout:?} at {hz} Hz: {fires:?}, due at {due:?}");
                }
            }
        }
    }

    #[test]
    fn timers_fire_together_until_their_bucket_ends() {
        for (hz, start) in [(100, 0), (250, 4_294_892_296), (300, 12_345), (1_000, 4_294_667_296)] {
            let clock = TimerClock::Wheel(Wheel::new(hz, start));
            for timeout in [0.0, 0.1, 2.0, 10.0, 60.0, 120.0, 900.0, 1e8].map(Span::from_secs_f64) {
                for arming in 0..200 {
                    let now = Time::from_nanos(arming * 123_456_789);
                    let (fires, ends) = (clock.bucket(now, timeout).0, clock.bucket_ends(now, timeout));
                    let last = Time::from_nanos(ends.as_nanos() - 1);
                    assert!(now <= last, "{timeout:?} at {hz} Hz");
                    assert_eq!(clock.bucket(last, timeout).0, fires, "{timeout:?} at {hz} Hz");
                    assert!(clock.bucket(ends, timeout).0 > fires, "{timeout:?} at {hz} Hz");
                }
            }
        }
        let now = Time::from_nanos(5);
        assert_eq!(TimerClock::Exact.bucket_ends(now, Span::from_secs(1)), now);
    }

    #[test]
    fn a_timeout_out_of_reach_fires_after_one_turn_of_the_wheel() {
        let fires = Wheel::new(250, 0).fires_at(Time::ZERO, Span::MAX);
        assert_eq!(fires, Time::from_nanos(((62 << 24) + (1 << 24)) * 4_000_000));
    }

    #[test]
    fn an_exact_clock_adds() {
        let (fires, _) = TimerClock::Exact.bucket(Time::from_nanos(5), Span::from_nanos(7));
        assert_eq!(fires, Time::from_nanos(12));
    }
}
