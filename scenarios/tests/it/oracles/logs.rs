//! Logs: read in order, the same in pieces, what is written of them is read again, and hints hold.

use std::io::{Cursor, Read};

use ipvslab_scenarios::log::{
    Clock, Columns, Dialect, Faulty, Format, FormatString, Given, Left, LogError, LogReader, LogRow, Mapping,
    Options, Says, TraceWriter, Who, configured, configured_as,
};

use super::hints;

/// What messages call the log.
const ORIGIN: &str = "web.log";

/// A log whose format is said, first one, then the next.
pub(super) fn said(formats: &[Format], input: &[u8]) {
    for &format in formats {
        read_all_ways(&Options { format: Some(format), ..Options::default() }, input);
    }
}

/// A log whose format is not said.
pub(super) fn found_out(input: &[u8]) {
    read_all_ways(&Options::default(), input);
    read_all_ways(&Options { who: Who::Forwarded, ..Options::default() }, input);
}

/// A format string in the first line, and a log of it in the others.
pub(super) fn formatted(input: &[u8]) {
    let Some((text, log)) = first_line(input) else { return };
    let dialects =
        [Dialect::Nginx, Dialect::Apache, Dialect::Tomcat, Dialect::Haproxy, Dialect::Envoy, Dialect::Braces];
    for dialect in std::iter::once(None).chain(dialects.map(Some)) {
        match FormatString::parse(text, Says { dialect, ..Says::default() }) {
            Ok(format) => {
                let given = Some(Given::String(Box::new(format)));
                read_all_ways(&Options { given, ..Options::default() }, log);
            }
            Err(error) => is_printable(&error.to_string()),
        }
    }
}

/// A mapping in the first line, and a log of it in the others. What is written of a mapping is the same mapping.
pub(super) fn mapped(input: &[u8]) {
    let Some((text, log)) = first_line(input) else { return };
    match text.parse::<Mapping>() {
        Ok(mapping) => {
            let written = mapping.to_string();
            assert_eq!(written.parse().as_ref(), Ok(&mapping), "{written}");
            let given = Some(Given::Map(Box::new(mapping)));
            read_all_ways(&Options { given, ..Options::default() }, log);
        }
        Err(error) => is_printable(&error.to_string()),
    }
}

/// The configuration of a server: what is found in it is found by its name, and compiles or says why not.
pub(super) fn configuration(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let found = configured(text);
    for one in &found {
        assert!((1..=super::lines(input)).contains(&one.line), "{one:?}");
        let named = configured_as(text, "server.conf", Some(&one.name)).expect("it has the name");
        assert_eq!(named.name, one.name);
        if let Err(error) =
            FormatString::parse(&one.text, Says { dialect: Some(one.dialect), ..Says::default() })
        {
            is_printable(&error.to_string());
        }
    }
    if let Err(error) = configured_as(text, "server.conf", None) {
        is_printable(&format!("{error} {}", error.help()));
    }
}

fn first_line(input: &[u8]) -> Option<(&str, &[u8])> {
    let end = input.iter().position(|&byte| byte == b'\n')?;
    Some((std::str::from_utf8(&input[..end]).ok()?, &input[end + 1..]))
}

fn is_printable(text: &str) {
    assert!(!text.contains(|c: char| c.is_control()) && !text.is_empty(), "{text:?}");
}

/// What comes of a log: its rows, and the error that ended it.
#[derive(PartialEq, Debug)]
struct Outcome {
    format: Option<Format>,
    rows: Vec<LogRow>,
    left: Left,
    error: Option<String>,
}

fn read_all_ways(base: &Options, input: &[u8]) {
    let strict = Options { clock: Clock::Keep, ..base.clone() };
    let lenient = Options { faulty: Faulty::LeaveOut, ..strict.clone() };
    for options in [&strict, &lenient] {
        let outcome = read(Cursor::new(input.to_vec()), options.clone(), input);
        let in_pieces = read(Dribble(Cursor::new(input.to_vec())), options.clone(), input);
        if !is_packed(input) {
            assert_eq!(outcome, in_pieces, "in pieces");
        } else if outcome.error.is_none() {
            // How much of what is damaged can be unpacked is the unpacker's affair.
            assert_eq!(outcome, in_pieces, "in pieces");
        }
        if let Some(error) = &outcome.error {
            for (hint, followed) in hints::followed(options, error) {
                let again = read(Cursor::new(input.to_vec()), followed, input);
                assert_ne!(Some(error), again.error.as_ref(), "{hint} gives the same error");
            }
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
    if let Some(reading) = &reader.about().reading {
        is_printable(reading);
    }
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
        let known = original.target.as_deref().filter(|&target| target != "-" && columns.target.is_some());
        assert_eq!(row.target.as_deref(), known, "{shown}");
        assert_eq!((row.target_port, row.transport), (original.target_port, original.transport), "{shown}");
        assert_eq!(
            (row.response_bytes, row.duration),
            (original.response_bytes, original.duration),
            "{shown}"
        );
    }
    assert!(written.next().is_none(), "fewer rows\n{shown}");
}

/// What the user sees; its line or packet is one of the log.
fn message(error: &LogError, input: &[u8]) -> String {
    let help = error.help().unwrap_or_default();
    let text = error.to_string();
    if let Some(place) = text.strip_prefix("web.log:").filter(|_| !is_packed(input)) {
        let number =
            |text: &str| text.split([':', ' ']).next().and_then(|number| number.parse::<usize>().ok());
        if let Some(line) = number(place) {
            assert!((1..=super::lines(input)).contains(&line), "{text}");
        }
        if let Some(packet) = place.strip_prefix(" packet ").and_then(number) {
            assert!((1..=super::lines(input).max(input.len() / 8)).contains(&packet), "{text}");
        }
    }
    // The ways to read a log are listed one below the other.
    text.lines().for_each(is_printable);
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
