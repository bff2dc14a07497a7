//! The entries of a log in the order in which they were written, whatever the log is made of.

use std::collections::VecDeque;
use std::io::Read;

use super::begin::begin;
use super::detect::{self, Detected, Wanted, detect};
use super::error::{Cause, LogError, Place};
use super::flaw::Flaw;
use super::format::Format;
use super::gauge::Gauge;
use super::line::Line;
use super::lines::Lines;
use super::packets::{self, Packets, is_capture};
use super::parser::Parser;
use super::prefix::{Bare, Prefix};
use super::row::{Columns, LogRow};
use super::source::Source;
use super::trace_csv::{self, TraceRows};

/// An entry of a log.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A request or a connection.
    Row(LogRow),
    /// It cannot be read.
    Bad(Flaw),
}

/// A log that is being read.
pub(crate) struct Entries {
    origin: String,
    kind: Kind,
    pub(crate) columns: Columns,
    pub(crate) about: About,
    /// Entries that are neither of TCP nor of UDP, and lines about the log itself.
    pub(crate) foreign: u64,
    /// What a server says besides its requests, and lines of other programs.
    pub(crate) no_requests: u64,
}

/// What was found out of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// What it is.
    pub format: Format,
    /// The format that would have read the first lines better than the one that was said.
    pub better: Option<Format>,
    /// What of a line was taken for what: `client 192.0.2.7, end 05/Dec/2025:12:00:00 +0100, …`.
    pub reading: Option<String>,
    /// What stands in front of its lines and is passed over, in words.
    pub prefix: Option<String>,
    /// Whether times are those of the end, and nothing says how long requests took.
    pub lacks_arrivals: bool,
    /// Whether it may as well be Apache's as nginx's.
    pub is_of_either: bool,
    /// Whether it has X-Forwarded-For.
    pub says_forwarded: bool,
}

enum Kind {
    Lines(Box<Text>),
    Packets(Box<Packets>),
    Trace(Box<TraceRows>),
}

/// A log of lines, of which the first ones were looked at already.
struct Text {
    ahead: VecDeque<Numbered>,
    /// What ended the look ahead: it is told behind the lines before it.
    fault: Option<Cause>,
    lines: Lines,
    prefix: Prefix,
    parser: Parser,
    number: u64,
}

/// A fault of the file, or of one of its entries.
type Misfortune = (Option<Place>, Cause);

/// A line with its number.
struct Numbered {
    number: u64,
    text: String,
    has_zero: bool,
}

impl Entries {
    /// Unpacks, and finds the format as far as it is not said.
    pub(crate) fn open(file: Box<dyn Read + Send>, origin: &str, wanted: &Wanted) -> Result<Self, LogError> {
        Self::begin(file, origin, wanted).map_err(|(place, cause)| LogError::new(origin, place, cause))
    }

    fn begin(file: Box<dyn Read + Send>, origin: &str, wanted: &Wanted) -> Result<Self, Misfortune> {
        let of_file = |cause| (None, cause);
        let gauge = Gauge::default();
        let source = Source::new(file, gauge.clone()).map_err(of_file)?;
        let (head, bytes) =
            begin(source).map_err(|error| of_file(gauge.fault().unwrap_or(Cause::Io(error))))?;
        if head.is_empty() {
            return Err(of_file(Cause::Empty));
        }
        let opened = |kind, columns, about| Self {
            origin: origin.to_owned(),
            kind,
            columns,
            about,
            foreign: 0,
            no_requests: 0,
        };
        let said = wanted.format;
        if is_capture(&head) {
            let other = if wanted.given.is_some() { Some(Format::Given) } else { said };
            if let Some(said) = other.filter(|&said| said != Format::Pcap) {
                let flaw = Flaw { found: "packets".to_owned(), ..Flaw::new("file", None, "lines of text") };
                return Err(of_file(Cause::OtherFormat { said, found: Some(Format::Pcap), flaw }));
            }
            let packets = Packets::new(Box::new(bytes), gauge).map_err(of_file)?;
            return Ok(opened(Kind::Packets(Box::new(packets)), packets::COLUMNS, About::of(Format::Pcap)));
        }
        let is_trace = head.starts_with(trace_csv::HEAD.join(",").as_bytes());
        if is_trace && wanted.given.is_none() && said.is_none_or(|said| said == Format::Trace) {
            let rows = TraceRows::new(origin, Box::new(bytes), gauge).map_err(of_file)?;
            let columns = rows.columns();
            return Ok(opened(Kind::Trace(Box::new(rows)), columns, About::of(Format::Trace)));
        }
        let mut lines = Lines::new(Box::new(bytes), gauge);
        let Ahead { lines: ahead, zero, fault } = look_ahead(&mut lines);
        if ahead.is_empty() {
            let place = fault.as_ref().map(|_| Place::Line(lines.number().max(1)));
            return Err((place, fault.unwrap_or(Cause::Empty)));
        }
        let texts: Vec<&str> = ahead.iter().map(|line| line.text.as_str()).collect();
        let found = detect(&texts, wanted).map_err(|(at, cause)| match (zero, cause) {
            (Some(byte), Cause::Unknown { .. }) if said.is_none() => of_file(Cause::Binary { byte }),
            (_, Cause::OtherFormat { said, flaw, .. }) if is_trace => {
                (Some(Place::Line(1)), Cause::OtherFormat { said, found: Some(Format::Trace), flaw })
            }
            (_, cause) => (ahead.get(at).map(|line| Place::Line(line.number)), cause),
        })?;
        let about = About::detected(&found);
        let Detected { parser, prefix, columns, .. } = found;
        let text = Text { ahead, fault, lines, prefix, parser, number: 0 };
        Ok(opened(Kind::Lines(Box::new(text)), columns, about))
    }

