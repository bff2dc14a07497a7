//! Rows written as the CSV that `[arrivals.trace]` reads.

use std::io::{self, Write};

use super::row::{Columns, LogRow, Target};
use super::trace_csv::HEAD;

/// A trace that is being written. The first row arrives at 0.
#[derive(Debug)]
pub struct TraceWriter<W: Write> {
    rows: csv::Writer<W>,
    columns: Columns,
    /// The arrival of the first row.
    first: Option<i64>,
    field: Vec<u8>,
}

impl<W: Write> TraceWriter<W> {
    /// Writes the names of the columns.
    ///
    /// # Errors
    /// If `out` cannot be written to.
    pub fn new(out: W, columns: Columns) -> io::Result<Self> {
        let mut rows = csv::Writer::from_writer(out);
        let optional = [
            columns.client_port.then_some("client_port"),
            columns.target.map(Target::column),
            columns.target_port.then_some("destination_port"),
            columns.transport.then_some("protocol"),
            columns.response_bytes.then_some("response_bytes"),
            columns.duration.then_some("duration_s"),
        ];
        rows.write_record(HEAD.into_iter().chain(optional.into_iter().flatten())).map_err(plain)?;
        Ok(Self { rows, columns, first: None, field: Vec::new() })
    }

    /// Writes a row, which arrives no earlier than those before. Nanoseconds are kept; unknown is `-`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, row: &LogRow) -> io::Result<()> {
        let first = *self.first.get_or_insert(row.at);
        self.seconds(Some(row.at.abs_diff(first)))?;
        self.put(Some(&row.client))?;
        let columns = self.columns;
        if columns.client_port {
            self.put(row.client_port)?;
        }
        if columns.target.is_some() {
            self.put(row.target.as_deref())?;
        }
        if columns.target_port {
            self.put(row.target_port)?;
        }
        if columns.transport {
            self.put(row.transport.map(super::row::Transport::name))?;
        }
        if columns.response_bytes {
            self.put(row.response_bytes)?;
        }
        if columns.duration {
            self.seconds(row.duration)?;
        }
        self.rows.write_record(None::<&[u8]>).map_err(plain)
    }

    /// Ends the trace, and gives back what it was written to.
    ///
    /// # Errors
    /// If the rest cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.rows.into_inner().map_err(|error| error.into_error())
    }

    fn put(&mut self, value: Option<impl std::fmt::Display>) -> io::Result<()> {
        self.field.clear();
        match value {
            Some(value) => write!(self.field, "{value}")?,
            None => self.field.push(b'-'),
        }
        self.rows.write_field(&self.field).map_err(plain)
    }

    /// Nanoseconds as seconds, without zeros at the end.
    fn seconds(&mut self, nanos: Option<u64>) -> io::Result<()> {
        const SECOND: u64 = super::stamp::SECOND;
        let Some(nanos) = nanos else { return self.put(None::<&str>) };
        self.field.clear();
        write!(self.field, "{}.{:09}", nanos / SECOND, nanos % SECOND)?;
        let kept = self.field.iter().rposition(|&digit| digit != b'0').unwrap_or(0);
        self.field.truncate(if self.field[kept] == b'.' { kept } else { kept + 1 });
        self.rows.write_field(&self.field).map_err(plain)
    }
}

/// The error of what is written to, so that its kind is still known.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::Client;
    use super::*;

    #[test]
    fn times_are_short_and_unknown_is_a_dash() {
        let columns = Columns::REQUESTS;
        let mut trace = TraceWriter::new(Vec::new(), columns).expect("memory");
        for (at, duration) in
            [(1_000_000_005, Some(20)), (2_500_000_005, Some(3_000_000_000)), (2_500_000_006, None)]
        {
            let mut row = LogRow::new(at, 0, Client::Name("a".into()));
            row.target = Some("/a,\"b\"".into());
            row.duration = duration;
            trace.write(&row).expect("memory");
        }
        let text = String::from_utf8(trace.finish().expect("memory")).expect("UTF-8");
        assert_eq!(
            text,
            "arrival_s,client,object,response_bytes,duration_s\n\
             0,a,\"/a,\"\"b\"\"\",-,0.00000002\n1.5,a,\"/a,\"\"b\"\"\",-,3\n1.500000001,a,\"/a,\"\"b\"\"\",-,-\n"
        );
    }
}
