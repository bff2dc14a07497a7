//! The rows of a trace, watched one after the other.

use super::amounts::Amounts;
use super::gaps::{Gap, Gaps};
use super::rate::RateCurve;
use super::tally::{Names, Tally};
use super::windows::Window;

/// The windows in which arrivals are counted, in nanoseconds.
const WINDOWS: [u64; 3] = [1_000_000_000, 10_000_000_000, 100_000_000_000];

/// A row of a trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceSeen<'a> {
    /// Nanoseconds since the first row; does not decrease.
    pub at: u64,
    /// Who asked.
    pub client: &'a str,
    /// For what, if the row says it.
    pub target: Option<&'a str>,
    /// Bytes to the client, if the row says it.
    pub response_bytes: Option<u64>,
    /// Nanoseconds from arrival to end, if the row says it.
    pub duration: Option<u64>,
}

/// What is known of the rows so far.
#[derive(Debug)]
pub struct TraceSurvey {
    rows: u64,
    last: u64,
    gaps: Gaps,
    windows: [Window; 3],
    rate: RateCurve,
    clients: Tally,
    targets: Tally,
    sizes: Amounts,
    durations: Amounts,
}

/// What a trace is like.
#[derive(Clone, Debug)]
pub struct TraceSummary {
    /// How many rows.
    pub rows: u64,
    /// From the first to the last arrival, in nanoseconds.
    pub span: u64,
    /// Times between arrivals.
    pub gaps: Gaps,
    /// Counts in windows of 1 s, 10 s and 100 s.
    pub windows: [Window; 3],
    /// The rate over time.
    pub rate: RateCurve,
    /// Who asked.
    pub clients: Option<Names>,
    /// What was asked for.
    pub targets: Option<Names>,
    /// Bytes to clients.
    pub sizes: Amounts,
    /// Nanoseconds from arrival to end.
    pub durations: Amounts,
}

impl Default for TraceSurvey {
    fn default() -> Self {
        Self {
            rows: 0,
            last: 0,
            gaps: Gaps::default(),
            windows: WINDOWS.map(Window::new),
            rate: RateCurve::default(),
            clients: Tally::default(),
            targets: Tally::default(),
            sizes: Amounts::default(),
            durations: Amounts::default(),
        }
    }
}

impl TraceSurvey {
    /// Takes the next row in.
    pub fn observe(&mut self, row: TraceSeen<'_>) {
        if self.rows > 0 {
            self.gaps.add(Gap { from: self.last, length: row.at.saturating_sub(self.last) });
        }
        self.rows += 1;
        self.last = self.last.max(row.at);
        self.windows.iter_mut().for_each(|window| window.add(self.last));
        self.rate.add(self.last);
        self.clients.add(row.client);
        if let Some(target) = row.target {
            self.targets.add(target);
        }
        self.sizes.add(row.response_bytes);
        self.durations.add(row.duration);
    }

    /// After the last row.
    pub fn finish(mut self) -> TraceSummary {
        self.rate.settle();
        TraceSummary {
            rows: self.rows,
            span: self.last,
            gaps: self.gaps,
            windows: self.windows,
            rate: self.rate,
            clients: self.clients.finish(),
            targets: self.targets.finish(),
            sizes: self.sizes,
            durations: self.durations,
        }
    }
}

impl TraceSummary {
    /// Arrivals after the first one by the span, in a second; `None` if all are at once.
    pub fn mean_per_s(&self) -> Option<f64> {
        (self.span > 0).then(|| (self.rows - 1) as f64 * 1e9 / self.span as f64)
    }
}
