//! The formats that a log may be, tried on its first lines.

use super::super::error::Cause;
use super::super::flaw::Flaw;
use super::super::format::{Format, Reader, base};
use super::super::format_string::{Dialect, FormatString, Says};
use super::super::haproxy::Haproxy;
use super::super::infer::{Guess, Inferred, Known, infer};
use super::super::json_lines::JsonLines;
use super::super::line::Line;
use super::super::mapping::Mapping;
use super::super::meaning::{Durations, Unit};
use super::super::parser::Parser;
use super::super::said::Who;
use super::super::w3c::W3c;
use super::wanted::Wanted;

/// A format with its parser.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) format: Format,
    pub(super) parser: Parser,
    pub(super) is_of_either: bool,
}

/// Why there is none, and at which of the lines that is seen.
pub(super) struct Try {
    pub(super) at: usize,
    pub(super) cause: Cause,
}

/// What the lines say about a format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Score {
    /// Lines that are rows of it.
    rows: usize,
    /// Lines that say something of the log or its server, as only this format does.
    others: usize,
}

/// The format that takes most of the lines; the first of [`Format::ALL`] in a tie.
pub(super) fn best(lines: &[&str], wanted: &Wanted) -> Result<Candidate, Try> {
    let mut best: Option<(Score, Candidate)> = None;
    for format in Format::ALL.into_iter().filter(|format| format.is_found_by_its_lines()) {
        let Some(parser) = parser(format, wanted) else { continue };
        let taken = score(&parser, format, lines);
        if taken > Score::default() && best.as_ref().is_none_or(|(most, _)| taken > *most) {
            best = Some((taken, Candidate { format, parser, is_of_either: false }));
        }
    }
    let family = family(lines, wanted, None);
    let taken = match &family {
        Ok(candidate) => score(&candidate.parser, candidate.format, lines),
        Err(_) => Score::default(),
    };
    match (best, family) {
        (Some((most, candidate)), family)
            if most >= taken && (most.rows > 0 || matches!(family, Err(None))) =>
        {
            checked(candidate, lines, wanted)
        }
        (_, Ok(candidate)) => Ok(candidate),
        (_, Err(Some(tried))) => Err(tried),
        _ => Err(Try { at: 0, cause: Cause::Unknown { line: String::new(), hint: None } }),
    }
}

/// The format that was said.
pub(super) fn said(format: Format, lines: &[&str], wanted: &Wanted) -> Result<Candidate, Try> {
    if let Reader::Family(dialect) = format.reader() {
        return match family(lines, wanted, Some(dialect)) {
            Ok(candidate) => Ok(Candidate { format, ..candidate }),
            Err(Some(tried)) => Err(tried),
            Err(None) => Err(other(format, lines, wanted)),
        };
    }
    let Some(parser) = parser(format, wanted) else { return Err(other(format, lines, wanted)) };
    if score(&parser, format, lines) == Score::default() {
        return Err(other(format, lines, wanted));
    }
    checked(Candidate { format, parser, is_of_either: false }, lines, wanted)
}

/// The format that would take the lines better than the one that was said.
pub(super) fn better(said: Format, lines: &[&str], wanted: &Wanted) -> Option<Format> {
    let open = Wanted { format: None, given: None, ..wanted.clone() };
    let best = best(lines, &open).ok()?;
    if best.format == said || best.is_of_either {
        return None;
    }
    let own = self::said(said, lines, wanted)
        .map_or_else(|_| Score::default(), |own| score(&own.parser, said, lines));
    let taken = score(&best.parser, best.format, lines);
    let is_other_dialect = matches!(
        (said.reader(), best.format.reader()),
        (Reader::Family(said), Reader::Family(best)) if said != best
    );
    (taken > own || is_other_dialect && taken == own).then_some(best.format)
}

/// The format is known, but may not say who asked.
fn checked(candidate: Candidate, lines: &[&str], wanted: &Wanted) -> Result<Candidate, Try> {
    let Parser::Program(program, _) = &candidate.parser else { return Ok(candidate) };
    let has_peer = program.says_peer();
    if has_peer || wanted.who == Who::Forwarded {
        return Ok(candidate);
    }
    let is_forwarded = lines.iter().any(|line| program.parse(line, Who::Forwarded).is_ok());
    Err(Try { at: 0, cause: Cause::NoPeer { format: candidate.format, is_forwarded } })
}

/// The parser of a format that does not look at lines first.
fn parser(format: Format, wanted: &Wanted) -> Option<Parser> {
    let unit = unit(wanted);
    Some(match format {
        Format::HaproxyHttp => Parser::Haproxy(Haproxy::Http),
        Format::HaproxyTcp => Parser::Haproxy(Haproxy::Tcp),
        Format::Elb => Parser::Elb,
        Format::Alb => Parser::Alb,
        Format::Nlb => Parser::Nlb,
        Format::Zeek => Parser::Zeek(Box::default()),
        Format::ZeekJson => Parser::ZeekJson,
        Format::W3c => Parser::W3c(Box::new(W3c::new(wanted.who, unit))),
        _ => match format.reader() {
            Reader::String(dialect, text) => {
                // Whether it says who asked is looked at later, with the lines.
                let says = Says { dialect: Some(dialect), unit, who: Who::Forwarded };
                let format = FormatString::parse(text, says).expect("the formats with names are sound");
                Parser::Program(Box::new(format.program), wanted.who)
            }
            Reader::Json(text) => {
                let mapping: Mapping = text.parse().expect("the mappings with names are sound");
                Parser::Json(Box::new(JsonLines::new(mapping.with_unit(unit), wanted.who)))
            }
            Reader::Own | Reader::Family(_) | Reader::Said => return None,
        },
    })
}

