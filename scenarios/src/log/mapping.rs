//! `--map`: which field of a log means what, and how it is written:
//! `time=@timestamp:iso8601:end,client=remote_addr,duration=request_time:s`.
//!
//! A name of ours, `=`, the field, and for times and durations their format behind a colon. A field of JSON within another
//! is `request.uri`; `a|b` is the first of the two that is there. What has `:`, `,`, `|` or `=` in it stands in quotes.

use std::fmt;
use std::str::FromStr;

use super::clock_text::ClockText;
use super::meaning::{Instant, Meaning, Unit};
use super::program::columns;
use super::row::Columns;
use crate::suggest::{did_you_mean, printable};

/// The names that fields are given.
const NAMES: [&str; 11] = [
    "time",
    "client",
    "client_port",
    "forwarded",
    "host",
    "object",
    "query",
    "destination",
    "destination_port",
    "protocol",
    "bytes",
];
/// The one with a unit.
const DURATION: &str = "duration";

/// Which field means what.
#[derive(Clone, PartialEq, Debug)]
pub struct Mapping {
    pub(crate) fields: Vec<Field>,
    pub(crate) instant: Instant,
}

/// A field that means something.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Field {
    pub(crate) meaning: Meaning,
    /// What the log may call it; the first that is there counts.
    pub(crate) names: Vec<Box<str>>,
}

/// What a name and its format stand for.
pub(crate) struct Target {
    pub(crate) meaning: Meaning,
    /// Of a time.
    pub(crate) instant: Option<Instant>,
}

/// What `name` with `format` behind its colon, or nothing, stands for.
///
/// # Errors
/// What is expected instead.
pub(crate) fn target(name: &str, format: &str) -> Result<Target, String> {
    let plain = |meaning| Ok(Target { meaning, instant: None });
    match name {
        "time" => {
            let expected = || "{time:FORMAT:start} or {time:FORMAT:end}".to_owned();
            let (format, instant) = format.rsplit_once(':').ok_or_else(expected)?;
            let instant = match instant {
                "start" => Instant::Start,
                "end" => Instant::End,
                _ => return Err(expected()),
            };
            let format = ClockText::named(format.trim_matches('"'))?;
            return Ok(Target { meaning: Meaning::Time(format), instant: Some(instant) });
        }
        DURATION => {
            let unit =
                Unit::named(format).ok_or("a duration with its unit: s, ms, us or ns after a colon")?;
            return plain(Meaning::Duration(unit));
        }
        _ => {}
    }
    let meaning = match name {
        "client" => Meaning::Client,
        "client_port" => Meaning::ClientPort,
        "forwarded" => Meaning::Forwarded,
        "host" => Meaning::Host,
        "object" => Meaning::Object,
        "query" => Meaning::Query,
        "destination" => Meaning::Destination,
        "destination_port" => Meaning::DestinationPort,
        "protocol" => Meaning::Protocol,
        "bytes" => Meaning::Bytes,
        _ => {
            let known = NAMES.into_iter().chain([DURATION]);
            let near = did_you_mean(name, known.clone()).map_or(String::new(), |near| format!("; {near}"));
            return Err(format!("one of {}{near}", known.collect::<Vec<_>>().join(", ")));
        }
    };
    if !format.is_empty() {
        return Err(format!("{name} takes no suffix: only time and duration have a format"));
    }
    plain(meaning)
}

impl Mapping {
    /// What a log with these fields can say.
    pub(crate) fn columns(&self) -> Columns {
        columns(|is_it| self.fields.iter().any(|field| is_it(&field.meaning)))
    }

