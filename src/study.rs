//! Running a study: every scheduler × replication, on all cores, put back in the order of the plan.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ipvslab_reports::{
    Collector, Distribution, Metric, Objective, Provenance, Run, Study, StudyServer, interventions,
    is_precise,
};
use ipvslab_scenarios::{Cell, Scenario};
use ipvslab_schedulers::{Accounting, EntryScan, KernelProfile, LocalityCache, SchedulerKind, Span};
use ipvslab_sim::Setup;
use rayon::prelude::*;

use crate::args;
use crate::cell;
use crate::exit::{Exit, Failure};
use crate::scenario_file::{Warnings, load};
use crate::warm_up;

/// How many looks at the servers a run gets.
pub(crate) const SAMPLES: u64 = 240;
/// Replications between two looks at how well a metric is known.
const ROUND: u32 = 5;
/// Up to this many looks at a server are kept in a study; beyond, only the first replication is sampled.
const SAMPLES_KEPT: u64 = 5_000_000;

/// Reads the scenario that the command line names, with what the command line says otherwise.
pub(crate) fn scenario(args: &args::Study) -> Result<Scenario, Failure> {
    let warnings = match (args.strict, args.quiet) {
        (true, _) => Warnings::Refuse,
        (false, true) => Warnings::Hide,
        (false, false) => Warnings::Tell,
    };
    let mut scenario = load(&args.scenario, &args.said.settings, warnings)?;
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    scenario.replications = args.replications.unwrap_or(scenario.replications);
    Ok(scenario)
}

/// What is kept of each run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keep {
    /// The servers over time and all response times too.
    Everything,
    /// Numbers only.
    Numbers,
}

/// Runs all schedulers of the scenario; `label` is in front of the progress.
pub(crate) fn run(scenario: &Scenario, keep: Keep, label: &str, quiet: bool) -> Result<Study, Failure> {
    let settled;
    let scenario = if scenario.finds_warm_up {
        settled = warm_up::found(scenario, quiet)?;
        &settled
    } else {
        scenario
    };
    let plain = scenario.setup();
    let every = Span::from_nanos((scenario.duration.as_nanos() / SAMPLES).max(1));
    let sampled = scenario.setup().sample_every(every);
    let cells = scenario.schedulers.len() as u64 * u64::from(scenario.replications);
    let few = cells * SAMPLES * scenario.servers.len() as u64 <= SAMPLES_KEPT;
    let servers = servers(scenario, &plain);
    let classes = scenario.classes().len();
    let is_followed = keep == Keep::Everything && !interventions(&plain, &servers).is_empty();
    let bar = progress(cells, label, quiet);
    let one = |cell: Cell| {
        let is_sampled = keep == Keep::Everything && (few || cell.replication == 0);
        let setup = if is_sampled { &sampled } else { &plain };
        let collector = Collector::new(setup.warm_up(), setup.horizon(), servers.len()).with_classes(classes);
        let mut collector = if is_followed { collector.following() } else { collector };
        let outcome = cell::run(scenario, setup, cell, &mut collector)?;
        bar.inc(1);
        let Cell { scheduler, replication } = cell;
        let mut metrics = collector.finish(&outcome, &servers);
        if keep == Keep::Numbers {
            metrics.response_times = Distribution::default();
        }
        Ok(Run { scheduler, replication, metrics })
    };
    let mut study = empty(scenario, &plain);
    let mut done = 0;
    while done < scenario.replications {
        let next = match scenario.stop_when {
            Some(_) => (done + ROUND).min(scenario.replications),
            None => scenario.replications,
        };
        let of_scheduler =
            |&scheduler: &SchedulerKind| (done..next).map(move |replication| Cell { scheduler, replication });
        let plan: Vec<Cell> = scenario.schedulers.iter().flat_map(of_scheduler).collect();
        let runs = plan.into_par_iter().map(one).collect::<Result<Vec<Run>, Failure>>();
        study.runs.extend(runs.inspect_err(|_| bar.finish_and_clear())?);
        done = next;
        if scenario
            .stop_when
            .is_some_and(|stop| is_precise(&study, metric(stop.metric), stop.relative_half_width))
        {
            break;
        }
    }
    bar.finish_and_clear();
    study.replications = done;
    // By scheduler, then by replication, whatever the rounds.
    let place = |run: &Run| study.schedulers.iter().position(|&kind| kind == run.scheduler);
    let mut runs = std::mem::take(&mut study.runs);
    runs.sort_by_key(|run| (place(run), run.replication));
    study.runs = runs;
    if study.runs.iter().all(|run| run.metrics.arrived == 0) {
        let message = "error: no connection arrived between warm_up and duration";
        return Err(Failure::new(Exit::NothingSelected, message));
    }
    Ok(study)
}

/// A study in which nothing was run.
pub(crate) fn empty(scenario: &Scenario, setup: &Setup) -> Study {
    let servers = servers(scenario, setup);
    Study {
        title: scenario.title.clone(),
        question: scenario.question.clone().unwrap_or_default(),
        name: scenario.name.clone(),
        seed: scenario.seed,
        replications: scenario.replications,
        kernel: kernel(&scenario.service.profile).to_owned(),
        accounting: scenario.service.profile.accounting.to_string(),
        warm_up: setup.warm_up(),
        horizon: setup.horizon(),
        classes: scenario.classes().into_iter().map(str::to_owned).collect(),
        interventions: interventions(setup, &servers),
        servers,
        objectives: scenario.objectives.iter().map(objective).collect(),
        provenance: Provenance::of(env!("CARGO_PKG_VERSION"), &scenario.provenance()),
        schedulers: scenario.schedulers.clone(),
        runs: Vec::new(),
        decision_costs: Vec::new(),
    }
}

/// An objective as the reports know it.
fn objective(read: &ipvslab_scenarios::Objective) -> Objective {
    Objective {
        metric: metric(read.metric),
        below: read.below,
        limit: read.limit,
        text: read.text.clone(),
        schedulers: read.schedulers.clone(),
    }
}

/// A metric by the key that a scenario file has.
fn metric(key: &str) -> Metric {
    key.parse().expect("every key has a metric")
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
    match (profile.accounting, profile.locality_cache, profile.entry_scan) {
        (Accounting::Classic, ..) => "before 7.2 (6.12.104, 6.1.183)",
        (_, LocalityCache::Unbounded, _) => "of the middle of 2026",
        (_, _, EntryScan::Consecutive) => "7.2.10 or later (6.12.113, 6.1.191)",
        (_, _, EntryScan::Scattered) => "6.12.113, 6.1.191 or later",
    }
}

/// A bar with the time left, on a terminal only.
fn progress(cells: u64, label: &str, quiet: bool) -> ProgressBar {
    if quiet || !stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{prefix}{bar:30} {pos}/{len} runs, {eta} left")
        .expect("the template is a constant");
    ProgressBar::new(cells).with_style(style).with_prefix(label.to_owned())
}

/// Compares these schedulers instead of the scenario's, each once, if there are any.
pub(crate) fn choose(scenario: &mut Scenario, schedulers: &[SchedulerKind]) {
    if !schedulers.is_empty() {
        scenario.schedulers.clear();
        for &scheduler in schedulers {
            if !scenario.schedulers.contains(&scheduler) {
                scenario.schedulers.push(scheduler);
            }
        }
    }
}
