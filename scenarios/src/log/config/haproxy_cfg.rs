//! HAProxy's configuration: `log-format …` and `option httplog`, `httpslog`, `tcplog` of a section, which gives the name.

use super::super::format_string::Dialect;
use super::found::Configured;

/// What the options stand for (configuration manual, section 8.2).
const HTTP: &str = r#"%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r"#;
const HTTPS: &str = r#"%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc"#;
const CLF: &str = r#"%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"#;
const TCP: &str = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";

/// The formats of all sections.
pub(super) fn formats(text: &str) -> Vec<Configured> {
    let mut found: Vec<Configured> = Vec::new();
    let mut section = String::new();
    for (at, line) in text.lines().enumerate() {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let text = match words[..] {
            ["defaults" | "frontend" | "listen" | "backend" | "global", ref names @ ..] => {
                section = names.first().map_or(words[0], |name| name).to_owned();
                continue;
            }
            ["option", "httplog", "clf", ..] => CLF.to_owned(),
            ["option", "httplog", ..] => HTTP.to_owned(),
            ["option", "httpslog", ..] => HTTPS.to_owned(),
            ["option", "tcplog", ..] => TCP.to_owned(),
            ["log-format", text, ..] => text.to_owned(),
            _ => continue,
        };
        // In a section the last one counts, and log-format before the options.
        let is_format = words[0] == "log-format";
        if let Some(before) = found.iter().position(|before| before.name == section) {
            if !is_format && !matches!(found[before].text.as_str(), HTTP | HTTPS | CLF | TCP) {
                continue;
            }
            found.remove(before);
        }
        found.push(Configured { name: section.clone(), line: at + 1, dialect: Dialect::Haproxy, text });
    }
    found
}

/// The words of a line: blanks escaped or in quotes belong to them.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quote, mut is_inside) = (None, false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let begin = |words: &mut Vec<String>, is_inside: &mut bool| {
            if !std::mem::replace(is_inside, true) {
                words.push(String::new());
            }
        };
        match (letter, quote) {
            ('#', None) if !is_inside => break,
            (letter, None) if letter.is_whitespace() => is_inside = false,
            ('"' | '\'', None) => {
                begin(&mut words, &mut is_inside);
                quote = Some(letter);
            }
            (letter, Some(open)) if letter == open => quote = None,
            ('\\', None | Some('"')) => {
                begin(&mut words, &mut is_inside);
                words.last_mut().into_iter().for_each(|word| word.extend(letters.next()));
            }
            (letter, _) => {
                begin(&mut words, &mut is_inside);
                words.last_mut().into_iter().for_each(|word| word.push(letter));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_a_format_each() {
        let text = "global\n    log stdout\ndefaults\n    option httplog\nfrontend web\n    option httplog\n    log-format \"%ci [%tr] %{+Q}r\" # x\n\
                    frontend raw\n    log-format %ci\\ [%t]\\ %Tt\nfrontend db\n    mode tcp\n    option tcplog\n";
        let found: Vec<(String, usize, String)> =
            formats(text).into_iter().map(|found| (found.name, found.line, found.text)).collect();
        let expected = [
            ("defaults", 4, HTTP),
            ("web", 7, "%ci [%tr] %{+Q}r"),
            ("raw", 9, "%ci [%t] %Tt"),
            ("db", 12, TCP),
        ];
        assert_eq!(found, expected.map(|(name, line, text)| (name.to_owned(), line, text.to_owned())));
    }
}
