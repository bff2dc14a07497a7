//! HAProxy's `log-format` (its configuration manual, section 8.2.6). Where a value is empty, HAProxy writes one blank, not two.
//!
//! `%tr` and `%t` are when the request or the connection arrived. Captured headers are in braces, or not there.

use super::super::clock_text::ClockText;
use super::super::meaning::{Instant, Meaning, Unit};
use super::super::shape::Shape;
use super::piece::{Fault, Piece, Style, Variable, column, put_text};

/// Names that Apache's format strings have no like of.
const TELLING: [&str; 24] = [
    "ci", "cp", "tr", "trg", "trl", "Tl", "Ts", "ft", "fi", "fp", "bi", "si", "TR", "Tw", "Tc", "Tr", "Ta",
    "Tt", "Tu", "ST", "CC", "tsc", "HU", "HP",
];

/// Names whose values are passed over.
const PASSED: [&str; 44] = [
    "CC", "CS", "HM", "HPO", "HV", "ID", "Tc", "Td", "Th", "Ti", "Tq", "TR", "Tr", "Tw", "ac", "b", "bc",
    "bi", "bp", "bq", "f", "fc", "fi", "fp", "lc", "pid", "rc", "rt", "s", "sc", "si", "sp", "sq", "sslc",
    "sslv", "tsc", "ts", "U", "H", "ES", "Tq", "hrl", "hsl", "ms",
];

/// Whether it is one of HAProxy's: it has a name that no other has, or a sample.
pub(super) fn is_one(text: &str) -> bool {
    text.contains("%[")
        || text.match_indices('%').any(|(at, _)| {
            let (_, rest) = flags(&text[at + 1..]);
            TELLING.contains(&name(rest).0)
        })
}

/// Takes a format string apart.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut is_quoted = false;
    let mut rest = text;
    while let Some(at) = rest.find(['%', '\\']) {
        put_text(&mut pieces, &rest[..at]);
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let length = escaped.chars().next().map_or(0, char::len_utf8);
            put_text(&mut pieces, &escaped[..length]);
            rest = &escaped[length..];
            continue;
        }
        if let Some(after) = rest.strip_prefix("%%") {
            put_text(&mut pieces, "%");
            rest = after;
            continue;
        }
        let place = column(text, rest);
        let (quotes, inside) = flags(&rest[1..]);
        let quotes = quotes.unwrap_or(is_quoted);
        let (name, after) = name(inside);
        let written = &rest[..rest.len() - after.len()];
        if name == "o" {
            // Flags for all that follow.
            is_quoted = quotes;
            rest = after.trim_start_matches(' ');
            continue;
        }
        if is_list(name) && text_of_lists(after) {
            put_lists(&mut pieces, Variable::passed(written, place));
            return Ok(pieces);
        }
        let value = value(name, written, place)?;
        let is_plain = value.style == Style::Plain;
        let may_be_quoted = quotes
            && is_plain
            && !matches!(value.role.as_ref().map(|role| &role.meaning), Some(Meaning::Time(_)));
        let value = if may_be_quoted { value.style(Style::MaybeQuoted) } else { value };
        // What is not there has no blank behind it.
        rest =
            if value.style == Style::MaybeBraces { after.strip_prefix(' ').unwrap_or(after) } else { after };
        pieces.push(Piece::Variable(value));
    }
    put_text(&mut pieces, rest);
    Ok(pieces)
}

/// Headers that were captured, each in quotes: none, or unlimited of words.
fn is_list(name: &str) -> bool {
    matches!(name, "hrl" | "hsl")
}

/// Whether there is nothing but lists of headers to the end of the format.
fn text_of_lists(text: &str) -> bool {
    let names = text.split_ascii_whitespace();
    names.map(|word| word.strip_prefix('%').map_or("", |inside| flags(inside).1)).all(is_list)
}

