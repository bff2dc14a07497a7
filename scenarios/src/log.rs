//! Logs of web servers, proxies and networks, read as streams of requests or connections in order of arrival.
//!
//! [`LogReader`] unpacks a log, finds out which [`Format`] it is, reads it entry by entry, and puts entries back into the
//! order of their arrivals within a bounded window. [`TraceWriter`] writes them as the CSV that a scenario's
//! `[arrivals.trace]` reads. Memory follows the window and never the length of the log.
//!
//! A log says when a request arrived, or when it was logged, which is at its end; what is known of each format stands
//! at the top of its parser.

mod begin;
mod calendar;
mod clock_text;
mod config;
mod delimited;
mod detect;
mod duration;
mod elb;
mod entries;
mod error;
mod flaw;
mod format;
mod format_string;
mod gauge;
mod haproxy;
mod infer;
mod json;
mod json_lines;
mod line;
mod lines;
mod mapping;
mod meaning;
mod moment;
mod nlb;
mod overview;
mod packets;
mod packing;
mod parser;
mod played;
mod prefix;
mod program;
mod reader;
mod reading;
mod reorder;
mod row;
mod said;
mod shape;
mod source;
mod stamp;
mod token;
mod trace_csv;
mod w3c;
mod write;
mod zeek;

pub use self::config::{ConfigError, Configured, configured, configured_as};
pub use self::detect::Given;
pub use self::entries::About;
pub use self::error::LogError;
pub use self::format::Format;
pub use self::format_string::{Dialect, FormatError, FormatString, Says};
pub use self::mapping::{Mapping, MappingError};
pub use self::meaning::{Durations, Unit};
pub use self::overview::overview;
pub(crate) use self::played::played;
pub use self::reader::{Clock, Faulty, Left, LogReader, Options, Wanted};
pub use self::row::{Client, Columns, LogRow, Target, Transport};
pub use self::said::Who;
pub use self::write::TraceWriter;
