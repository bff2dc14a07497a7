//! Objectives as JUnit XML, which continuous integration shows.

use std::fmt::Write as _;

use crate::estimate::objective::{Verdict, judge};
use crate::estimate::summary::Summary;
use crate::study::Study;

/// A test case for every objective under every scheduler: violated is a failure, undecided is skipped.
pub fn junit(study: &Study, summary: &Summary) -> String {
    let judgements = judge(study, summary);
    let count = |verdict: Verdict| judgements.iter().filter(|judgement| judgement.verdict == verdict).count();
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let _ = writeln!(
        text,
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
        escaped(&study.title),
        judgements.len(),
        count(Verdict::Violated),
        count(Verdict::Undecided)
    );
    for judgement in &judgements {
        let (class, name) = (escaped(&study.name), escaped(&judgement.objective.text));
        let _ = write!(text, "  <testcase classname=\"{class}.{}\" name=\"{name}\"", judgement.scheduler);
        let words = escaped(&judgement.words());
        let _ = match judgement.verdict {
            Verdict::Met => writeln!(text, "><system-out>{words}</system-out></testcase>"),
            Verdict::Undecided => {
                writeln!(text, "><skipped message=\"{}: {words}\"/></testcase>", judgement.word())
            }
            Verdict::Violated => writeln!(text, "><failure message=\"{words}\"/></testcase>"),
        };
    }
    text.push_str("</testsuite>\n");
    text
}

/// What XML 1.0 can hold, as text of an attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            other if other.is_control() => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_ends_an_attribute() {
        assert_eq!(escaped("a\"<b>&\u{0}\n"), "a&quot;&lt;b&gt;&amp;\u{fffd} ");
    }
}
