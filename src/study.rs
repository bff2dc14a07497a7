//! Running a study: every scheduler × replication, on all cores, put back in the order of the plan.

use std::path::Path;

use ipvslab_reports::statistics::next_look;
use ipvslab_reports::{
    Collector, Design, Met, Metric, Objective, Provenance, Run, Stopping, Study, StudyServer, TimeLimit,
    Varies, Width, interventions, is_precise,
};
use ipvslab_scenarios::{Cell, Drawn, Scenario, StopWhen};
use ipvslab_schedulers::{Accounting, EntryScan, KernelProfile, LocalityCache, SchedulerKind, Span, Time};
use ipvslab_sim::Setup;
use rayon::prelude::*;

use crate::args;
use crate::cell;
use crate::exit::{Exit, Failure};
use crate::progress::Progress;
use crate::scenario_file::{Warnings, load};
use crate::warm_up;

/// How many looks at the servers a run gets.
pub(crate) const SAMPLES: u64 = 240;
/// Up to this many looks at a server are kept in a study; beyond, only the first replication is sampled.
const SAMPLES_KEPT: u64 = 5_000_000;

/// Reads the scenario that the command line names, with what the command line says otherwise.
pub(crate) fn scenario(args: &args::Study) -> Result<Scenario, Failure> {
    scenario_of(args, &args.scenario)
}

/// As [`scenario`], of another file.
pub(crate) fn scenario_of(args: &args::Study, path: &Path) -> Result<Scenario, Failure> {
    let warnings = match (args.strict, args.quiet) {
        (true, _) => Warnings::Refuse,
        (false, true) => Warnings::Hide,
        (false, false) => Warnings::Tell,
    };
    let mut scenario = load(path, &args.said.settings, warnings)?;
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    scenario.replications = args.replications.unwrap_or(scenario.replications);
    Ok(scenario)
}

/// What is kept of each run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keep {
    /// The servers over time too.
    Everything,
    /// Numbers and times.
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
    let mut study = empty(scenario, &plain);
    let every = Span::from_nanos((scenario.duration.as_nanos() / SAMPLES).max(1));
    let sampled = scenario.setup().sample_every(every);
    let cells = scenario.schedulers.len() as u64 * u64::from(study.replications);
    let few = cells * SAMPLES * scenario.servers.len() as u64 <= SAMPLES_KEPT;
    let servers = servers(scenario, &plain);
    let classes = scenario.classes().len();
    let limits: Vec<TimeLimit> = study.objectives.iter().filter_map(Objective::time_limit).collect();
    let looked_at = scenario.stop_when.map(|stop| metric(stop.metric));
    let instants: Vec<Time> = interventions(&plain, &servers).into_iter().map(|(at, _)| at).collect();
    let is_followed = keep == Keep::Everything;
    let progress = Progress::new(cells, label, quiet);
    let one = |cell: Cell| {
        let is_sampled = keep == Keep::Everything && (few || cell.replication == 0);
        let setup = if is_sampled { &sampled } else { &plain };
        let collector = Collector::new(setup.warm_up(), setup.horizon(), servers.len())
            .with_classes(classes)
            .with_limits(limits.iter().copied());
        let mut collector = if is_followed { collector.following(&instants) } else { collector };
        // All schedulers meet the same arrivals.
        let (outcome, met) = if cell.scheduler == scenario.schedulers[0] {
            let (outcome, print) = cell::run_and_tell(scenario, setup, cell, &mut collector)?;
            (outcome, Some(Met { times: print.times, arrivals: print.arrivals }))
        } else {
            (cell::run(scenario, setup, cell, &mut collector)?, None)
        };
        progress.step();
        let Cell { scheduler, replication } = cell;
        let metrics = collector.finish(&outcome, &servers);
        Ok((Run { scheduler, replication, metrics }, met))
    };
    let most = study.replications;
    let mut done = 0;
    while done < most {
        let next = match scenario.stop_when {
            Some(_) => next_look(done, most),
            None => most,
        };
        let of_scheduler =
            |&scheduler: &SchedulerKind| (done..next).map(move |replication| Cell { scheduler, replication });
        let plan: Vec<Cell> = scenario.schedulers.iter().flat_map(of_scheduler).collect();
        let runs = plan.into_par_iter().map(one).collect::<Result<Vec<(Run, Option<Met>)>, Failure>>();
        for (run, met) in runs.inspect_err(|_| progress.finish())? {
            study.runs.push(run);
            study.design.met.extend(met);
        }
        done = next;
        if let (Some(stop), Some(metric)) = (scenario.stop_when, looked_at)
            && is_precise(&study, metric, width(stop))
        {
            if let Some(stopping) = &mut study.design.stopping {
                stopping.is_reached = true;
            }
            break;
        }
    }
    progress.finish();
    study.replications = done;
    // By scheduler, then by replication, whatever the rounds.
    let place = |run: &Run| study.schedulers.iter().position(|&kind| kind == run.scheduler);
    let mut runs = std::mem::take(&mut study.runs);
    runs.sort_by_key(|run| (place(run), run.replication));
    study.runs = runs;
    study.without_repetition();
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
        replications: if varies(scenario).is_nothing() { 1 } else { scenario.replications },
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
        design: Design {
            varies: varies(scenario),
            stopping: scenario.stop_when.map(stopping),
            warnings: scenario.warnings.clone(),
            ..Design::default()
        },
    }
}

/// What the replications of a scenario differ in, as reports say it.
fn varies(scenario: &Scenario) -> Varies {
    match scenario.varies() {
        Drawn::Nothing => Varies::NothingRecorded,
        Drawn::Places => Varies::Places,
        Drawn::Work => Varies::Work,
        Drawn::Resampled => Varies::Resampled,
        Drawn::Generated => Varies::Generated,
    }
}

fn stopping(stop: StopWhen) -> Stopping {
    Stopping {
        metric: stop.metric.to_owned(),
        wanted: format!("{} known to ±{} %", stop.metric, 100.0 * stop.relative_half_width),
        is_reached: false,
    }
}

fn width(stop: StopWhen) -> Width {
    Width { most: stop.relative_half_width, is_relative: true }
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
