//! The entries of a log in the order in which they were written, whatever the log is made of.

use std::collections::VecDeque;
use std::io::Read;

use super::begin::begin;
use super::detect::{self, Detected, detect};
use super::error::{Cause, LogError, Place};
use super::format::Format;
use super::gauge::Gauge;
use super::lines::Lines;
use super::packets::{self, Packets, is_capture};
use super::parser::{Flaw, Line, Parser};
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
    pub(crate) format: Format,
    pub(crate) columns: Columns,
    /// The format that would have read the first lines better than the one that was said.
    pub(crate) better: Option<Format>,
    /// Entries that are neither of TCP nor of UDP, and lines about the log itself.
    pub(crate) foreign: u64,
}

enum Kind {
    Lines(Box<Text>),
    Packets(Box<Packets>),
    Trace(Box<TraceRows>),
}

/// A log of lines, of which the first ones were looked at already.
struct Text {
    ahead: VecDeque<Numbered>,
    lines: Lines,
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
    /// Unpacks, and finds the format if none is `said`.
    pub(crate) fn open(
        file: Box<dyn Read + Send>,
        origin: &str,
        said: Option<Format>,
    ) -> Result<Self, LogError> {
        Self::begin(file, origin, said).map_err(|(place, cause)| LogError::new(origin, place, cause))
    }

    fn begin(file: Box<dyn Read + Send>, origin: &str, said: Option<Format>) -> Result<Self, Misfortune> {
        let of_file = |cause| (None, cause);
        let gauge = Gauge::default();
        let source = Source::new(file, gauge.clone()).map_err(of_file)?;
        let (head, bytes) =
            begin(source).map_err(|error| of_file(gauge.fault().unwrap_or(Cause::Io(error))))?;
        if head.is_empty() {
            return Err(of_file(Cause::Empty));
        }
        let is_trace = head.starts_with(trace_csv::HEAD.join(",").as_bytes());
        let opened = |kind, format, columns, better| Self {
            origin: origin.to_owned(),
            kind,
            format,
            columns,
            better,
            foreign: 0,
        };
        if is_capture(&head) {
            if let Some(said) = said.filter(|&said| said != Format::Pcap) {
                let flaw = Flaw { part: "file", found: "packets".to_owned(), expected: "lines of text" };
                return Err(of_file(Cause::OtherFormat { said, found: Some(Format::Pcap), flaw }));
            }
            let packets = Packets::new(Box::new(bytes), gauge).map_err(of_file)?;
            return Ok(opened(Kind::Packets(Box::new(packets)), Format::Pcap, packets::COLUMNS, None));
        }
        if is_trace && said.is_none_or(|said| said == Format::Trace) {
            let rows = TraceRows::new(origin, Box::new(bytes), gauge).map_err(of_file)?;
            let columns = rows.columns();
            return Ok(opened(Kind::Trace(Box::new(rows)), Format::Trace, columns, None));
        }
        let mut lines = Lines::new(Box::new(bytes), gauge);
        let (ahead, zero) = look_ahead(&mut lines)?;
        let texts = || ahead.iter().map(|line| line.text.as_str());
        if ahead.is_empty() {
            return Err(of_file(Cause::Empty));
        }
        let Detected { format, better } = detect(texts, is_trace, said).map_err(|cause| match zero {
            Some(byte) if said.is_none() => of_file(Cause::Binary { byte }),
            _ => (ahead.front().map(|line| Place::Line(line.number)), cause),
        })?;
        let Some(parser) = Parser::of(format) else {
            return Err(of_file(Cause::Unknown { line: ahead[0].text.clone() }));
        };
        let columns = detect::columns(&parser, texts());
        let text = Text { ahead, lines, parser, number: 0 };
        Ok(opened(Kind::Lines(Box::new(text)), format, columns, better))
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
            Kind::Lines(text) => text.advance(&mut self.foreign),
            Kind::Packets(packets) => {
                let row = packets.advance();
                self.foreign = packets.foreign();
                row.map(|row| row.map(Entry::Row))
            }
            Kind::Trace(rows) => rows.advance().map(|row| row.map(Entry::Row)),
        };
        next.map_err(|cause| LogError::new(&self.origin, Some(self.place()), cause))
    }
}

impl Text {
    fn advance(&mut self, foreign: &mut u64) -> Result<Option<Entry>, Cause> {
        loop {
            let parsed = if let Some(line) = self.ahead.pop_front() {
                self.number = line.number;
                if line.has_zero { Err(zero_byte()) } else { self.parser.parse(&line.text) }
            } else {
                let more = self.lines.advance();
                self.number = self.lines.number();
                if !more? {
                    return Ok(None);
                }
                match self.lines.zero() {
                    Some(_) => Err(zero_byte()),
                    None => self.parser.parse(&self.lines.text()),
                }
            };
            match parsed {
                Ok(Line::Row(row)) => return Ok(Some(Entry::Row(row))),
                Ok(Line::Comment) => {}
                Ok(Line::Foreign) => *foreign += 1,
                Err(flaw) => return Ok(Some(Entry::Bad(flaw))),
            }
        }
    }
}

fn zero_byte() -> Flaw {
    Flaw { part: "line", found: "a zero byte".to_owned(), expected: "text" }
}

/// The first lines, and where the first zero byte is.
fn look_ahead(lines: &mut Lines) -> Result<(VecDeque<Numbered>, Option<u64>), Misfortune> {
    let mut ahead = VecDeque::new();
    let mut zero = None;
    while ahead.len() < detect::LINES
        && lines.advance().map_err(|cause| (Some(Place::Line(lines.number().max(1))), cause))?
    {
        let found = lines.zero();
        zero = zero.or(found);
        let text = lines.text().into_owned();
        ahead.push_back(Numbered { number: lines.number(), text, has_zero: found.is_some() });
    }
    Ok((ahead, zero))
}
