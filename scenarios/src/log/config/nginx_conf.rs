//! nginx's configuration: `log_format name [escape=…] 'part' 'part' …;`.

use super::super::format_string::Dialect;
use super::found::Configured;

/// All `log_format` directives.
pub(super) fn formats(text: &str) -> Vec<Configured> {
    let mut found = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut begins = 1;
    let all = Words { text, line: 1 };
    for Word { text, line, ends } in all {
        if words.is_empty() {
            begins = line;
        }
        words.extend(text);
        if !ends {
            continue;
        }
        if let [directive, name, parts @ ..] = &words[..]
            && directive == "log_format"
        {
            let parts = parts.iter().filter(|part| !part.starts_with("escape="));
            let text: String = parts.map(String::as_str).collect();
            if !text.is_empty() {
                found.push(Configured { name: name.clone(), line: begins, dialect: Dialect::Nginx, text });
            }
        }
        words.clear();
    }
    found
}

/// A word of a configuration.
struct Word {
    text: Option<String>,
    /// Counted from 1.
    line: usize,
    /// Whether the directive ends here.
    ends: bool,
}

/// The words of a configuration.
struct Words<'a> {
    text: &'a str,
    line: usize,
}

impl Words<'_> {
    fn take(&mut self, bytes: usize) {
        self.line += self.text[..bytes].matches('\n').count();
        self.text = &self.text[bytes..];
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            let blanks = self.text.len() - self.text.trim_start().len();
            self.take(blanks);
            if !self.text.starts_with('#') {
                break;
            }
            let end = self.text.find('\n').unwrap_or(self.text.len());
            self.take(end);
        }
        let line = self.line;
        let first = self.text.chars().next()?;
        if matches!(first, ';' | '{' | '}') {
            self.take(1);
            return Some(Word { text: None, line, ends: true });
        }
        let quote = matches!(first, '"' | '\'').then_some(first);
        let mut word = String::new();
        let mut letters = self.text.char_indices().skip(usize::from(quote.is_some()));
        let mut end = self.text.len();
        while let Some((at, letter)) = letters.next() {
            match (letter, quote) {
                ('\\', _) => match letters.next() {
                    Some((_, escaped @ ('"' | '\'' | '\\'))) => word.push(escaped),
                    Some((_, 't')) => word.push('\t'),
                    Some((_, 'n')) => word.push('\n'),
                    Some((_, 'r')) => word.push('\r'),
                    Some((_, other)) => word.extend(['\\', other]),
                    None => {}
                },
                (letter, Some(quote)) if letter == quote => {
                    end = at + 1;
                    break;
                }
                (';' | '{' | '}', None) if !(letter == '{' && word.ends_with('$')) => {
                    end = at;
                    break;
                }
                (letter, None) if letter.is_whitespace() => {
                    end = at;
                    break;
                }
                (letter, _) => word.push(letter),
            }
        }
        self.take(end);
        Some(Word { text: Some(word), line, ends: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_together_and_comments_left_out() {
        let text = r#"
worker_processes 4; # log_format no '$nothing';
http {
    log_format  json  escape=json
        '{"time":"$time_iso8601",'
        '"agent":"$http_user_agent"}';
    log_format tabs "$remote_addr\t$msec";
    log_format bare $remote_addr;
    server { access_log /x json; }
}"#;
        let found: Vec<(String, usize, String)> =
            formats(text).into_iter().map(|found| (found.name, found.line, found.text)).collect();
        let expected = [
            ("json", 4, "{\"time\":\"$time_iso8601\",\"agent\":\"$http_user_agent\"}"),
            ("tabs", 7, "$remote_addr\t$msec"),
            ("bare", 8, "$remote_addr"),
        ];
        assert_eq!(found, expected.map(|(name, line, text)| (name.to_owned(), line, text.to_owned())));
    }

    #[test]
    fn what_does_not_end_is_no_format() {
        for text in ["log_format x '$a", "log_format x", "log_format", "\"", "\\", "log_format x '\\"] {
            assert_eq!(formats(text), [], "{text}");
        }
    }
}
