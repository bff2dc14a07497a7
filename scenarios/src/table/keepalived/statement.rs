//! The shape of `keepalived.conf`: lines of words, some with a block in braces.
//!
//! A brace may stand on the line of its keyword or on the next. Where one is missing, what follows says so: a keyword that needs
//! a block has none, or a block has a keyword that only an outer one knows. What was read is put right then, so that one
//! missing brace is one error.

use std::ops::Range;

use super::keyword::Level;
use super::text::Line;
use crate::problem::Problem;
use crate::sources::Sources;
use crate::suggest::{nearest, printable};
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

    pub(super) fn has_block(&self) -> bool {
        self.block.is_some()
    }

    /// The first value.
    ///
    /// # Errors
    /// If there is none: keepalived stops there.
    pub(super) fn value(&self) -> Result<&Word<'a>, Refusal> {
        self.words.get(1).ok_or_else(|| {
            let keyword = &self.words[0];
            Refusal::new(format!("`{}` has no value: keepalived stops here", printable(keyword.text, 60)))
                .at(&keyword.span)
        })
    }

    /// Its words, for messages.
    pub(super) fn shown(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text).collect();
        printable(&words.join(" "), 60)
    }

    fn span(&self) -> Range<usize> {
        let first = &self.words[0].span;
        let last = self.words.last().map_or(first, |last| &last.span);
        if last.end > first.start { first.start..last.end } else { first.clone() }
    }
}

/// Builds the statements of all lines. What is wrong with braces goes to `problems`.
pub(super) fn read<'a>(
    lines: &'a [Line],
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Vec<Statement<'a>> {
    let mut builder = Builder {
        blocks: vec![Block::top()],
        pending: None,
        odd: None,
        too_deep: 0,
        end: 0..0,
        sources,
        problems,
    };
    for line in lines {
        let tokens = tokens(line);
        let mut words = Vec::new();
        for (number, token) in tokens.into_iter().enumerate() {
            match token {
                Token::Word(word) => {
                    builder.end = word.span.clone();
                    words.push(word);
                }
                Token::Open(span) => {
                    builder.line(&mut words);
                    builder.open(&span);
                    builder.end = span;
                }
                Token::Close(span) => {
                    builder.line(&mut words);
                    builder.close(&span, number == 0);
                    builder.end = span;
                }
            }
        }
        builder.line(&mut words);
    }
    builder.finish()
}

struct Builder<'a, 'b> {
    /// The blocks that are open, the whole file first.
    blocks: Vec<Block<'a>>,
    /// The block that the last line needs.
    pending: Option<Level>,
    /// The first brace that is indented less than what it closes: what it closes, and the brace.
    odd: Option<(Range<usize>, String, Range<usize>)>,
    /// Braces that are open beyond the deepest that are read.
    too_deep: usize,
    /// The last word or brace.
    end: Range<usize>,
    sources: &'b Sources,
    problems: &'b mut Vec<Problem>,
}

struct Block<'a> {
    level: Level,
    list: Vec<Statement<'a>>,
    /// Where its keyword is, and what its line says.
    keyword: Range<usize>,
    shown: String,
}

impl Block<'_> {
    fn top() -> Self {
        Self { level: Level::Top, list: Vec::new(), keyword: 0..0, shown: String::new() }
    }
}

