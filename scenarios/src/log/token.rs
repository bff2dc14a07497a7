//! A line of a log taken apart into words, `[brackets]` and `"quotes"`.

/// One part of a line, without what encloses it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Token<'a> {
    /// Up to the next blank.
    Bare(&'a str),
    /// Between quotes. `\"` and `\\` are still escaped.
    Quoted(&'a str),
    /// Between square brackets.
    Bracketed(&'a str),
    /// A quote or a bracket that does not end.
    Open,
}

impl<'a> Token<'a> {
    /// The text of a word.
    pub(crate) fn bare(self) -> Option<&'a str> {
        if let Self::Bare(text) = self { Some(text) } else { None }
    }

    /// The text between quotes.
    pub(crate) fn quoted(self) -> Option<&'a str> {
        if let Self::Quoted(text) = self { Some(text) } else { None }
    }
}

/// The parts of a line, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a>(pub(crate) &'a str);

impl<'a> Tokens<'a> {
    /// What comes up to the next blank, brackets and quotes like anything else.
    pub(crate) fn word(&mut self) -> Option<&'a str> {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let (word, after) = rest.split_at(rest.find([' ', '\t']).unwrap_or(rest.len()));
        self.0 = after;
        (!word.is_empty()).then_some(word)
    }

    /// The next part, if it is a word.
    pub(crate) fn bare(&mut self) -> Option<&'a str> {
        self.next()?.bare()
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let (token, after) = match rest.as_bytes().first()? {
            b'"' => match closing_quote(&rest[1..]) {
                Some(end) => (Token::Quoted(&rest[1..=end]), &rest[end + 2..]),
                None => (Token::Open, ""),
            },
            b'[' => match rest.find(']') {
                Some(end) => (Token::Bracketed(&rest[1..end]), &rest[end + 1..]),
                None => (Token::Open, ""),
            },
            _ => {
                let end = rest.bytes().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(rest.len());
                (Token::Bare(&rest[..end]), &rest[end..])
            }
        };
        self.0 = after;
        Some(token)
    }
}

/// Where the first quote is that no backslash precedes.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

/// A path may hold blanks if a client is careless: the version is the last word.
fn without_version(rest: &str) -> &str {
    // Nearly always it is HTTP/1.1 or the like.
    let usual = rest.len().checked_sub(" HTTP/1.1".len()).filter(|&at| rest.is_char_boundary(at));
    if let Some(at) = usual
        && rest[at..].starts_with(" HTTP/")
        && !rest[at + 1..].contains(' ')
    {
        return &rest[..at];
    }
    match rest.rsplit_once(' ') {
        Some((path, version)) if version.starts_with("HTTP/") => path,
        _ => rest,
    }
}

/// The object of a request line such as `GET /index.html HTTP/1.1`; `-` if it has none.
pub(crate) fn object(request: &str) -> Box<str> {
    let (method, rest) = match request.bytes().position(|byte| byte == b' ') {
        Some(blank) => (&request[..blank], &request[blank + 1..]),
        None => (request, ""),
    };
    let path = without_version(rest);
    let is_request =
        !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_request && path.len() > 1 && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return path.into();
    }
    if !is_request || matches!(path.trim(), "" | "-") || method == "-" {
        return "-".into();
    }
    if path.contains('\\') {
        super::row::clean(&path.replace("\\\"", "\"").replace("\\\\", "\\"))
    } else {
        super::row::clean(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_brackets_hold_blanks() {
        let parts: Vec<_> = Tokens(r#"a [b c] "d \"e\" \\" f"#).collect();
        assert_eq!(
            parts,
            [Token::Bare("a"), Token::Bracketed("b c"), Token::Quoted(r#"d \"e\" \\"#), Token::Bare("f")]
        );
        assert_eq!(Tokens("\"").collect::<Vec<_>>(), [Token::Open]);
        assert_eq!(Tokens("\"\"").collect::<Vec<_>>(), [Token::Quoted("")]);
        assert_eq!(Tokens("[é").collect::<Vec<_>>(), [Token::Open]);
    }

    #[test]
    fn objects_are_what_was_asked_for() {
        for (request, expected) in [
            ("GET /a?b=c HTTP/1.1", "/a?b=c"),
            ("GET /with blank HTTP/1.0", "/with blank"),
            ("GET /nothing-said", "/nothing-said"),
            (r#"GET /say\"so\" HTTP/1.1"#, "/say\"so\""),
            ("-", "-"),
            ("- - -", "-"),
            (r"\x16\x03\x01", "-"),
            ("<BADREQ>", "-"),
            ("", "-"),
        ] {
            assert_eq!(&*object(request), expected, "{request}");
        }
    }
}
