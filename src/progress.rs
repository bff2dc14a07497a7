//! How far a study is: a bar on a terminal, lines elsewhere.

use std::io::{IsTerminal, stderr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::print::talk;

/// A study that is over sooner says nothing in lines.
const SHORT: Duration = Duration::from_secs(2);

/// The longest time without a line.
const LONGEST: Duration = Duration::from_secs(30);

/// The progress of a number of runs.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Not shown.
    Quiet,
    /// A bar with the time left.
    Bar(ProgressBar),
    /// A line every 10 %, or every 30 s.
    Lines(Mutex<Lines>),
}

/// What lines are about.
#[derive(Debug)]
pub(crate) struct Lines {
    label: String,
    runs: u64,
    done: u64,
    started: Instant,
    /// The tenths and the time of the last line.
    last: (u64, Instant),
}

impl Progress {
    /// Of `runs` runs; `label` is in front.
    pub(crate) fn new(runs: u64, label: &str, quiet: bool) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if stderr().is_terminal() {
            let style = ProgressStyle::with_template("{prefix}{bar:30} {pos}/{len} runs, {eta} left")
                .expect("the template is a constant");
            return Self::Bar(ProgressBar::new(runs).with_style(style).with_prefix(label.to_owned()));
        }
        let now = Instant::now();
        let lines = Lines { label: label.to_owned(), runs, done: 0, started: now, last: (0, now) };
        Self::Lines(Mutex::new(lines))
    }

    /// One more run is done.
    pub(crate) fn step(&self) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => bar.inc(1),
            Self::Lines(lines) => {
                let line = lines.lock().ok().and_then(|mut lines| lines.step(Instant::now()));
                line.into_iter().for_each(|line| talk(format_args!("{line}")));
            }
        }
    }

    /// The bar goes away.
    pub(crate) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Lines {
    /// The line of one more run, if it is time for one.
    fn step(&mut self, now: Instant) -> Option<String> {
        self.done += 1;
        let tenths = 10 * self.done / self.runs.max(1);
        let is_due = tenths > self.last.0 || now - self.last.1 >= LONGEST;
        if !is_due || now - self.started < SHORT || self.done == self.runs {
            return None;
        }
        self.last = (tenths, now);
        let Self { label, runs, done, started, .. } = self;
        let left = (now - *started).as_secs_f64() / *done as f64 * (*runs - *done) as f64;
        Some(format!("{label}{done}/{runs} runs, about {left:.0} s left"))
    }
}

/// A count of runs on a terminal, of which nobody knows how many there will be; `label` is in front.
pub(crate) fn counter(quiet: bool, label: &str) -> ProgressBar {
    if quiet || !stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let style =
        ProgressStyle::with_template("{prefix}{pos} runs, {elapsed}").expect("the template is a constant");
    ProgressBar::no_length().with_style(style).with_prefix(label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_every_tenth_or_every_half_minute() {
        let start = Instant::now();
        let mut lines = Lines { label: String::new(), runs: 100, done: 0, started: start, last: (0, start) };
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(lines.step(at(1)), None, "a short study");
        let said: Vec<u64> = (2..=30).filter(|&second| lines.step(at(second)).is_some()).collect();
        assert_eq!(said, [10, 20, 30], "10, 20 and 30 of 100");
        assert_eq!(lines.step(at(59)), None);
        assert_eq!(lines.step(at(60)), Some("32/100 runs, about 128 s left".into()));
    }
}
