//! The kernel's jiffies, seen from outside: which one it was when a packet was handled decides when timers fire.
//!
//! `/proc/timer_list` tells a jiffy and when the next tick is due; between two ticks lies one jiffy, so every other
//! reading of the clock names one too. Events keep clear of the edge between two jiffies, and one that straddled an
//! edge all the same is counted.
//!
//! (`CLOCK_MONOTONIC_COARSE` looks like the shorter way and is not: it moves at ticks, but has a grid of its own.)

use std::io;

use rustix::thread::clock_nanosleep_absolute;
use rustix::time::{ClockId, Timespec, clock_getres, clock_gettime};

/// How close before the end of a jiffy nothing is begun any more: longer than a packet or an edit takes.
const MARGIN_NS: i64 = 600_000;
/// How close behind the start of one nothing is begun: the tick may still be on its way.
const SETTLING_NS: i64 = 30_000;

/// How often `/proc/timer_list` is looked at.
const LOOKS: u32 = 1000;

/// The jiffies of this kernel.
#[derive(Clone, Debug)]
pub(crate) struct Ticks {
    period_ns: i64,
    /// A tick and the jiffy that begins with it.
    known: (i64, i64),
    /// Time zero of what is played.
    start_ns: i64,
}

/// Why jiffies are unknown.
#[derive(Debug, thiserror::Error)]
pub enum TicksError {
    /// `/proc/timer_list` is not there or says no jiffies.
    #[error("the kernel does not tell its jiffies: /proc/timer_list names no jiffy, or no next tick")]
    NotTold,
    /// Reading it failed.
    #[error("the kernel's jiffies cannot be read from /proc/timer_list: {0}")]
    Unreadable(#[from] io::Error),
}

impl Ticks {
    /// Finds out which jiffy it is, and starts the clock of what is played.
    pub(crate) fn now() -> Result<Self, TicksError> {
        let period_ns = period_ns();
        // A tick that is being handled is in no list, so one look may miss it; and a look may straddle a tick.
        for _ in 0..LOOKS {
            let before = fine();
            let told = std::fs::read_to_string("/proc/timer_list")?;
            let Some((tick, jiffy)) = next_tick(&told).zip(jiffies(&told)) else {
                sleep_until(fine() + period_ns / 3);
                continue;
            };
            // Reading took a part of one jiffy only: it ends with the tick that was told.
            if tick - period_ns + SETTLING_NS <= before && fine() < tick {
                return Ok(Self { period_ns, known: (tick - period_ns, jiffy), start_ns: before });
            }
        }
        Err(TicksError::NotTold)
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
        let (tick, jiffy) = self.known;
        jiffy + (fine() - tick).div_euclid(self.period_ns)
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

    /// Sleeps until the next jiffy has just begun.
    pub(crate) fn wait_for_next(&self) {
        let now = fine();
        let into = (now - self.known.0).rem_euclid(self.period_ns);
        sleep_until(now - into + self.period_ns + SETTLING_NS);
    }

    #[inline]
    fn settle(&self) {
        loop {
            let now = fine();
            let into = (now - self.known.0).rem_euclid(self.period_ns);
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

/// Ticks per second of this kernel.
pub(crate) fn hz() -> u32 {
    (1_000_000_000 / period_ns()) as u32
}

/// The length of a tick: the coarse clock's resolution.
fn period_ns() -> i64 {
    nanos(clock_getres(ClockId::MonotonicCoarse))
}

/// When the next tick is due: the timer of this name, on the first processor. A busy processor has one.
fn next_tick(timer_list: &str) -> Option<i64> {
    let mut lines = timer_list.lines();
    lines.find(|line| line.contains("tick_sched_timer") || line.contains("tick_nohz_handler"))?;
    let expiry = lines.next()?.trim().strip_prefix("# expires at ")?;
    expiry.split('-').next()?.parse().ok()
}

/// Finds the line `jiffies: N`.
fn jiffies(timer_list: &str) -> Option<i64> {
    timer_list.lines().find_map(|line| line.trim().strip_prefix("jiffies:")?.trim().parse().ok())
}

#[inline]
fn fine() -> i64 {
    nanos(clock_gettime(ClockId::Monotonic))
}

fn nanos(time: Timespec) -> i64 {
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

fn sleep_until(at_ns: i64) {
    let at = Timespec { tv_sec: at_ns / 1_000_000_000, tv_nsec: at_ns % 1_000_000_000 };
    // Interrupted or not, the caller looks at the clock again.
    let _ = clock_nanosleep_absolute(ClockId::Monotonic, &at);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As 6.1 and 6.12 write it.
    const TOLD: &str = "Timer List Version: v0.9
now at 5803723346 nsecs

cpu: 0
 active timers:
 #0: <(____ptrval____)>, tick_sched_timer, S:01
 # expires at 5804000000-5804000000 nsecs [in 276654 to 276654 nsecs]
 #1: <(____ptrval____)>, watchdog_timer_fn, S:01
 # expires at 9000000000-9000000000 nsecs [in 3196276654 to 3196276654 nsecs]
  .last_jiffies   : 0
jiffies: 4294893664
";

    #[test]
    fn a_timer_list_tells_the_jiffy_and_the_next_tick() {
        assert_eq!(jiffies(TOLD), Some(4_294_893_664));
        assert_eq!(next_tick(TOLD), Some(5_804_000_000));
        let newer = TOLD.replace("tick_sched_timer", "tick_nohz_handler");
        assert_eq!(next_tick(&newer), Some(5_804_000_000));
        assert_eq!((jiffies("cpu: 0\n"), next_tick("cpu: 0\n")), (None, None));
    }
}
