//! The texts that problems are about: one file, or several that include each other.
//!
//! A place is a range of bytes of all texts one after the other, so that a reader that crosses from one file into another
//! needs no other kind of place than one that stays in its own.

use std::ops::Range;

/// Texts, each with the name that messages use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

/// A text, its name, and where its places begin.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) origin: String,
    pub(crate) text: String,
    start: usize,
}

impl Sources {
    /// A single text, whose places are its own.
    pub(crate) fn one(origin: &str, text: &str) -> Self {
        let mut sources = Self::default();
        sources.add(origin, text);
        sources
    }

    /// Adds a text. Returns where its places begin.
    pub(crate) fn add(&mut self, origin: &str, text: &str) -> usize {
        // One byte between two texts: the end of one is not the beginning of the next.
        let start = self.0.last().map_or(0, |last| last.start + last.text.len() + 1);
        self.0.push(Source { origin: origin.to_owned(), text: text.to_owned(), start });
        start
    }

    /// The text that a place is in, and the place within it, cut to the text.
    pub(crate) fn of(&self, place: &Range<usize>) -> Option<(&Source, Range<usize>)> {
        let after = self.0.partition_point(|source| source.start <= place.start);
        let source = self.0.get(after.checked_sub(1)?)?;
        let within = |at: usize| (at - source.start).min(source.text.len());
        Some((source, within(place.start)..within(place.end.max(place.start))))
    }

    /// What stands at a place; nothing if it is none.
    pub(crate) fn text(&self, place: &Range<usize>) -> &str {
        self.of(place).and_then(|(source, within)| source.text.get(within)).unwrap_or_default()
    }

    /// What the whole is called: its first text.
    pub(crate) fn origin(&self) -> &str {
        self.0.first().map_or("", |first| &first.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_its_text() {
        let mut sources = Sources::one("a", "xyz");
        let start = sources.add("b", "0123");
        let found = |place: Range<usize>| {
            let (source, within) = sources.of(&place).expect("a text");
            (source.origin.as_str(), within)
        };
        assert_eq!(found(1..2), ("a", 1..2));
        assert_eq!(found(3..3), ("a", 3..3), "the end of a text");
        assert_eq!(found(start..start + 2), ("b", 0..2));
        assert_eq!(found(start + 3..start + 9), ("b", 3..4), "cut to the text");
        assert!(Sources::default().of(&(0..1)).is_none());
    }
}
