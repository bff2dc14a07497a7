//! A format string of our own, for logs of any kind: `{time:iso8601:end} {client} {_} {duration:ms}`, with the names that `--map`
//! has. `{_}` is passed over, in quotes or not `{"_"}`; `{ }` stands for unlimited of blanks, `{{` and `}}` for braces.

use super::super::mapping::{Target, target};
use super::super::meaning::{Instant, Meaning};
use super::piece::{Fault, Piece, Role, Style, Variable, column, put_text};

/// Takes a format string apart.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        put_text(&mut pieces, &rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("{{") || rest.starts_with('}') {
            put_text(&mut pieces, &rest[..1]);
            rest =
                &rest[rest.len().min(if rest.starts_with("}}") || rest.starts_with("{{") { 2 } else { 1 })..];
            continue;
        }
        let place = column(text, rest);
        let Some((inside, after)) = rest[1..].split_once('}') else {
            return Err(Fault::new(place, rest, "a brace after it"));
        };
        pieces.push(piece(inside, place)?);
        rest = after;
    }
    put_text(&mut pieces, rest);
    Ok(pieces)
}

fn piece(inside: &str, column: usize) -> Result<Piece, Fault> {
    let written = format!("{{{inside}}}");
    let value = Variable::passed(&written, column);
    match inside {
        " " => return Ok(Piece::Blanks),
        "_" => return Ok(Piece::Variable(value)),
        "\"_\"" => return Ok(Piece::Variable(value.style(Style::MaybeQuoted))),
        _ => {}
    }
    let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
    let Target { meaning, instant } =
        target(name, format).map_err(|expected| Fault::new(column, &written, expected))?;
    let style = match meaning {
        Meaning::Forwarded => Style::List,
        Meaning::Object | Meaning::Query => Style::Path,
        _ => Style::Plain,
    };
    let role = Role { meaning, rank: 1, instant: instant.unwrap_or(Instant::Start) };
    Ok(Piece::Variable(Variable { role: Some(role), style, ..value }))
}

#[cfg(test)]
mod tests {
    use super::super::super::said::Who;
    use super::super::{Dialect, FormatString, Says};

    #[test]
    fn names_are_those_of_the_map() {
        let format = "{time:unix_s:end} { }{duration:ms} {client} {_}/{_} {bytes} {_} {object}";
        let line = "1714564800.250    250 192.0.2.7 TCP_MISS/200 5000 GET http://www.example.org/a";
        let format = FormatString::parse(format, Says::default()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(format.dialect, Dialect::Braces);
        let row = format.program.parse(line, Who::Peer).unwrap_or_else(|flaw| panic!("{flaw}"));
        assert_eq!((row.at, row.duration), (1_714_564_800_000_000_000, Some(250_000_000)));
        assert_eq!(
            (row.target.as_deref(), row.response_bytes),
            (Some("http://www.example.org/a"), Some(5_000))
        );
    }

    #[test]
    fn braces_and_quotes_may_stand_in_the_line() {
        let format = r#"{client} {{x {_}}} {"_"} [{time:clf:start}] {object}"#;
        let format = FormatString::parse(format, Says::default()).unwrap_or_else(|error| panic!("{error}"));
        for agent in ["-", r#""a b""#] {
            let line = format!("192.0.2.7 {{x 38 vars}} {agent} [01/May/2024:12:00:00 +0000] /a");
            let row = format.program.parse(&line, Who::Peer).unwrap_or_else(|flaw| panic!("{flaw}"));
            assert_eq!(row.target.as_deref(), Some("/a"));
        }
    }

    #[test]
    fn what_is_wrong_with_a_format_is_said_with_its_place() {
        for (format, said) in [
            ("{time:iso8601:end} {klient}", "character 20: found \"{klient}\", expected one of time, client"),
            (
                "{client} {time}",
                "character 10: found \"{time}\", expected {time:FORMAT:start} or {time:FORMAT:end}",
            ),
            ("{client} {time:iso8601:end", "a brace after it"),
        ] {
            let error = FormatString::parse(format, Says::default()).expect_err(format).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
