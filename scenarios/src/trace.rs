//! Traces: files with one row per connection, read as a stream.
//!
//! A trace is read once when the scenario is loaded ([`survey`]), so that its faults are known before anything runs, and
//! then once a replication. Memory does not grow with the file: what is held is the rows of the time by which a row may be moved
//! (see [`Plan`]), and the rows of a small trace, which are kept so that they are not read again.

mod blocks;
mod calendar;
mod choice;
mod clients;
pub(crate) mod clock;
mod copied;
mod error;
mod fields;
mod input;
mod play;
mod rates;
mod resample;
mod rows;
mod survey;
mod values;
mod window;

pub use self::choice::Resample;
pub(crate) use self::clock::TimeFormat;
pub(crate) use self::error::Cause;
pub use self::error::TraceError;
pub(crate) use self::fields::Fields;
pub(crate) use self::input::{Conversion, Dialect, Input, TraceFile};
pub(crate) use self::play::{Play, Played};
pub(crate) use self::rates::{RateColumns, read_rates};
pub use self::resample::TraceDesign;
pub(crate) use self::resample::{Copies, Plan};
pub(crate) use self::rows::{ClientColumns, Costs, DestinationColumn, Layout, Limit, Row, SizeColumn};
pub(crate) use self::survey::{Trace, Way};
pub(crate) use self::values::{ValueColumn, read_values};
