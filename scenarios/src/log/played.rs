//! A log, read as the trace that would be made of it.

use std::io::{self, Read};
use std::sync::Arc;

use super::detect::Given;
use super::mapping::Mapping;
use super::reader::{Clock, LogReader, Options};
use super::write::TraceText;
use crate::trace::Conversion;

/// How many bytes of rows are made at once, at least.
const MANY: usize = 1 << 16;

/// What makes a trace of a log with these fields, which messages call `origin`. Times stay as they are; `spread` of the scenario
/// is for coarse ones.
pub(crate) fn played(mapping: &Mapping, origin: &str) -> Conversion {
    let (mapping, origin) = (mapping.clone(), origin.to_owned());
    Conversion(Arc::new(move |bytes: Box<dyn Read + Send>| {
        let given = Some(Given::Map(Box::new(mapping.clone())));
        let options = Options { given, clock: Clock::Keep, ..Options::default() };
        let reader = LogReader::open(bytes, &origin, options).map_err(io::Error::other)?;
        Ok(Box::new(PlayedLog::new(reader)) as Box<dyn Read + Send>)
    }))
}

/// The text of a log's trace.
struct PlayedLog {
    reader: LogReader,
    text: TraceText,
    buffer: Vec<u8>,
    /// How much of the buffer was read.
    read: usize,
}

impl PlayedLog {
    fn new(reader: LogReader) -> Self {
        let mut buffer = Vec::new();
        let text = TraceText::new(reader.columns(), &mut buffer);
        Self { reader, text, buffer, read: 0 }
    }
}

impl Read for PlayedLog {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read == self.buffer.len() {
            self.buffer.clear();
            self.read = 0;
            while self.buffer.len() < MANY {
                match self.reader.next() {
                    Some(Ok(row)) => self.text.put(&row, &mut self.buffer),
                    Some(Err(error)) => return Err(io::Error::other(error)),
                    None => break,
                }
            }
        }
        let rest = &self.buffer[self.read..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.read += count;
        Ok(count)
    }
}
