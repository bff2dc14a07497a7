//! A column of numbers, read as amounts to draw from.

use super::error::{Cause, TraceError};
use super::fields::Fields;
use super::input::TraceFile;
use super::rows::{Limit, amount_of};
use crate::words::Missing;

/// The most values: they are kept in memory.
const MOST: usize = 1 << 20;

/// Where the numbers are and what they mean.
#[derive(Clone, Debug)]
pub(crate) struct ValueColumn {
    pub(crate) file: TraceFile,
    pub(crate) column: String,
    /// What a 1 stands for, in nanoseconds or bytes.
    pub(crate) unit: f64,
    pub(crate) limit: Limit,
    pub(crate) missing: Missing,
}

/// Reads the amount of every row; there is at least one.
pub(crate) fn read_values(of: &ValueColumn) -> Result<Vec<f64>, TraceError> {
    let (input, _) = of.file.open()?;
    let mut fields = Fields::new(&of.file.shown, of.file.dialect, input)?;
    let column = fields.column(&of.column)?;
    let mut values = Vec::new();
    while fields.advance()? {
        values.push(amount_of(&fields, column, of.unit, of.missing, of.limit)?);
        if values.len() > MOST {
            return Err(fields.fault(Cause::TooManyRows { rows: MOST }));
        }
    }
    if values.is_empty() {
        return Err(TraceError::new(&of.file.shown, None, Cause::Empty));
    }
    Ok(values)
}
