//! Apache's `LogFormat` (mod_log_config, mod_logio), and Tomcat's `pattern` (AccessLogValve), which looks alike but has
//! milliseconds: its `%D` until 10.0, and decimals in `%T`.
//!
//! `%t` is when the request was received, `%{end:…}t` when it was over.

use super::super::calendar;
use super::super::clock_text::ClockText;
use super::super::meaning::{Instant, Meaning, Unit};
use super::super::shape::Shape;
use super::dialect::Dialect;
use super::piece::{Fault, Piece, Style, Variable, column, put_text};

/// Takes a format string apart.
pub(super) fn pieces(text: &str, dialect: Dialect, unit: Option<Unit>) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['%', '\\']) {
        put_text(&mut pieces, &rest[..at]);
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let mut letters = escaped.chars();
            match letters.next() {
                Some('t') => put_text(&mut pieces, "\t"),
                Some('n') => put_text(&mut pieces, "\n"),
                Some(other) => put_text(&mut pieces, other.encode_utf8(&mut [0; 4])),
                None => {}
            }
            rest = letters.as_str();
            continue;
        }
        if let Some(after) = rest.strip_prefix("%%") {
            put_text(&mut pieces, "%");
            rest = after;
            continue;
        }
        let place = column(text, rest);
        let directive = Directive::read(rest).ok_or_else(|| {
            let shown: String = rest.chars().take(4).collect();
            Fault::new(place, &shown, "a directive such as %h, %>s or %{Referer}i")
        })?;
        directive.put(dialect, unit, place, &mut pieces)?;
        rest = directive.after;
    }
    put_text(&mut pieces, rest);
    Ok(pieces)
}

/// `%…{argument}…letter`
struct Directive<'a> {
    /// As it is written.
    text: &'a str,
    argument: Option<&'a str>,
    /// `t`, or `ti` for `%^ti`.
    letter: &'a str,
    after: &'a str,
}

impl<'a> Directive<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let modifiers = |c: char| c.is_ascii_digit() || matches!(c, ',' | '!' | '<' | '>');
        let mut inside = text[1..].trim_start_matches(modifiers);
        let mut argument = None;
        if let Some(braces) = inside.strip_prefix('{') {
            let (within, behind) = braces.split_once('}')?;
            argument = Some(within);
            inside = behind.trim_start_matches(modifiers);
        }
        let length = if inside.starts_with('^') { 3 } else { 1 };
        let letter =
            inside.get(..length).filter(|letter| letter.ends_with(|c: char| c.is_ascii_alphabetic()))?;
        let after = &inside[length..];
        Some(Self { text: &text[..text.len() - after.len()], argument, letter, after })
    }

    fn put(
        &self,
        dialect: Dialect,
        unit: Option<Unit>,
        column: usize,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Fault> {
        let is_tomcat = dialect == Dialect::Tomcat;
        let value = Variable::passed(self.text, column);
        let argument = self.argument.unwrap_or_default();
        let variable = match self.letter {
            "t" => return self.time(value, pieces),
            "h" | "a" if argument == "c" => value.meaning(Meaning::Client, 2),
            "h" => value.meaning(Meaning::Client, 1),
            "a" => {
                value.meaning(Meaning::Client, 1).shape(if is_tomcat { Shape::Any } else { Shape::Address })
            }
            "p" if argument == "remote" => value.meaning(Meaning::ClientPort, 1),
            "p" | "k" | "P" => value.shape(Shape::Number),
            "v" | "V" => value.meaning(Meaning::Host, 1),
            "r" => value.meaning(Meaning::Request, 3),
            "U" => value.meaning(Meaning::Object, 1).style(Style::Path),
            "q" => value.meaning(Meaning::Query, 1).style(Style::Path),
            "s" => value.shape(Shape::Status),
            "b" | "B" => value.meaning(Meaning::Bytes, 1),
            "O" => value.meaning(Meaning::AllBytes, 1),
            "I" if !is_tomcat => value.shape(Shape::Number),
            "D" if is_tomcat && unit.is_none() => {
                let expected = "its unit too: --duration-unit ms (Tomcat up to 10.0) or --duration-unit us (10.1 and later)";
                return Err(Fault::new(column, self.text, expected));
            }
            "D" => value.meaning(Meaning::Duration(Unit::Micros), 3),
            "T" => match argument {
                "" | "s" => value.meaning(Meaning::Duration(Unit::Seconds), 1),
                "ms" => value.meaning(Meaning::Duration(Unit::Millis), 2),
                "us" => value.meaning(Meaning::Duration(Unit::Micros), 3),
                _ => return Err(Fault::new(column, self.text, "%T, %{s}T, %{ms}T or %{us}T")),
            },
            "i" => header(argument, value),
            "^FB" | "^FU" | "A" | "C" | "e" | "f" | "F" | "H" | "I" | "l" | "L" | "m" | "n" | "o" | "R"
            | "S" | "u" | "X" | "^ti" | "^to" => value,
            "c" | "x" if is_tomcat || self.argument.is_some() => value,
            _ => {
                let expected = format!("a directive of {}'s log formats", dialect.words());
                return Err(Fault::new(column, self.text, expected));
            }
        };
        pieces.push(Piece::Variable(variable));
        Ok(())
    }

    fn time(&self, value: Variable, pieces: &mut Vec<Piece>) -> Result<(), Fault> {
        let Some(argument) = self.argument else {
            put_text(pieces, "[");
            let common = Meaning::Time(ClockText::Common);
            pieces.push(Piece::Variable(value.time(common, 20, Instant::Start)));
            put_text(pieces, "]");
            return Ok(());
        };
        let (instant, format) = match argument.split_once(':') {
            Some(("begin", format)) => (Instant::Start, format),
            Some(("end", format)) => (Instant::End, format),
            _ => (Instant::Start, argument),
        };
        let (format, rank) = match format {
            "sec" => (ClockText::Since1970(9), 0),
            "msec" => (ClockText::Since1970(6), 1),
            "usec" => (ClockText::Since1970(3), 2),
            "msec_frac" => (ClockText::Decimals(3), 0),
            "usec_frac" => (ClockText::Decimals(6), 0),
            pattern => match calendar::pattern(pattern) {
                Ok(items) if pattern.contains('%') => (ClockText::Pattern(items), 0),
                Ok(_) => {
                    let expected = "sec, msec, usec, msec_frac, usec_frac or a pattern of strftime";
                    return Err(Fault::new(value.column, self.text, expected));
                }
                Err(expected) => return Err(Fault::new(value.column, self.text, expected)),
            },
        };
        let rank = rank + if instant == Instant::Start { 20 } else { 10 };
        pieces.push(Piece::Variable(value.time(Meaning::Time(format), rank, instant)));
        Ok(())
    }
}

