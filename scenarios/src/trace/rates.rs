//! A file of counts, read as a rate that changes in steps.

use super::clock::TimeFormat;
use super::error::{Cause, TraceError};
use super::fields::Fields;
use super::input::TraceFile;
use crate::workload::Steps;

/// The most rows of such a file: they are kept in memory.
const MOST: usize = 1 << 20;

/// Where counts are and what they mean.
#[derive(Clone, Debug)]
pub(crate) struct RateColumns {
    pub(crate) file: TraceFile,
    pub(crate) time: String,
    pub(crate) format: TimeFormat,
    pub(crate) value: String,
    /// The time that a count is about, and how long the last one holds: nanoseconds.
    pub(crate) bucket: f64,
    /// What counts are multiplied by.
    pub(crate) scale: f64,
    /// How many times faster than recorded.
    pub(crate) speedup: f64,
}

/// Reads the steps: a row's rate holds from its time to the next row's, the last one for a bucket.
pub(crate) fn read_rates(columns: &RateColumns) -> Result<Steps, TraceError> {
    let (input, _) = columns.file.open()?;
    let mut fields = Fields::new(&columns.file.shown, columns.file.dialect, input)?;
    let (time, value) = (fields.column(&columns.time)?, fields.column(&columns.value)?);
    let mut first = None;
    let mut starts: Vec<(i64, f64)> = Vec::new();
    while fields.advance()? {
        let at = columns.format.parse(fields.field(time));
        let at = at.ok_or_else(|| fields.bad_field(time, columns.format.expected()))?;
        if let Some(&(last, _)) = starts.last()
            && at < last
        {
            return Err(fields.fault(Cause::Backwards { by_ns: last.abs_diff(at) }));
        }
        let count = std::str::from_utf8(fields.field(value)).ok().and_then(|text| text.parse::<f64>().ok());
        let count = count.filter(|&count| (0.0..1e15).contains(&count));
        let count = count.ok_or_else(|| fields.bad_field(value, "a number of at least 0"))?;
        first.get_or_insert(at);
        starts.push((at, count * columns.scale / columns.bucket * columns.speedup));
        if starts.len() > MOST {
            return Err(fields.fault(Cause::TooManyRows { rows: MOST }));
        }
    }
    let Some(first) = first else {
        return Err(TraceError::new(&columns.file.shown, None, Cause::Empty));
    };
    let at = |time: i64| time.abs_diff(first) as f64 / columns.speedup;
    let ends = starts.iter().skip(1).map(|&(time, _)| at(time));
    let last = starts.last().map_or(0.0, |&(time, _)| at(time)) + columns.bucket / columns.speedup;
    let ends = ends.chain([last]);
    Ok(Steps::new(ends.zip(&starts).map(|(end, &(_, rate))| (end, rate)).collect()))
}
