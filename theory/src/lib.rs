//! `ipvslab theory`: the engine against the known answers of queueing theory.
//!
//! Every set-up that takes time goes the way of a user's scenario: a scenario file is written, read, and run. What a
//! scheduler or the director answers by itself is counted without a run.

mod case;
mod count;
mod probe;
mod reference;
mod samples;
mod verdict;
mod watch;

use std::path::Path;

use ipvslab_reports::Estimate;
use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::Span;
use ipvslab_sim::Setup;
use rayon::prelude::*;

use crate::args;
use crate::cell::{self, Cell};
use crate::exit::{Exit, Failure};
use case::{Case, Watch};
use count::Count;
use probe::Probe;
use reference::Reference;
use samples::{Drain, Samples};
use verdict::Verdict;
use watch::{Hits, Watcher};

/// What takes less than a minute on two cores and still touches every family.
const FAST: [&str; 30] = [
    "mm1-r0.5",
    "mmc-c4-r0.8",
    "md1-r0.5",
    "mg1-erl2-r0.8",
    "mg1-logn1.5-r0.5-ps",
    "mm1k-r1-K10",
    "rr-k2-r0.5",
    "jsq-k4-r0.8",
    "wlc-m2_1-l1.5",
    "sed-m3_2_1-l4.8",
    "nq-m2_1-l2.7",
    "thr-l8-u10-l5",
    "rnd-k2-r0.8",
    "lwl-k4-r0.8",
    "gps-k2-r0.7-det",
    "mva-N10-Z1-K1",
    "mxm1-b2-r0.8",
    "mm1tr-t5",
    "mminf-t2",
    "inact-l1000-t120",
    "bins-n8-m80",
    "persist-n1000-l0.001-t300",
    "lru-ex-N8-a0.8-C3",
    "farm-dh-k4-C500",
    "zipf-N10000-a0.8",
    "shtab-n48",
    "shw-4_3_2",
    "shrem-n8-r0",
    "mh-bal-N3-M4093",
    "mh-dis-N10-M4093-k1",
];

/// How the values of a set-up are found.
enum Method {
    /// By runs of a scenario.
    Simulated(Case),
    /// By asking a scheduler or the director.
    Counted(Count),
}

/// One line of the table.
struct Line {
    id: String,
    metric: String,
    known: f64,
    mean: f64,
    /// Half-width of the 95 % interval over replications.
    half_width: f64,
    verdict: Verdict,
}

/// Runs the set-ups that were asked for and prints the table.
pub(crate) fn run(args: &args::Theory) -> Result<(), Failure> {
    crate::threads::limit(args.threads)?;
    let wanted = |reference: &Reference| {
        (!args.fast || FAST.contains(&reference.id.as_str()))
            && (args.filter.is_empty() || args.filter.iter().any(|prefix| reference.id.starts_with(prefix)))
    };
    let method = |reference: &Reference| {
        let counted = Count::of(reference).map(Method::Counted);
        counted.or_else(|| Case::of(reference).map(Method::Simulated))
    };
    let cases: Vec<(Reference, Method)> = reference::references()
        .into_iter()
        .filter(wanted)
        .filter_map(|reference| method(&reference).map(|method| (reference, method)))
        .collect();
    if cases.is_empty() {
        return Err(Failure::new(Exit::NothingSelected, "no known answer is selected; see --filter"));
    }
    crate::print(format_args!(
        "{:22} {:24} {:>12} {:>12} {:>9} {:>8}  verdict\n",
        "set-up", "metric", "reference", "simulated", "±95 %", "error"
    ));
    let mut verdicts = Vec::new();
    for (reference, method) in &cases {
        for line in compare(reference, method)? {
            verdicts.push(line.verdict);
            crate::print(format_args!(
                "{:22} {:24} {:12.6} {:12.6} {:9.6} {:7.2}%  {}\n",
                line.id,
                line.metric,
                line.known,
                line.mean,
                line.half_width,
                100.0 * (line.mean / line.known - 1.0),
                line.verdict.word()
            ));
        }
    }
    let count = |wanted: Verdict| verdicts.iter().filter(|&&verdict| verdict == wanted).count();
    let (differ, wide) = (count(Verdict::Differs), count(Verdict::TooWide));
    let all = verdicts.len();
    crate::print(format_args!("{all} known answers: {differ} differ, {wide} too wide to tell\n"));
    match (differ, wide) {
        (0, 0) => Ok(()),
        (0, _) => Err(Failure::new(Exit::Inconclusive, "error: not all intervals are narrow enough to tell")),
        _ => Err(Failure::new(Exit::Differs, "error: not all known answers were reproduced")),
    }
}

