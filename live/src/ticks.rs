//! The kernel's jiffies, seen from outside: which one it was when a packet was handled decides when timers fire.
//!
//! `CLOCK_MONOTONIC_COARSE` moves in the same place as the jiffies do, so a coarse reading names a jiffy. One pair is
//! read from `/proc/timer_list`; every other jiffy follows from it. Events keep clear of the edge between two jiffies,
//! and one that straddled an edge all the same is counted.

use std::io;

use rustix::thread::clock_nanosleep_absolute;
use rustix::time::{ClockId, Timespec, clock_getres, clock_gettime};

/// How close before the end of a jiffy nothing is begun any more: longer than a packet or an edit takes.
const MARGIN_NS: i64 = 600_000;
/// How close behind the begin of one nothing is begun: the tick may still be on its way.
const SETTLING_NS: i64 = 30_000;

/// The jiffies of this kernel.
#[derive(Clone, Debug)]
pub(crate) struct Ticks {
    period_ns: i64,
    /// A coarse reading and the jiffy that it names.
    known: (i64, i64),
    /// By how much coarse readings lag behind multiples of the period.
    phase_ns: i64,
    /// Time zero of what is played.
    start_ns: i64,
}

/// Why jiffies cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum TicksError {
    /// `/proc/timer_list` is not there or says no jiffies.
    #[error("the kernel does not tell its jiffies: /proc/timer_list has no line `jiffies: …`")]
    NotTold,
    /// Reading it failed.
    #[error("the kernel's jiffies cannot be read from /proc/timer_list: {0}")]
    Unreadable(#[from] io::Error),
}

impl Ticks {
    /// Finds out how coarse readings and jiffies belong together, and starts the clock of what is played.
    pub(crate) fn now() -> Result<Self, TicksError> {
        let resolution = clock_getres(ClockId::MonotonicCoarse);
        let period_ns = nanos(resolution);
        loop {
            let before = coarse();
            let jiffies = jiffies(&std::fs::read_to_string("/proc/timer_list")?).ok_or(TicksError::NotTold)?;
            if coarse() != before {
                continue;
            }
            // The update comes some microseconds late, now and then more; the earliest of several is the edge.
            let phase_ns = (0..32).map(|_| next_edge(period_ns).rem_euclid(period_ns)).min().unwrap_or(0);
            return Ok(Self { period_ns, known: (before, jiffies), phase_ns, start_ns: fine() });
        }
    }

    /// Ticks per second.
    pub(crate) fn hz(&self) -> u32 {
        (1_000_000_000 / self.period_ns) as u32
    }

    /// Makes now the time zero of what is played, and names the jiffy that it is in.
    pub(crate) fn start(&mut self) -> i64 {
        self.settle();
        self.start_ns = fine();
        self.jiffy()
    }

    /// The jiffy now.
    #[inline]
    pub(crate) fn jiffy(&self) -> i64 {
        let (reading, jiffy) = self.known;
        let edge = |reading: i64| (reading - self.phase_ns).div_euclid(self.period_ns);
        jiffy + edge(coarse()) - edge(reading)
    }

    /// Sleeps until `at_ns` after the start, if that is still to come, and until the edge of a jiffy is far enough.
    #[inline]
    pub(crate) fn wait_until(&self, at_ns: u64) {
        let at = self.start_ns + at_ns as i64;
        if at > fine() {
            sleep_until(at);
        }
        self.settle();
    }

    #[inline]
    fn settle(&self) {
        loop {
            let now = fine();
            let into = (now - self.phase_ns).rem_euclid(self.period_ns);
            if into < SETTLING_NS {
                sleep_until(now - into + SETTLING_NS);
            } else if into > self.period_ns - MARGIN_NS.min(self.period_ns / 4) {
                sleep_until(now - into + self.period_ns + SETTLING_NS);
            } else {
                return;
            }
        }
    }
}

/// The coarse reading right after the next tick.
fn next_edge(period_ns: i64) -> i64 {
    sleep_until(fine() + period_ns);
    coarse()
}

/// Finds the line `jiffies: N`.
fn jiffies(timer_list: &str) -> Option<i64> {
    timer_list.lines().find_map(|line| line.trim().strip_prefix("jiffies:")?.trim().parse().ok())
}

#[inline]
fn fine() -> i64 {
    nanos(clock_gettime(ClockId::Monotonic))
}

#[inline]
fn coarse() -> i64 {
    nanos(clock_gettime(ClockId::MonotonicCoarse))
}

fn nanos(time: Timespec) -> i64 {
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

fn sleep_until(at_ns: i64) {
    let at = Timespec { tv_sec: at_ns / 1_000_000_000, tv_nsec: at_ns % 1_000_000_000 };
    // Interrupted or not, whoever waits looks at the clock again.
    let _ = clock_nanosleep_absolute(ClockId::Monotonic, &at);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jiffies_are_found_in_the_timer_list() {
        let text = "Timer List Version: v0.9\n  .last_jiffies   : 4294893000\njiffies: 4294893011\n\n";
        assert_eq!(jiffies(text), Some(4_294_893_011));
        assert_eq!(jiffies("Timer List Version: v0.9\n"), None);
    }
}
