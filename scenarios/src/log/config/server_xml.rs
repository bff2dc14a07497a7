//! Tomcat's `server.xml`: the `pattern` of an `AccessLogValve`. It is called by its `prefix`.

use super::super::format_string::Dialect;
use super::found::Configured;

/// The patterns of all valves of the access log.
pub(super) fn formats(text: &str) -> Vec<Configured> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("<Valve") {
        let Some(end) = end_of_tag(&text[at..]) else { break };
        let tag = &text[at..at + end];
        if !tag.contains("AccessLogValve") || is_comment(&text[..at]) {
            continue;
        }
        let Some(pattern) = attribute(tag, "pattern") else { continue };
        let text_of = match pattern.as_str() {
            "common" => r#"%h %l %u %t "%r" %s %b"#.to_owned(),
            "combined" => r#"%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i""#.to_owned(),
            _ => pattern,
        };
        let name = attribute(tag, "prefix").unwrap_or_else(|| "access_log".to_owned());
        let line = text[..at].matches('\n').count() + 1;
        found.push(Configured { name, line, dialect: Dialect::Tomcat, text: text_of });
    }
    found
}

/// Where a tag ends; `>` may stand in quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('>', None) => return Some(at),
            _ => {}
        }
        None
    })
}

/// Whether what follows `before` is within a comment.
fn is_comment(before: &str) -> bool {
    before.rfind("<!--") > before.rfind("-->")
}

/// The value of an attribute.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let begin = tag.match_indices(name).find_map(|(at, _)| {
        let is_name = tag[..at].ends_with(char::is_whitespace);
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        is_name.then_some(value)
    })?;
    let quote = begin.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = begin[1..].split_once(quote)?;
    let entities = [("&quot;", "\""), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(entities.into_iter().fold(value.to_owned(), |value, (entity, text)| value.replace(entity, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_decoded() {
        let text = r#"<Server><Host>
<!-- <Valve className="org.apache.catalina.valves.AccessLogValve" pattern="no"/> -->
<Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs"
       prefix="localhost_access_log" suffix=".txt" pattern="%h %t &quot;%r&quot; %&gt;s %D" />
<Valve className="org.apache.catalina.valves.RemoteIpValve" />
<Valve className='org.apache.catalina.valves.AccessLogValve' pattern='common'/>
</Host></Server>"#;
        let found: Vec<(String, usize, String)> =
            formats(text).into_iter().map(|found| (found.name, found.line, found.text)).collect();
        let expected = [
            ("localhost_access_log", 3, r#"%h %t "%r" %>s %D"#),
            ("access_log", 6, r#"%h %l %u %t "%r" %s %b"#),
        ];
        assert_eq!(found, expected.map(|(name, line, text)| (name.to_owned(), line, text.to_owned())));
    }
}
