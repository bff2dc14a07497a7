//! Rows written as the CSV that `[arrivals.trace]` reads.

use std::io::{self, Write};
use std::net::IpAddr;

use super::row::{Client, Columns, LogRow, Target};
use super::stamp::SECOND;
use super::trace_csv::HEAD;

/// How many bytes are written at once, at least.
const MANY: usize = 1 << 16;

/// A trace that is being written. The first row arrives at 0.
#[derive(Debug)]
pub struct TraceWriter<W: Write> {
    out: W,
    text: TraceText,
    /// What is not written yet.
    buffer: Vec<u8>,
}

impl<W: Write> TraceWriter<W> {
    /// Writes the names of the columns.
    ///
    /// # Errors
    /// If `out` cannot be written to.
    pub fn new(out: W, columns: Columns) -> io::Result<Self> {
        let mut buffer = Vec::new();
        let text = TraceText::new(columns, &mut buffer);
        Ok(Self { out, text, buffer })
    }

    /// Writes a row, which arrives no earlier than those before. Nanoseconds are kept; unknown is `-`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, row: &LogRow) -> io::Result<()> {
        self.text.put(row, &mut self.buffer);
        if self.buffer.len() >= MANY {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Ends the trace, and gives back what it was written to.
    ///
    /// # Errors
    /// If the rest cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.buffer)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The lines of a trace.
#[derive(Clone, Debug)]
pub(crate) struct TraceText {
    columns: Columns,
    /// The arrival of the first row.
    first: Option<i64>,
}

impl TraceText {
    /// Puts the names of the columns at the end of `out`.
    pub(crate) fn new(columns: Columns, out: &mut Vec<u8>) -> Self {
        let optional = [
            columns.client_port.then_some("client_port"),
            columns.target.map(Target::column),
            columns.target_port.then_some("destination_port"),
            columns.transport.then_some("protocol"),
            columns.response_bytes.then_some("response_bytes"),
            columns.duration.then_some("duration_s"),
        ];
        let names: Vec<&str> = HEAD.into_iter().chain(optional.into_iter().flatten()).collect();
        out.extend_from_slice(names.join(",").as_bytes());
        out.push(b'\n');
        Self { columns, first: None }
    }

    /// Puts the line of a row at the end of `out`.
    pub(crate) fn put(&mut self, row: &LogRow, out: &mut Vec<u8>) {
        let first = *self.first.get_or_insert(row.at);
        seconds(row.at.abs_diff(first), out);
        out.push(b',');
        client(&row.client, out);
        let columns = self.columns;
        if columns.client_port {
            number(row.client_port.map(u64::from), out);
        }
        if columns.target.is_some() {
            out.push(b',');
            name(row.target.as_deref().unwrap_or("-"), out);
        }
        if columns.target_port {
            number(row.target_port.map(u64::from), out);
        }
        if columns.transport {
            out.push(b',');
            name(row.transport.map_or("-", super::row::Transport::name), out);
        }
        if columns.response_bytes {
            number(row.response_bytes, out);
        }
        if columns.duration {
            out.push(b',');
            match row.duration {
                Some(nanos) => seconds(nanos, out),
                None => out.push(b'-'),
            }
        }
        out.push(b'\n');
    }
}

/// A name, in quotes if a reader of CSV needs them.
fn name(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for part in text.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

fn client(client: &Client, out: &mut Vec<u8>) {
    match client {
        Client::Address(IpAddr::V4(address)) => {
            let [a, b, c, d] = address.octets();
            for (octet, end) in [(a, b'.'), (b, b'.'), (c, b'.')] {
                digits(octet.into(), out);
                out.push(end);
            }
            digits(d.into(), out);
        }
        Client::Address(address) => out.extend_from_slice(address.to_string().as_bytes()),
        Client::Name(text) => name(text, out),
    }
}

/// A comma and a number, or `-`.
fn number(value: Option<u64>, out: &mut Vec<u8>) {
    out.push(b',');
    match value {
        Some(value) => digits(value, out),
        None => out.push(b'-'),
    }
}

fn digits(mut value: u64, out: &mut Vec<u8>) {
    let mut text = [0; 20];
    let mut at = text.len();
    while value >= 100 {
        at -= 2;
        text[at..at + 2].copy_from_slice(&PAIRS[(value % 100) as usize]);
        value /= 100;
    }
    let [tens, ones] = PAIRS[value as usize];
    at -= 1;
    text[at] = ones;
    if value >= 10 {
        at -= 1;
        text[at] = tens;
    }
    out.extend_from_slice(&text[at..]);
}

/// The digits of 00 to 99.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut value = 0;
    while value < 100 {
        pairs[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    pairs
};

/// Nanoseconds as seconds, without zeros at the end.
fn seconds(nanos: u64, out: &mut Vec<u8>) {
    digits(nanos / SECOND, out);
    let mut rest = nanos % SECOND;
    if rest == 0 {
        return;
    }
    let mut text = [b'0'; 10];
    text[0] = b'.';
    for at in [8, 6, 4, 2] {
        text[at..at + 2].copy_from_slice(&PAIRS[(rest % 100) as usize]);
        rest /= 100;
    }
    text[1] += rest as u8;
    let kept = text.iter().rposition(|&digit| digit != b'0').unwrap_or(0);
    out.extend_from_slice(&text[..=kept]);
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
