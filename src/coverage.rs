//! `ipvslab theory --coverage`: how often confidence intervals cover the truth and verdicts are wrong, in a table.

mod systems;
mod tally;

use std::path::Path;

use ipvslab_reports::statistics::next_look;
use ipvslab_reports::{Collector, Estimate, Metric, Run, Study, Summary, Verdict, Width, is_precise, judge};
use ipvslab_scenarios::{Cell, Scenario};
use rayon::prelude::*;

use self::systems::{System, systems};
use self::tally::{Seen, Tally};
use crate::args;
use crate::cell;
use crate::exit::{Exit, Failure};
use crate::print::print;
use crate::{study, threads};

/// Replications a study; of one that ends by itself, at most [`MOST`].
const REPLICATIONS: u32 = 20;
const MOST: u32 = 1_000;

/// Studies a system, if nobody says how many.
const STUDIES: u32 = 1_000;
const STUDIES_FAST: u32 = 200;

/// Runs the studies of every system, each with a seed of its own, and prints the table in Markdown.
pub(crate) fn run(args: &args::Theory) -> Result<(), Failure> {
    threads::limit(args.threads)?;
    let asked = args.coverage.filter(|&studies| studies > 0);
    let studies = asked.unwrap_or(if args.fast { STUDIES_FAST } else { STUDIES });
    print(format_args!("{}", tally::heading(studies)));
    let mut is_accepted = true;
    for system in systems(args.fast) {
        let scenario = system.scenario()?;
        let seen = (0..studies).into_par_iter().map(|seed| of_study(&system, &scenario, seed));
        let seen = seen.collect::<Result<Vec<Vec<Seen>>, Failure>>()?;
        for row in 0..seen.first().map_or(0, Vec::len) {
            let tally = Tally::of(seen.iter().map(|study| &study[row]));
            let verdict = tally.verdict(args.fast);
            is_accepted &= verdict.is_accepted();
            print(format_args!("{}", tally.line(&system, verdict)));
        }
    }
    match is_accepted {
        true => Ok(()),
        false => Err(Failure::new(Exit::Differs, "error: a row of the table is outside its band")),
    }
}

impl System {
    fn scenario(&self) -> Result<Scenario, Failure> {
        let loaded = ipvslab_scenarios::parse(&self.text(), "coverage", Path::new("."))
            .map_err(|problems| Failure::new(Exit::Internal, problems.to_string()))?;
        Ok(loaded.scenario)
    }
}

/// What one study says of every truth of a system.
fn of_study(system: &System, scenario: &Scenario, seed: u32) -> Result<Vec<Seen>, Failure> {
    let mut scenario = scenario.clone();
    scenario.seed = u64::from(seed) + 1;
    let study = conducted(system, &scenario)?;
    let summary = Summary::new(&study, Metric::ResponseMean);
    let found = &summary.schedulers[0];
    let mut seen: Vec<Seen> = system
        .truths
        .iter()
        .map(|&(metric, truth_s)| Seen {
            metric,
            what: metric.words().to_owned(),
            truth: truth_s,
            estimate: found.estimate(metric),
            warned: found.too_short.contains(&metric),
            kind: if system.is_short { tally::Kind::Short } else { tally::Kind::Interval },
        })
        .collect();
    if system.is_short {
        seen.push(as_it_was(&study, system));
    }
    for judgement in judge(&study, &summary) {
        let wrong = |verdict: Verdict| Seen {
            metric: judgement.objective.metric,
            what: format!("objective at the true p99: {}", verdict.word()),
            truth: judgement.objective.limit / 1e6,
            estimate: (judgement.verdict == verdict).then(|| Estimate::of(&[0.0])).flatten(),
            warned: false,
            kind: tally::Kind::Wrong,
        };
        seen.extend([wrong(Verdict::Met), wrong(Verdict::Violated)]);
    }
    Ok(seen)
}

/// The mean of the replications' quantiles with Student's interval: what this table must be able to find fault with.
fn as_it_was(study: &Study, system: &System) -> Seen {
    let values: Vec<f64> = study.runs.iter().filter_map(|run| Metric::ResponseP99.of(&run.metrics)).collect();
    let truth =
        system.truths.iter().find(|(metric, _)| *metric == Metric::ResponseP99).map_or(0.0, |truth| truth.1);
    Seen {
        metric: Metric::ResponseP99,
        what: "p99, mean of the replications' (must fail)".to_owned(),
        truth,
        estimate: Estimate::of(&values),
        warned: false,
        kind: tally::Kind::MustFail,
    }
}

fn conducted(system: &System, scenario: &Scenario) -> Result<Study, Failure> {
    let setup = scenario.setup();
    let mut study = study::empty(scenario, &setup);
    let scheduler = scenario.schedulers[0];
    let most = if system.stop_at.is_some() { MOST } else { REPLICATIONS };
    let mut done = 0;
    while done < most {
        let next = if system.stop_at.is_some() { next_look(done, most) } else { most };
        for replication in done..next {
            let limits = study.objectives.iter().filter_map(|objective| objective.time_limit());
            let collector = Collector::new(setup.warm_up(), setup.horizon(), study.servers.len());
            let mut collector = collector.with_limits(limits);
            let outcome = cell::run(scenario, &setup, Cell { scheduler, replication }, &mut collector)?;
            study.runs.push(Run {
                scheduler,
                replication,
                metrics: collector.finish(&outcome, &study.servers),
            });
        }
        done = next;
        if let Some((metric, most)) = system.stop_at
            && is_precise(&study, metric, Width { most, is_relative: true })
        {
            break;
        }
    }
    study.replications = done;
    Ok(study)
}
