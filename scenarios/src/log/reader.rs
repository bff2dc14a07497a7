//! A log, read as a stream of rows in the order of their arrivals.

use std::io::Read;

use ipvslab_schedulers::Rng;

use super::detect::{self, Given};
use super::entries::{About, Entries, Entry};
use super::error::{Cause, LogError, Place};
use super::format::Format;
use super::meaning::Durations;
use super::reorder::Reorder;
use super::row::{Client, Columns, LogRow};
use super::said::Who;
use super::stamp::SECOND;

/// How many faults are kept as text.
const TOLD: usize = 5;
/// How many entries are read on to find the window that would be enough.
const READ_ON: u64 = 50_000_000;

/// How a log is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it is; `None` finds out.
    pub format: Option<Format>,
    /// A format string or a mapping; then `format` says no more than whose log it is.
    pub given: Option<Given>,
    /// What is said of durations that the format leaves open.
    pub durations: Option<Durations>,
    /// Which address is the client.
    pub who: Who,
    /// What happens to entries that cannot be read, or come too late.
    pub faulty: Faulty,
    /// How much earlier than one before it an entry may have arrived, in nanoseconds.
    pub window: u64,
    /// What becomes of clocks that tick seconds.
    pub clock: Clock,
    /// Which clients are read.
    pub clients: Wanted,
    /// Whether a log that is out of order is read to its end, to say which window is enough.
    pub reads_on: bool,
}

impl Default for Options {
    /// Finds the format out, stops at the first fault, has a window of 60 s, spreads, and reads all clients.
    fn default() -> Self {
        Self {
            format: None,
            given: None,
            durations: None,
            who: Who::Peer,
            faulty: Faulty::Refuse,
            window: 60 * SECOND,
            clock: Clock::Spread,
            clients: Wanted::All,
            reads_on: true,
        }
    }
}

/// What happens to entries that cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Faulty {
    /// The first one is an error.
    Refuse,
    /// They are left out and counted.
    LeaveOut,
}

/// What becomes of the entries of a clock that ticks seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    /// They are spread over their second, uniformly at random, the same way every time.
    Spread,
    /// They stay where they are.
    Keep,
}

/// Which clients are read. A service is of one IP version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// All.
    All,
    /// Those with an IPv4 address or a name.
    V4,
    /// Those with an IPv6 address or a name.
    V6,
}

impl Wanted {
    fn has(self, client: &Client) -> bool {
        match client {
            Client::Address(address) => match self {
                Self::All => true,
                Self::V4 => address.is_ipv4(),
                Self::V6 => address.is_ipv6(),
            },
            Client::Name(_) => true,
        }
    }
}

/// What has been left out so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Left {
    /// Entries that could not be read.
    pub bad: u64,
    /// Entries that came later than the window allows.
    pub late: u64,
    /// Entries, or packets, of other protocols than TCP and UDP.
    pub foreign: u64,
    /// What a server says besides its requests, and lines of other programs.
    pub no_requests: u64,
    /// Entries of unwanted clients.
    pub unwanted: u64,
    /// The first faults, with their places.
    pub faults: Vec<String>,
}

/// The rows of a log. Ends after an error.
pub struct LogReader {
    entries: Entries,
    held: Reorder,
    origin: String,
    options: Options,
    left: Left,
    rows: u64,
    is_at_end: bool,
}

impl LogReader {
    /// Looks at the beginning of a log. `origin` is what messages call it.
    ///
    /// # Errors
    /// If the format cannot be found out or is not the one that the options say, or nothing can be read.
    pub fn open(file: Box<dyn Read + Send>, origin: &str, options: Options) -> Result<Self, LogError> {
        let wanted = detect::Wanted {
            format: options.format,
            given: options.given.clone(),
            durations: options.durations,
            who: options.who,
        };
        let entries = Entries::open(file, origin, &wanted)?;
        let spread = match options.clock {
            Clock::Spread => Some(Rng::stream(0, 0, "spread")),
            Clock::Keep => None,
        };
        let held = Reorder::new(options.window, spread);
        let origin = origin.to_owned();
        Ok(Self { entries, held, origin, options, left: Left::default(), rows: 0, is_at_end: false })
    }

    /// What the log is.
    pub fn format(&self) -> Format {
        self.entries.about.format
    }

    /// What was found out of the log.
    pub fn about(&self) -> &About {
        &self.entries.about
    }

