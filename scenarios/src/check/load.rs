//! Whether the farm can carry the load, and whether a run shows what the workload is like.

use super::class::Sections;
use super::{Findings, reuse, run};
use crate::problem::Problem;
use crate::raw::File;
use crate::scenario::Scenario;
use crate::workload::{Class, Law, Objects, Process, Source, Work};

/// Beyond this many connections a run takes minutes.
const MANY: f64 = 1e9;
/// Beyond this many it takes days, and the scenario is taken for a slip.
const TOO_MANY: f64 = 1e12;
/// Connections that a core simulates per second, roughly.
const PER_SECOND: f64 = 5e6;
/// What comes less often than this in a replication is a matter of luck.
const FEW: f64 = 10.0;

/// What a class asks of the farm.
struct Offer {
    /// Connections in a replication.
    connections: f64,
    /// In the mean over the run, in erlang.
    load: f64,
    /// When most comes; the mean if the rate is constant.
    peak: f64,
    has_peak: bool,
}

/// Finds the offered load, and warns of one that the farm cannot carry, and of a run that is too short for its workload.
pub(super) fn load(scenario: &mut Scenario, file: &File, sections: &[Sections<'_>], findings: &mut Findings) {
    let offers: Vec<Offer> = scenario.workload.classes.iter().map(|class| offer(class, scenario)).collect();
    scenario.offered_load = offers.iter().map(|offer| offer.load).sum();
    let span = match (&file.classes, &file.arrivals) {
        (Some(classes), _) => Some(&classes.span),
        (None, arrivals) => arrivals.as_ref().map(|arrivals| &arrivals.span),
    };
    let path = if file.classes.is_some() { "classes" } else { "arrivals" };
    let place = |problem: Problem| match span {
        Some(span) => problem.at(span),
        None => problem,
    };
    let (load, capacity, utilisation) =
        (scenario.offered_load(), scenario.capacity(), scenario.utilisation());
    let peak: f64 = offers.iter().map(|offer| offer.peak).sum();
    if utilisation > 1.0 && capacity > 0.0 {
        let message = format!(
            "offered load of {load:.4} erlang is above the capacity of {capacity:.4}: rho = {utilisation:.2}"
        );
        let help =
            "queues grow as long as connections arrive; add servers, slots or speed, or lower the rate";
        findings.report(place(Problem::warning(path, message)).help(help));
    } else if peak > capacity && capacity > 0.0 {
        let together = match offers.iter().filter(|offer| offer.has_peak).count() {
            1 => "at its peak",
            _ => "if all peaks come at one time",
        };
        let rho = peak / capacity;
        let message = format!(
            "{together}, the offered load of {peak:.4} erlang is above the capacity of {capacity:.4}: rho = {rho:.2}"
        );
        let help = format!("queues grow as long as that lasts; the mean over the run is {load:.4} erlang");
        findings.report(place(Problem::warning(path, message)).help(help));
    }
    let connections: f64 = offers.iter().map(|offer| offer.connections).sum();
    scenario.expected_connections = connections;
    if connections > MANY {
        let minutes = connections / PER_SECOND / 60.0;
        let message = format!(
            "about {connections:.1e} connections will arrive: some {minutes:.0} minutes for each run"
        );
        let help = "lower the rate or shorten the duration";
        findings.report(place(if connections > TOO_MANY {
            Problem::error(path, format!("{message}, expected at most {TOO_MANY:.0e}")).help(help)
        } else {
            Problem::warning(path, message)
        }));
    }
    for ((class, offer), sections) in scenario.workload.classes.iter().zip(&offers).zip(sections) {
        warn_of_short_runs(class, scenario, sections, findings);
        warn_of_rare_parts(class, offer, sections, findings);
    }
    let loads: Vec<f64> = offers.iter().map(|offer| offer.load).collect();
    reuse::enough(scenario, sections, &loads, findings);
    warn_of_equal_replications(scenario, file, findings);
}

fn offer(class: &Class, scenario: &Scenario) -> Offer {
    let seconds = scenario.duration.as_secs_f64();
    match &class.source {
        Source::Drawn(process) => {
            let connections = process.expected(scenario.duration);
            let mean_work = match &class.work {
                Work::Each(law) => law.mean(),
                Work::ByObject(law) => Objects::new(law.clone(), scenario.seed).mean(&class.destinations),
            };
            let peak = process.peak(scenario.duration);
            let load = connections / seconds * mean_work / 1e9;
            let has_peak = peak.is_some();
            Offer { connections, load, peak: peak.map_or(load, |rate| rate * mean_work), has_peak }
        }
        Source::Trace(trace) => {
            let found = trace.found();
            let mean_work = found.mean_work.unwrap_or_else(|| class.work.law().mean());
            let load = found.rows as f64 / seconds * mean_work / 1e9;
            Offer { connections: found.rows as f64, load, peak: load, has_peak: false }
        }
    }
}

/// A run that sees little of what its arrival process does.
fn warn_of_short_runs(class: &Class, scenario: &Scenario, sections: &Sections<'_>, findings: &mut Findings) {
    let seconds = scenario.duration.as_secs_f64();
    let (message, help) = match &class.source {
        Source::Drawn(Process::Modulated(modulation)) => {
            let rounds = seconds * 1e9 / modulation.round();
            if rounds >= FEW {
                return;
            }
            let states = modulation.count();
            (
                format!("a run sees {rounds:.1} rounds of the {states} states in the mean"),
                "replications will differ widely; lengthen the run, or shorten the stays",
            )
        }
        Source::Drawn(Process::Profile(profile)) if profile.end() > scenario.duration => (
            format!(
                "the run ends at {seconds} s, before the last point at {} s",
                profile.end().as_secs_f64()
            ),
            "what comes after the end of the run is not simulated",
        ),
        _ => return,
    };
    let problem = Problem::warning(sections.path("arrivals"), message).help(help);
    findings.report(match sections.arrivals {
        Some(arrivals) => problem.at(&arrivals.span),
        None => problem,
    });
}

/// A part of a mixture that a replication may or may not see.
fn warn_of_rare_parts(class: &Class, offer: &Offer, sections: &Sections<'_>, findings: &mut Findings) {
    let Work::Each(Law::Mixture(mixture)) = &class.work else { return };
    for (number, share) in mixture.shares().enumerate() {
        let count = share * offer.connections;
        if count < FEW {
            let path = sections.path(&format!("work.mixture[{number}].weight"));
            let message = format!("this part is drawn {count:.1} times in a replication, in the mean");
            let problem = Problem::warning(path, message)
                .help("replications will differ by whether it is; lengthen the run");
            let parts = sections.work.and_then(|work| work.value.mixture.as_ref());
            findings.report(match parts.and_then(|parts| parts.value.get(number)) {
                Some(part) => problem.at(&part.span),
                None => problem,
            });
        }
    }
}

/// Traces with nothing drawn give the same arrivals in every replication.
fn warn_of_equal_replications(scenario: &Scenario, file: &File, findings: &mut Findings) {
    let is_fixed = |class: &Class| match &class.source {
        Source::Drawn(_) => false,
        Source::Trace(trace) => {
            !(trace.is_spread()
                || class.work.is_random()
                || class.clients.is_random()
                || class.destinations.is_random())
        }
    };
    if scenario.replications > 1 && scenario.workload.classes.iter().all(is_fixed) {
        let problem = Problem::warning(
            "run.replications",
            "all replications are equal: nothing is drawn, everything comes from the trace",
        );
        let problem =
            problem.help("`replications = 1` is enough, or `spread` in [arrivals.trace] draws the times");
        let asked = run::run(file).and_then(|run| run.replications.as_ref());
        findings.report(match asked {
            Some(asked) => problem.at(&asked.span),
            None => problem,
        });
    }
}
