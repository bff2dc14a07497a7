//! What is wrong with a log, where, and what to do.

use std::fmt;
use std::io;

use super::flaw::Flaw;
use super::format::Format;
use super::infer::Reading;
use super::meaning::Unit;
use super::packing::Packing;
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

impl Place {
    /// What stands before a message: `web.log:7:12: `, or `web.log: packet 7: `.
    fn before(self, f: &mut fmt::Formatter<'_>, origin: &str, column: Option<usize>) -> fmt::Result {
        match (self, column) {
            (Self::Line(number), Some(column)) => write!(f, "{origin}:{number}:{column}: "),
            (Self::Line(number), None) => write!(f, "{origin}:{number}: "),
            (Self::Packet(number), _) => write!(f, "{origin}: packet {number}: "),
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
    Unknown { line: String, hint: Option<String> },
    /// There are several ways to read the first lines.
    Ambiguous { about: String, format: Format, readings: Vec<Reading> },
    /// The log has no address of the client, but perhaps X-Forwarded-For.
    NoPeer { format: Format, is_forwarded: bool },
    /// X-Forwarded-For is asked for, and the log does not have it.
    NoForwarded { format: Format },
    /// A unit is said for durations whose unit is known.
    UnitIsKnown { format: Format, unit: Unit },
    /// The first lines are not of the format string or the mapping that was given.
    NotGiven { flaw: Flaw },
    /// The format that was said does not take the first lines.
    OtherFormat { said: Format, found: Option<Format>, flaw: Flaw },
    /// A part of an entry is not what it should be.
    Flaw(Flaw),
    /// An entry arrived earlier than what may still be reordered. `enough` is the window in seconds that is, for the whole log
    /// if `is_whole`, for what was read of it otherwise.
    Late { by: u64, than: Place, window: u64, enough: u64, is_whole: bool },
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
                "copy the file again, or decompress it with its own program to see what is left".to_owned()
            }
            Cause::OtherPacking { command, .. } => format!("{command} FILE | ipvslab trace convert -"),
            Cause::Bomb { .. } => "if that is intended, decompress it first and pass the result".to_owned(),
            Cause::Unknown { hint: Some(hint), .. } => hint.clone(),
            Cause::Unknown { hint: None, .. } => format!(
                "--log-format takes the server's format string, or names in braces for any text: \
                 '{{client}} [{{time:clf:start}}] \"{{object}}\" {{bytes}}'; --from one of {}",
                Format::ALL.map(Format::name).join(", ")
            ),
            Cause::Ambiguous { .. } => {
                "pass the flag of the right one; or --log-format with the server's format string, \
                 or @nginx.conf:NAME to read it from the server's configuration"
                    .to_owned()
            }
            Cause::NoPeer { format, is_forwarded } => {
                let variable = match format {
                    Format::EnvoyText => "add %DOWNSTREAM_REMOTE_ADDRESS% to Envoy's format",
                    _ => "log the address of the peer too",
                };
                let forwarded = "; or --client forwarded uses X-Forwarded-For";
                format!("{variable}{}", if *is_forwarded { forwarded } else { "" })
            }
            Cause::NoForwarded { .. } => {
                "omit --client forwarded; or log X-Forwarded-For, and say with --log-format where it is"
                    .to_owned()
            }
            Cause::UnitIsKnown { .. } => "omit --duration-unit".to_owned(),
            Cause::NotGiven { .. } => {
                "the flag describes a different log; without it, the format is detected from the first lines"
                    .to_owned()
            }
            Cause::OtherFormat { found: Some(found), .. } => {
                format!("it looks like {}: --from {found}, or omit --from", found.words())
            }
            // Zeek's lines about the log itself hold for all that follow.
            Cause::Flaw(flaw) if flaw.part.starts_with('#') => return None,
            Cause::Flaw(_) => "--skip-bad skips such lines and counts them".to_owned(),
            Cause::Late { enough, is_whole, .. } => {
                let whole = if *is_whole { "is enough for the whole log" } else { "is the minimum" };
                format!("--window {enough} {whole}; --skip-bad skips late entries")
            }
            Cause::WindowFull { .. } => "choose a shorter --window".to_owned(),
            _ => return None,
        };
        Some(text)
    }
}