    /// With all durations of this unit.
    #[must_use]
    pub fn with_unit(mut self, unit: Option<Unit>) -> Self {
        for field in &mut self.fields {
            if let (Meaning::Duration(of), Some(unit)) = (&mut field.meaning, unit) {
                *of = unit;
            }
        }
        self
    }
}

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let mut fields: Vec<Field> = Vec::new();
        let mut instant = None;
        for entry in split(text, ',') {
            let entry = entry.trim();
            let fail = |expected: String| MappingError { found: entry.to_owned(), expected };
            let (name, rest) =
                entry.split_once('=').ok_or_else(|| fail("NAME=FIELD, such as client=remote_addr".into()))?;
            let (field, format) = field_and_format(rest);
            let Target { meaning, instant: of_time } = target(name.trim(), format)
                .map_err(|expected| fail(expected.replace(['{', '}'], "").replace("time:", "time=FIELD:")))?;
            instant = instant.or(of_time);
            let names: Vec<Box<str>> = split(field, '|').map(|name| unquoted(name).into()).collect();
            if names.iter().any(|name| name.is_empty()) {
                return Err(fail("the name of a field after =".into()));
            }
            if fields.iter().any(|other| other.meaning.name() == meaning.name()) {
                return Err(fail(format!(
                    "{} once; a|b is the first of two fields that is there",
                    meaning.name()
                )));
            }
            fields.push(Field { meaning, names });
        }
        let has = |name: &str| fields.iter().any(|field| field.meaning.name() == name);
        let fail = |found: &str, expected: &str| MappingError {
            found: found.to_owned(),
            expected: expected.to_owned(),
        };
        if has("destination") && has("object") {
            return Err(fail("object and destination", "one of the two"));
        }
        if !has("client") && !has("forwarded") {
            return Err(fail("no client", "client=FIELD: who asked"));
        }
        let instant = instant.ok_or_else(|| {
            fail("no time", "time=FIELD:FORMAT:start or :end: when a request arrived or was over")
        })?;
        Ok(Self { fields, instant })
    }
}

/// Parts between `separator`s that are not in quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |c| {
        is_quoted ^= c == '"';
        c == separator && !is_quoted
    })
}

/// A field and what is behind its colon. One that begins with a colon has that in its name.
fn field_and_format(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let mut previous = '|';
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            ':' if !is_quoted && previous != '|' => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
        previous = c;
    }
    (text, "")
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|inside| inside.strip_suffix('"')).unwrap_or(text)
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, field) in self.fields.iter().enumerate() {
            let names: Vec<String> = field.names.iter().map(|name| quoted(name)).collect();
            write!(f, "{}{}={}", if number == 0 { "" } else { "," }, field.meaning.name(), names.join("|"))?;
            match &field.meaning {
                Meaning::Duration(unit) => write!(f, ":{}", unit.name())?,
                Meaning::Time(format) => {
                    let format = format.name().unwrap_or_default();
                    write!(f, ":{}:{}", quoted(&format), self.instant.name())?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A name as `--map` takes it.
fn quoted(name: &str) -> String {
    let is_plain = !name.contains([',', ':', '|', '=', '"', ' ']);
    if is_plain { name.to_owned() } else { format!("\"{name}\"") }
}

/// What is wrong with a mapping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MappingError {
    found: String,
    expected: String,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {}, expected {}", printable(&self.found, 80), self.expected)
    }
}

impl std::error::Error for MappingError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_read_and_written() {
        for text in [
            "time=@timestamp:iso8601:end,client=remote_addr,duration=request_time:s",
            "time=ts:unix_s:end,client=request.remote_ip|request.remote_addr,object=request.uri,bytes=size",
            "time=\"the time\":\"%d/%m/%Y %H:%M:%S\":start,client=\":peer\"|b,host=\"a,b\"",
        ] {
            let mapping: Mapping = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(mapping.to_string(), text);
        }
        let colon: Mapping =
            "time=t:unix_ms:start,client=c,host=authority|:authority".parse().expect("a mapping");
        assert_eq!(colon.fields[2].names, ["authority".into(), ":authority".into()]);
        let quoted: Mapping = "time=t:unix_ms:start,client=\":authority\"".parse().expect("a mapping");
        assert_eq!(quoted.fields[1].names, [":authority".into()]);
    }

    #[test]
    fn what_is_wrong_says_what_is_expected() {
        for (text, said) in [
            ("", "found , expected NAME=FIELD"),
            ("client=a", "found no time, expected time=FIELD:FORMAT:start"),
            ("time=t:iso8601:end", "found no client, expected client=FIELD"),
            (
                "time=t:iso8601,client=a",
                "found time=t:iso8601, expected time=FIELD:FORMAT:start or time=FIELD:FORMAT:end",
            ),
            ("time=t:soon:end,client=a", "expected iso8601, clf, unix_s"),
            ("time=t:iso8601:end,klient=a", "did you mean `client`?"),
            ("time=t:iso8601:end,client=a,duration=d", "s, ms, us or ns"),
            ("time=t:iso8601:end,client=a,client=b", "client once"),
            ("time=t:iso8601:end,client=", "the name of a field"),
            ("time=t:iso8601:end,client=a:b", "only time and duration have a format"),
            ("time=t:iso8601:end,client=a,object=b,destination=c", "one of the two"),
        ] {
            let error = text.parse::<Mapping>().expect_err(text).to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
