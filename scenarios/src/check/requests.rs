//! `[requests]`, and the laws of waits between requests.

use std::path::Path;

use ipvslab_schedulers::Span;
use ipvslab_sim::KeepAlive;

use super::class::Sections;
use super::{Findings, demand};
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::At;
use crate::raw;
use crate::size::Size;
use crate::workload::{Law, Number, Requests};

/// How many requests the connections of a class carry; `Some(None)` for one each.
pub(super) fn requests(
    class: &Sections<'_>,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<Option<Requests>> {
    let Some(At { value: raw, span }) = class.requests else { return Some(None) };
    let path = class.path("requests");
    if let Some(trace) = class.work.and_then(|work| work.value.trace.as_ref()) {
        let problem =
            Problem::error(&path, "the trace says the work of one request, not of those that follow");
        findings.report(problem.at(span).also(&trace.span, "the work").help("give [work] a law of its own"));
    }
    let sizes = class.sizes.map(|sizes| &sizes.value);
    let traced = |sizes: Option<&At<raw::Demand<Size>>>| {
        sizes.and_then(|sizes| sizes.value.trace.as_ref().map(|trace| trace.span.clone()))
    };
    for span in sizes
        .into_iter()
        .flat_map(|sizes| [traced(sizes.request.as_ref()), traced(sizes.response.as_ref())])
        .flatten()
    {
        let problem =
            Problem::error(&path, "the trace says the sizes of one request, not of those that follow");
        findings.report(problem.also(&span, "the sizes").help("give [sizes] laws of their own"));
    }
    let idle = wait(&format!("{path}.idle"), raw.idle.as_ref(), base_dir, findings);
    let endless = raw.endless.as_ref().filter(|endless| endless.value);
    let given: Vec<(&str, &std::ops::Range<usize>)> = [
        ("count", raw.count.as_ref().map(|count| &count.span)),
        ("mean", raw.mean.as_ref().map(|mean| &mean.span)),
        ("endless", endless.map(|endless| &endless.span)),
    ]
    .into_iter()
    .filter_map(|(key, span)| Some((key, span?)))
    .collect();
    match given[..] {
        [] if findings.was_unreadable(&path, &["count", "mean", "endless"]) => return None,
        [] => {
            let message = "found neither `count` nor `mean` nor `endless`, expected one of them";
            let help = "`count = 10` is always 10, `mean = 10` is geometric, `endless = true` lasts to the end of the run";
            findings.report(Problem::error(&path, message).at(span).help(help));
            return None;
        }
        [_] => {}
        [(first, span), (second, other), ..] => {
            let message = format!("found `{first}` and `{second}` together, expected one of them");
            findings.report(Problem::error(&path, message).at(other).also(span, "the other one"));
            return None;
        }
    }
    let number = match (&raw.count, &raw.mean) {
        (Some(count), _) => Number::Fixed(count.value),
        (_, Some(mean)) => Number::Geometric(mean.value),
        _ => Number::Endless,
    };
    let keepalive = keepalive(&path, raw, findings);
    Some(Some(Requests { number, idle: idle?, keepalive }))
}

/// What keeps a connection alive between two requests.
fn keepalive(path: &str, raw: &raw::Requests, findings: &mut Findings) -> Option<KeepAlive> {
    let Some(idle) = &raw.keepalive else {
        if let Some(interval) = &raw.keepalive_interval {
            let problem = Problem::error(format!("{path}.keepalive_interval"), "it needs `keepalive`");
            findings.report(problem.at(&interval.span).help("keepalive = \"600s\""));
        }
        return None;
    };
    let interval = raw.keepalive_interval.as_ref().unwrap_or(idle);
    for (key, given) in [("keepalive", idle), ("keepalive_interval", interval)] {
        if given.value.span() == Span::ZERO {
            let problem = Problem::error(format!("{path}.{key}"), "found zero, expected a time above zero");
            findings.report(problem.at(&given.span));
            return None;
        }
    }
    Some(KeepAlive { idle: idle.value.span(), interval: interval.value.span() })
}

/// How long a client waits.
pub(super) fn wait(
    path: &str,
    raw: Option<&At<raw::Wait<Duration>>>,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<Law> {
    let raw = &raw?.value;
    demand::one_of(path, raw.laws(), raw.mixture.as_ref(), base_dir, findings)
}