/// What of a packed file was good.
fn good(f: &mut fmt::Formatter<'_>, lines: u64, bytes: u64) -> fmt::Result {
    write!(f, " after {bytes} bytes (unpacked)")?;
    if lines > 0 { write!(f, "; {lines} complete lines can be read") } else { Ok(()) }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { origin, place, cause } = &*self.0;
        if let Cause::Trace(error) = cause {
            return error.fmt(f);
        }
        let origin = printable(origin, 200);
        // Of a packed file that ends too early, the last whole line is told with what was good.
        let is_about_bytes =
            matches!(cause, Cause::CutShort { .. } | Cause::Damaged { .. } | Cause::Bomb { .. });
        match place.filter(|_| !is_about_bytes) {
            Some(place) => place.before(f, &origin, cause.column())?,
            None => write!(f, "{origin}: ")?,
        }
        match cause {
            Cause::Io(error) => write!(f, "{error}"),
            Cause::Trace(error) => error.fmt(f),
            Cause::CutShort { packing, lines, bytes } => {
                write!(f, "the {} stream is truncated", packing.name())?;
                good(f, *lines, *bytes)
            }
            Cause::Damaged { packing, why, lines, bytes } => {
                write!(f, "the {} stream is damaged ({})", packing.name(), printable(why, 100))?;
                good(f, *lines, *bytes)
            }
            Cause::OtherPacking { name, .. } => {
                write!(f, "it is compressed with {name}, which is not supported")
            }
            Cause::Bomb { packed, unpacked } => {
                write!(f, "{packed} bytes decompress to more than {unpacked}, more than any log would")
            }
            Cause::LineTooLong { most } => write!(f, "a line takes more than {} KiB", most >> 10),
            Cause::Binary { byte } => write!(f, "this is not text: a zero byte at byte {byte}"),
            Cause::Unknown { line, .. } => {
                write!(f, "the format is unknown; the first line is: {}", printable(line, 120))
            }
            Cause::Ambiguous { about, readings, .. } => {
                write!(f, "ambiguous: {about}")?;
                readings.iter().try_for_each(|reading| {
                    write!(f, "\n  {}: {}", printable(&reading.words, 200), printable(&reading.flags, 2000))
                })
            }
            Cause::NoPeer { format, .. } => {
                write!(f, "{} has no address of the client, which is what IPVS sees", format.words())
            }
            Cause::NoForwarded { format } => {
                write!(f, "--client forwarded: {} has no X-Forwarded-For", format.words())
            }
            Cause::UnitIsKnown { format, unit } => {
                write!(f, "--duration-unit {}: the unit of {} is known", unit.name(), format.words())
            }
            Cause::NotGiven { flaw } => {
                f.write_str("the line does not match the format: ")?;
                flaw.fmt(f)
            }
            Cause::OtherFormat { said, flaw, .. } => {
                write!(f, "this is not {}: ", said.words())?;
                flaw.fmt(f)
            }
            Cause::Flaw(flaw) => flaw.fmt(f),
            Cause::Late { by, than, window, .. } => write!(
                f,
                "arrived {} s before {than}, but the window for sorting entries is {} s",
                *by as f64 / 1e9,
                *window as f64 / 1e9
            ),
            Cause::WindowFull { bytes, window } => write!(
                f,
                "the entries of {} s, the window for sorting them, take more than {} MiB of memory",
                *window as f64 / 1e9,
                bytes >> 20
            ),
            Cause::Packets { why } => f.write_str(why),
            Cause::ManyConnections { most } => write!(f, "more than {most} connections at once"),
            Cause::Empty => f.write_str("the file is empty"),
            Cause::NoneLeft { entries, left } if left.is_empty() => {
                write!(f, "its {entries} contain no request")
            }
            Cause::NoneLeft { entries, left } => {
                write!(f, "none of its {entries} is left: {}", left.join(", "))
            }
        }
    }
}

impl Cause {
    /// In a line that has this many more characters in front.
    pub(crate) fn behind(self, characters: usize) -> Self {
        match self {
            Self::NotGiven { flaw } => Self::NotGiven { flaw: flaw.behind(characters) },
            Self::OtherFormat { said, found, flaw } => {
                Self::OtherFormat { said, found, flaw: flaw.behind(characters) }
            }
            other => other,
        }
    }

    /// The character of the line at which it is.
    fn column(&self) -> Option<usize> {
        match self {
            Self::Flaw(flaw) | Self::NotGiven { flaw } | Self::OtherFormat { flaw, .. } => flaw.column,
            _ => None,
        }
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
