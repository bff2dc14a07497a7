//! The choice among the parsers of lines.

use super::delimited::Table;
use super::elb;
use super::flaw::Flaw;
use super::haproxy::Haproxy;
use super::json_lines::JsonLines;
use super::line::Line;
use super::meaning::{Instant, Meaning};
use super::nlb;
use super::program::Program;
use super::row::Columns;
use super::said::Who;
use super::w3c::W3c;
use super::zeek::{ZeekJson, ZeekTable};

/// A parser of lines, with what it has to remember between them.
#[derive(Clone, Debug)]
pub(crate) enum Parser {
    Program(Box<Program>, Who),
    Json(Box<JsonLines>),
    Table(Box<Table>),
    W3c(Box<W3c>),
    Haproxy(Haproxy),
    Elb,
    Alb,
    Nlb,
    Zeek(Box<ZeekTable>),
    ZeekJson,
}

impl Parser {
    /// What the format can fill.
    pub(crate) fn columns(&self) -> Columns {
        match self {
            Self::Program(program, _) => program.columns(),
            Self::Json(lines) => lines.mapping.columns(),
            Self::Table(table) => table.mapping.columns(),
            Self::W3c(log) => log.columns(),
            Self::Haproxy(haproxy) => haproxy.columns(),
            Self::Elb | Self::Alb => elb::COLUMNS,
            Self::Nlb => nlb::COLUMNS,
            Self::Zeek(_) | Self::ZeekJson => super::zeek::COLUMNS,
        }
    }

    /// Whether a line may have X-Forwarded-For.
    pub(crate) fn says_forwarded(&self) -> bool {
        let is_it = |meaning: &Meaning| *meaning == Meaning::Forwarded;
        match self {
            Self::Program(program, _) => program.says(is_it),
            Self::Json(lines) => lines.mapping.fields.iter().any(|field| is_it(&field.meaning)),
            Self::Table(table) => table.mapping.fields.iter().any(|field| is_it(&field.meaning)),
            Self::W3c(log) => log.says_forwarded(),
            _ => false,
        }
    }

    /// Whether times are those of the end.
    pub(crate) fn is_stamped_at_end(&self) -> bool {
        let instant = match self {
            Self::Program(program, _) => program.instant,
            Self::Json(lines) => lines.mapping.instant,
            Self::Table(table) => table.mapping.instant,
            Self::W3c(_) | Self::Nlb => Instant::End,
            _ => Instant::Start,
        };
        instant == Instant::End
    }

    /// Whether a unit of durations that a flag says is heard.
    pub(crate) fn takes_unit(&self) -> bool {
        matches!(self, Self::Program(..) | Self::Json(_) | Self::Table(_) | Self::W3c(_))
    }

    /// Reads a line that is not blank.
    pub(crate) fn parse(&mut self, line: &str) -> Result<Line, Flaw> {
        match self {
            Self::Program(program, who) => program.parse(line, *who).map(Line::Row),
            Self::Json(lines) => lines.parse(line),
            Self::Table(table) => table.parse(line),
            Self::W3c(log) => log.parse(line),
            Self::Haproxy(haproxy) => haproxy.parse(line),
            Self::Elb => elb::classic(line).map(Line::Row),
            Self::Alb => elb::application(line).map(Line::Row),
            Self::Nlb => nlb::parse(line).map(Line::Row),
            Self::Zeek(table) => table.parse(line),
            Self::ZeekJson => ZeekJson::parse(line),
        }
        .map_err(|flaw| flaw.located(line))
    }
}
