//! `$NAME=value`, and `$NAME` or `${NAME}` where the value is to stand.

use std::collections::HashMap;
use std::ops::Range;

use super::line::{BLANKS, Line};

/// The definitions so far.
#[derive(Default)]
pub(super) struct Definitions(HashMap<String, Definition>);

/// The lines of a value; of a definition on one line there is one.
#[derive(Clone, Debug, Default)]
struct Definition {
    lines: Vec<Line>,
    /// Whether it was written on several lines; such a name is replaced only at the end of a line.
    is_long: bool,
}

/// A definition that began.
pub(super) struct Begun {
    pub(super) name: String,
    /// Whether the next line belongs to it too.
    pub(super) goes_on: bool,
}

/// What a replacement brought.
pub(super) struct Replaced {
    /// The lines behind the first of a value of several.
    pub(super) rest: Vec<Line>,
}

impl Definitions {
    /// Takes a line that is a definition.
    pub(super) fn begin(&mut self, line: &Line) -> Option<Begun> {
        let (name, value) = line.text().strip_prefix('$')?.split_once('=')?;
        if !is_name(name) {
            return None;
        }
        let blanks = value.len() - value.trim_start_matches(BLANKS).len();
        let value = line.part(name.len() + 2 + blanks..line.text().len());
        let mut definition = Definition::default();
        let goes_on = definition.push(&value);
        definition.is_long = goes_on;
        self.0.insert(name.to_owned(), definition);
        Some(Begun { name: name.to_owned(), goes_on })
    }

    /// Adds a line to a definition. Returns whether it still goes on.
    pub(super) fn go_on(&mut self, name: &str, line: &Line) -> bool {
        self.0.get_mut(name).is_some_and(|definition| definition.push(line))
    }

    /// Sets a name to a value of one line.
    pub(super) fn set(&mut self, name: &str, value: Line) {
        self.0.insert(name.to_owned(), Definition { lines: vec![value], is_long: false });
    }

    /// Replaces the first name at or behind `from` that is defined. Returns where it was too.
    pub(super) fn replace(&self, line: &mut Line, from: usize) -> Option<(usize, Replaced)> {
        let mut at = from;
        loop {
            at += line.text()[at..].find('$')?;
            if let Some(used) = Used::at(line.text(), at)
                && let Some(definition) = self.0.get(used.name)
                && (used.ends_line || !definition.is_long)
            {
                let span = used.span.clone();
                let mut lines = definition.lines.iter().cloned();
                match lines.next() {
                    Some(first) if definition.is_long => line.splice(span, &first),
                    Some(first) => line.replace(span, first.text()),
                    None => line.replace(span, ""),
                }
                return Some((at, Replaced { rest: lines.collect() }));
            }
            at += 1;
        }
    }
}

impl Definition {
    /// Adds a line, without the backslash at its end. Returns whether there was one.
    fn push(&mut self, line: &Line) -> bool {
        let text = line.text();
        let goes_on = text.ends_with('\\');
        let kept = if goes_on { text[..text.len() - 1].trim_end_matches(BLANKS) } else { text };
        if !kept.is_empty() {
            self.lines.push(line.part(0..kept.len()));
        }
        goes_on
    }
}

/// The names in a text that look like definitions, as they are written.
pub(in crate::table::keepalived) fn first_name(text: &str) -> Option<&str> {
    let at = text.find('$')?;
    Used::at(text, at).map(|used| used.name)
}

/// `$NAME` or `${NAME}` in a line.
struct Used<'a> {
    name: &'a str,
    span: Range<usize>,
    ends_line: bool,
}

impl<'a> Used<'a> {
    fn at(text: &'a str, dollar: usize) -> Option<Self> {
        let behind = &text[dollar + 1..];
        let (rest, in_braces) = match behind.strip_prefix('{') {
            Some(rest) => (rest, true),
            None => (behind, false),
        };
        let len = rest.find(|c: char| !is_letter(c)).unwrap_or(rest.len());
        let name = &rest[..len];
        let after = &rest[len..];
        let ends = if in_braces {
            after.starts_with('}')
        } else {
            after.is_empty() || after.starts_with([' ', '\t', ',', ')'])
        };
        if !is_name(name) || !ends {
            return None;
        }
        let end = dollar + 1 + len + if in_braces { 2 } else { 0 };
        Some(Self { name, span: dollar..end, ends_line: end == text.len() })
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_letter)
}