impl<'a> Builder<'a, '_> {
    fn block(&mut self) -> &mut Block<'a> {
        self.blocks.last_mut().expect("the file is never closed")
    }

    fn say(&mut self, refusal: Refusal) {
        self.problems.push(refusal.into());
    }

    /// Adds a line of words, if there are any.
    fn line(&mut self, words: &mut Vec<Word<'a>>) {
        let Some(first) = words.first() else { return };
        let keyword = first.text;
        if let Some(level) = self.pending.take() {
            let current = self.block().level;
            let last = self.block().list.last();
            let (shown, span) = last.map_or_else(Default::default, |last| (last.shown(), last.span()));
            if !level.knows(keyword) && current.knows(keyword) || level.ends_before(keyword, Level::Top) {
                let refusal = Refusal::new(format!("`{shown}` has no block")).at(&span);
                self.say(refusal.help(format!("`{shown} {{`, and `}}` after its contents")));
            } else {
                let refusal = Refusal::new(format!("`{{` is missing after `{shown}`")).at(&span);
                self.say(refusal.help(format!("`{shown} {{`")));
                self.push(level);
            }
        }
        self.leave_before(first);
        let level = self.block().level;
        self.pending = level.opens(keyword);
        let words = std::mem::take(words);
        self.block().list.push(Statement { words, block: None });
    }

    /// Closes the blocks in which a keyword cannot be, if it is one of a block outside of them.
    fn leave_before(&mut self, word: &Word<'a>) {
        let level = self.block().level;
        let outer = self.blocks[..self.blocks.len() - 1]
            .iter()
            .rposition(|outer| level.ends_before(word.text, outer.level));
        let Some(outer) = outer else { return };
        let block = &self.blocks[outer + 1];
        let message = format!("`}}` is missing before this line: `{}` is still open", block.shown);
        let refusal = Refusal::new(message).at(&word.span).also(&block.keyword, "opened here");
        self.say(refusal);
        while self.blocks.len() > outer + 1 {
            self.pop();
        }
    }

    fn open(&mut self, span: &Range<usize>) {
        if self.blocks.len() > DEEPEST {
            if self.too_deep == 0 {
                self.say(Refusal::new("braces are nested too deep").at(span));
            }
            self.too_deep += 1;
            return;
        }
        if let Some(level) = self.pending.take() {
            return self.push(level);
        }
        let level = self.block().level;
        let last = self.block().list.last();
        let Some(last) = last.filter(|last| last.block.is_none()) else {
            self.say(Refusal::new("this brace belongs to no keyword").at(span));
            // What it holds belongs to nothing either.
            self.block()
                .list
                .push(Statement { words: vec![Word { text: "{", span: span.clone() }], block: None });
            return self.push(Level::Other);
        };
        if !matches!(level, Level::Top | Level::Other) {
            let (keyword, word) = (last.keyword(), last.words[0].span.clone());
            let shown = printable(keyword, 60);
            let known = level.keywords().into_iter().filter(|known| level.opens(known).is_some());
            let help = nearest(keyword, known).map(|near| format!("did you mean `{near}`?"));
            let message = if level.knows(keyword) {
                format!(
                    "`{shown}` has no block: keepalived takes its `}}` for the end of the block around it"
                )
            } else {
                format!(
                    "unknown block `{shown}`: keepalived takes its `}}` for the end of the block around it"
                )
            };
            let refusal = Refusal::new(message).at(&word);
            self.say(help.into_iter().fold(refusal, Refusal::help));
        }
        self.push(Level::Other);
    }

    fn push(&mut self, level: Level) {
        let last = self.block().list.last();
        let (keyword, shown) =
            last.map_or_else(Default::default, |last| (last.words[0].span.clone(), last.shown()));
        self.blocks.push(Block { level, list: Vec::new(), keyword, shown });
    }

    /// A block ends: what it holds goes to its keyword.
    fn pop(&mut self) {
        if let Some(block) = self.blocks.pop()
            && let Some(owner) = self.block().list.last_mut()
        {
            owner.block = Some(block.list);
        }
    }

    fn close(&mut self, span: &Range<usize>, begins_line: bool) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if self.pending.take().is_some() {
            self.say_blockless();
        }
        if self.blocks.len() == 1 {
            self.say(Refusal::new("this brace closes no block").at(span));
            return;
        }
        let block = self.block();
        let (keyword, shown) = (block.keyword.clone(), block.shown.clone());
        if begins_line && self.odd.is_none() && self.indent(span) < self.indent(&keyword) {
            self.odd = Some((keyword, shown, span.clone()));
        }
        self.pop();
    }

    fn say_blockless(&mut self) {
        let last = self.block().list.last();
        let (shown, span) = last.map_or_else(Default::default, |last| (last.shown(), last.span()));
        let refusal = Refusal::new(format!("`{shown}` has no block")).at(&span);
        self.say(refusal.help(format!("`{shown} {{`, and `}}` after its contents")));
    }

    /// How far from the beginning of its line a place is.
    fn indent(&self, place: &Range<usize>) -> usize {
        self.sources.of(place).map_or(0, |(source, within)| {
            within.start - source.text[..within.start].rfind('\n').map_or(0, |at| at + 1)
        })
    }

    fn finish(mut self) -> Vec<Statement<'a>> {
        if self.pending.take().is_some() {
            self.say_blockless();
        }
        if self.blocks.len() > 1 {
            let block = self.block();
            let (keyword, shown) = (block.keyword.clone(), block.shown.clone());
            let refusal = match self.odd.take() {
                Some((keyword, shown, brace)) => {
                    let message = format!(
                        "`}}` is missing before this line: `{shown}` is not closed, judging by its indentation"
                    );
                    Refusal::new(message).at(&brace).also(&keyword, "opened here")
                }
                None => {
                    let message = format!("`}}` is missing at the end of the file: `{shown}` is not closed");
                    let end = self.end.clone();
                    Refusal::new(message).at(&end).also(&keyword, "opened here")
                }
            };
            self.say(refusal);
        }
        while self.blocks.len() > 1 {
            self.pop();
        }
        self.blocks.pop().map(|top| top.list).unwrap_or_default()
    }
}

enum Token<'a> {
    Word(Word<'a>),
    Open(Range<usize>),
    Close(Range<usize>),
}

/// The words and braces of a line. A quote that is not closed ends it.
fn tokens(line: &Line) -> Vec<Token<'_>> {
    let text = line.text();
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            byte if is_blank(byte) => {}
            b'{' => tokens.push(Token::Open(line.place(&(start..at)))),
            b'}' => tokens.push(Token::Close(line.place(&(start..at)))),
            b'"' => {
                let Some(len) = text[at..].find('"') else { break };
                let word = Word { text: &text[at..at + len], span: line.place(&(start..at + len + 1)) };
                tokens.push(Token::Word(word));
                at += len + 1;
            }
            _ => {
                let ends = |&byte: &u8| is_blank(byte) || matches!(byte, b'"' | b'{' | b'}');
                at = bytes[at..].iter().position(ends).map_or(bytes.len(), |len| at + len);
                tokens.push(Token::Word(Word { text: &text[start..at], span: line.place(&(start..at)) }));
            }
        }
    }
    tokens
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}