    /// What the log can say of a request.
    pub fn columns(&self) -> Columns {
        self.entries.columns
    }

    /// How many rows have been spread over the seconds of a coarse clock so far.
    pub fn spread_rows(&self) -> u64 {
        self.held.spread_rows
    }

    /// What has been left out so far.
    pub fn left(&self) -> Left {
        let Entries { foreign, no_requests, .. } = self.entries;
        Left { foreign, no_requests, ..self.left.clone() }
    }

    fn advance(&mut self) -> Result<Option<LogRow>, LogError> {
        loop {
            if let Some(row) = self.held.pop() {
                return Ok(Some(row));
            }
            if self.is_at_end {
                return Ok(self.held.pop_any());
            }
            match self.entries.advance()? {
                Some(Entry::Row(row)) => self.take(row)?,
                Some(Entry::Bad(flaw)) => {
                    self.left.bad += 1;
                    self.fault(Cause::Flaw(flaw))?;
                }
                None => {
                    self.is_at_end = true;
                    if self.rows == 0 {
                        return Err(self.nothing());
                    }
                }
            }
        }
    }

    fn take(&mut self, row: LogRow) -> Result<(), LogError> {
        if !self.options.clients.has(&row.client) {
            self.left.unwanted += 1;
            return Ok(());
        }
        let place = self.entries.place();
        match self.held.push(row, place) {
            Ok(()) => {
                self.rows += 1;
                Ok(())
            }
            Err(Cause::Late { by, than, window, .. }) => {
                self.left.late += 1;
                let (enough, is_whole) = match self.options.faulty {
                    Faulty::Refuse => self.enough(by),
                    Faulty::LeaveOut => (seconds(by), false),
                };
                self.fault_at(place, Cause::Late { by, than, window, enough, is_whole })
            }
            Err(cause) => Err(LogError::new(&self.origin, Some(place), cause)),
        }
    }

    /// The window in seconds that is enough for what comes, since an entry came too late by this many nanoseconds, and whether
    /// all of the log was looked at.
    fn enough(&mut self, by: u64) -> (u64, bool) {
        let mut latest = self.held.latest();
        let mut most = by;
        for _ in 0..if self.options.reads_on { READ_ON } else { 0 } {
            match self.entries.advance() {
                Ok(Some(Entry::Row(row))) if self.options.clients.has(&row.client) => {
                    latest = latest.max(row.at);
                    most = most.max(latest.abs_diff(row.at));
                }
                Ok(Some(_)) => {}
                Ok(None) => return (seconds(most), true),
                Err(_) => break,
            }
        }
        (seconds(most), false)
    }

    /// Something is wrong with the present entry.
    fn fault(&mut self, cause: Cause) -> Result<(), LogError> {
        self.fault_at(self.entries.place(), cause)
    }

    fn fault_at(&mut self, place: Place, cause: Cause) -> Result<(), LogError> {
        let error = LogError::new(&self.origin, Some(place), cause);
        match self.options.faulty {
            Faulty::Refuse => Err(error),
            Faulty::LeaveOut => {
                if self.left.faults.len() < TOLD {
                    self.left.faults.push(error.to_string());
                }
                Ok(())
            }
        }
    }

    fn nothing(&self) -> LogError {
        let left = self.left();
        let parts = [
            (left.bad, "cannot be read"),
            (left.foreign, "are neither TCP nor UDP"),
            (left.no_requests, "are not requests"),
            (left.unwanted, "are from clients of the other IP version"),
        ];
        let said = parts.iter().filter(|(count, _)| *count > 0);
        let left = said.map(|(count, what)| format!("{count} {what}")).collect();
        let entries = match self.entries.place() {
            Place::Line(1) | Place::Packet(1) => "only entry".to_owned(),
            Place::Line(number) => format!("{number} lines"),
            Place::Packet(number) => format!("{number} packets"),
        };
        LogError::new(&self.origin, None, Cause::NoneLeft { entries, left })
    }
}

/// Nanoseconds as whole seconds that are not less.
fn seconds(nanos: u64) -> u64 {
    nanos.div_ceil(SECOND)
}

impl Iterator for LogReader {
    type Item = Result<LogRow, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.advance();
        if row.is_err() {
            self.is_at_end = true;
            self.rows = 1;
            while self.held.pop_any().is_some() {}
        }
        row.transpose()
    }
}

impl std::fmt::Debug for LogReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogReader")
            .field("origin", &self.origin)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
