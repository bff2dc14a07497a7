//! The format string that a server was given for its log: nginx's `log_format`, Apache's and Tomcat's `LogFormat`, HAProxy's
//! `log-format`, Envoy's `text_format`, or one of our own with names in braces. It is compiled to a [`Program`].

mod apache;
mod braces;
mod compile;
mod dialect;
mod envoy;
mod haproxy;
mod nginx;
mod piece;

use std::fmt;

pub use self::dialect::{Dialect, Says};
use super::program::Program;
use crate::suggest::printable;

/// Whose format string it looks like; `None` if it has no variable of any.
pub(crate) fn looks_like(text: &str) -> Option<Dialect> {
    let named = |mark: char, is_name: fn(char) -> bool| {
        text.match_indices(mark).any(|(at, _)| text[at + 1..].starts_with(is_name))
    };
    if named('$', |c| c.is_ascii_lowercase() || c == '{') && !text.contains("%{") {
        return Some(Dialect::Nginx);
    }
    if envoy::is_one(text) {
        return Some(Dialect::Envoy);
    }
    if text.contains('%') {
        return Some(if haproxy::is_one(text) { Dialect::Haproxy } else { Dialect::Apache });
    }
    named('{', |c| c.is_ascii_lowercase() || matches!(c, '_' | '"')).then_some(Dialect::Braces)
}

/// A format string, compiled.
#[derive(Clone, Debug)]
pub struct FormatString {
    dialect: Dialect,
    text: String,
    pub(crate) program: Program,
}

impl FormatString {
    /// Compiles a format string.
    ///
    /// # Errors
    /// What of it is not known, or what it lacks.
    pub fn parse(text: &str, says: Says) -> Result<Self, FormatError> {
        let fail = |column, found: &str, expected: String| FormatError::new(text, column, found, expected);
        let Some(dialect) = says.dialect.or_else(|| looks_like(text)) else {
            return Err(fail(
                None,
                text,
                "variables such as nginx's $remote_addr, Apache's %h, HAProxy's %ci, Envoy's %START_TIME% or {client}".into(),
            ));
        };
        let pieces = match dialect {
            Dialect::Nginx => nginx::pieces(text),
            Dialect::Apache | Dialect::Tomcat => apache::pieces(text, dialect, says.unit),
            Dialect::Haproxy => haproxy::pieces(text),
            Dialect::Envoy => envoy::pieces(text),
            Dialect::Braces => braces::pieces(text),
        };
        let program = pieces.and_then(|pieces| compile::program(pieces, dialect, says));
        let program = program.map_err(|fault| fail(fault.column, &fault.found, fault.expected))?;
        Ok(Self { dialect, text: text.to_owned(), program })
    }

    /// Whose it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The text that was compiled.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What is wrong with a format string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatError {
    text: String,
    /// The character, counted from 1.
    column: Option<usize>,
    found: String,
    expected: String,
}

impl FormatError {
    fn new(text: &str, column: Option<usize>, found: &str, expected: String) -> Self {
        Self { text: text.to_owned(), column, found: found.to_owned(), expected }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = printable(&self.text, 200);
        match self.column {
            Some(column) => write!(f, "the format '{text}', character {column}: ")?,
            None => write!(f, "the format '{text}': ")?,
        }
        write!(f, "found {}, expected {}", printable(&self.found, 80), self.expected)
    }
}

impl std::error::Error for FormatError {}
