//! A study in Markdown, for a pull request.

use std::fmt::Write as _;

use crate::estimate::objective::{Verdict, judge};
use crate::estimate::summary::Summary;
use crate::output::answer;
use crate::output::caveats;
use crate::output::columns::columns;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;

/// The table of a study with its heading, answer and notes.
pub fn markdown(study: &Study, summary: &Summary) -> String {
    let mut text = format!("### {}\n\n", escaped(&study.title));
    if !study.question.is_empty() {
        let _ = writeln!(text, "*{}*\n", escaped(&study.question));
    }
    let _ = writeln!(text, "{}\n", escaped(&answer::of(study, summary)));
    let columns = columns(summary);
    let unit = |scale: Scale| if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    let headings: Vec<String> =
        columns.iter().map(|&(_, name, scale)| format!("{name}{}", unit(scale))).collect();
    let _ = writeln!(text, "| rank | scheduler | {} |", headings.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "--:|".repeat(columns.len()));
    for (place, found) in summary.schedulers.iter().enumerate() {
        let cell = |&(metric, _, scale): &(Metric, &str, Scale)| {
            let (value, half_width) = found.parts(metric, scale);
            format!("{value} {half_width}").trim_end().to_owned()
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        let _ = writeln!(text, "| {} | `{}` | {} |", summary.rank(place), found.scheduler, cells.join(" | "));
    }
    text.push('\n');
    for judgement in judge(study, summary) {
        let mark = match judgement.verdict {
            Verdict::Met => "✅",
            Verdict::Undecided => "❔",
            Verdict::Violated => "❌",
        };
        let objective = escaped(&judgement.objective.text);
        let _ = writeln!(
            text,
            "- {mark} {}: {objective}, `{}`: {}",
            judgement.word(),
            judgement.scheduler,
            judgement.words()
        );
    }
    for note in caveats::of(study, summary) {
        let _ = writeln!(text, "- {}", escaped(&note));
    }
    let _ = writeln!(
        text,
        "\nipvslab {}, scenario {}, seed {}",
        escaped(&study.provenance.version),
        escaped(&study.name),
        study.seed
    );
    text
}

/// What Markdown and HTML would take for markup is escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '\n' | '\r' => safe.push(' '),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' | '@' => {
                safe.push('\\');
                safe.push(character);
            }
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(escaped("a|b <script> *c* [d](e)\n# f"), "a\\|b &lt;script&gt; \\*c\\* \\[d\\](e) \\# f");
    }
}
