//! What a trace is like, as far as a scenario needs to know it, by reading it once.

use std::io::Read;

use crate::log::{Client, Clock, Columns, Format, LogError, LogReader, LogRow, Options};

/// The window whose rate the drafted farm is made for, in nanoseconds: a minute.
const WINDOW: u64 = 60_000_000_000;
/// What a scenario may carry of one response, in bytes.
const LARGEST_RESPONSE: u64 = 4_000_000_000;

/// What a trace is like. Memory does not grow with it.
#[derive(Clone, PartialEq, Debug)]
pub struct TraceFacts {
    /// How many rows it has, at least one.
    pub rows: u64,
    /// From the first arrival to the last one, in nanoseconds.
    pub span: u64,
    /// The most arrivals of a minute, counted from the first arrival.
    pub busiest_minute: u64,
    /// Which columns there are.
    pub columns: Columns,
    /// Rows of clients with an IPv4 address, an IPv6 address, and a name.
    pub clients: [u64; 3],
    /// Rows of TCP and of UDP, if the trace says so.
    pub transports: [u64; 2],
    /// Whether all arrivals are at whole seconds.
    pub has_whole_seconds: bool,
    /// The mean of `response_bytes`, and of `duration_s` in seconds; what is missing counts as 0.
    pub mean_bytes: f64,
    /// In seconds; what is missing counts as 0.
    pub mean_duration: f64,
    /// The longest duration, in nanoseconds.
    pub longest: u64,
    /// Whether a response is larger than a scenario may carry.
    pub has_huge_responses: bool,
}

/// Why nothing can be drafted from a file.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// It cannot be read.
    #[error("{0}")]
    Log(#[from] LogError),
    /// It is a log, and no trace of it was made yet.
    #[error("{origin}: it is {}, expected a trace that `ipvslab trace convert` wrote", .found.words())]
    NoTrace {
        /// What messages call the file.
        origin: String,
        /// What it is.
        found: Format,
    },
}

impl TraceFacts {
    /// Reads a trace that messages call `origin` to its end.
    ///
    /// # Errors
    /// If it cannot be read, or is no trace of ours.
    pub fn read(file: Box<dyn Read + Send>, origin: &str) -> Result<Self, FactsError> {
        let options = Options { clock: Clock::Keep, window: 0, ..Options::default() };
        let mut reader = LogReader::open(file, origin, options)?;
        if reader.format() != Format::Trace {
            return Err(FactsError::NoTrace { origin: origin.to_owned(), found: reader.format() });
        }
        let mut facts = Self::new(reader.columns());
        let mut minute = Minute::default();
        for row in reader.by_ref() {
            facts.observe(&row?, &mut minute);
        }
        facts.busiest_minute = facts.busiest_minute.max(minute.rows);
        facts.mean_bytes /= facts.rows as f64;
        facts.mean_duration /= facts.rows as f64;
        Ok(facts)
    }

    /// How many connections arrive per second, on average.
    pub fn rate_per_s(&self) -> f64 {
        self.rows as f64 / self.seconds()
    }

    /// How many arrive per second in the busiest minute, or on average where the trace is shorter than that.
    pub fn peak_per_s(&self) -> f64 {
        self.rate_per_s().max(self.busiest_minute as f64 / (WINDOW as f64 / 1e9).min(self.seconds()))
    }

    /// The span in seconds, at least a millisecond.
    pub(super) fn seconds(&self) -> f64 {
        (self.span as f64 / 1e9).max(1e-3)
    }

    fn new(columns: Columns) -> Self {
        Self {
            rows: 0,
            span: 0,
            busiest_minute: 0,
            columns,
            clients: [0; 3],
            transports: [0; 2],
            has_whole_seconds: true,
            mean_bytes: 0.0,
            mean_duration: 0.0,
            longest: 0,
            has_huge_responses: false,
        }
    }

    /// Means are sums until all rows were seen.
    fn observe(&mut self, row: &LogRow, minute: &mut Minute) {
        let first = *minute.first.get_or_insert(row.at);
        self.rows += 1;
        self.span = row.at.abs_diff(first);
        self.has_whole_seconds &= row.at % 1_000_000_000 == 0;
        let number = self.span / WINDOW;
        if number != minute.number {
            self.busiest_minute = self.busiest_minute.max(minute.rows);
            (minute.number, minute.rows) = (number, 0);
        }
        minute.rows += 1;
        let kind = match &row.client {
            Client::Address(address) if address.is_ipv4() => 0,
            Client::Address(_) => 1,
            Client::Name(_) => 2,
        };
        self.clients[kind] += 1;
        if let Some(transport) = row.transport {
            self.transports[transport as usize] += 1;
        }
        let bytes = row.response_bytes.unwrap_or(0);
        self.has_huge_responses |= bytes >= LARGEST_RESPONSE;
        self.mean_bytes += bytes as f64;
        self.longest = self.longest.max(row.duration.unwrap_or(0));
        self.mean_duration += row.duration.unwrap_or(0) as f64 / 1e9;
    }
}

/// The minute that is being counted.
#[derive(Default)]
struct Minute {
    first: Option<i64>,
    number: u64,
    rows: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(trace: &str) -> TraceFacts {
        let bytes = std::io::Cursor::new(trace.as_bytes().to_vec());
        TraceFacts::read(Box::new(bytes), "web.csv").expect("a trace")
    }

    #[test]
    fn rates_means_and_the_busiest_minute_are_found() {
        let facts = facts(
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.1,/a,100,0.5\n\
             90.5,name,/b,300,-\n100,2001:db8::1,/a,-,1.5\n",
        );
        assert_eq!((facts.rows, facts.span, facts.busiest_minute), (3, 100_000_000_000, 2));
        assert_eq!((facts.clients, facts.has_whole_seconds), ([1, 1, 1], false));
        assert!(
            (facts.mean_bytes - 400.0 / 3.0).abs() < 1e-9 && (facts.mean_duration - 2.0 / 3.0).abs() < 1e-9
        );
        assert_eq!((facts.rate_per_s(), facts.peak_per_s()), (0.03, 2.0 / 60.0));
        assert_eq!(facts.longest, 1_500_000_000);
    }

    #[test]
    fn a_log_is_no_trace() {
        let line = "192.0.2.1 - - [10/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n";
        let log = std::io::Cursor::new(line.as_bytes().to_vec());
        let error = TraceFacts::read(Box::new(log), "access.log").expect_err("a log");
        assert!(error.to_string().starts_with("access.log: it is "), "{error}");
    }
}
