//! `ipvslab theory`: the engine against the known answers of queueing theory.
//!
//! Every set-up goes the way of a user's scenario: a scenario file is written, read, and run.

mod case;
mod probe;
mod reference;
mod verdict;

use std::path::Path;

use ipvslab_schedulers::Time;
use ipvslab_sim::Setup;
use rayon::prelude::*;

use crate::args;
use crate::cell::{self, Cell};
use crate::exit::{Exit, Failure};
use case::Case;
use probe::Probe;
use reference::Reference;
use verdict::Verdict;

/// What takes less than a minute on two cores and still touches every family.
const FAST: [&str; 12] = [
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
];

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
    let cases: Vec<(Reference, Case)> = reference::references()
        .into_iter()
        .filter(wanted)
        .filter_map(|reference| Case::of(&reference).map(|case| (reference, case)))
        .collect();
    if cases.is_empty() {
        return Err(Failure::new(Exit::NothingSelected, "no known answer is selected; see --filter"));
    }
    crate::print(format_args!(
        "{:22} {:24} {:>12} {:>12} {:>9} {:>8}  verdict\n",
        "set-up", "metric", "reference", "simulated", "±95 %", "error"
    ));
    let mut verdicts = Vec::new();
    for (reference, case) in &cases {
        for line in compare(reference, case)? {
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
fn compare(reference: &Reference, case: &Case) -> Result<Vec<Line>, Failure> {
    let loaded = ipvslab_scenarios::parse(&case.scenario(), &reference.id, Path::new("."))
        .map_err(|problems| Failure::new(Exit::Internal, problems.to_string()))?;
    let scenario = loaded.scenario;
    let setup: Setup = scenario.setup();
    let servers = setup.servers().len();
    let values: Vec<Vec<f64>> = (0..case.replications)
        .into_par_iter()
        .map(|replication| {
            let cell = Cell { scheduler: case.scheduler, replication };
            let mut probe = Probe::new(servers, setup.warm_up(), setup.horizon().min(Time::NEVER));
            cell::run(&scenario, &setup, cell, &mut probe)?;
            let metrics = reference.answers.iter();
            Ok(metrics.map(|(metric, _)| probe.metric(metric).unwrap_or(f64::NAN)).collect())
        })
        .collect::<Result<_, Failure>>()?;
    let lines = reference.answers.iter().enumerate().map(|(column, (metric, known))| {
        let sample: Vec<f64> = values.iter().map(|replication| replication[column]).collect();
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let variance = sample.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let error = (variance / count).sqrt();
        Line {
            id: reference.id.clone(),
            metric: metric.clone(),
            known: *known,
            mean,
            // Student's t with 39 degrees of freedom; with more it is hardly less.
            half_width: 2.0227 * error,
            verdict: Verdict::of(&reference.id, metric, case.load, *known, mean, error),
        }
    });
    Ok(lines.collect())
}