/// A header of the request.
fn header(name: &str, value: Variable) -> Variable {
    match name.to_ascii_lowercase().as_str() {
        "x-forwarded-for" => value.meaning(Meaning::Forwarded, 2).style(Style::List),
        "x-real-ip" | "cf-connecting-ip" | "true-client-ip" => value.meaning(Meaning::Forwarded, 1),
        "host" => value.meaning(Meaning::Host, 2),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::said::Who;
    use super::super::{FormatString, Says};
    use super::*;

    fn read(format: &str, says: Says, line: &str) -> String {
        let format = FormatString::parse(format, says).unwrap_or_else(|error| panic!("{error}"));
        let row = format.program.parse(line, Who::Peer).unwrap_or_else(|flaw| panic!("{format:?}: {flaw}"));
        row.shown()
    }

    #[test]
    fn formats_of_all_kinds_are_read() {
        let row = r#"1714564800000 192.0.2.7 Some("/a") Some(5000) Some(250000000)"#;
        for (format, line) in [
            (
                r#"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D"#,
                r#"192.0.2.7 - jane doe [01/May/2024:12:00:00 +0000] "GET /a HTTP/1.1" 200 5000 "-" "say \"hi\"" 250000"#,
            ),
            (
                r#"%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t %a %{ms}T "%m %U%q %H" %<s %B"#,
                r#"01/May/2024 14:00:00.000 +0200 192.0.2.7 250 "GET /a HTTP/1.1" 200 5000"#,
            ),
            (
                "%{X-Forwarded-For}i %{c}a %{usec}t %!200,304{Referer}i %r %T %D %I %O",
                "203.0.113.9, 10.0.0.1 192.0.2.7 1714564800000000 - /a 0 250000 12 5000",
            ),
            ("%{end:msec}t %h %U %b %T", "1714564800250 192.0.2.7 /a 5000 0.25"),
        ] {
            let row = if format.contains("%r %T") { row.replace("/a", "-") } else { row.to_owned() };
            assert_eq!(read(format, Says::default(), line), row, "{format}");
        }
        let vhost = read(
            "%v:%p %h %l %u %t \"%r\" %>s %O",
            Says::default(),
            r#"www.example.org:443 192.0.2.7 - - [01/May/2024:12:00:00 +0000] "GET /a HTTP/1.1" 200 5300"#,
        );
        assert!(vhost.contains("\"www.example.org/a\") Some(5300) None"), "{vhost}");
    }

    #[test]
    fn tomcats_milliseconds_are_asked_for() {
        let format = r#"%h %l %u %t "%r" %s %b %D %I"#;
        let line = r#"192.0.2.7 - - [01/May/2024:12:00:00 +0000] "GET /a HTTP/1.1" 200 5000 250 http-nio-8080-exec-1"#;
        let says = |unit| Says { dialect: Some(Dialect::Tomcat), unit, ..Says::default() };
        assert!(read(format, says(Some(Unit::Millis)), line).ends_with("Some(250000000)"));
        let error = FormatString::parse(format, says(None)).expect_err("no unit").to_string();
        assert!(error.contains("--duration-unit ms"), "{error}");
    }

    #[test]
    fn what_is_wrong_with_a_format_is_said_with_its_place() {
        for (format, said) in [
            ("%h %Z %t", "character 4: found \"%Z\", expected a directive of Apache's log formats"),
            ("%h %{fortnight}T %t", "character 4: found \"%{fortnight}T\", expected %T, %{s}T"),
            ("%h %{soon}t", "expected sec, msec"),
            ("%h %{%Q}t", "%Q is not read"),
            ("%h \"%r\"", "found no time"),
            ("%t %r", "found no client, expected the client: %h or %a"),
            ("%h %t %{x", "character 7: found \"%{x\""),
        ] {
            let error = FormatString::parse(format, Says::default()).expect_err(format).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
