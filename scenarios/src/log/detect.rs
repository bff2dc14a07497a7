//! Which format a log is, by its first lines.

use super::error::Cause;
use super::format::Format;
use super::parser::{Flaw, Line, Parser};
use super::row::Columns;

/// How many lines are looked at.
pub(crate) const LINES: usize = 50;

/// What the first lines say about a format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Score {
    /// Lines that it takes.
    taken: usize,
    /// Lines of these with a duration, which tells nginx from Apache.
    timed: usize,
}

/// What is known after the first lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Detected {
    pub(crate) format: Format,
    /// The one that takes the lines better than the one that was said, if there is one.
    pub(crate) better: Option<Format>,
}

/// The format that takes most of the lines; the first of [`Format::ALL`] in a tie. `is_trace` if they begin as a
/// trace of ours does.
///
/// # Errors
/// If none takes any, or `said` takes none.
pub(crate) fn detect<'a, I: Iterator<Item = &'a str>>(
    lines: impl Fn() -> I,
    is_trace: bool,
    said: Option<Format>,
) -> Result<Detected, Cause> {
    let best = if is_trace { Some(Format::Trace) } else { best(&lines) };
    match said {
        None => match best {
            Some(format) => Ok(Detected { format, better: None }),
            None => Err(Cause::Unknown { line: lines().next().unwrap_or_default().to_owned() }),
        },
        Some(said) if score(said, lines()).taken == 0 => {
            let flaw = first_flaw(said, lines());
            Err(Cause::OtherFormat { said, found: best.filter(|&found| found != said), flaw })
        }
        Some(said) => {
            let better = best.filter(|&best| best != said && score(best, lines()) > score(said, lines()));
            Ok(Detected { format: said, better })
        }
    }
}

fn best<'a, I: Iterator<Item = &'a str>>(lines: impl Fn() -> I) -> Option<Format> {
    let mut best: Option<(Score, Format)> = None;
    for format in Format::ALL {
        let score = score(format, lines());
        if score.taken > 0 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, format));
        }
    }
    best.map(|(_, format)| format)
}

fn score<'a>(format: Format, lines: impl Iterator<Item = &'a str>) -> Score {
    let Some(mut parser) = Parser::of(format) else { return Score::default() };
    let mut score = Score::default();
    for line in lines {
        let parsed = parser.parse(line);
        score.taken += usize::from(parsed.is_ok());
        score.timed += usize::from(is_timed(&parsed));
    }
    score
}

fn is_timed(parsed: &Result<Line, Flaw>) -> bool {
    matches!(parsed, Ok(Line::Row(row)) if row.duration.is_some())
}

/// What of the lines `format` does not take.
fn first_flaw<'a>(format: Format, mut lines: impl Iterator<Item = &'a str>) -> Flaw {
    let Some(mut parser) = Parser::of(format) else {
        return match format {
            Format::Trace => Flaw::new("header", lines.next(), "arrival_s,client and so on"),
            _ => Flaw { part: "file", found: "text".to_owned(), expected: "packets" },
        };
    };
    let flaw = lines.find_map(|line| parser.parse(line).err());
    flaw.expect("a format that takes no line has a flaw for each")
}

/// What the format can fill, and combined logs do fill in these lines.
pub(crate) fn columns<'a>(parser: &Parser, mut lines: impl Iterator<Item = &'a str>) -> Columns {
    let mut columns = parser.columns();
    if matches!(parser, Parser::Combined(_)) {
        let mut parser = parser.clone();
        columns.duration = lines.any(|line| is_timed(&parser.parse(line)));
    }
    columns
}
