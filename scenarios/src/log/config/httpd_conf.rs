//! Apache's configuration: `LogFormat "…" name`, `CustomLog file "…"`. A format without a name is called by its file, or
//! `TransferLog`.

use super::super::format_string::Dialect;
use super::found::Configured;

/// All `LogFormat` directives, and formats of `CustomLog` that have no name.
pub(super) fn formats(text: &str) -> Vec<Configured> {
    let mut found = Vec::new();
    for (number, line) in joined(text) {
        let words = words(&line);
        let Some((directive, rest)) = words.split_first() else { continue };
        let (name, text) = match (directive.to_ascii_lowercase().as_str(), rest) {
            ("logformat", [text, name, ..]) => (name.clone(), text.clone()),
            ("logformat", [text]) => ("TransferLog".to_owned(), text.clone()),
            // One that has a name is somewhere else.
            ("customlog", [file, text, ..]) if text.contains('%') => (file.clone(), text.clone()),
            ("globallog", [file, text, ..]) if text.contains('%') => (file.clone(), text.clone()),
            _ => continue,
        };
        found.push(Configured { name, line: number, dialect: Dialect::Apache, text });
    }
    found
}

/// The lines with their numbers; a backslash at the end joins the next one.
fn joined(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, line) in text.lines().enumerate() {
        let (part, continues) = match line.strip_suffix('\\') {
            Some(part) => (part, true),
            None => (line, false),
        };
        match lines.last_mut() {
            Some((_, before)) if goes_on => before.push_str(part),
            _ => lines.push((at + 1, part.to_owned())),
        }
        goes_on = continues;
    }
    lines.retain(|(_, line)| !line.trim_start().starts_with('#'));
    lines
}

/// Words, in quotes if need be; `\"` within them is kept as it is, as the format string has it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quote = matches!(first, '"' | '\'').then_some(first);
        let inside = &rest[usize::from(quote.is_some())..];
        let mut is_escaped = false;
        let end = inside.find(|c: char| {
            let was_escaped = is_escaped;
            is_escaped = c == '\\' && !was_escaped;
            match quote {
                Some(quote) => c == quote && !was_escaped,
                None => c.is_whitespace(),
            }
        });
        let end = end.unwrap_or(inside.len());
        words.push(inside[..end].to_owned());
        let after = &inside[end..];
        rest = after.strip_prefix(['"', '\'']).unwrap_or(after).trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_names_or_files() {
        let text = r#"
<IfModule log_config_module>
    # LogFormat "%h" no
    LogFormat "%h %l %u %t \"%r\" %>s %b" common
    logformat "%h %t \
%D" timed
    CustomLog "logs/access_log" common
    CustomLog logs/ssl_request_log \
          "%t %h %{SSL_PROTOCOL}x \"%r\" %b"
    LogFormat '%h "%r"'
</IfModule>"#;
        let found: Vec<(String, usize, String)> =
            formats(text).into_iter().map(|found| (found.name, found.line, found.text)).collect();
        let expected = [
            ("common", 4, r#"%h %l %u %t \"%r\" %>s %b"#),
            ("timed", 5, "%h %t %D"),
            ("logs/ssl_request_log", 8, r#"%t %h %{SSL_PROTOCOL}x \"%r\" %b"#),
            ("TransferLog", 10, "%h \"%r\""),
        ];
        assert_eq!(found, expected.map(|(name, line, text)| (name.to_owned(), line, text.to_owned())));
    }
}
