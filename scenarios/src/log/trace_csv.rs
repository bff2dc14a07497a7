//! A trace that [`TraceWriter`](super::TraceWriter) has written, read again.

use std::io::Read;

use super::error::Cause;
use super::gauge::Gauge;
use super::row::{Client, Columns, LogRow, Target, Transport, clean};
use super::stamp::seconds;
use crate::trace::{Dialect, Fields, Input, TimeFormat, TraceError};

/// What the first two columns of such a trace are called.
pub(crate) const HEAD: [&str; 2] = ["arrival_s", "client"];

/// The rows of a trace.
pub(crate) struct TraceRows {
    fields: Fields,
    gauge: Gauge,
    columns: Places,
    /// How many rows have been read.
    number: u64,
}

/// Where the columns are, if they are there.
#[derive(Debug)]
struct Places {
    arrival: usize,
    client: usize,
    client_port: Option<usize>,
    target: Option<(Target, usize)>,
    target_port: Option<usize>,
    transport: Option<usize>,
    response_bytes: Option<usize>,
    duration: Option<usize>,
}

impl TraceRows {
    pub(crate) fn new(origin: &str, bytes: Box<dyn Read + Send>, gauge: Gauge) -> Result<Self, Cause> {
        let blame = |error| gauge.fault().unwrap_or(Cause::Trace(error));
        let input = Input::new(bytes).map_err(Cause::Io)?;
        let dialect = Dialect { delimiter: b',', header: true };
        let fields = Fields::new(origin, dialect, input).map_err(blame)?;
        let [arrival, client] = HEAD;
        let optional = |name| fields.column(name).ok();
        let target = |target: Target| Some((target, optional(target.column())?));
        let columns = Places {
            arrival: fields.column(arrival).map_err(Cause::Trace)?,
            client: fields.column(client).map_err(Cause::Trace)?,
            client_port: optional("client_port"),
            target: target(Target::Object).or_else(|| target(Target::Destination)),
            target_port: optional("destination_port"),
            transport: optional("protocol"),
            response_bytes: optional("response_bytes"),
            duration: optional("duration_s"),
        };
        Ok(Self { fields, gauge, columns, number: 0 })
    }

    pub(crate) fn columns(&self) -> Columns {
        Columns {
            client_port: self.columns.client_port.is_some(),
            target: self.columns.target.map(|(target, _)| target),
            target_port: self.columns.target_port.is_some(),
            transport: self.columns.transport.is_some(),
            response_bytes: self.columns.response_bytes.is_some(),
            duration: self.columns.duration.is_some(),
        }
    }

    /// The line of the row that was read last, counted from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number + 1
    }

    pub(crate) fn advance(&mut self) -> Result<Option<LogRow>, Cause> {
        let blame = |error: TraceError| self.gauge.fault().unwrap_or(Cause::Trace(error));
        if !self.fields.advance().map_err(blame)? {
            return Ok(None);
        }
        self.number += 1;
        self.row().map(Some).map_err(Cause::Trace)
    }

    fn row(&self) -> Result<LogRow, TraceError> {
        let at = &self.columns;
        let format = TimeFormat::UnixSeconds;
        let arrival = self.read(at.arrival, "seconds, not negative", |text| format.parse(text.as_bytes()))?;
        let client = self.read(at.client, "an address or a name", Client::read)?;
        let mut row = LogRow::new(arrival, 0, client);
        row.client_port = self.optional(at.client_port, "a port", |text| text.parse().ok())?;
        row.target = self.optional(at.target.map(|(_, at)| at), "a name", |text| Some(clean(text)))?;
        row.target_port = self.optional(at.target_port, "a port", |text| text.parse().ok())?;
        row.transport = self.optional(at.transport, "tcp or udp", |text| match text {
            "tcp" => Some(Transport::Tcp),
            "udp" => Some(Transport::Udp),
            _ => None,
        })?;
        row.response_bytes = self.optional(at.response_bytes, "a number", |text| text.parse().ok())?;
        row.duration = self.optional(at.duration, "seconds", seconds)?;
        Ok(row)
    }

    fn read<T>(
        &self,
        column: usize,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, TraceError> {
        let text = String::from_utf8_lossy(self.fields.field(column));
        parse(&text).ok_or_else(|| self.fields.bad_field(column, expected))
    }

    /// Nothing and `-` are unknown.
    fn optional<T>(
        &self,
        column: Option<usize>,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, TraceError> {
        match column {
            Some(column) if !matches!(self.fields.field(column), b"" | b"-") => {
                self.read(column, expected, parse).map(Some)
            }
            _ => Ok(None),
        }
    }
}
