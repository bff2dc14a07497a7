//! `[run]`, and whether the farm can carry the load.

use ipvslab_schedulers::Span;

use super::Findings;
use crate::objective::StopWhen;
use crate::problem::Problem;
use crate::raw::{File, Run};
use crate::scenario::Scenario;
use crate::words::WarmUp;
use crate::workload::{Process, Source};

/// Beyond this many connections a run takes minutes.
const MANY: f64 = 1e9;
/// Beyond this many it takes days, and the scenario is taken for a slip.
const TOO_MANY: f64 = 1e12;
/// Connections that a core simulates per second, roughly.
const PER_SECOND: f64 = 5e6;

/// For how long connections arrive: as the file says, or as long as the trace is.
pub(super) fn duration(file: &File, source: Option<&Source>, findings: &mut Findings) -> Option<Span> {
    if let Some(given) = run(file).and_then(|run| run.duration.as_ref()) {
        let span = given.value.span();
        if span == Span::ZERO {
            findings.report(
                Problem::error("run.duration", "found no time at all, expected more").at(&given.span),
            );
            return None;
        }
        return Some(span);
    }
    if findings.was_unreadable("run", &["duration"]) {
        return None;
    }
    match source? {
        Source::Trace(trace) => Some(trace.span()),
        Source::Drawn(Process::Piecewise(steps)) => Some(steps.end()),
        Source::Drawn(_) => {
            let problem = Problem::error("run", "`duration` is missing")
                .help("for example:\n\n[run]\nduration = \"10min\"");
            findings.report(match &file.run {
                Some(run) => problem.at(&run.span),
                None => problem,
            });
            None
        }
    }
}

/// How much of the begin is left out.
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

/// Whether the begin that is left out is to be found by MSER-5.
pub(super) fn finds_warm_up(file: &File) -> bool {
    let given = run(file).and_then(|run| run.warm_up.as_ref());
    given.is_some_and(|given| given.value == WarmUp::Auto)
}

/// When no more replications are needed, if fewer may be enough.
pub(super) fn stop_when(file: &File) -> Option<StopWhen> {
    let raw = &run(file)?.stop_when.as_ref()?.value;
    let (metric, width) = (raw.metric.as_ref()?, raw.relative_half_width.as_ref()?);
    Some(StopWhen { metric: metric.value.0, relative_half_width: width.value })
}

/// Finds the offered load, and warns of one that the farm cannot carry.
pub(super) fn load(scenario: &mut Scenario, file: &File, findings: &mut Findings) {
    let seconds = scenario.duration.as_secs_f64();
    let (connections, mean_work) = match &scenario.workload.source {
        Source::Drawn(process) => (process.expected(scenario.duration), scenario.workload.work.mean()),
        Source::Trace(trace) => {
            let found = trace.found();
            let has_work = file.work.as_ref().is_some_and(|work| work.value.trace.is_some());
            let work = if has_work { found.mean_work } else { scenario.workload.work.mean() };
            (found.rows as f64, work)
        }
    };
    scenario.offered_load = connections / seconds * mean_work / 1e9;
    let place = |problem: Problem| match &file.arrivals {
        Some(arrivals) => problem.at(&arrivals.span),
        None => problem,
    };
    let (load, capacity, utilisation) =
        (scenario.offered_load(), scenario.capacity(), scenario.utilisation());
    if utilisation > 1.0 && capacity > 0.0 {
        let message = format!(
            "offered load of {load:.4} erlang is above the capacity of {capacity:.4}: rho = {utilisation:.2}"
        );
        let help =
            "queues grow as long as connections arrive; add servers, slots or speed, or lower the rate";
        findings.report(place(Problem::warning("arrivals", message)).help(help));
    }
    if connections > MANY {
        let minutes = connections / PER_SECOND / 60.0;
        let message = format!(
            "about {connections:.1e} connections will arrive: some {minutes:.0} minutes for each run"
        );
        let help = "lower the rate or shorten the duration";
        findings.report(place(if connections > TOO_MANY {
            Problem::error("arrivals", format!("{message}, expected at most {TOO_MANY:.0e}")).help(help)
        } else {
            Problem::warning("arrivals", message)
        }));
    }
    scenario.expected_connections = connections;
    warn_of_equal_replications(scenario, file, findings);
}

/// A trace with nothing drawn gives the same arrivals in every replication.
fn warn_of_equal_replications(scenario: &Scenario, file: &File, findings: &mut Findings) {
    let Source::Trace(trace) = &scenario.workload.source else { return };
    let workload = &scenario.workload;
    let is_random = trace.is_spread()
        || workload.work.is_random()
        || workload.clients.is_random()
        || workload.destinations.is_random();
    let asked = run(file).and_then(|run| run.replications.as_ref());
    if !is_random && scenario.replications > 1 {
        let problem = Problem::warning(
            "run.replications",
            "all replications are equal: nothing is drawn, everything comes from the trace",
        );
        let problem =
            problem.help("`replications = 1` is enough, or `spread` in [arrivals.trace] draws the times");
        findings.report(match asked {
            Some(asked) => problem.at(&asked.span),
            None => problem,
        });
    }
}

fn run(file: &File) -> Option<&Run> {
    file.run.as_ref().map(|run| &run.value)
}
