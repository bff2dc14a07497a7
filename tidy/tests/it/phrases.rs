//! Phrases that read as a translation, and sentences that are too long.

use std::collections::BTreeMap;

use ipvslab_tidy::{long_sentences, translated_phrases};

fn found(text: &str) -> Vec<String> {
    translated_phrases(&BTreeMap::from([("a.rs".to_owned(), text.to_owned())]))
}

#[test]
fn a_phrase_is_found_with_its_line() {
    assert_eq!(found("fine\n/// Three In the mean.\n"), ["a.rs:2: `in the mean`: say on average"]);
    assert_eq!(
        found("It holds every count\n//! against the model."),
        ["a.rs:1: `holds … against`: say compares, checks, validates"]
    );
    assert_eq!(found("\"than 1 % in the \\\n mean\""), ["a.rs:1: `in the mean`: say on average"]);
}

#[test]
fn similar_words_are_fine() {
    let fine =
        "In the meantime; the beginning; it holds. Against this, a timeout: not so manyfold, in the meaning";
    assert!(found(fine).is_empty(), "{:?}", found(fine));
    assert!(found("Laws hold for all. They are checked against the model.").is_empty());
}

#[test]
fn a_long_sentence_is_found_and_code_is_not_counted() {
    let page = "A short one. One two three four `a b c d e f`.\n\n    code that is very long indeed and not counted\n";
    assert!(long_sentences("p.md", page, 5).is_empty());
    assert_eq!(long_sentences("p.md", page, 4), ["p.md: 5 words in a sentence: One two three four code. …"]);
}
