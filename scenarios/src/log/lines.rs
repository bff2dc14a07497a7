//! Lines of a log, with their numbers; none is longer than the limit.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use memchr::memchr;

use super::error::Cause;
use super::gauge::Gauge;

/// The most bytes of a line. What a trace makes of it, quoted or escaped, stays below the limit of its rows.
const LONGEST: usize = 256 << 10;

/// The lines that are not blank.
pub(crate) struct Lines {
    bytes: BufReader<Box<dyn Read + Send>>,
    gauge: Gauge,
    line: Vec<u8>,
    /// The number of the line that was read last, from 1.
    number: u64,
    /// Bytes before it.
    begin: u64,
    end: u64,
}

impl Lines {
    pub(crate) fn new(bytes: Box<dyn Read + Send>, gauge: Gauge) -> Self {
        let bytes = BufReader::with_capacity(1 << 16, bytes);
        Self { bytes, gauge, line: Vec::new(), number: 0, begin: 0, end: 0 }
    }

    /// The number of the line that was read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Goes to the next line that is not blank; false after the last one.
    pub(crate) fn advance(&mut self) -> Result<bool, Cause> {
        loop {
            self.line.clear();
            self.begin = self.end;
            let count = self.read().map_err(|error| match self.gauge.fault() {
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
            if count == 0 {
                return Ok(false);
            }
            self.number += 1;
            self.end += count as u64;
            if count > LONGEST {
                return Err(Cause::LineTooLong { most: LONGEST });
            }
            if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
                self.line.drain(..3);
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    /// Reads a line, but no more than the limit and a byte, behind what is in `line`.
    fn read(&mut self) -> io::Result<usize> {
        loop {
            let bytes = match self.bytes.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            let bytes = &bytes[..bytes.len().min(LONGEST + 1 - self.line.len())];
            let end = memchr(b'\n', bytes);
            let count = end.map_or(bytes.len(), |end| end + 1);
            self.line.extend_from_slice(&bytes[..count]);
            self.bytes.consume(count);
            if end.is_some() || count == 0 {
                return Ok(self.line.len());
            }
        }
    }

    /// Where in the log a zero byte is, if the line has one.
    pub(crate) fn zero(&self) -> Option<u64> {
        let at = memchr(0, &self.line)?;
        Some(self.begin + at as u64)
    }

    /// The line without its end. What is not UTF-8 is replaced.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        let line = self.line.trim_ascii_end();
        // Checking first is faster than asking for the replacement at once.
        std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
    }
}
