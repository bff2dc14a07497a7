//! Logs: read in order, the same in pieces, and what is written of them is read again.

use std::io::{Cursor, Read};

use ipvslab_scenarios::log::{
    Clock, Columns, Faulty, Format, Left, LogError, LogReader, LogRow, Options, TraceWriter,
};

/// What messages call the log.
const ORIGIN: &str = "web.log";

/// A log whose format is said, first one, then the next.
pub(super) fn said(formats: &[Format], input: &[u8]) {
    for &format in formats {
        read_all_ways(Some(format), input);
    }
}

/// A log whose format is not said.
pub(super) fn found_out(input: &[u8]) {
    read_all_ways(None, input);
}

/// What comes of a log: its rows, and the error that ended it.
#[derive(PartialEq, Debug)]
struct Outcome {
    format: Option<Format>,
    rows: Vec<LogRow>,
    left: Left,
    error: Option<String>,
}

fn read_all_ways(format: Option<Format>, input: &[u8]) {
    let strict = Options { format, clock: Clock::Keep, ..Options::default() };
    let lenient = Options { faulty: Faulty::LeaveOut, ..strict };
    for options in [strict, lenient] {
        let outcome = read(Cursor::new(input.to_vec()), options, input);
        let in_pieces = read(Dribble(Cursor::new(input.to_vec())), options, input);
        if !is_packed(input) {
            assert_eq!(outcome, in_pieces, "in pieces");
        } else if outcome.error.is_none() {
            // How much of what is damaged can be unpacked is the unpacker's affair.
            assert_eq!(outcome, in_pieces, "in pieces");
        }
    }
    // Spread within their ticks, rows are in order all the same.
    read(Cursor::new(input.to_vec()), Options { clock: Clock::Spread, ..lenient }, input);
}

fn read(file: impl Read + Send + 'static, options: Options, input: &[u8]) -> Outcome {
    let mut reader = match LogReader::open(Box::new(file), ORIGIN, options) {
        Ok(reader) => reader,
        Err(error) => {
            let error = Some(message(&error, input));
            return Outcome { format: None, rows: Vec::new(), left: Left::default(), error };
        }
    };
    let (mut rows, mut error) = (Vec::new(), None);
    for row in reader.by_ref() {
        match row {
            Ok(row) => rows.push(row),
            Err(found) => {
                assert!(error.is_none(), "a log ends after an error");
                error = Some(message(&found, input));
            }
        }
    }
    assert!(rows.is_sorted_by_key(|row| row.at), "in order of arrival");
    if !is_packed(input) {
        assert!(rows.len() <= input.len(), "more rows than bytes");
    }
    let span = rows.last().map(|last| last.at.abs_diff(rows[0].at));
    if span.is_some_and(|span| i64::try_from(span).is_ok()) {
        reread(&rows, reader.columns());
    }
    Outcome { format: Some(reader.format()), rows, left: reader.left(), error }
}

/// Rows that are written as a trace are the same when that is read.
fn reread(rows: &[LogRow], columns: Columns) {
    let mut trace = TraceWriter::new(Vec::new(), columns).expect("memory");
    rows.iter().for_each(|row| trace.write(row).expect("memory"));
    let trace = trace.finish().expect("memory");
    let options = Options { format: Some(Format::Trace), clock: Clock::Keep, ..Options::default() };
    let shown = String::from_utf8_lossy(&trace).into_owned();
    let again = LogReader::open(Box::new(Cursor::new(trace)), "trace.csv", options)
        .unwrap_or_else(|error| panic!("{error}\n{shown}"));
    assert_eq!(again.columns(), columns);
    let mut written = rows.iter();
    for row in again {
        let row = row.unwrap_or_else(|error| panic!("{error}\n{shown}"));
        let original = written.next().expect("as many rows");
        assert_eq!(row.at.abs_diff(0), original.at.abs_diff(rows[0].at), "{shown}");
        assert_eq!((&row.client, row.client_port), (&original.client, original.client_port), "{shown}");
        // What is not known of an object is written as `-`, which a log may say too.
        let known = original.target.as_deref().filter(|&target| target != "-");
        assert_eq!(row.target.as_deref(), known, "{shown}");
        assert_eq!((row.target_port, row.transport), (original.target_port, original.transport), "{shown}");
        // A log that tells durations from the fifty-first line on has no column of them.
        let duration = original.duration.filter(|_| columns.duration);
        assert_eq!((row.response_bytes, row.duration), (original.response_bytes, duration), "{shown}");
    }
    assert!(written.next().is_none(), "fewer rows\n{shown}");
}

/// What the user sees; its line or packet is one of the log.
fn message(error: &LogError, input: &[u8]) -> String {
    let help = error.help().unwrap_or_default();
    let text = error.to_string();
    let place = text.strip_prefix("web.log: ").and_then(|rest| rest.split_once(": "));
    if let Some((place, _)) = place.filter(|_| !is_packed(input)) {
        let mut words = place.split(' ');
        let number = match (words.next(), words.next()) {
            (Some("line" | "packet"), Some(number)) => number.parse::<usize>().ok(),
            _ => None,
        };
        if let Some(number) = number {
            assert!((1..=super::lines(input).max(input.len() / 8)).contains(&number), "{text}");
        }
        if let Some(number) = number.filter(|_| place.starts_with("line")) {
            assert!(number <= super::lines(input), "{text}");
        }
    }
    assert!(!text.contains(|c: char| c.is_control()) && !text.is_empty(), "{text:?}");
    format!("{text}; {help}")
}

fn is_packed(input: &[u8]) -> bool {
    input.starts_with(&[0x1f, 0x8b]) || matches!(input, [0x28 | 0x50..=0x5f, 0xb5 | 0x2a, ..])
}

/// Gives its bytes in small pieces, as a slow pipe does.
struct Dribble(Cursor<Vec<u8>>);

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = (self.0.position() % 7 + 1) as usize;
        let end = buffer.len().min(size);
        self.0.read(&mut buffer[..end])
    }
}
