//! `ipvslab theory --coverage`: how often the confidence intervals cover what they should.

use std::path::Path;

use ipvslab_reports::{Collector, Metric, Run, Study, Summary};
use ipvslab_scenarios::Cell;
use rayon::prelude::*;

use crate::cell;
use crate::exit::{Exit, Failure};
use crate::print::print;
use crate::study;

/// M/M/1 at load 0.5: the mean response time is 1 / (1 - 0.5) = 2 s. Ten replications a study, as a scenario has by default.
/// Of runs a tenth as long, the means are skewed (skewness 0.6), and Student's interval then covers 0.6 points too little.
const SCENARIO: &str = "title = \"M/M/1\"
[run]
duration = \"20100s\"
warm_up = \"100s\"
[service]
address = \"192.0.2.1:80\"
schedulers = [\"rr\"]
[[servers]]
name = \"server\"
slots = 1
[arrivals.poisson]
rate = \"0.5/s\"
[work.exponential]
mean = \"1s\"
";
const TRUE_MEAN_US: f64 = 2e6;

/// Within these parts the intervals are taken for what they say they are.
const ACCEPTED: std::ops::RangeInclusive<f64> = 0.93..=0.97;

/// Runs `studies` studies, each with a seed of its own, and counts those whose 95 % interval covers the true mean.
pub(crate) fn run(studies: u32) -> Result<(), Failure> {
    let covering: Vec<bool> = (0..studies).into_par_iter().map(covers).collect::<Result<_, Failure>>()?;
    let covered = covering.iter().filter(|&&covers| covers).count();
    let part = covered as f64 / f64::from(studies);
    print(format_args!(
        "M/M/1 at load 0.5, 10 replications of 20000 s: the 95 % interval of the mean response time covers the true one in {covered} \
         of {studies} studies, {:.1} %\n",
        100.0 * part
    ));
    // What chance allows around 95 %, for few studies.
    let grace = 2.6 * (0.95 * 0.05 / f64::from(studies)).sqrt() - 0.018;
    match ACCEPTED.contains(&part) || (part - 0.95).abs() <= 0.02 + grace {
        true => Ok(()),
        false => Err(Failure::new(
            Exit::Differs,
            "error: the intervals cover the true value less often than they should",
        )),
    }
}

fn covers(seed: u32) -> Result<bool, Failure> {
    let loaded = ipvslab_scenarios::parse(SCENARIO, "coverage", Path::new("."))
        .map_err(|problems| Failure::new(Exit::Internal, problems.to_string()))?;
    let mut scenario = loaded.scenario;
    scenario.seed = u64::from(seed) + 1;
    let setup = scenario.setup();
    let mut study = study::empty(&scenario, &setup);
    for replication in 0..scenario.replications {
        let scheduler = scenario.schedulers[0];
        let mut collector = Collector::new(setup.warm_up(), setup.horizon(), study.servers.len());
        let outcome = cell::run(&scenario, &setup, Cell { scheduler, replication }, &mut collector)?;
        study.runs.push(Run { scheduler, replication, metrics: collector.finish(&outcome, &study.servers) });
    }
    Ok(holds(&study))
}

fn holds(study: &Study) -> bool {
    let summary = Summary::new(study, Metric::ResponseMean);
    let estimate = summary.schedulers.first().and_then(|found| found.estimate(Metric::ResponseMean));
    estimate
        .is_some_and(|estimate| (estimate.mean - TRUE_MEAN_US).abs() <= estimate.half_width.unwrap_or(0.0))
}
