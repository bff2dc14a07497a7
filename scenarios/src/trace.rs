//! Traces: files with one row per connection, read as a stream.
//!
//! A trace is read once when the scenario is loaded ([`survey`]), so that its faults are known before anything runs, and
//! then once a replication. Memory does not grow with the file: at most one tick's rows are held (see [`Spread`]), and
//! the rows of a small trace, which are kept so that they are not read again.

pub(crate) mod clock;
mod error;
mod fields;
mod input;
mod rates;
mod rows;
mod spread;
mod survey;
mod values;

pub(crate) use self::clock::TimeFormat;
pub(crate) use self::error::Cause;
pub use self::error::TraceError;
pub(crate) use self::fields::Fields;
pub(crate) use self::input::{Conversion, Dialect, Input, TraceFile};
pub(crate) use self::rates::{RateColumns, read_rates};
pub(crate) use self::rows::{ClientColumns, Costs, DestinationColumn, Layout, Limit, Row, SizeColumn};
pub(crate) use self::spread::Spread;
pub(crate) use self::survey::Trace;
pub(crate) use self::values::{ValueColumn, read_values};
