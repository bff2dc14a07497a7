//! Summary of a trace: how many requests when, from which clients, for what, how large and how long.
//!
//! A [`TraceSurvey`] watches the rows of a trace in order and ends as a [`TraceSummary`], which [`trace_text`] and
//! [`trace_json`] write down and [`rate_svg`](crate::rate_svg) draws. Memory follows the number of different clients and objects,
//! up to a limit, and not the number of rows.

mod amounts;
mod gaps;
mod rate;
mod survey;
mod tally;
mod text;
mod to_json;
mod windows;
mod zipf;

pub use amounts::Amounts;
pub use gaps::{Gap, Gaps};
pub use rate::RateCurve;
pub use survey::{TraceSeen, TraceSummary, TraceSurvey};
pub use tally::{FrequentName, Names};
pub use text::trace_text;
pub use to_json::{TRACE_SCHEMA, trace_json};
pub use windows::Window;
pub use zipf::ZipfFit;
