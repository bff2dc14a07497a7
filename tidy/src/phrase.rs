//! The language of what users and readers see: phrases that STYLE.md replaces, and sentences that are too long.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Phrases and what to say instead; `…` stands for up to eight words of the same sentence.
pub const PHRASES: [(&str, &str); 18] = [
    ("in the mean", "on average"),
    ("the begin", "the start"),
    ("so many", "the number, or `this many`"),
    ("hold … against", "compare, check, validate"),
    ("holds … against", "compares, checks, validates"),
    ("held … against", "compared, checked, validated"),
    ("holding … against", "comparing, checking, validating"),
    ("whom", "name the thing: the server, the scheduler"),
    ("whoever", "name the thing: the caller, the client"),
    ("time-out", "timeout"),
    ("time-outs", "timeouts"),
    ("cannot be told", "is unknown, is not distinguishable"),
    ("cannot be had", "is unavailable, is out of reach"),
    ("all as likely", "equally likely"),
    ("at equal distances", "at regular intervals"),
    ("as much as is wished", "with a chosen variability"),
    ("seem to be, it takes", "needed, if … are real"),
    ("looks like nothing", "is empty"),
];

/// The most words that `…` stands for.
const GAP: usize = 8;

/// A word with the line it is on, counted from 1.
struct Word {
    text: String,
    line: usize,
    ends_sentence: bool,
}

/// Every use of one of [`PHRASES`] in texts by path, a line each.
pub fn translated_phrases(texts: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in texts {
        let words = words(text);
        for (phrase, instead) in PHRASES {
            let parts: Vec<Vec<&str>> = phrase.split(" … ").map(|part| part.split(' ').collect()).collect();
            let places = (0..words.len()).filter(|&at| begins(&words[at..], &parts));
            found.extend(places.map(|at| format!("{path}:{}: `{phrase}`: say {instead}", words[at].line)));
        }
    }
    found
}

/// The words of a source or a page. Marks of comments and of quotes between lines do not count.
fn words(text: &str) -> Vec<Word> {
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start().trim_start_matches(['/', '!', '#', '*', '>', '|']);
        for word in line.split_whitespace().filter(|word| *word != "\\") {
            let trimmed = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            if !trimmed.is_empty() {
                let ends_sentence = word.ends_with(['.', '!', '?', ';']);
                all.push(Word { text: trimmed.to_lowercase(), line: number + 1, ends_sentence });
            }
        }
    }
    all
}

/// Whether the words begin with the parts in turn.
fn begins(words: &[Word], parts: &[Vec<&str>]) -> bool {
    let [part, rest @ ..] = parts else { return true };
    let is_here = |at: usize| {
        words.get(at..at + part.len()).is_some_and(|found| {
            found.iter().zip(part).all(|(word, wanted)| word.text == wanted.trim_end_matches(','))
        })
    };
    if !is_here(0) {
        return false;
    }
    let [next, ..] = rest else { return true };
    if words[part.len() - 1].ends_sentence {
        return false;
    }
    let after = &words[part.len()..];
    let sentence = after.iter().take(GAP).position(|word| word.ends_sentence).unwrap_or(GAP);
    let reach: Range<usize> = 0..(sentence + 1).min(after.len());
    reach.into_iter().any(|at| after[at].text == next[0])
}

/// Sentences of a Markdown page with more than `most` words, each with its number of words. Code blocks do not count.
pub fn long_sentences(page: &str, text: &str, most: usize) -> Vec<String> {
    let (mut found, mut prose, mut in_code) = (Vec::new(), String::new(), false);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(part) if !in_code => prose.push_str(&part),
            Event::Code(_) => prose.push_str("code"),
            Event::SoftBreak | Event::HardBreak => prose.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => {
                for sentence in sentences(&std::mem::take(&mut prose)) {
                    let count = sentence.split_whitespace().count();
                    if count > most {
                        let start: Vec<&str> = sentence.split_whitespace().take(6).collect();
                        found.push(format!("{page}: {count} words in a sentence: {} …", start.join(" ")));
                    }
                }
            }
            _ => (),
        }
    }
    found
}

fn sentences(prose: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in prose.split_whitespace() {
        let last = all.len() - 1;
        all[last].push_str(word);
        all[last].push(' ');
        if word.trim_end_matches([')', '"', '*']).ends_with(['.', '!', '?', ':']) {
            all.push(String::new());
        }
    }
    all
}
