//! What a report begins with.

use std::fmt::Write as _;

use ipvslab_schedulers::{Span, Time};

use crate::output::quantity::{Scale, fold};
use crate::study::Study;

/// Title, question and circumstances.
pub(crate) fn heading(study: &Study, width: usize) -> String {
    let plural = if study.replications == 1 { "" } else { "s" };
    let circumstances = format!(
        "{}: {} replication{plural} of {} s after {} s of warm-up, seed {}; {} real server{}; kernel {}, {} accounting.",
        study.name,
        study.replications,
        seconds(study.window()),
        seconds(study.warm_up.since(Time::ZERO)),
        study.seed,
        study.servers.len(),
        if study.servers.len() == 1 { "" } else { "s" },
        study.kernel,
        study.accounting,
    );
    titled(&study.title, &study.question, &circumstances, width)
}

/// What a report begins with; lines that are empty are left out.
pub(crate) fn titled(title: &str, question: &str, circumstances: &str, width: usize) -> String {
    let mut text = String::new();
    for line in [title, question].into_iter().filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "{}", fold(line, width, 0));
    }
    let _ = writeln!(text, "{}\n", fold(circumstances, width, 0));
    text
}

pub(crate) fn seconds(span: Span) -> String {
    Scale::PLAIN.value(Some(span.as_secs_f64()))
}