    /// The entry that was read last.
    pub(crate) fn place(&self) -> Place {
        match &self.kind {
            Kind::Lines(text) => Place::Line(text.number),
            Kind::Packets(packets) => Place::Packet(packets.number()),
            Kind::Trace(rows) => Place::Line(rows.number()),
        }
    }

    /// The next entry; `None` after the last one.
    pub(crate) fn advance(&mut self) -> Result<Option<Entry>, LogError> {
        let next = match &mut self.kind {
            Kind::Lines(text) => text.advance(&mut self.foreign, &mut self.no_requests),
            Kind::Packets(packets) => {
                let row = packets.advance();
                self.foreign = packets.foreign();
                row.map(|row| row.map(Entry::Row))
            }
            Kind::Trace(rows) => rows.advance().map(|row| row.map(Entry::Row)),
        };
        match next {
            Ok(Some(Entry::Row(mut row))) => {
                self.columns.keep(&mut row);
                Ok(Some(Entry::Row(row)))
            }
            Ok(other) => Ok(other),
            Err(cause) => Err(LogError::new(&self.origin, Some(self.place()), cause)),
        }
    }
}

impl About {
    /// A log that is no text.
    fn of(format: Format) -> Self {
        Self {
            format,
            better: None,
            reading: None,
            prefix: None,
            lacks_arrivals: false,
            is_of_either: false,
            says_forwarded: false,
        }
    }

    fn detected(found: &Detected) -> Self {
        Self {
            better: found.better,
            reading: found.reading.clone(),
            prefix: (!found.prefix.is_none()).then(|| found.prefix.words()),
            lacks_arrivals: found.parser.is_stamped_at_end() && !found.columns.duration,
            is_of_either: found.is_of_either,
            says_forwarded: found.says_forwarded,
            ..Self::of(found.format)
        }
    }
}

impl Text {
    fn advance(&mut self, foreign: &mut u64, no_requests: &mut u64) -> Result<Option<Entry>, Cause> {
        loop {
            let parsed = if let Some(line) = self.ahead.pop_front() {
                self.number = line.number;
                if line.has_zero {
                    Err(zero_byte())
                } else {
                    parse(&mut self.prefix, &mut self.parser, &line.text)
                }
            } else {
                let more = self.fault.take().map_or_else(|| self.lines.advance(), Err);
                self.number = self.lines.number();
                if !more? {
                    return Ok(None);
                }
                match self.lines.zero() {
                    Some(_) => Err(zero_byte()),
                    None => parse(&mut self.prefix, &mut self.parser, &self.lines.text()),
                }
            };
            match parsed {
                Ok(Line::Row(row)) => return Ok(Some(Entry::Row(row))),
                Ok(Line::Comment) => {}
                Ok(Line::Foreign) => *foreign += 1,
                Ok(Line::NoRequest) => *no_requests += 1,
                Err(flaw) => return Ok(Some(Entry::Bad(flaw))),
            }
        }
    }
}

/// Reads a line behind what stands in front of it.
fn parse(prefix: &mut Prefix, parser: &mut Parser, line: &str) -> Result<Line, Flaw> {
    if prefix.is_none() {
        return parser.parse(line);
    }
    let Some(Bare { text, in_front, tag }) = prefix.strip(line) else { return Ok(Line::Comment) };
    let tag = tag.map(str::to_owned);
    match parser.parse(&text) {
        Ok(line) => {
            if matches!(line, Line::Row(_)) && prefix.tag.is_none() {
                prefix.tag = tag;
            }
            Ok(line)
        }
        // A file of syslog's has lines of all programs.
        Err(_) if prefix.tag.is_some() && tag.is_some() && prefix.tag != tag => Ok(Line::NoRequest),
        Err(flaw) => Err(flaw.behind(in_front)),
    }
}

fn zero_byte() -> Flaw {
    Flaw { found: "a zero byte".to_owned(), ..Flaw::new("line", None, "text") }
}

/// The first lines of a log.
struct Ahead {
    lines: VecDeque<Numbered>,
    /// Where the first zero byte is.
    zero: Option<u64>,
    /// Why there are no more, if they cannot be read on.
    fault: Option<Cause>,
}

fn look_ahead(lines: &mut Lines) -> Ahead {
    let mut ahead = Ahead { lines: VecDeque::new(), zero: None, fault: None };
    let mut bytes = 0;
    while ahead.lines.len() < detect::LINES && bytes < detect::BYTES {
        match lines.advance() {
            Ok(true) => {}
            Ok(false) => break,
            Err(cause) => {
                ahead.fault = Some(cause);
                break;
            }
        }
        let zero = lines.zero();
        ahead.zero = ahead.zero.or(zero);
        let text = lines.text().into_owned();
        bytes += text.len();
        ahead.lines.push_back(Numbered { number: lines.number(), text, has_zero: zero.is_some() });
    }
    ahead
}