/// All known answers about one set-up.
fn compare(reference: &Reference, method: &Method) -> Result<Vec<Line>, Failure> {
    let (values, load) = match method {
        Method::Simulated(case) => (simulated(reference, case)?, case.load),
        Method::Counted(count) => (counted(reference, *count), 0.0),
    };
    let lines = reference.answers.iter().enumerate().map(|(column, (metric, known))| {
        let sample: Vec<f64> = values.iter().map(|replication| replication[column]).collect();
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let variance =
            sample.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        let error = (variance / count).sqrt();
        let known_error = reference.error(metric);
        Line {
            id: reference.id.clone(),
            metric: metric.clone(),
            known: *known,
            mean,
            half_width: Estimate::of(&sample).and_then(|estimate| estimate.half_width).unwrap_or(0.0),
            verdict: Verdict::of(&reference.id, metric, load, (*known, known_error), (mean, error)),
        }
    });
    Ok(lines.collect())
}

/// The values of every replication, in the order of the answers.
fn simulated(reference: &Reference, case: &Case) -> Result<Vec<Vec<f64>>, Failure> {
    let loaded = ipvslab_scenarios::parse(&case.scenario(), &reference.id, Path::new("."))
        .map_err(|problems| Failure::new(Exit::Internal, problems.to_string()))?;
    let scenario = loaded.scenario;
    let mut setup = scenario.setup();
    let (servers, from, until) = (setup.servers().len(), setup.warm_up(), setup.horizon());
    match case.watch {
        Watch::Connections => {
            replicate(reference, case, &scenario, &setup, || Probe::new(servers, from, until))
        }
        Watch::Instants => {
            setup = setup.sample_every(Span::from_nanos((case.every * 1e9) as u64));
            replicate(reference, case, &scenario, &setup, || Samples::new(from, until))
        }
        Watch::Caches => replicate(reference, case, &scenario, &setup, Hits::default),
        Watch::Drain => replicate(reference, case, &scenario, &setup, || Drain::new(until)),
    }
}

fn replicate<W: Watcher>(
    reference: &Reference,
    case: &Case,
    scenario: &Scenario,
    setup: &Setup,
    watcher: impl Fn() -> W + Sync,
) -> Result<Vec<Vec<f64>>, Failure> {
    let values = (0..case.replications).into_par_iter().map(|replication| {
        let mut watcher = watcher();
        for run in 0..case.runs {
            let cell = Cell { scheduler: case.scheduler, replication: replication * case.runs + run };
            let outcome = cell::run(scenario, setup, cell, &mut watcher)?;
            watcher.outcome(&outcome);
        }
        let metrics = reference.answers.iter();
        Ok(metrics.map(|(metric, _)| watcher.metric(metric).unwrap_or(f64::NAN)).collect())
    });
    values.collect()
}

/// The values of every repetition, in the order of the answers.
fn counted(reference: &Reference, count: Count) -> Vec<Vec<f64>> {
    let repetitions = (0..count.repetitions).into_par_iter().map(|repetition| {
        let found = count.repetition(reference, repetition);
        let value = |metric: &str| {
            found.iter().find(|(name, _)| *name == metric).map_or(f64::NAN, |&(_, value)| value)
        };
        reference.answers.iter().map(|(metric, _)| value(metric)).collect()
    });
    repetitions.collect()
}
