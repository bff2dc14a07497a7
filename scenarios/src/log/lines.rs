//! Lines of a log, with their numbers; none is longer than the limit.

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr;

use super::error::Cause;
use super::gauge::Gauge;

/// The most bytes of a line. What a trace makes of it, quoted or escaped, stays below the limit of its rows.
const LONGEST: usize = 256 << 10;
/// How many bytes are read at once, at most: more than what is below keeps, so that they are read straight into place.
const CHUNK: usize = 1 << 18;

/// The lines that are not blank.
pub(crate) struct Lines {
    file: Box<dyn Read + Send>,
    gauge: Gauge,
    /// What was read, and room for more: lines are where they were read to.
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
    /// Where in the buffer the line after this one begins.
    next: usize,
    /// Where in the buffer the line is that was read last.
    line: Range<usize>,
    is_at_end: bool,
    /// The number of the line that was read last, from 1.
    number: u64,
    /// Bytes before it.
    begin: u64,
    end: u64,
}

impl Lines {
    pub(crate) fn new(file: Box<dyn Read + Send>, gauge: Gauge) -> Self {
        let buffer = vec![0; CHUNK];
        let (filled, next, line) = (0, 0, 0..0);
        Self { file, gauge, buffer, filled, next, line, is_at_end: false, number: 0, begin: 0, end: 0 }
    }

    /// The number of the line that was read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Goes to the next line that is not blank; false after the last one.
    pub(crate) fn advance(&mut self) -> Result<bool, Cause> {
        loop {
            self.begin = self.end;
            self.read().map_err(|error| match self.gauge.fault() {
                // Of the line that is cut off, nothing is known.
                Some(Cause::CutShort { packing, bytes, .. }) => {
                    Cause::CutShort { packing, lines: self.number, bytes }
                }
                Some(Cause::Damaged { packing, why, bytes, .. }) => {
                    Cause::Damaged { packing, why, lines: self.number, bytes }
                }
                Some(cause) => cause,
                None => Cause::Io(error),
            })?;
            let count = self.line.len();
            if count == 0 {
                return Ok(false);
            }
            self.number += 1;
            self.end += count as u64;
            if count > LONGEST {
                return Err(Cause::LineTooLong { most: LONGEST });
            }
            if self.number == 1 && self.bytes().starts_with(b"\xef\xbb\xbf") {
                self.line.start += 3;
            }
            if !self.bytes().trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[self.line.clone()]
    }

    /// Reads a line with its end, but no more than the limit and a byte; nothing after the last one.
    fn read(&mut self) -> io::Result<()> {
        // What of the line was looked through already.
        let mut seen = 0;
        loop {
            let found = memchr(b'\n', &self.buffer[self.next + seen..self.filled]);
            seen = found.map_or(self.filled - self.next, |at| seen + at + 1);
            if found.is_some() || seen > LONGEST || self.is_at_end {
                self.line = self.next..self.next + seen.min(LONGEST + 1);
                self.next = self.line.end;
                return Ok(());
            }
            if self.filled == self.buffer.len() {
                self.make_room();
            }
            match self.file.read(&mut self.buffer[self.filled..]) {
                Ok(count) => {
                    self.is_at_end = count == 0;
                    self.filled += count;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Lines that were read go; the buffer grows only for one that fills half of it.
    fn make_room(&mut self) {
        self.buffer.copy_within(self.next..self.filled, 0);
        self.filled -= self.next;
        self.next = 0;
        if self.filled > self.buffer.len() / 2 {
            self.buffer.resize(self.buffer.len() + CHUNK, 0);
        }
    }

    /// Where in the log a zero byte is, if the line has one.
    pub(crate) fn zero(&self) -> Option<u64> {
        let at = memchr(0, self.bytes())?;
        Some(self.begin + at as u64)
    }

    /// The line without its end. What is not UTF-8 is replaced.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        let line = self.bytes().trim_ascii_end();
        // Checking first is faster than asking for the replacement at once.
        std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
    }
}
