//! What is wrong with a trace, and where.

use std::fmt;
use std::io;

use crate::suggest::{did_you_mean, listed, printable};

/// Why a trace cannot be read on.
#[derive(Debug)]
pub struct TraceError(Box<Fault>);

#[derive(Debug)]
struct Fault {
    file: String,
    place: Option<Place>,
    cause: Cause,
}

/// Where a row begins: line from 1, byte from 0 (of the unpacked text).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) byte: u64,
}

#[derive(Debug)]
pub(crate) enum Cause {
    /// The file cannot be opened or read.
    Io(io::Error),
    /// The gzip stream ends in the middle.
    CutShort,
    /// The path is a directory, or something else that is no file.
    NotAFile,
    /// A column is not in the header.
    NoColumn { column: String, present: Vec<String> },
    /// A row has more or fewer fields than the first line.
    Ragged { found: usize, expected: usize, row: String },
    /// A field is not what its column holds.
    BadField { column: String, found: String, expected: String },
    /// A time is earlier than the one before.
    Backwards { by_ns: u64 },
    /// A column is twice in the header.
    TwoColumns { column: String },
    /// A row takes more bytes than the limit.
    RowTooLong,
    /// A row takes more lines than the limit.
    RowTooTall { lines: u64 },
    /// A tick has more rows than the limit.
    TickTooLarge { rows: usize },
    /// A file of counts has more rows than the limit.
    TooManyRows { rows: usize },
    /// The file is not what it was when it was surveyed.
    Changed,
    /// There is not a single row.
    Empty,
}

impl TraceError {
    pub(crate) fn new(file: &str, place: Option<Place>, cause: Cause) -> Self {
        Self(Box::new(Fault { file: file.to_owned(), place, cause }))
    }

    pub(crate) fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// Line of the trace, counted from 1, if the fault is in a row.
    pub fn line(&self) -> Option<u64> {
        self.0.place.map(|place| place.line)
    }

    /// What to do about it, if there is something to do.
    pub fn help(&self) -> Option<String> {
        match &self.0.cause {
            Cause::NoColumn { column, present } => {
                let near = did_you_mean(column, present.iter().map(String::as_str));
                Some(near.unwrap_or_else(|| {
                    "name the column as the header does; without a header: `header = false`, columns 1, 2, 3 …".into()
                }))
            }
            Cause::Backwards { by_ns } if *by_ns < 3_600_000_000_000 => {
                Some("sort the rows by their time; or round times to a coarser tick and use `spread`".into())
            }
            Cause::Backwards { .. } => Some(
                "sort the rows by their time, or check `time_format`: does it change within the file?".into(),
            ),
            Cause::BadField { found, .. } if found.is_empty() || found == "-" => {
                Some("if a missing number means none: `missing = \"zero\"` where the column is named".into())
            }
            Cause::CutShort => Some("copy the file again: its end is missing".into()),
            Cause::TwoColumns { .. } => {
                Some("rename one of them; or `header = false` and columns 1, 2, 3 …".into())
            }
            Cause::RowTooLong | Cause::RowTooTall { .. } => {
                Some("is a quote left open, or `delimiter` not the file's?".into())
            }
            Cause::TickTooLarge { .. } => Some("choose a shorter `spread`".into()),
            _ => None,
        }
    }

    /// Line and byte, as a prefix of the message.
    fn place(&self) -> String {
        self.0.place.map_or(String::new(), |Place { line, byte }| format!("line {line} (byte {byte}): "))
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { file, cause, .. } = &*self.0;
        write!(f, "{}: {}", printable(file, 200), self.place())?;
        match cause {
            Cause::Io(error) => write!(f, "{error}"),
            Cause::CutShort => f.write_str("the gzip stream is truncated"),
            Cause::NotAFile => f.write_str("not a regular file"),
            Cause::NoColumn { column, present } => {
                let present = listed(present.iter().map(String::as_str));
                write!(f, "no column `{}`; found {present}", printable(column, 60))
            }
            Cause::Ragged { found, expected, row } => {
                write!(f, "found {found} fields, expected {expected}: {}", printable(row, 120))
            }
            Cause::BadField { column, found, expected } => {
                let column = printable(column, 60);
                write!(f, "column `{column}`: found \"{}\", expected {expected}", printable(found, 60))
            }
            Cause::Backwards { by_ns } => {
                write!(f, "time runs backwards by {} s", *by_ns as f64 / 1e9)
            }
            Cause::TwoColumns { column } => {
                write!(f, "two columns are called `{}`", printable(column, 60))
            }
            Cause::RowTooLong => f.write_str("a row takes more than 1 MiB"),
            Cause::RowTooTall { lines } => write!(f, "a row takes more than {lines} lines"),
            Cause::TickTooLarge { rows } => write!(f, "more than {rows} rows in one tick"),
            Cause::TooManyRows { rows } => write!(f, "more than {rows} rows"),
            Cause::Changed => f.write_str("the file has changed since the scenario was loaded"),
            Cause::Empty => f.write_str("the trace has no row"),
        }
    }
}

impl std::error::Error for TraceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.cause {
            Cause::Io(error) => Some(error),
            _ => None,
        }
    }
}
