//! What every kind of format string is taken apart into.

use super::super::meaning::{Instant, Meaning};
use super::super::shape::Shape;

/// A part of a format string.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// This text, exactly.
    Text(String),
    /// Any number of blanks.
    Blanks,
    Variable(Variable),
}

/// A variable of a format string.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// As it is written.
    pub(crate) name: String,
    /// At which character of the format string, counted from 1.
    pub(crate) column: usize,
    pub(crate) role: Option<Role>,
    pub(crate) shape: Shape,
    pub(crate) style: Style,
}

/// What a variable may stand for.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) meaning: Meaning,
    /// Of several variables for the same thing the one of the highest rank counts.
    pub(crate) rank: u8,
    /// Of a time: whether it is the start or the end.
    pub(crate) instant: Instant,
}

/// How a variable is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    Plain,
    /// A list with commas or colons and blanks.
    List,
    /// A part of a URL: nothing needs to stand between it and the next one.
    Path,
    /// In quotes or not.
    MaybeQuoted,
    /// In braces, or not there.
    MaybeBraces,
}

/// What is wrong with a format string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// The character, counted from 1.
    pub(crate) column: Option<usize>,
    pub(crate) found: String,
    pub(crate) expected: String,
}

impl Fault {
    pub(crate) fn new(column: usize, found: &str, expected: impl Into<String>) -> Self {
        Self { column: Some(column), found: format!("\"{found}\""), expected: expected.into() }
    }
}

impl Variable {
    /// A variable that is passed over.
    pub(crate) fn passed(name: impl Into<String>, column: usize) -> Self {
        Self { name: name.into(), column, role: None, shape: Shape::Any, style: Style::Plain }
    }

    /// One that stands for something.
    pub(crate) fn meaning(mut self, meaning: Meaning, rank: u8) -> Self {
        self.role = Some(Role { meaning, rank, instant: Instant::Start });
        self
    }

    /// One that is a time.
    pub(crate) fn time(mut self, meaning: Meaning, rank: u8, instant: Instant) -> Self {
        self.role = Some(Role { meaning, rank, instant });
        self
    }

    pub(crate) fn shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    pub(crate) fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// Adds text; what follows text is one text with it.
pub(crate) fn put_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// The character of `text` at which `rest`, its end, begins, counted from 1.
pub(crate) fn column(text: &str, rest: &str) -> usize {
    text[..text.len() - rest.len()].chars().count() + 1
}
