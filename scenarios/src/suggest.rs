//! "Did you mean …?"

/// The candidate nearest to `found`, if it is near enough to be what was meant: at most two slips (Damerau-Levenshtein),
/// and no more than half of the word.
pub(crate) fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer words than any of ours are not slips of the finger, and comparing them takes long.
    if found.len() > 128 {
        return None;
    }
    let letters = found.chars().count();
    let distance =
        |candidate: &str| strsim::damerau_levenshtein(&found.to_lowercase(), &candidate.to_lowercase());
    candidates
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|&(slips, _)| slips <= 2 && slips * 2 <= letters)
        .min_by_key(|&(slips, _)| slips)
        .map(|(_, candidate)| candidate)
}

/// `did you mean `x`?`, if anything is near enough.
pub(crate) fn did_you_mean<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(found, candidates).map(|near| format!("did you mean `{}`?", printable(near, 60)))
}

/// `a, b, c`, each in backquotes and printable.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{}`", printable(word, 60))).collect::<Vec<_>>().join(", ")
}

/// `text` shortened to `most` characters and with everything unprintable escaped, for a message.
pub(crate) fn printable(text: &str, most: usize) -> String {
    let mut shown: String = text
        .chars()
        .take(most)
        .map(|c| if is_unprintable(c) { c.escape_unicode().to_string() } else { c.to_string() })
        .collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters, and those that change the direction or the shape of the text around them.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("wieght", ["weight", "width"]), Some("weight"));
        assert_eq!(nearest("wlcc", ["rr", "wlc", "lblc"]), Some("wlc"));
        assert_eq!(nearest("zz", ["rr", "lc"]), None);
        assert_eq!(nearest("", ["rr"]), None);
    }

    #[test]
    fn escape_sequences_are_shown_not_sent() {
        assert_eq!(printable("a\u{1b}[31m", 10), "a\\u{1b}[31m");
        assert_eq!(printable("abcdef", 3), "abc…");
    }
}
