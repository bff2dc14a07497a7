//! Whether the farm can carry the load, and whether a run shows what the workload is like.

use ipvslab_sim::ConnectionVolume;

use super::class::Sections;
use super::{Findings, reuse, run};
use crate::problem::Problem;
use crate::raw::File;
use crate::scenario::Scenario;
use crate::workload::{Class, Drawn, Law, Objects, Process, Source};

/// Beyond this many connections a run takes minutes.
const MANY: f64 = 1e9;
/// Beyond this many it takes days, and the scenario is taken for a slip.
const TOO_MANY: f64 = 1e12;
/// Connections that a core simulates per second, roughly.
const PER_SECOND: f64 = 5e6;
/// A load of 1 as it may be rounded.
const JUST_FULL: f64 = 1.0 + 1e-9;
/// What comes less often than this in a replication is a matter of luck.
const FEW: f64 = 10.0;

/// What a class asks of the farm.
struct Offer {
    /// Requests in a replication: connections, where each carries one.
    connections: f64,
    /// On average over the run, in erlang.
    load: f64,
    /// When most comes; the mean if the rate is constant.
    peak: f64,
    has_peak: bool,
    /// Whether it waits for the farm: then it brings at most `load`, and no more than the farm can carry.
    is_closed: bool,
}

/// Finds the offered load, and warns of one that the farm cannot carry, and of a run that is too short for its workload.
pub(super) fn load(scenario: &mut Scenario, file: &File, sections: &[Sections<'_>], findings: &mut Findings) {
    let mut offers: Vec<Offer> =
        scenario.workload.classes.iter().map(|class| offer(class, scenario)).collect();
    let sum =
        |closed: bool| offers.iter().filter(|offer| offer.is_closed == closed).map(|offer| offer.load).sum();
    let (open, closed): (f64, f64) = (sum(false), sum(true));
    let carried = closed.min((scenario.capacity() - open).max(0.0));
    scenario.offered_load = open + carried;
    for offer in offers.iter_mut().filter(|offer| offer.is_closed && closed > 0.0) {
        offer.connections *= carried / closed;
    }
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
    let peak: f64 = offers.iter().filter(|offer| !offer.is_closed).map(|offer| offer.peak).sum();
    // What is found in a cache is not work, so that with caches the load is at most this, and nothing to warn of.
    let is_known = capacity > 0.0 && !scenario.has_caches();
    if utilisation > JUST_FULL && is_known {
        let message = format!(
            "offered load of {load:.4} erlang is above the capacity of {capacity:.4}: rho = {utilisation:.2}"
        );
        let help =
            "queues grow as long as connections arrive; add servers, slots or speed, or lower the rate";
        findings.report(place(Problem::warning(path, message)).help(help));
    } else if peak > capacity * JUST_FULL && is_known {
        let together = match offers.iter().filter(|offer| offer.has_peak).count() {
            1 => "at its peak",
            _ => "if all peaks coincide",
        };
        let rho = peak / capacity;
        let message = format!(
            "{together}, the offered load of {peak:.4} erlang is above the capacity of {capacity:.4}: rho = {rho:.2}"
        );
        let help = format!("queues grow as long as that lasts; the mean over the run is {load:.4} erlang");
        findings.report(place(Problem::warning(path, message)).help(help));
    }
    warn_of_narrow_director(scenario, &offers, file, findings);
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
    let misses = scenario.caches.iter().flatten().map(|cache| cache.miss.as_nanos());
    let miss = misses.max().unwrap_or(0) as f64;
    match &class.source {
        Source::Drawn(process) => {
            let mean_work = match &class.work {
                Drawn::Each(law) => law.mean(),
                Drawn::ByObject(law) => {
                    Objects::new(law.clone(), scenario.seed, "work").mean(&class.destinations)
                }
            };
            let mean_work = mean_work + miss;
            let begun = process.expected(scenario.duration);
            let Chain { requests, peak } = chain(class, mean_work, seconds * 1e9);
            let connections = begun * requests;
            let load = connections / seconds * mean_work / 1e9;
            let rate = process.peak(scenario.duration);
            let peak = match rate {
                Some(rate) => rate * mean_work * peak,
                None => load * peak / requests,
            };
            let has_peak = rate.is_some() || peak > load;
            Offer { connections, load, peak, has_peak, is_closed: class.think().is_some() }
        }
        Source::Trace(trace) => {
            let found = trace.found();
            let mean_work = found.mean_work.unwrap_or_else(|| class.work.law().mean());
            let Chain { requests, peak } = chain(class, mean_work, seconds * 1e9);
            let connections = found.rows as f64 * requests;
            let load = connections / seconds * mean_work / 1e9;
            let peak = load * peak / requests;
            Offer { connections, load, peak, has_peak: peak > load, is_closed: false }
        }
    }
}

/// What an arrival begins.
struct Chain {
    /// Requests within the run on average, if none ever waits.
    requests: f64,
    /// As many, of an arrival that comes at the start of the run.
    peak: f64,
}

/// How many requests an arrival means, each of this much work, in a run of this length; in nanoseconds.
fn chain(class: &Class, work: f64, span: f64) -> Chain {
    let of_connection =
        class.requests.as_ref().map(|requests| (requests.number.mean(), requests.idle.mean()));
    match (of_connection, class.think()) {
        (None, None) => Chain { requests: 1.0, peak: 1.0 },
        (Some((Some(mean), _)), None) => Chain { requests: mean, peak: mean },
        (Some((None, idle)), Some(_)) => {
            let requests = span / (idle + work);
            Chain { requests, peak: requests }
        }
        // They add up from the start of the run to its end: half of that on average.
        (Some((None, idle)), None) => {
            let requests = span / (idle + work);
            Chain { requests: 0.5 * requests, peak: requests }
        }
        (of_connection, Some(think)) => {
            let (mean, idle) = of_connection.map_or((1.0, 0.0), |(mean, idle)| (mean.unwrap_or(1.0), idle));
            let round = think.mean() + mean * work + (mean - 1.0) * idle;
            let requests = span / round * mean;
            Chain { requests, peak: requests }
        }
    }
}

/// A director that is asked to carry more than it can.
fn warn_of_narrow_director(scenario: &Scenario, offers: &[Offer], file: &File, findings: &mut Findings) {
    let (Some(capacity), Some(section)) =
        (scenario.passage.and_then(|passage| passage.capacity), &file.director)
    else {
        return;
    };
    let (mut packets, mut bits) = (0.0, 0.0);
    for (class, offer) in scenario.workload.classes.iter().zip(offers) {
        let per_s = offer.connections / scenario.duration.as_secs_f64();
        let carried = ConnectionVolume::of(&scenario.service, class.sizes.means());
        for load in [carried.inbound(), carried.response] {
            packets += per_s * load.packets as f64;
            bits += per_s * 8.0 * load.bytes as f64;
        }
    }
    let part = |asked: f64, most: Option<f64>| most.map_or(0.0, |most| asked / most);
    let busy = part(packets, capacity.packets_per_s).max(part(bits, capacity.bits_per_s));
    if busy > JUST_FULL {
        let message = format!(
            "the director is asked to carry {packets:.0} packets and {bits:.0} bits per second, {busy:.2} times its limit"
        );
        let help = "it drops the excess; raise its limits, or lower the rate";
        findings.report(Problem::warning("director", message).at(&section.span).help(help));
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
                format!("a run sees {rounds:.1} rounds of the {states} states on average"),
                "replications will vary widely; lengthen the run, or shorten the stays",
            )
        }
        Source::Drawn(Process::Profile(profile)) if profile.end() > scenario.duration => (
            format!(
                "the run ends at {seconds} s, before the last point at {} s",
                profile.end().as_secs_f64()
            ),
            "anything after the end of the run is not simulated",
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
    let Drawn::Each(Law::Mixture(mixture)) = &class.work else { return };
    for (number, share) in mixture.shares().enumerate() {
        let count = share * offer.connections;
        if count < FEW {
            let path = sections.path(&format!("work.mixture[{number}].weight"));
            let message = format!("this part is drawn {count:.1} times per replication on average");
            let problem = Problem::warning(path, message)
                .help("replications will vary with the number of draws; lengthen the run");
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
                || class.sizes.is_random()
                || class.clients.is_random()
                || class.destinations.is_random())
        }
    };
    if scenario.replications > 1 && scenario.workload.classes.iter().all(is_fixed) {
        let problem = Problem::warning(
            "run.replications",
            "all replications are identical: nothing is random, everything comes from the trace",
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