fn unit(wanted: &Wanted) -> Option<Unit> {
    match wanted.durations {
        Some(Durations::Of(unit)) => Some(unit),
        Some(Durations::None) | None => None,
    }
}

/// A common or combined log with what is around it; no error if no line is of that kind.
fn family(lines: &[&str], wanted: &Wanted, dialect: Option<Dialect>) -> Result<Candidate, Option<Try>> {
    let known = Known { dialect, durations: wanted.durations };
    match infer(lines, known) {
        None => Err(None),
        Some(Inferred::Several { about, line, dialect, readings }) => {
            let format = family_of(dialect);
            Err(Some(Try { at: line, cause: Cause::Ambiguous { about, format, readings } }))
        }
        Some(Inferred::One(guess)) => of_guess(&guess, lines, wanted).map_err(Some),
    }
}

fn family_of(dialect: Dialect) -> Format {
    match dialect {
        Dialect::Nginx => Format::Nginx,
        Dialect::Tomcat => Format::Tomcat,
        _ => Format::Apache,
    }
}

fn of_guess(guess: &Guess, lines: &[&str], wanted: &Wanted) -> Result<Candidate, Try> {
    let format = family_of(guess.dialect);
    // Tomcat's durations have their units in their names here.
    let dialect = if guess.dialect == Dialect::Tomcat { Dialect::Apache } else { guess.dialect };
    let says = Says { dialect: Some(dialect), unit: guess.unit, who: Who::Forwarded };
    let program = match FormatString::parse(&guess.text, says) {
        Ok(format) => format.program,
        // Words with nothing between them and the like: no format string says that.
        Err(_) => return Err(Try { at: 0, cause: Cause::Unknown { line: String::new(), hint: None } }),
    };
    let parser = Parser::Program(Box::new(program), wanted.who);
    checked(Candidate { format, parser, is_of_either: guess.is_of_either }, lines, wanted)
}

/// What the lines say of this format.
fn score(parser: &Parser, format: Format, lines: &[&str]) -> Score {
    let mut score = Score::default();
    if let (Parser::Program(program, _), Reader::String(..)) = (parser, format.reader()) {
        score.rows = lines.iter().filter(|line| program.fits(line)).count();
        return score;
    }
    let is_json = matches!(parser, Parser::Json(_));
    let mut parser = parser.clone();
    for line in lines {
        match parser.parse(line) {
            Ok(Line::Row(_)) => score.rows += usize::from(is_telling(format, line)),
            Ok(_) => score.others += usize::from(!is_json),
            Err(_) => {}
        }
    }
    score
}

/// Whether a line has what only this format has. JSON of any kind has a time and a client.
fn is_telling(format: Format, line: &str) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| line.contains(key));
    match format {
        Format::NginxJson => has(&[
            "\"body_bytes_sent\"",
            "\"request_time\"",
            "\"http_user_agent\"",
            "\"upstream_response_time\"",
        ]),
        Format::Caddy => has(&["\"request\":{", "\"request\": {"]),
        _ => true,
    }
}

/// The lines are not of the format that was said.
fn other(said: Format, lines: &[&str], wanted: &Wanted) -> Try {
    let open = Wanted { format: None, given: None, ..wanted.clone() };
    let found = match best(lines, &open) {
        Ok(best) => Some(best.format),
        // It can be read once it is said whose it is.
        Err(Try { cause: Cause::Ambiguous { format, .. }, .. }) => Some(format),
        Err(_) => None,
    };
    let found = found.filter(|&found| found != said);
    let (at, flaw) = first_flaw(said, lines, wanted);
    Try { at, cause: Cause::OtherFormat { said, found, flaw } }
}

/// What of the lines a format does not take.
fn first_flaw(format: Format, lines: &[&str], wanted: &Wanted) -> (usize, Flaw) {
    let of_parser = |mut parser: Parser| {
        lines.iter().enumerate().find_map(|(at, line)| Some((at, parser.parse(line).err()?)))
    };
    let flaw = match (format, format.reader()) {
        (Format::Trace, _) => {
            return (0, Flaw::new("header", lines.first().copied(), "arrival_s,client and so on"));
        }
        (Format::Pcap, _) => {
            return (0, Flaw { found: "text".to_owned(), ..Flaw::new("file", None, "packets") });
        }
        (_, Reader::Family(dialect)) => {
            let says = Says { dialect: Some(dialect), ..Says::default() };
            let format = FormatString::parse(base(dialect), says).expect("a sound format");
            of_parser(Parser::Program(Box::new(format.program), wanted.who))
        }
        _ => match parser(format, wanted) {
            Some(Parser::Program(program, _)) => {
                lines.iter().enumerate().find_map(|(at, line)| Some((at, program.flaw(line)?)))
            }
            Some(parser) => of_parser(parser),
            None => None,
        },
    };
    flaw.unwrap_or_else(|| (0, Flaw::missing("log", "a row")))
}
