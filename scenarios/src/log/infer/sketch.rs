//! A line of a common or combined log, taken apart into words.

use super::super::clock_text::ClockText;
use super::super::moment::Moment;
use super::super::said::is_method;
use super::super::token::{Token, Tokens};

/// The most words before the time, and after the bytes.
const MOST_BEFORE: usize = 7;
const MOST_AFTER: usize = 40;
/// The most words between the time and the request.
const MOST_BETWEEN: usize = 2;

/// A word and how it is enclosed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Word<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
}

/// How a word is enclosed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Bare,
    Quoted,
    Bracketed,
}

/// The words of a line.
#[derive(Clone, Debug)]
pub(super) struct Sketch<'a> {
    pub(super) head: Vec<Word<'a>>,
    clock: ClockText,
    pub(super) between: Vec<Word<'a>>,
    status: Kind,
    bytes: Kind,
    pub(super) tail: Vec<Word<'a>>,
    /// Whether a quote within quotes is written as nginx does.
    pub(super) has_nginx_escapes: bool,
}

/// How the words of a line are enclosed.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Layout {
    pub(super) head: Vec<Kind>,
    pub(super) clock: ClockText,
    pub(super) between: Vec<Kind>,
    pub(super) status: Kind,
    pub(super) bytes: Kind,
    pub(super) tail: Vec<Kind>,
}

impl<'a> Sketch<'a> {
    /// Takes a line apart; `None` if it is of another kind.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let mut words = words(line);
        let at = words.iter().position(|word| word.kind == Kind::Bracketed && clock(word.text).is_some())?;
        let mut rest = words.split_off(at);
        let head = words;
        if !(1..=MOST_BEFORE).contains(&head.len()) {
            return None;
        }
        let clock = clock(rest[0].text)?;
        rest.remove(0);
        let request = rest.iter().take(MOST_BETWEEN + 1).position(is_request).or_else(|| {
            // What is no request stands where one would.
            (rest.first()?.kind == Kind::Quoted).then_some(0)
        })?;
        let mut after = rest.split_off(request);
        let between = rest;
        after.remove(0);
        if after.len() < 2 || after.len() > MOST_AFTER {
            return None;
        }
        let tail = after.split_off(2);
        let (status, bytes) = (after[0], after[1]);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_status = status.text.len() == 3 && digits(status.text);
        if !is_status || !(bytes.text == "-" || digits(bytes.text)) {
            return None;
        }
        let has_nginx_escapes = line.contains("\\x22");
        Some(Self { head, clock, between, status: status.kind, bytes: bytes.kind, tail, has_nginx_escapes })
    }

    pub(super) fn layout(&self) -> Layout {
        let kinds = |words: &[Word<'_>]| words.iter().map(|word| word.kind).collect();
        Layout {
            head: kinds(&self.head),
            clock: self.clock.clone(),
            between: kinds(&self.between),
            status: self.status,
            bytes: self.bytes,
            tail: kinds(&self.tail),
        }
    }
}

/// How a time in brackets is written, if it is one.
fn clock(text: &str) -> Option<ClockText> {
    [ClockText::Common, ClockText::Iso]
        .into_iter()
        .find(|format| format.read(text, &mut Moment::default()).is_some())
}

fn is_request(word: &Word<'_>) -> bool {
    let (method, rest) = word.text.split_once(' ').unwrap_or((word.text, ""));
    word.kind == Kind::Quoted && is_method(method) && !rest.is_empty()
}

/// The words of a line. Lists with blanks are one word: `0.010, 0.020`, `0.010 : 0.020`.
fn words(line: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    for token in Tokens(line) {
        let (kind, text) = match token {
            Token::Bare(text) => (Kind::Bare, text),
            Token::Quoted(text) => (Kind::Quoted, text),
            Token::Bracketed(text) => (Kind::Bracketed, text),
            // The line was cut.
            Token::Open => break,
        };
        let goes_on = words.last().is_some_and(|before| {
            before.kind == Kind::Bare
                && kind == Kind::Bare
                && (before.text.ends_with([',', ':']) || text == ":")
        });
        match words.last_mut() {
            Some(before) if goes_on => {
                let begin = line.len() - line[offset(line, before.text)..].len();
                before.text = &line[begin..offset(line, text) + text.len()];
            }
            _ => words.push(Word { kind, text }),
        }
    }
    words
}

/// At which byte of `line` its `piece` begins.
fn offset(line: &str, piece: &str) -> usize {
    piece.as_ptr() as usize - line.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_together() {
        let line = r#"192.0.2.1, 10.0.0.1 - - [10/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "a b" [c] 0.1, 0.2 : - x"#;
        let sketch = Sketch::of(line).expect("a line");
        let texts = |words: &[Word<'_>]| words.iter().map(|word| word.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(texts(&sketch.head), ["192.0.2.1, 10.0.0.1", "-", "-"]);
        assert_eq!(texts(&sketch.tail), ["a b", "c", "0.1, 0.2 : -", "x"]);
        assert_eq!(sketch.layout().tail, [Kind::Quoted, Kind::Bracketed, Kind::Bare, Kind::Bare]);
    }

    #[test]
    fn other_lines_are_none() {
        for line in [
            "",
            "hello",
            r#"[10/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5"#,
            r#"a - - [10/Mar/2024:10:00:00 +0000] GET / 200 5"#,
            r#"a - - [10/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 2x0 5"#,
            r#"a - - [10/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 200"#,
            r#"a - - [10/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 -5"#,
        ] {
            assert!(Sketch::of(line).is_none(), "{line}");
        }
    }
}
