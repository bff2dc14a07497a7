//! What is wrong with a log, where, and what to do.

use std::fmt;
use std::io;

use super::format::Format;
use super::parser::Flaw;
use super::source::Packing;
use crate::suggest::printable;
use crate::trace::TraceError;

/// Why a log cannot be read on.
#[derive(Debug)]
pub struct LogError(Box<Fault>);

#[derive(Debug)]
struct Fault {
    origin: String,
    place: Option<Place>,
    cause: Cause,
}

/// Which entry, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Line(u64),
    Packet(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Packet(number) => write!(f, "packet {number}"),
        }
    }
}

#[derive(Debug)]
pub(crate) enum Cause {
    /// The file cannot be read.
    Io(io::Error),
    /// A trace of ours that is no trace.
    Trace(TraceError),
    /// A packed file ends in the middle.
    CutShort { packing: Packing, lines: u64, bytes: u64 },
    /// A packed file cannot be unpacked.
    Damaged { packing: Packing, why: String, lines: u64, bytes: u64 },
    /// A file is packed in a way that is not known here.
    OtherPacking { name: &'static str, command: &'static str },
    /// A file unpacks to far more than logs do.
    Bomb { packed: u64, unpacked: u64 },
    /// A line takes more bytes than the limit.
    LineTooLong { most: usize },
    /// The file is no text.
    Binary { byte: u64 },
    /// No format takes the first lines.
    Unknown { line: String },
    /// The format that was said does not take the first lines.
    OtherFormat { said: Format, found: Option<Format>, flaw: Flaw },
    /// A part of an entry is not what it should be.
    Flaw(Flaw),
    /// An entry arrived earlier than what may still be reordered.
    Late { by: u64, than: Place, window: u64 },
    /// More than the limit waits for being put in order.
    WindowFull { bytes: usize, window: u64 },
    /// Packets cannot be read on.
    Packets { why: String },
    /// Too many connections at once.
    ManyConnections { most: usize },
    /// There is not a byte.
    Empty,
    /// There are entries, but none is left. Says how many are left out for what.
    NoneLeft { entries: String, left: Vec<String> },
}

impl LogError {
    pub(crate) fn new(origin: &str, place: Option<Place>, cause: Cause) -> Self {
        Self(Box::new(Fault { origin: origin.to_owned(), place, cause }))
    }

    /// Whether the log can be read, and only nothing of it was wanted.
    pub fn is_nothing_left(&self) -> bool {
        matches!(self.0.cause, Cause::NoneLeft { .. })
    }

    /// What to do about it, if there is something to do.
    pub fn help(&self) -> Option<String> {
        let text = match &self.0.cause {
            Cause::Trace(error) => return error.help(),
            Cause::CutShort { .. } => "copy the file again: its end is missing".to_owned(),
            Cause::Damaged { .. } => {
                "copy the file again, or unpack it by its own program to see what is left".to_owned()
            }
            Cause::OtherPacking { command, .. } => format!("{command} FILE | ipvslab trace convert -"),
            Cause::Bomb { .. } => "if it is meant to: unpack it first, and pass the unpacked file".to_owned(),
            Cause::Unknown { .. } => {
                format!("known are {}; --from names one", Format::ALL.map(Format::name).join(", "))
            }
            Cause::OtherFormat { found: Some(found), .. } => {
                format!("it looks like {}: --from {found}, or leave --from out", found.words())
            }
            // Zeek's lines about the log itself hold for all that follow.
            Cause::Flaw(flaw) if flaw.part.starts_with('#') => return None,
            Cause::Flaw(_) => "--skip-bad leaves such lines out, and counts them".to_owned(),
            Cause::Late { by, .. } => {
                format!(
                    "--window {} holds entries back for long enough; --skip-bad leaves late ones out",
                    rounded_up(*by)
                )
            }
            Cause::WindowFull { .. } => "choose a shorter --window".to_owned(),
            _ => return None,
        };
        Some(text)
    }
}

/// A little more than `nanos`, in seconds: one that does not need to be raised again for the next line.
fn rounded_up(nanos: u64) -> u64 {
    let seconds = nanos.div_ceil(1_000_000_000);
    let step = 10u64.pow(seconds.max(1).ilog10());
    (seconds + 1).next_multiple_of(step)
}

/// What of a packed file was good.
fn good(f: &mut fmt::Formatter<'_>, lines: u64, bytes: u64) -> fmt::Result {
    write!(f, " after {bytes} bytes (unpacked)")?;
    if lines > 0 { write!(f, ", {lines} whole lines of which can be read") } else { Ok(()) }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { origin, place, cause } = &*self.0;
        if let Cause::Trace(error) = cause {
            return error.fmt(f);
        }
        write!(f, "{}: ", printable(origin, 200))?;
        // Of a packed file that ends too early, the last whole line is told with what was good.
        let is_about_bytes =
            matches!(cause, Cause::CutShort { .. } | Cause::Damaged { .. } | Cause::Bomb { .. });
        if let Some(place) = place.filter(|_| !is_about_bytes) {
            write!(f, "{place}: ")?;
        }
        match cause {
            Cause::Io(error) => write!(f, "{error}"),
            Cause::Trace(error) => error.fmt(f),
            Cause::CutShort { packing, lines, bytes } => {
                write!(f, "the {} stream is cut short", packing.name())?;
                good(f, *lines, *bytes)
            }
            Cause::Damaged { packing, why, lines, bytes } => {
                write!(f, "the {} stream is damaged ({})", packing.name(), printable(why, 100))?;
                good(f, *lines, *bytes)
            }
            Cause::OtherPacking { name, .. } => write!(f, "it is packed with {name}, which is not read here"),
            Cause::Bomb { packed, unpacked } => {
                write!(f, "{packed} bytes unpack to more than {unpacked}, which no log does")
            }
            Cause::LineTooLong { most } => write!(f, "a line takes more than {} KiB", most >> 10),
            Cause::Binary { byte } => write!(f, "this is no text: a zero byte at byte {byte}"),
            Cause::Unknown { line } => {
                write!(f, "the format is not known; the first line is: {}", printable(line, 120))
            }
            Cause::OtherFormat { said, flaw, .. } => {
                write!(f, "this is not {}: ", said.words())?;
                flaw.fmt(f)
            }
            Cause::Flaw(flaw) => flaw.fmt(f),
            Cause::Late { by, than, window } => write!(
                f,
                "arrived {} s before {than}, and the window for putting entries in order is {} s",
                *by as f64 / 1e9,
                *window as f64 / 1e9
            ),
            Cause::WindowFull { bytes, window } => write!(
                f,
                "the entries of {} s, the window for putting them in order, take more than {} MiB of memory",
                *window as f64 / 1e9,
                bytes >> 20
            ),
            Cause::Packets { why } => f.write_str(why),
            Cause::ManyConnections { most } => write!(f, "more than {most} connections at once"),
            Cause::Empty => f.write_str("the file is empty"),
            Cause::NoneLeft { entries, left } if left.is_empty() => {
                write!(f, "there is no request in its {entries}")
            }
            Cause::NoneLeft { entries, left } => {
                write!(f, "of its {entries} none is left: {}", left.join(", "))
            }
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, expected {}", self.part, printable(&self.found, 80), self.expected)
    }
}

impl std::error::Error for LogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.cause {
            Cause::Io(error) => Some(error),
            Cause::Trace(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_proposed_that_is_enough() {
        assert_eq!([0, 999_000_000, 61_500_000_000, 3_599_000_000_000].map(rounded_up), [1, 2, 70, 4_000]);
    }
}
