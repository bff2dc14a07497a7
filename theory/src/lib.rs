//! The engine against the known answers of queueing theory.
//!
//! Every set-up that takes time goes the way of a user's scenario: a scenario file is written, read, and run. What a
//! scheduler or the director answers by itself is counted without a run.

#![forbid(unsafe_code)]

mod agreement;
mod case;
mod count;
mod probe;
mod reference;
mod samples;
mod watch;

use std::path::Path;

use ipvslab_reports::Estimate;
use ipvslab_scenarios::{Cell, Problems, Scenario, TraceError};
use ipvslab_schedulers::Span;
use ipvslab_sim::{RunError, Setup};
use rayon::prelude::*;

pub use agreement::Agreement;
use case::{Case, Watch};
use count::Count;
use probe::Probe;
use reference::Reference;
use samples::{Drain, Samples};
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

/// A set-up of which something is known.
pub struct Known {
    reference: Reference,
    method: Method,
}

/// One known answer beside the one that was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The set-up.
    pub id: String,
    /// What is known of it.
    pub metric: String,
    /// The known value, in the metric's unit.
    pub known: f64,
    /// What was found: the mean over replications.
    pub mean: f64,
    /// Half-width of its 95 % interval over replications.
    pub half_width: f64,
    /// Whether the two agree.
    pub verdict: Agreement,
}

/// Why a set-up has no answers: always a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum TheoryError {
    /// The scenario that was written is wrong.
    #[error("{0}")]
    Scenario(#[from] Problems),
    /// A run of it ended early.
    #[error("error: {id}: {why:?}")]
    Run {
        /// The set-up.
        id: String,
        /// What ended it.
        why: RunError<TraceError>,
    },
}

/// The set-ups whose ids begin with one of these, or all if there are none; with `fast`, of those the subset that takes
/// less than a minute.
pub fn known(fast: bool, prefixes: &[String]) -> Vec<Known> {
    let wanted = |reference: &Reference| {
        (!fast || FAST.contains(&reference.id.as_str()))
            && (prefixes.is_empty() || prefixes.iter().any(|prefix| reference.id.starts_with(prefix)))
    };
    let known = |reference: Reference| {
        let counted = Count::of(&reference).map(Method::Counted);
        let method = counted.or_else(|| Case::of(&reference).map(Method::Simulated))?;
        Some(Known { reference, method })
    };
    reference::references().into_iter().filter(wanted).filter_map(known).collect()
}

impl Known {
    /// Runs the set-up, on as many threads as rayon has; a line for each answer.
    ///
    /// # Errors
    /// See [`TheoryError`].
    pub fn compare(&self) -> Result<Vec<Line>, TheoryError> {
        compare(&self.reference, &self.method)
    }
}

/// All known answers about one set-up.
fn compare(reference: &Reference, method: &Method) -> Result<Vec<Line>, TheoryError> {
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
            verdict: Agreement::of(&reference.id, metric, load, (*known, known_error), (mean, error)),
        }
    });
    Ok(lines.collect())
}

/// The values of every replication, in the order of the answers.
fn simulated(reference: &Reference, case: &Case) -> Result<Vec<Vec<f64>>, TheoryError> {
    let loaded = ipvslab_scenarios::parse(&case.scenario(), &reference.id, Path::new("."))?;
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
) -> Result<Vec<Vec<f64>>, TheoryError> {
    let values = (0..case.replications).into_par_iter().map(|replication| {
        let mut watcher = watcher();
        for run in 0..case.runs {
            let cell = Cell { scheduler: case.scheduler, replication: replication * case.runs + run };
            let outcome = cell
                .run(scenario, setup, &mut watcher)
                .map_err(|why| TheoryError::Run { id: reference.id.clone(), why })?;
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
