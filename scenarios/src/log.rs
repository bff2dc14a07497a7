//! Logs of web servers, proxies and networks, read as streams of requests or connections in order of arrival.
//!
//! [`LogReader`] unpacks a log, finds out which [`Format`] it is, reads it entry by entry, and puts entries back into the
//! order of their arrivals within a bounded window. [`TraceWriter`] writes them as the CSV that a scenario's
//! `[arrivals.trace]` reads. Memory follows the window and never the length of the log.
//!
//! A log says when a request arrived, or when it was logged, which is at its end; what is known of each format stands
//! at the top of its parser.

mod begin;
mod combined;
mod detect;
mod elb;
mod entries;
mod envoy;
mod error;
mod format;
mod gauge;
mod haproxy;
mod json;
mod lines;
mod packets;
mod parser;
mod reader;
mod reorder;
mod row;
mod source;
mod stamp;
mod token;
mod trace_csv;
mod write;
mod zeek;

pub use self::error::LogError;
pub use self::format::Format;
pub use self::reader::{Clock, Faulty, Left, LogReader, Options, Wanted};
pub use self::row::{Client, Columns, LogRow, Target, Transport};
pub use self::write::TraceWriter;
