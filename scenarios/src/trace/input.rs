//! The bytes of a trace: a file, gzip or not, whose rows have a limit.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::error::{Cause, TraceError};
use crate::catalog;

/// The most bytes a row may take.
const LONGEST_ROW: usize = 1 << 20;

/// How a file is divided into fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Whether the first line names the columns.
    pub(crate) header: bool,
}

/// A file of rows.
#[derive(Clone, Debug)]
pub(crate) struct TraceFile {
    pub(crate) path: PathBuf,
    /// What messages call it.
    pub(crate) shown: String,
    pub(crate) dialect: Dialect,
    /// What makes rows of the file, if it has none of its own.
    pub(crate) conversion: Option<Conversion>,
}

/// What makes rows of a file that is something else.
#[derive(Clone)]
pub(crate) struct Conversion(pub(crate) Arc<Convert>);

/// Gives the text of the rows of a file's bytes.
pub(crate) type Convert = dyn Fn(Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> + Send + Sync;

impl std::fmt::Debug for Conversion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Conversion")
    }
}

impl TraceFile {
    /// Opens the file, and says how many bytes it has.
    pub(crate) fn open(&self) -> Result<(Input, u64), TraceError> {
        let fault = |cause| TraceError::new(&self.shown, None, cause);
        let (file, length) = match catalog::file(&self.path) {
            Some(bytes) => {
                let length = bytes.get_ref().len() as u64;
                (Box::new(bytes) as Box<dyn Read + Send>, length)
            }
            None => self.on_disk()?,
        };
        let bytes = match &self.conversion {
            Some(Conversion(convert)) => convert(file),
            None => Ok(file),
        };
        let input = bytes.and_then(Input::new).map_err(|error| fault(Cause::Io(error)))?;
        Ok((input, length))
    }

    /// The file, and its length.
    fn on_disk(&self) -> Result<(Box<dyn Read + Send>, u64), TraceError> {
        let fault = |cause| TraceError::new(&self.shown, None, cause);
        // Before it is opened: opening a pipe waits for a writer.
        let metadata = std::fs::metadata(&self.path).map_err(|error| fault(Cause::Io(error)))?;
        if !metadata.is_file() {
            return Err(fault(Cause::NotAFile));
        }
        let file = File::open(&self.path).map_err(|error| fault(Cause::Io(error)))?;
        Ok((Box::new(file), metadata.len()))
    }
}

/// The unpacked bytes of a trace.
pub(crate) struct Input {
    bytes: Box<dyn Read + Send>,
    /// Bytes read since the last whole row.
    since_row: usize,
}

impl Input {
    /// Unpacks what begins as gzip does, by its two magic bytes, whatever the file is called.
    pub(crate) fn new(raw: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut raw = BufReader::with_capacity(1 << 16, raw);
        let packed = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let bytes: Box<dyn Read + Send> =
            if packed { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) };
        Ok(Self { bytes, since_row: 0 })
    }

    /// A whole row has been read.
    #[inline]
    pub(crate) fn row_done(&mut self) {
        self.since_row = 0;
    }

    /// Whether the row that is being read is longer than the limit.
    pub(crate) fn is_too_long(&self) -> bool {
        self.since_row > LONGEST_ROW
    }
}

impl Read for Input {
    /// An error of kind `InvalidData` once a row has become too long: a quote left open would otherwise swallow the file.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_too_long() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let count = self.bytes.read(buffer)?;
        self.since_row += count;
        Ok(count)
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("since_row", &self.since_row).finish_non_exhaustive()
    }
}
