//! `[run]`: how long, and how much of it is left out.

use ipvslab_schedulers::Span;

use super::Findings;
use crate::objective::StopWhen;
use crate::problem::Problem;
use crate::raw::{File, Run};
use crate::words::WarmUp;
use crate::workload::{Process, Source};

/// For how long connections arrive: as the file says, or as long as the longest trace, file of counts or profile.
pub(super) fn duration(file: &File, sources: &[Option<Source>], findings: &mut Findings) -> Option<Span> {
    if let Some(given) = run(file).and_then(|run| run.duration.as_ref()) {
        let span = given.value.span();
        if span == Span::ZERO {
            findings.report(
                Problem::error("run.duration", "found zero, expected a time above zero").at(&given.span),
            );
            return None;
        }
        return Some(span);
    }
    if findings.was_unreadable("run", &["duration"]) {
        return None;
    }
    // With a source that could not be read there is nothing to go by, and nothing to complain of.
    let sources: Vec<&Source> = sources.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let longest = sources.into_iter().filter_map(span).max();
    if longest.is_none() {
        let problem = Problem::error("run", "`duration` is missing")
            .help("for example:\n\n[run]\nduration = \"10min\"");
        findings.report(match &file.run {
            Some(run) => problem.at(&run.span),
            None => problem,
        });
    }
    longest
}

/// How long the source has something to say.
fn span(source: &Source) -> Option<Span> {
    match source {
        Source::Trace(trace) => Some(trace.span()),
        Source::Drawn(Process::Piecewise(steps)) => Some(steps.end()),
        Source::Drawn(Process::Profile(profile)) => Some(profile.end()),
        Source::Drawn(_) => None,
    }
}

/// How much of the start is left out.
pub(super) fn warm_up(file: &File, duration: Option<Span>, findings: &mut Findings) -> Option<Span> {
    let Some(given) = run(file).and_then(|run| run.warm_up.as_ref()) else { return Some(Span::ZERO) };
    let WarmUp::Given(warm_up) = given.value else { return Some(Span::ZERO) };
    let warm_up = warm_up.span();
    let duration = duration?;
    let (warm, whole) = (warm_up.as_secs_f64(), duration.as_secs_f64());
    let place = |problem: Problem| match run(file).and_then(|run| run.duration.as_ref()) {
        Some(duration) => problem.at(&given.span).also(&duration.span, "the duration"),
        None => problem.at(&given.span),
    };
    if warm_up >= duration {
        let message = format!("found {warm} s, expected less than the duration of {whole} s");
        findings.report(place(Problem::error("run.warm_up", message)));
        return None;
    }
    if warm > 0.5 * whole {
        let message = format!("{:.0} % of the run is left out of the results", 100.0 * warm / whole);
        findings.report(place(Problem::warning("run.warm_up", message)));
    }
    Some(warm_up)
}

/// Whether the start that is left out is to be found by MSER-5.
pub(super) fn finds_warm_up(file: &File) -> bool {
    let given = run(file).and_then(|run| run.warm_up.as_ref());
    given.is_some_and(|given| given.value == WarmUp::Auto)
}

/// When no more replications are needed, if fewer may be enough.
pub(super) fn stop_when(file: &File) -> Option<StopWhen> {
    let raw = &run(file)?.stop_when.as_ref()?.value;
    let (metric, width) = (raw.metric.as_ref()?, raw.relative_half_width.as_ref()?);
    Some(StopWhen { metric: metric.value.key, relative_half_width: width.value })
}

/// `[run]`, if it is there.
pub(super) fn run(file: &File) -> Option<&Run> {
    file.run.as_ref().map(|run| &run.value)
}