/// The line ends with lists of headers. Without any there is no blank in front of them either.
fn put_lists(pieces: &mut Vec<Piece>, lists: Variable) {
    if let Some(Piece::Text(text)) = pieces.last_mut() {
        text.truncate(text.trim_end_matches(' ').len());
        if text.is_empty() {
            pieces.pop();
        }
    }
    // A word that nothing ends goes to the end of the line, and the lists with it.
    if !matches!(pieces.last(), Some(Piece::Variable(Variable { style: Style::Plain, .. }))) {
        pieces.push(Piece::Variable(lists));
    }
}

/// What `{+Q,-X}` says of quotes, and what is behind it.
fn flags(text: &str) -> (Option<bool>, &str) {
    let Some((flags, after)) = text.strip_prefix('{').and_then(|inside| inside.split_once('}')) else {
        return (None, text);
    };
    let flag = |flag: &str| flags.split(',').any(|found| found.trim() == flag);
    let quotes = if flag("+Q") { Some(true) } else { flag("-Q").then_some(false) };
    (quotes, after)
}

/// A name or `[a sample]`, and what is behind it.
fn name(text: &str) -> (&str, &str) {
    if text.starts_with('[') {
        let mut depth = 0;
        let end = text.find(|c| {
            depth += match c {
                '[' | '(' => 1,
                ']' | ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let end = end.map_or(text.len(), |end| end + 1);
        return text.split_at(end);
    }
    text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len()))
}

/// What a variable stands for.
fn value(name: &str, written: &str, column: usize) -> Result<Variable, Fault> {
    let value = Variable::passed(written, column);
    let start = |value: Variable, format, rank| value.time(Meaning::Time(format), rank, Instant::Start);
    Ok(match name {
        "tr" => start(value, ClockText::Common, 3),
        "trg" | "trl" => start(value, ClockText::Common, 2),
        "t" => start(value, ClockText::Common, 2),
        "T" | "Tl" => start(value, ClockText::Common, 1),
        "Ts" => start(value, ClockText::Since1970(9), 1),
        "ci" => value.meaning(Meaning::Client, 1).shape(Shape::Any),
        "cp" => value.meaning(Meaning::ClientPort, 1),
        "r" => value.meaning(Meaning::Request, 3),
        "HU" => value.meaning(Meaning::Object, 2),
        "HP" => value.meaning(Meaning::Object, 1),
        "HQ" => value.meaning(Meaning::Query, 1),
        "ft" => value.meaning(Meaning::Destination, 1),
        "B" => value.meaning(Meaning::Bytes, 1),
        "Ta" => value.meaning(Meaning::Duration(Unit::Millis), 3),
        "Tu" => value.meaning(Meaning::Duration(Unit::Millis), 2),
        "Tt" => value.meaning(Meaning::Duration(Unit::Millis), 1),
        "ST" => value.shape(Shape::Status),
        "hr" | "hs" => value.style(Style::MaybeBraces),
        sample if sample.starts_with('[') => sampled(sample, value),
        _ if PASSED.contains(&name) => value,
        _ => return Err(Fault::new(column, written, "a variable of HAProxy's log formats")),
    })
}

/// A sample: `%[src]`, `%[req.hdr(x-forwarded-for)]`.
fn sampled(sample: &str, value: Variable) -> Variable {
    let inside = sample.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let is_header = |header: &str| inside.contains("hdr") && inside.contains(header);
    match inside.as_str() {
        "src" => value.meaning(Meaning::Client, 2),
        "src_port" => value.meaning(Meaning::ClientPort, 2),
        _ if is_header("x-forwarded-for") => value.meaning(Meaning::Forwarded, 1).style(Style::List),
        _ if is_header("(host)") => value.meaning(Meaning::Host, 1),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::said::Who;
    use super::super::{Dialect, FormatString, Says};

    /// As the manual gives them.
    const HTTP: &str = r#"%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r"#;
    const TCP: &str = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";
    const CLF: &str = r#"%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"#;

    fn read(format: &str, line: &str) -> String {
        let format = FormatString::parse(format, Says::default()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(format.dialect, Dialect::Haproxy);
        let row = format.program.parse(line, Who::Peer).unwrap_or_else(|flaw| panic!("{flaw}"));
        format!(
            "{} {}:{:?} {:?} {:?} {:?}",
            row.at / 1_000_000,
            row.client,
            row.client_port,
            row.target,
            row.response_bytes,
            row.duration
        )
    }

    #[test]
    fn the_manuals_formats_are_read() {
        for (format, line, row) in [
            (
                HTTP,
                r#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""#,
                r#"1233922454655 10.0.1.2:Some(33317) Some("http-in") Some(2750) Some(109000000)"#,
            ),
            (
                HTTP,
                r#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/+109 200 +2750 - - ---- 1/1/1/1/0 0/0 "GET /index.html HTTP/1.1""#,
                r#"1233922454655 10.0.1.2:Some(33317) Some("http-in") Some(2750) Some(109000000)"#,
            ),
            (
                TCP,
                "2001:db8::7:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
                r#"1233922371443 2001:db8::7:Some(33313) Some("fnt") Some(212) Some(5007000000)"#,
            ),
        ] {
            let read = read(format, line);
            assert_eq!(
                read,
                row.replace("http-in", if format == HTTP { "/index.html" } else { "http-in" }),
                "{line}"
            );
        }
        let clf = r#"192.0.2.7 - - [06/Feb/2009:12:14:14 +0000] "GET /a HTTP/1.1" 200 59 "" "" 41220 36 "in" "bck" "srv1" 0 0 0 3 5 "----" 1 1 0 0 0 0 0 "" "" "" """#;
        assert_eq!(
            read(CLF, clf),
            r#"1233922454000 192.0.2.7:Some(41220) Some("/a") Some(59) Some(5000000)"#
        );
    }

    #[test]
    fn lists_of_headers_may_be_missing() {
        let unquoted = CLF.replace("%{+Q}o %{-Q}ci", "%ci").replace("%r", "%{+Q}r");
        let head = r#"192.0.2.7 - - [06/Feb/2009:12:14:14 +0000] "GET /a HTTP/1.1" 200 59 "" "" 41220 36 "#;
        for (format, tail) in [
            (CLF, r#""in" "bck" "srv1" 0 0 0 3 5 ---- 1 1 0 0 0 0 0 "" "" "#),
            (CLF, r#""in" "bck" "srv1" 0 0 0 3 5 ---- 1 1 0 0 0 0 0 "" """#),
            (CLF, r#""in" "bck" "srv1" 0 0 0 3 5 ---- 1 1 0 0 0 0 0 "" "" "a b" "" "c""#),
            (&unquoted, "in bck srv1 0 0 0 3 5 ---- 1 1 0 0 0 0 0 - -"),
            (&unquoted, "in bck srv1 0 0 0 3 5 ---- 1 1 0 0 0 0 0 - - a b c"),
        ] {
            let line = format!("{head}{tail}");
            let parsed =
                FormatString::parse(format, Says::default()).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(parsed.program.flaw(&line), None, "{line}");
        }
    }

    #[test]
    fn samples_and_flags_are_known() {
        let line = r#"192.0.2.7 203.0.113.9 [06/Feb/2009:12:14:14.655] www.example.org "/a" 5"#;
        let format = "%[src] %[req.hdr(x-forwarded-for)] [%tr] %[capture.req.hdr(0)] %{+Q}HU %Ta";
        assert_eq!(read(format, line), r#"1233922454655 192.0.2.7:None Some("/a") None Some(5000000)"#);
        let error =
            FormatString::parse("%ci %XX [%tr]", Says::default()).expect_err("no variable").to_string();
        assert!(error.contains("character 5: found \"%XX\""), "{error}");
    }
}
