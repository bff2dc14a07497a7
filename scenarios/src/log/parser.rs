//! What every parser of lines returns, and the choice among them.

use super::combined::Combined;
use super::elb;
use super::envoy::EnvoyLog;
use super::format::Format;
use super::haproxy::Haproxy;
use super::row::{Columns, LogRow};
use super::zeek::{ZeekJson, ZeekTable};

/// What a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Line {
    /// A request or a connection.
    Row(LogRow),
    /// A line about the log itself.
    Comment,
    /// An entry of something that no scenario is about, such as ICMP.
    Foreign,
}

/// What is wrong with a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Flaw {
    /// Which part of the line.
    pub(crate) part: &'static str,
    pub(crate) found: String,
    pub(crate) expected: &'static str,
}

impl Flaw {
    /// `found` is `None` where the line has ended.
    pub(crate) fn new<'a>(
        part: &'static str,
        found: impl Into<Option<&'a str>>,
        expected: &'static str,
    ) -> Self {
        let found =
            found.into().map_or_else(|| "the end of the line".to_owned(), |text| format!("\"{text}\""));
        Self { part, found, expected }
    }
}

/// A parser of lines, with what it has to remember between them.
#[derive(Clone, Debug)]
pub(crate) enum Parser {
    Combined(Combined),
    Haproxy(Haproxy),
    Elb,
    Alb,
    Zeek(Box<ZeekTable>),
    ZeekJson,
    Envoy,
}

impl Parser {
    /// The parser of a format; `None` if it is not made of lines.
    pub(crate) fn of(format: Format) -> Option<Self> {
        Some(match format {
            Format::Apache => Self::Combined(Combined::Apache),
            Format::Nginx => Self::Combined(Combined::Nginx),
            Format::HaproxyHttp => Self::Haproxy(Haproxy::Http),
            Format::HaproxyTcp => Self::Haproxy(Haproxy::Tcp),
            Format::Elb => Self::Elb,
            Format::Alb => Self::Alb,
            Format::Zeek => Self::Zeek(Box::default()),
            Format::ZeekJson => Self::ZeekJson,
            Format::Envoy => Self::Envoy,
            Format::Pcap | Format::Trace => return None,
        })
    }

    /// What the format can fill; a duration may still be missing from combined logs.
    pub(crate) fn columns(&self) -> Columns {
        match self {
            Self::Combined(_) => Combined::COLUMNS,
            Self::Haproxy(haproxy) => haproxy.columns(),
            Self::Elb | Self::Alb => elb::COLUMNS,
            Self::Zeek(_) | Self::ZeekJson => super::zeek::COLUMNS,
            Self::Envoy => EnvoyLog::COLUMNS,
        }
    }

    /// Reads a line that is not blank.
    pub(crate) fn parse(&mut self, line: &str) -> Result<Line, Flaw> {
        match self {
            Self::Combined(combined) => combined.parse(line).map(Line::Row),
            Self::Haproxy(haproxy) => haproxy.parse(line).map(Line::Row),
            Self::Elb => elb::classic(line).map(Line::Row),
            Self::Alb => elb::application(line).map(Line::Row),
            Self::Zeek(table) => table.parse(line),
            Self::ZeekJson => ZeekJson::parse(line),
            Self::Envoy => EnvoyLog::parse(line).map(Line::Row),
        }
    }
}
