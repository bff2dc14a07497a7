//! The shape of `keepalived.conf`: lines of words, some with a block in braces.
//!
//! `#` and `!` begin a comment anywhere outside of quotes. A brace may stand on the line of its keyword or on the next.

use std::ops::Range;

use crate::suggest::printable;
use crate::table::Word;
use crate::table::refusal::Refusal;

/// The deepest nesting: keepalived itself needs five.
const DEEPEST: usize = 16;

/// A keyword with what follows it.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    /// The keyword and its values; never empty.
    pub(super) words: Vec<Word<'a>>,
    block: Option<Vec<Statement<'a>>>,
}

impl<'a> Statement<'a> {
    pub(super) fn keyword(&self) -> &'a str {
        self.words[0].text
    }

    /// What stands in its braces.
    pub(super) fn block(&self) -> &[Statement<'a>] {
        self.block.as_deref().unwrap_or_default()
    }

    /// The only value.
    pub(super) fn value(&self) -> Result<&Word<'a>, Refusal> {
        match self.words.as_slice() {
            [_, value] => Ok(value),
            [keyword, ..] => {
                let message = format!("`{}` takes one value", printable(keyword.text, 60));
                Err(Refusal::new(message).at(&keyword.span))
            }
            [] => unreachable!("a statement has a keyword"),
        }
    }
}

enum Token<'a> {
    Word(Word<'a>),
    Open(Range<usize>),
    Close(Range<usize>),
    LineEnd,
}

/// Reads the statements of a whole file.
///
/// # Errors
/// Braces and quotes that do not match, and what brings in other text.
pub(super) fn read(text: &str) -> Result<Vec<Statement<'_>>, Refusal> {
    let mut lists: Vec<Vec<Statement<'_>>> = vec![Vec::new()];
    let mut opened: Vec<Range<usize>> = Vec::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    for token in tokens(text)? {
        match token {
            Token::Word(word) => {
                if words.is_empty() {
                    refuse_other_text(&word)?;
                }
                words.push(word);
            }
            Token::LineEnd => end_statement(&mut words, &mut lists),
            Token::Open(span) => {
                end_statement(&mut words, &mut lists);
                let owner = lists.last().and_then(|list| list.last());
                if owner.is_none_or(|owner| owner.block.is_some()) {
                    return Err(Refusal::new("this brace belongs to no keyword").at(&span));
                }
                if opened.len() == DEEPEST {
                    return Err(Refusal::new("braces are nested too deep").at(&span));
                }
                opened.push(span);
                lists.push(Vec::new());
            }
            Token::Close(span) => {
                end_statement(&mut words, &mut lists);
                if opened.pop().is_none() {
                    return Err(Refusal::new("this brace closes nothing").at(&span));
                }
                let block = lists.pop().expect("an opened brace has a list");
                let owner = lists.last_mut().and_then(|list| list.last_mut());
                owner.expect("an opened brace has an owner").block = Some(block);
            }
        }
    }
    end_statement(&mut words, &mut lists);
    match opened.pop() {
        Some(span) => Err(Refusal::new("this brace is not closed").at(&span)),
        None => Ok(lists.pop().expect("the list of the file")),
    }
}

fn end_statement<'a>(words: &mut Vec<Word<'a>>, lists: &mut [Vec<Statement<'a>>]) {
    if !words.is_empty() {
        let list = lists.last_mut().expect("the list of the file");
        list.push(Statement { words: std::mem::take(words), block: None });
    }
}

/// Refuses keywords after which the file may say anything.
fn refuse_other_text(word: &Word<'_>) -> Result<(), Refusal> {
    let message = match word.text {
        text if text.starts_with("include") => "other files are not read",
        text if text.starts_with('$') => "`$` definitions are not replaced",
        text if text.starts_with('@') => "lines for one host only (`@host`) are not told apart",
        text if text.starts_with('~') => "sequences (`~SEQ`) are not repeated",
        _ => return Ok(()),
    };
    let refusal = Refusal::new(message).at(&word.span);
    Err(refusal.help("write out what this director is to read, in one file"))
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Refusal> {
    let mut tokens = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            b'\n' => tokens.push(Token::LineEnd),
            b' ' | b'\t' | b'\r' => {}
            b'#' | b'!' => at = end(bytes, at, |byte| byte == b'\n'),
            b'{' => tokens.push(Token::Open(start..at)),
            b'}' => tokens.push(Token::Close(start..at)),
            b'"' => {
                let close = end(bytes, at, |byte| byte == b'"' || byte == b'\n');
                if bytes.get(close) != Some(&b'"') {
                    return Err(Refusal::new("the quote is not closed on its line").at(&(start..close)));
                }
                tokens.push(Token::Word(Word { text: &text[at..close], span: start..close + 1 }));
                at = close + 1;
            }
            _ => {
                at = end(bytes, at, |byte| b" \t\r\n\"#!{}".contains(&byte));
                // `${NAME}` is one word.
                if bytes[at - 1] == b'$' && bytes.get(at) == Some(&b'{') {
                    at = end(bytes, at, |byte| b" \t\r\n".contains(&byte));
                }
                tokens.push(Token::Word(Word { text: &text[start..at], span: start..at }));
            }
        }
    }
    Ok(tokens)
}

/// The first place from `at` on whose byte ends something.
fn end(bytes: &[u8], at: usize, ends: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().position(|&byte| ends(byte)).map_or(bytes.len(), |offset| at + offset)
}
