//! Which format a log is, by its first lines and what flags say.

mod candidate;
mod wanted;

use std::borrow::Cow;

use self::candidate::{Candidate, Try};
pub use self::wanted::Given;
pub(crate) use self::wanted::Wanted;
use super::error::Cause;
use super::flaw::Flaw;
use super::format::{Format, Reader};
use super::format_string::FormatString;
use super::json;
use super::line::Line;
use super::mapping::Mapping;
use super::meaning::Durations;
use super::parser::Parser;
use super::prefix::Prefix;
use super::reading;
use super::row::Columns;
use super::said::Who;

/// How many lines are looked at, and how many bytes of them.
pub(crate) const LINES: usize = 200;
pub(crate) const BYTES: usize = 1 << 20;

/// What is known after the first lines.
#[derive(Clone, Debug)]
pub(crate) struct Detected {
    pub(crate) format: Format,
    pub(crate) parser: Parser,
    pub(crate) prefix: Prefix,
    pub(crate) columns: Columns,
    /// The format that takes the lines better than the one that was said, if there is one.
    pub(crate) better: Option<Format>,
    /// What of a line was taken for what.
    pub(crate) reading: Option<String>,
    /// Apache's or nginx's: without durations they look alike.
    pub(crate) is_of_either: bool,
    /// Whether it has X-Forwarded-For.
    pub(crate) says_forwarded: bool,
}

/// Finds the format of the first lines of a log.
///
/// # Errors
/// If none takes any, or what was said takes none, with the number of the line; or if there are several ways to read them.
pub(crate) fn detect(lines: &[&str], wanted: &Wanted) -> Result<Detected, (usize, Cause)> {
    let plain = Prefix::of(lines.iter().copied(), false);
    let failed = match with_prefix(lines, plain.clone(), wanted) {
        Ok(detected) => return Ok(detected),
        Err(failed) => failed,
    };
    let timed = Prefix::of(lines.iter().copied(), true);
    if timed.words() == plain.words() {
        return Err(failed);
    }
    // What is said of the lines as they are tells more than what is said of a part of them.
    with_prefix(lines, timed, wanted).map_err(|again| match again.1 {
        Cause::Ambiguous { .. } | Cause::NoPeer { .. } => again,
        _ => failed,
    })
}

