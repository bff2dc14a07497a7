//! The fields of a trace, row by row, by the names of their columns.

use std::io;

use csv::{ByteRecord, ReaderBuilder};

use super::error::{Cause, Place, TraceError};
use super::input::{Dialect, Input};

/// The most lines a row may take: beyond, a quote was left open and swallows the file.
const MOST_LINES: u64 = 16;

/// Reads rows one after the other into the same memory.
#[derive(Debug)]
pub(crate) struct Fields {
    file: String,
    delimiter: u8,
    reader: csv::Reader<Input>,
    record: ByteRecord,
    names: Vec<String>,
    /// The first line was read to count its fields, and is a row.
    pending: bool,
}

impl Fields {
    /// Reads the first line: the names of the columns, or 1, 2, 3 … for a file without header.
    pub(crate) fn new(file: &str, dialect: Dialect, input: Input) -> Result<Self, TraceError> {
        let reader = ReaderBuilder::new()
            .delimiter(dialect.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(input);
        let mut fields = Self {
            file: file.to_owned(),
            delimiter: dialect.delimiter,
            reader,
            record: ByteRecord::new(),
            names: Vec::new(),
            pending: !dialect.header,
        };
        if !fields.read()? || fields.record.as_slice().is_empty() {
            return Err(TraceError::new(file, None, Cause::Empty));
        }
        fields.names = if dialect.header {
            fields.record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect()
        } else {
            (1..=fields.record.len()).map(|number| number.to_string()).collect()
        };
        Ok(fields)
    }

    /// The position of a column.
    pub(crate) fn column(&self, name: &str) -> Result<usize, TraceError> {
        let mut found = self.names.iter().enumerate().filter(|(_, present)| *present == name);
        let cause = match (found.next(), found.next()) {
            (Some((column, _)), None) => return Ok(column),
            (Some(_), Some(_)) => Cause::TwoColumns { column: name.to_owned() },
            (None, _) => Cause::NoColumn { column: name.to_owned(), present: self.names.clone() },
        };
        Err(TraceError::new(&self.file, None, cause))
    }

    /// The name of a column.
    pub(crate) fn name(&self, column: usize) -> &str {
        &self.names[column]
    }

    /// Goes to the next row; false after the last one.
    #[inline]
    pub(crate) fn advance(&mut self) -> Result<bool, TraceError> {
        if self.pending {
            self.pending = false;
            return Ok(true);
        }
        if !self.read()? {
            return Ok(false);
        }
        if self.record.len() != self.names.len() {
            return Err(self.ragged());
        }
        Ok(true)
    }

    /// A field of the present row, without the spaces around it.
    #[inline]
    pub(crate) fn field(&self, column: usize) -> &[u8] {
        self.record[column].trim_ascii()
    }

    /// A fault of the present row.
    pub(crate) fn fault(&self, cause: Cause) -> TraceError {
        let place = self.record.position().map(|at| Place { line: at.line(), byte: at.byte() });
        TraceError::new(&self.file, place, cause)
    }

    /// A field of the present row that is not what its column holds.
    pub(crate) fn bad_field(&self, column: usize, expected: impl Into<String>) -> TraceError {
        self.fault(Cause::BadField {
            column: self.name(column).to_owned(),
            found: String::from_utf8_lossy(self.field(column)).into_owned(),
            expected: expected.into(),
        })
    }

    #[inline]
    fn read(&mut self) -> Result<bool, TraceError> {
        let more = self.reader.read_byte_record(&mut self.record).map_err(|error| self.unreadable(error))?;
        self.reader.get_mut().row_done();
        let begin = self.record.position().map_or(0, |at| at.line());
        if more && self.reader.position().line() - begin > MOST_LINES {
            return Err(self.fault(Cause::RowTooTall { lines: MOST_LINES }));
        }
        Ok(more)
    }

    fn ragged(&self) -> TraceError {
        let delimiter = char::from(self.delimiter).to_string();
        let row: Vec<_> = self.record.iter().map(String::from_utf8_lossy).collect();
        let (found, expected) = (self.record.len(), self.names.len());
        self.fault(Cause::Ragged { found, expected, row: row.join(&delimiter) })
    }

    fn unreadable(&self, error: csv::Error) -> TraceError {
        let at = self.reader.position();
        let place = Place { line: at.line(), byte: at.byte() };
        let cause = match error.into_kind() {
            _ if self.reader.get_ref().is_too_long() => Cause::RowTooLong,
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => Cause::CutShort,
            csv::ErrorKind::Io(error) => Cause::Io(error),
            other => Cause::Io(io::Error::other(format!("{other:?}"))),
        };
        TraceError::new(&self.file, Some(place), cause)
    }
}
