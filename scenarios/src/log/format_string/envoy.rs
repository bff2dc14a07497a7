//! Envoy's `text_format` (its documentation, *access logging, format strings*), as Istio has it too.
//!
//! `%START_TIME%` is when the request arrived, `%DURATION%` is in milliseconds. The client is the peer of the connection:
//! `%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%` if it is there, else `%DOWNSTREAM_REMOTE_ADDRESS%`, which Envoy may have taken from
//! X-Forwarded-For.

use super::super::calendar;
use super::super::clock_text::ClockText;
use super::super::meaning::{Instant, Meaning, Unit};
use super::super::shape::Shape;
use super::piece::{Fault, Piece, Style, Variable, column, put_text};

/// Whether it has one of Envoy's commands.
pub(super) fn is_one(text: &str) -> bool {
    text.match_indices('%').any(|(at, _)| command(&text[at..]).is_some_and(|(name, ..)| name.len() > 2))
}

/// Takes a format string apart.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let text = text.strip_suffix("\\n").unwrap_or(text);
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        put_text(&mut pieces, &rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("%%") {
            put_text(&mut pieces, "%");
            rest = after;
            continue;
        }
        let place = column(text, rest);
        let Some((name, argument, after)) = command(rest) else {
            let shown: String = rest.chars().take(12).collect();
            return Err(Fault::new(place, &shown, "a command such as %START_TIME% or %REQ(:PATH)%"));
        };
        let written = &rest[..rest.len() - after.len()];
        pieces.push(Piece::Variable(value(name, argument, Variable::passed(written, place))?));
        rest = after;
    }
    put_text(&mut pieces, rest);
    Ok(pieces)
}

/// `%NAME(argument):length%`: name, argument, and what is behind it.
fn command(text: &str) -> Option<(&str, &str, &str)> {
    let inside = text.strip_prefix('%')?;
    let end = inside.find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_')?;
    let (name, rest) = inside.split_at(end);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (argument, rest) = match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(')')?,
        None => ("", rest),
    };
    let rest = rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    Some((name, argument, rest.strip_prefix('%')?))
}

/// What a command stands for.
fn value(name: &str, argument: &str, value: Variable) -> Result<Variable, Fault> {
    let rank = u8::from(name.contains("_DIRECT_"));
    Ok(match name {
        "START_TIME" | "EMIT_TIME" => {
            let instant = if name == "START_TIME" { Instant::Start } else { Instant::End };
            let format = match argument {
                "" => ClockText::Iso,
                pattern => ClockText::Pattern(
                    calendar::pattern(pattern)
                        .map_err(|expected| Fault::new(value.column, &value.name, expected))?,
                ),
            };
            value.time(Meaning::Time(format), if instant == Instant::Start { 1 } else { 0 }, instant)
        }
        "DOWNSTREAM_REMOTE_ADDRESS" | "DOWNSTREAM_DIRECT_REMOTE_ADDRESS" => {
            value.meaning(Meaning::ClientAndPort, rank).shape(Shape::Endpoint)
        }
        "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" | "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT" => {
            value.meaning(Meaning::Client, rank)
        }
        "DOWNSTREAM_REMOTE_PORT" | "DOWNSTREAM_DIRECT_REMOTE_PORT" => {
            value.meaning(Meaning::ClientPort, rank)
        }
        "BYTES_SENT" => value.meaning(Meaning::Bytes, 1),
        "DURATION" => value.meaning(Meaning::Duration(Unit::Millis), 1),
        "RESPONSE_CODE" => value.shape(Shape::Status),
        "BYTES_RECEIVED" => value.shape(Shape::Number),
        "REQ" => header(argument, value),
        _ => value,
    })
}

/// A header of the request, `A?B` if either.
fn header(names: &str, value: Variable) -> Variable {
    let names = names.to_ascii_uppercase();
    let is = |name| names.split('?').any(|found| found == name);
    if is(":PATH") {
        value.meaning(Meaning::Object, 1)
    } else if is(":AUTHORITY") || is("HOST") {
        value.meaning(Meaning::Host, 1)
    } else if is("X-FORWARDED-FOR") {
        value.meaning(Meaning::Forwarded, 1).style(Style::List)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::said::Who;
    use super::super::{Dialect, FormatString, Says};

    #[test]
    fn commands_have_arguments_and_lengths() {
        let format = r#"[%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH):256% %PROTOCOL%" %RESPONSE_CODE% %BYTES_SENT% %DURATION% "%REQ(:AUTHORITY)%" %DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS%\n"#;
        let line = r#"[2024-05-01T12:00:00.123Z] "GET /a HTTP/1.1" 200 135 3 "www.example.org:8000" 203.0.113.9:1 192.0.2.7:4000"#;
        let format = FormatString::parse(format, Says::default()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(format.dialect, Dialect::Envoy);
        let row = format.program.parse(line, Who::Peer).unwrap_or_else(|flaw| panic!("{flaw}"));
        assert_eq!((row.at, row.duration), (1_714_564_800_123_000_000, Some(3_000_000)));
        assert_eq!((row.client.to_string().as_str(), row.client_port), ("192.0.2.7", Some(4_000)));
        assert_eq!(row.target.as_deref(), Some("www.example.org:8000/a"));
    }

    #[test]
    fn what_is_wrong_with_a_format_is_said_with_its_place() {
        for (format, said) in [
            ("[%START_TIME%] %DURATION% %REQ(:PATH)", "character 27: found \"%REQ(:PATH)\""),
            ("[%START_TIME(%Q)%] %DURATION%", "character 2: found \"%START_TIME(%Q)%\", expected a pattern"),
            (
                "[%START_TIME%] %REQ(X-FORWARDED-FOR)%",
                "found no client, expected the client: %DOWNSTREAM_REMOTE_ADDRESS%; or --client forwarded",
            ),
        ] {
            let error = FormatString::parse(format, Says::default()).expect_err(format).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