fn with_prefix(lines: &[&str], prefix: Prefix, wanted: &Wanted) -> Result<Detected, (usize, Cause)> {
    let mut stripper = prefix.clone();
    let stripped: Vec<(usize, usize, Cow<'_, str>)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| stripper.strip(line).map(|bare| (at, bare.in_front, bare.text)))
        .filter(|(.., text)| !text.trim().is_empty())
        .collect();
    let texts: Vec<&str> = stripped.iter().map(|(.., text)| &**text).collect();
    let numbered = |at: usize, cause: Cause| match stripped.get(at) {
        Some((at, in_front, _)) => (*at, cause.behind(*in_front)),
        None => (0, cause),
    };
    let Some(&first) = texts.first() else { return Err((0, Cause::Empty)) };
    let chosen = match &wanted.given {
        Some(Given::String(format)) => given_string(&texts, format, wanted),
        Some(Given::Map(mapping)) => given_map(&texts, mapping, wanted),
        None => match wanted.format {
            Some(said) => candidate::said(said, &texts, wanted),
            None => candidate::best(&texts, wanted),
        },
    };
    let Candidate { format, parser, is_of_either } = match chosen {
        Ok(candidate) => candidate,
        Err(Try { at, cause }) => {
            let hint = matches!(cause, Cause::Unknown { .. }).then(|| unknown(first));
            return Err(numbered(at, hint.unwrap_or(cause)));
        }
    };
    if let Some(Durations::Of(unit)) = wanted.durations
        && !parser.takes_unit()
    {
        return Err(numbered(0, Cause::UnitIsKnown { format, unit }));
    }
    let mut parser_after = parser.clone();
    let mut row = None;
    let mut seen = Columns::NONE;
    for text in &texts {
        if let Ok(Line::Row(found)) = parser_after.parse(text) {
            row = row.or(Some(*text));
            seen = seen.with(&found);
        }
    }
    if wanted.who == Who::Forwarded && !parser_after.says_forwarded() {
        return Err(numbered(0, Cause::NoForwarded { format }));
    }
    let mut columns = parser_after.columns();
    if matches!(format.reader(), Reader::Json(_)) {
        // Not everyone logs all the fields that a server has.
        columns = columns.and(seen);
    }
    columns.duration &= wanted.durations != Some(Durations::None);
    let reading = row.and_then(|line| reading::of_line(&parser_after, line));
    let better = match (wanted.format, &wanted.given) {
        (Some(said), None) => candidate::better(said, &texts, wanted),
        _ => None,
    };
    let says_forwarded = parser_after.says_forwarded();
    Ok(Detected { format, parser, prefix, columns, better, reading, is_of_either, says_forwarded })
}

fn given_string(lines: &[&str], format: &FormatString, wanted: &Wanted) -> Result<Candidate, Try> {
    let parser = Parser::Program(Box::new(format.program.clone()), wanted.who);
    let fits = |line: &&&str| format.program.fits(line);
    if lines.iter().any(|line| fits(&line)) {
        return Ok(Candidate { format: Format::Given, parser, is_of_either: false });
    }
    let flaws = lines.iter().enumerate().filter_map(|(at, line)| Some((at, format.program.flaw(line)?)));
    // The line that fits furthest tells most.
    let furthest = flaws.max_by_key(|(at, flaw)| (flaw.column, std::cmp::Reverse(*at)));
    let (at, flaw) = furthest.unwrap_or_else(|| (0, Flaw::missing("line", "a line of the given format")));
    Err(Try { at, cause: Cause::NotGiven { flaw } })
}

fn given_map(lines: &[&str], mapping: &Mapping, wanted: &Wanted) -> Result<Candidate, Try> {
    let is_json = lines.first().is_some_and(|line| line.trim_start().starts_with('{'));
    let mut parser = if is_json {
        Parser::Json(Box::new(super::json_lines::JsonLines::new(mapping.clone(), wanted.who)))
    } else {
        Parser::Table(Box::new(super::delimited::Table::new(mapping.clone(), wanted.who)))
    };
    let fresh = parser.clone();
    let mut first_flaw = None;
    for (at, line) in lines.iter().enumerate() {
        match parser.parse(line) {
            Ok(Line::Row(_)) => {
                return Ok(Candidate { format: Format::Mapped, parser: fresh, is_of_either: false });
            }
            Ok(_) => {}
            Err(flaw) => drop(first_flaw.get_or_insert((at, flaw))),
        }
    }
    match first_flaw {
        None if is_json => {
            let names: Vec<String> = json::listing(lines[0]).into_iter().map(|(name, _)| name).collect();
            let client = mapping.fields.iter().find(|field| field.meaning.name() == "client");
            let wanted = client.map_or_else(
                || "one of the mapping".to_owned(),
                |field| format!("{} among them", field.names.join(" or ")),
            );
            let flaw = Flaw::new("fields", &*names.join(", "), wanted);
            Err(Try { at: 0, cause: Cause::NotGiven { flaw } })
        }
        // A table without rows.
        None => Ok(Candidate { format: Format::Mapped, parser: fresh, is_of_either: false }),
        Some((at, flaw)) => Err(Try { at, cause: Cause::NotGiven { flaw } }),
    }
}

/// What to say of a log of which no format is known.
fn unknown(line: &str) -> Cause {
    /// How many fields are shown.
    const SHOWN: usize = 12;
    let shown = crate::suggest::printable(line, 120);
    let fields = json::listing(line);
    let hint = if !fields.is_empty() {
        let listed: Vec<String> = fields
            .iter()
            .take(SHOWN)
            .map(|(name, value)| {
                format!("{} ({})", crate::suggest::printable(name, 40), crate::suggest::printable(value, 24))
            })
            .collect();
        let more = if fields.len() > SHOWN { " …" } else { "" };
        Some(format!(
            "it is JSON; map its fields with --map time=FIELD:FORMAT:start,client=FIELD,object=FIELD,bytes=FIELD,duration=FIELD:UNIT \
             (:end if the time is that of the end). Fields: {}{more}",
            listed.join(", ")
        ))
    } else if line.starts_with("Connect from ") {
        Some(
            "HAProxy's default log has neither times nor durations: use `option httplog` or `option tcplog`"
                .to_owned(),
        )
    } else if is_stamped(line) {
        Some(
            "this looks like a log of IIS without its #Fields: line; put that line back at the top"
                .to_owned(),
        )
    } else if line.matches([',', '\t', ';']).count() >= 2 && !line.contains('[') {
        Some("if it is a table with column names in its first line: --map time=COLUMN:FORMAT:start,client=COLUMN,duration=COLUMN:UNIT".to_owned())
    } else {
        None
    };
    Cause::Unknown { line: shown, hint }
}

/// Whether a line begins as those of IIS do: `2024-05-01 12:00:00 `.
fn is_stamped(line: &str) -> bool {
    line.get(..20).is_some_and(|stamp| stamp.ends_with(' ') && super::stamp::iso(stamp.trim_end()).is_some())
        && line.as_bytes()[10] == b' '
}
