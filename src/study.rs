//! Running a study: every scheduler × replication, on all cores, put back in the order of the plan.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ipvslab_reports::{Collector, Provenance, Run, Study, StudyServer, interventions};
use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::{KernelProfile, Span};
use ipvslab_sim::Setup;
use rayon::prelude::*;

use crate::args;
use crate::cell::{self, Cell};
use crate::exit::{Exit, Failure};
use crate::scenario_file::{Warnings, load};
use crate::threads;

/// How many looks at the servers a run gets.
pub(crate) const SAMPLES: u64 = 240;
/// Up to this many looks at a server are kept in a study; beyond, only the first replication is sampled.
const SAMPLES_KEPT: u64 = 5_000_000;

/// Reads the scenario that the command line names, with what the command line says otherwise.
pub(crate) fn scenario(args: &args::Study) -> Result<Scenario, Failure> {
    let warnings = match (args.strict, args.quiet) {
        (true, _) => Warnings::Refuse,
        (false, true) => Warnings::Hide,
        (false, false) => Warnings::Tell,
    };
    let mut scenario = load(&args.scenario, warnings)?;
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    scenario.replications = args.replications.unwrap_or(scenario.replications);
    Ok(scenario)
}

/// Runs all schedulers of the scenario.
pub(crate) fn run(scenario: &Scenario, args: &args::Study) -> Result<Study, Failure> {
    threads::limit(args.threads)?;
    let plain = scenario.setup();
    let every = Span::from_nanos((scenario.duration.as_nanos() / SAMPLES).max(1));
    let sampled = scenario.setup().sample_every(every);
    let plan: Vec<Cell> = scenario
        .schedulers
        .iter()
        .flat_map(|&scheduler| {
            (0..scenario.replications).map(move |replication| Cell { scheduler, replication })
        })
        .collect();
    let few = plan.len() as u64 * SAMPLES * scenario.servers.len() as u64 <= SAMPLES_KEPT;
    let servers = servers(scenario, &plain);
    let bar = progress(plan.len() as u64, args.quiet);
    let runs = plan
        .into_par_iter()
        .map(|cell| {
            let setup = if few || cell.replication == 0 { &sampled } else { &plain };
            let mut collector = Collector::new(setup.warm_up(), setup.horizon(), servers.len());
            let outcome = cell::run(scenario, setup, cell, &mut collector)?;
            bar.inc(1);
            let Cell { scheduler, replication } = cell;
            Ok(Run { scheduler, replication, metrics: collector.finish(&outcome, &servers) })
        })
        .collect::<Result<Vec<Run>, Failure>>();
    bar.finish_and_clear();
    let runs = runs?;
    if runs.iter().all(|run| run.metrics.arrived == 0) {
        let message = "error: no connection arrived between warm_up and duration";
        return Err(Failure::new(Exit::NothingSelected, message));
    }
    Ok(Study {
        title: scenario.title.clone(),
        question: scenario.question.clone().unwrap_or_default(),
        name: scenario.name.clone(),
        seed: scenario.seed,
        replications: scenario.replications,
        kernel: kernel(&scenario.service.profile).to_owned(),
        accounting: scenario.service.profile.accounting.to_string(),
        warm_up: plain.warm_up(),
        horizon: plain.horizon(),
        interventions: interventions(&plain, &servers),
        servers,
        provenance: Provenance::of(env!("CARGO_PKG_VERSION"), &scenario.source),
        schedulers: scenario.schedulers.clone(),
        runs,
    })
}

/// The servers as reports name them.
pub(crate) fn servers(scenario: &Scenario, setup: &Setup) -> Vec<StudyServer> {
    StudyServer::of(setup, |id| {
        let info = &scenario.servers[id.index()];
        (info.name.clone(), info.group.clone())
    })
}

/// A profile in words.
fn kernel(profile: &KernelProfile) -> &'static str {
    match *profile {
        KernelProfile::CLASSIC => "before 7.2 (6.12.104, 6.1.183)",
        KernelProfile::TOTAL => "7.2.10 or later (6.12.113, 6.1.191)",
        _ => "of the middle of 2026",
    }
}

/// A bar with the time left, on a terminal only.
fn progress(cells: u64, quiet: bool) -> ProgressBar {
    if quiet || !stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} runs, {eta} left")
        .expect("the template is a constant");
    ProgressBar::new(cells).with_style(style)
}
