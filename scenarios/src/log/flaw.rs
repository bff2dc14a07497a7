//! What is wrong with a line of a log.

use std::borrow::Cow;
use std::fmt;

use crate::suggest::printable;

/// What is wrong with a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Flaw {
    /// Which part of the line.
    pub(crate) part: Cow<'static, str>,
    pub(crate) found: String,
    pub(crate) expected: Cow<'static, str>,
    /// The character of the line at which it is, counted from 1, if that is known.
    pub(crate) column: Option<usize>,
}

impl Flaw {
    /// `found` is `None` where the line has ended.
    pub(crate) fn new<'a>(
        part: impl Into<Cow<'static, str>>,
        found: impl Into<Option<&'a str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        let found =
            found.into().map_or_else(|| "the end of the line".to_owned(), |text| format!("\"{text}\""));
        Self { part: part.into(), found, expected: expected.into(), column: None }
    }

    /// A line that does not say what every line must.
    pub(crate) fn missing(part: &'static str, expected: &'static str) -> Self {
        Self { part: part.into(), found: "none".to_owned(), expected: expected.into(), column: None }
    }

    /// `found` is a piece of `line`.
    pub(crate) fn found(part: &str, line: &str, found: &str, expected: &'static str) -> Self {
        let found_or_end = (!found.is_empty() || !ends_at(line, found)).then_some(found);
        Self::new(part.to_owned(), found_or_end, expected).at(line, found)
    }

    /// The rest of a line that does not begin with a text of the format.
    pub(crate) fn instead(part: &str, line: &str, rest: &str, text: &str) -> Self {
        let shown: String = rest.chars().take(text.chars().count().max(1) + 8).collect();
        let found = (!rest.is_empty()).then_some(&*shown);
        Self::new(part.to_owned(), found, format!("\"{}\"", printable(text, 40))).at(line, rest)
    }

    /// A value that does not end; `lacks` is what would end it.
    pub(crate) fn unended(part: &str, line: &str, rest: &str, lacks: String) -> Self {
        let found = (!rest.is_empty()).then_some(rest);
        Self::new(part.to_owned(), found, lacks).at(line, rest)
    }

    /// At `piece`, which is a piece of `line`.
    pub(crate) fn at(mut self, line: &str, piece: &str) -> Self {
        self.column = byte_of(line, piece).map(|byte| line[..byte].chars().count() + 1);
        self
    }

    /// At the only place of `line` that is what was found, if there is one.
    pub(crate) fn located(self, line: &str) -> Self {
        let found = self.found.strip_prefix('"').and_then(|found| found.strip_suffix('"'));
        let Some(found) = found.filter(|found| self.column.is_none() && !found.is_empty()) else {
            return self;
        };
        let mut places = line.match_indices(found);
        match (places.next(), places.next()) {
            (Some((at, _)), None) => {
                let column = Some(line[..at].chars().count() + 1);
                Self { column, ..self }
            }
            _ => self,
        }
    }

    /// In a line that has this many more characters in front.
    pub(crate) fn behind(mut self, characters: usize) -> Self {
        self.column = self.column.map(|column| column + characters);
        self
    }
}

/// At which byte of `line` its `piece` begins.
fn byte_of(line: &str, piece: &str) -> Option<usize> {
    let byte = (piece.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
    (byte + piece.len() <= line.len() && line.is_char_boundary(byte)).then_some(byte)
}

fn ends_at(line: &str, piece: &str) -> bool {
    byte_of(line, piece) == Some(line.len())
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = printable(&self.part, 60);
        write!(f, "{part}: found {}, expected {}", printable(&self.found, 80), self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_from_one() {
        let line = "é 200 x";
        let flaw = Flaw::found("status", line, &line[3..6], "three digits");
        assert_eq!((flaw.column, flaw.found.as_str()), (Some(3), "\"200\""));
        assert_eq!(flaw.behind(10).column, Some(13));
        let end = Flaw::found("bytes", line, &line[line.len()..], "a number");
        assert_eq!((end.column, end.found.as_str()), (Some(8), "the end of the line"));
        assert_eq!(Flaw::found("bytes", line, "elsewhere", "a number").column, None);
    }
}
