//! A line, and where its bytes come from.

use std::ops::Range;

/// A line of text, which may be put together from several places.
#[derive(Clone, Debug, Default)]
pub(in crate::table::keepalived) struct Line {
    text: String,
    /// One after the other, they make up the text.
    pieces: Vec<Piece>,
}

/// A part of a line's text.
#[derive(Clone, Debug)]
struct Piece {
    len: usize,
    /// Where it is written: byte by byte if that is as long, and as a whole otherwise, as a `$NAME` stands for its value.
    place: Range<usize>,
}

impl Piece {
    /// Where a part of it is written.
    fn place_of(&self, part: Range<usize>) -> Range<usize> {
        if self.place.len() == self.len {
            self.place.start + part.start..self.place.start + part.end
        } else if part.is_empty() && part.start == self.len {
            self.place.end..self.place.end
        } else {
            self.place.clone()
        }
    }
}

impl Line {
    /// Text that stands at `start`.
    pub(super) fn new(text: &str, start: usize) -> Self {
        Self {
            text: text.to_owned(),
            pieces: vec![Piece { len: text.len(), place: start..start + text.len() }],
        }
    }

    pub(in crate::table::keepalived) fn text(&self) -> &str {
        &self.text
    }

    /// Where a part of the text is written.
    pub(in crate::table::keepalived) fn place(&self, part: &Range<usize>) -> Range<usize> {
        let mut at = 0;
        let mut place: Option<Range<usize>> = None;
        for piece in &self.pieces {
            let (start, end) = (part.start.max(at), part.end.min(at + piece.len));
            if start < end || (part.is_empty() && start == end) {
                let within = piece.place_of(start - at..end - at);
                let begin = place.map_or(within.start, |place| place.start);
                place = Some(begin..within.end.max(begin));
            }
            at += piece.len;
        }
        place.unwrap_or_default()
    }

    /// A part of the line.
    pub(super) fn part(&self, part: Range<usize>) -> Self {
        let mut line = Self { text: self.text[part.clone()].to_owned(), pieces: Vec::new() };
        let mut at = 0;
        for piece in &self.pieces {
            let (start, end) = (part.start.max(at), part.end.min(at + piece.len));
            if start < end {
                let place = piece.place_of(start - at..end - at);
                line.pieces.push(Piece { len: end - start, place });
            }
            at += piece.len;
        }
        if line.pieces.is_empty() {
            line.pieces.push(Piece { len: 0, place: self.place(&(part.start..part.start)) });
        }
        line
    }

    /// Puts `value` where `part` is. It is of the place of `part`.
    pub(super) fn replace(&mut self, part: Range<usize>, value: &str) {
        let place = self.place(&part);
        let mut line = self.part(0..part.start);
        line.push(&Self { text: value.to_owned(), pieces: vec![Piece { len: value.len(), place }] });
        line.push(&self.part(part.end..self.text.len()));
        *self = line;
    }

    /// Puts another line where `part` is.
    pub(super) fn splice(&mut self, part: Range<usize>, other: &Self) {
        let mut line = self.part(0..part.start);
        line.push(other);
        line.push(&self.part(part.end..self.text.len()));
        *self = line;
    }

    fn push(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.pieces.extend(other.pieces.iter().cloned());
    }

    /// Takes comments out, backslashes before `#` and `!` too, and blanks at both ends. A backslash at the very end stays: it
    /// goes on with a definition, even behind a comment.
    ///
    /// # Errors
    /// The place of a quote that is not closed.
    pub(super) fn decommented(&self) -> Result<Self, (Self, Range<usize>)> {
        let text = self.text.trim_start_matches(BLANKS);
        let mut line = self.part(self.text.len() - text.len()..self.text.len());
        let (mut at, mut end, mut quote, mut goes_on) = (0, None, None, false);
        while let Some(&byte) = line.text.as_bytes().get(at) {
            match byte {
                b'"' if end.is_none() => quote = if quote.is_none() { Some(at) } else { None },
                b'\\' if at + 1 == line.text.len() => {
                    line = line.part(0..at);
                    goes_on = true;
                }
                b'\\' if quote.is_none() && matches!(line.text.as_bytes()[at + 1], b'#' | b'!') => {
                    line.replace(at..at + 1, "");
                }
                b'\\' => at += 1,
                b'#' | b'!' if quote.is_none() && end.is_none() => end = Some(at),
                _ => {}
            }
            at += 1;
        }
        let mut kept = line.part(0..end.unwrap_or(line.text.len()).min(line.text.len()));
        kept = kept.part(0..kept.text.trim_end_matches(BLANKS).len());
        if goes_on {
            let place = self.place(&(self.text.len().saturating_sub(1)..self.text.len()));
            kept.push(&Self { text: "\\".to_owned(), pieces: vec![Piece { len: 1, place }] });
        }
        match quote {
            Some(open) => Err((kept, line.place(&(open..line.text.len())))),
            None => Ok(kept),
        }
    }
}

/// What keepalived takes for blanks at the ends of a line.
pub(super) const BLANKS: [char; 2] = [' ', '\t'];

#[cfg(test)]
mod tests {
    use super::*;

    fn decommented(text: &str) -> String {
        Line::new(text, 0).decommented().unwrap_or_else(|(line, _)| line).text
    }

    #[test]
    fn comments_begin_outside_of_quotes_and_behind_no_backslash() {
        for (text, kept) in [
            ("  a b # c", "a b"),
            ("\ta ! b", "a"),
            ("a#b", "a"),
            (r#"a "b # c" # d"#, r#"a "b # c""#),
            (r"a \# b \! c # d", "a # b ! c"),
            (r"a \\ b", r"a \\ b"),
            ("a # b \\", "a\\"),
            ("a  \\", "a\\"),
            ("# a", ""),
            ("\\", "\\"),
            ("", ""),
        ] {
            assert_eq!(decommented(text), kept, "{text}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_has_a_place() {
        let (line, place) = Line::new("a \"b # c", 10).decommented().expect_err("open");
        assert_eq!((line.text(), place), ("a \"b # c", 12..18));
        assert!(Line::new("a # \"", 0).decommented().is_ok(), "in a comment");
    }

    #[test]
    fn bytes_keep_their_places_through_replacements() {
        let mut line = Line::new("  port $P # of all", 100).decommented().expect("sound");
        assert_eq!((line.text(), line.place(&(5..7))), ("port $P", 107..109));
        line.replace(5..7, "8080");
        assert_eq!(line.text(), "port 8080");
        assert_eq!(line.place(&(5..9)), 107..109, "the whole name");
        assert_eq!(line.place(&(6..8)), 107..109);
        assert_eq!(line.place(&(0..4)), 102..106);
        assert_eq!(line.place(&(0..9)), 102..109);
        assert_eq!(line.place(&(9..9)), 109..109);
        line.replace(5..9, "");
        assert_eq!((line.text(), line.place(&(0..5))), ("port ", 102..107));
    }
}
