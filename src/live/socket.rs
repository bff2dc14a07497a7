//! `ipvslab live validate --engine socket`: a scenario simulated, and served by real TCP, in one report.

use ipvslab_live::socket::{Served, Situation};
use ipvslab_live::{Answer, NotPlayable, Order};
use ipvslab_reports::{
    Collector, RunMetrics, SideBySide, SideBySideRow, StudyServer, side_by_side_artifacts, side_by_side_csv,
    side_by_side_json, side_by_side_text,
};
use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::{Accounting, SchedulerKind, Span};
use ipvslab_sim::{RandomStreams, Setup, simulate};
use rayon::prelude::*;

use super::machine::Answers;
use super::verdict::grouped;
use super::{measured, plan, validate};
use crate::args::Format;
use crate::args::live::Validate;
use crate::exit::{Exit, Failure};
use crate::files::{self, failure};
use crate::output::Output;
use crate::print::{print, talk};
use crate::study;

/// Shares of servers may be this far apart: the kernel's connections take time on their way, the model's do not.
const SHARE_LIMIT: f64 = 0.01;
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Simulates and serves the scenario under every scheduler, and prints both sides of each kernel.
pub(crate) fn run(args: &Validate) -> Result<(), Failure> {
    let Some(scenario) = plan::scenario(args)? else {
        return Err(Failure::new(Exit::Usage, "error: the socket engine plays a scenario; name one"));
    };
    let output = Output::asked(args.out.as_deref(), args.force)?;
    let connections = args.events.map_or(usize::MAX, |events| events as usize);
    let situations = scenario
        .schedulers
        .iter()
        .map(|&scheduler| Situation::of(&scenario, scheduler, connections))
        .collect::<Result<Vec<_>, NotPlayable>>()
        .map_err(|error| Failure::new(Exit::InvalidInput, format!("error: {}: {error}", scenario.name)))?;
    reaches_the_window(&scenario, connections)?;
    let asked = validate::ask(&args.machines, &Order::Serve(situations.clone()))?;
    let models = scenario
        .schedulers
        .par_iter()
        .map(|&scheduler| simulated(&scenario, scheduler, connections))
        .collect::<Result<Vec<RunMetrics>, Failure>>()?;
    let sides = asked
        .into_iter()
        .map(|answers| side_by_side(&scenario, &situations, &models, answers))
        .collect::<Result<Vec<SideBySide>, Failure>>()?;
    // Of the first kernel.
    if let (Some(output), Some(side)) = (output, sides.first()) {
        files::write(output, side_by_side_artifacts(side, SHARE_LIMIT, VERSION))?;
    }
    for side in &sides {
        match args.format {
            Format::Table => print(format_args!("{}", side_by_side_text(side, validate::WIDTH))),
            Format::Json => print(format_args!("{}", side_by_side_json(side, VERSION).map_err(failure)?)),
            Format::Csv => print(format_args!("{}", side_by_side_csv(side).map_err(failure)?)),
        }
    }
    let differences: Vec<Option<f64>> = sides.iter().map(SideBySide::share_difference).collect();
    if differences.iter().flatten().any(|&difference| difference > SHARE_LIMIT) {
        let limit = SHARE_LIMIT * 100.0;
        let message = format!("error: shares of servers differ by more than {limit} points");
        return Err(Failure::new(Exit::Differs, message));
    }
    if differences.iter().all(Option::is_some) {
        return Ok(());
    }
    let message = "error: not everything was compared: the model or the kernel gave no server a connection after the warm-up";
    Err(Failure::new(Exit::Inconclusive, message))
}

/// Refuses to serve connections of which none is counted.
fn reaches_the_window(scenario: &Scenario, connections: usize) -> Result<(), Failure> {
    let warm_up = scenario.setup().warm_up();
    let arrivals =
        scenario.arrivals(0).map_err(|error| Failure::new(Exit::InvalidInput, format!("error: {error}")))?;
    let mut within = 0;
    for arrival in arrivals {
        let arrival = arrival.map_err(|error| Failure::new(Exit::InvalidInput, format!("error: {error}")))?;
        if arrival.at >= warm_up && within < connections {
            return Ok(());
        }
        if arrival.at >= warm_up {
            break;
        }
        within += 1;
    }
    let warm_up = format!("{} s", warm_up.as_secs_f64());
    let message = if within < connections {
        format!("error: all connections arrive within the warm-up of {warm_up}: there is nothing to compare")
    } else {
        format!(
            "error: the first {} connections arrive within the warm-up of {warm_up}: there is nothing to compare\n  help: {} \
             connections arrive within the warm-up; ask for more (--events), or shorten it (run.warm_up)",
            grouped(connections as u64),
            grouped(within as u64)
        )
    };
    Err(Failure::new(Exit::NothingSelected, message))
}

/// Both sides on one kernel.
fn side_by_side(
    scenario: &Scenario,
    situations: &[Situation],
    models: &[RunMetrics],
    (asked, answers): Answers,
) -> Result<SideBySide, Failure> {
    let setup = scenario.setup();
    let servers = study::servers(scenario, &setup);
    let mut kernel = None;
    let mut rows = Vec::new();
    for (((&scheduler, situation), model), answer) in
        scenario.schedulers.iter().zip(situations).zip(models).zip(answers)
    {
        match answer {
            Answer::Served(served) => {
                cross_check(&asked, scheduler, situation, &served);
                let metrics = measured::metrics(&setup, situation, &served, &servers);
                rows.push(SideBySideRow { scheduler, model: model.clone(), kernel: metrics });
                kernel = Some(served.kernel);
            }
            Answer::NoScheduler => talk(format_args!("note: {asked} does not have {scheduler}; skipped")),
            Answer::Failed(message) => {
                return Err(Failure::new(
                    Exit::LiveUnusable,
                    format!("error: {asked}: {scheduler}: {message}"),
                ));
            }
            Answer::Played(_) | Answer::Toured(_) | Answer::Told(..) => unreachable!("situations are served"),
        }
    }
    let kernel = kernel.map_or(asked, |kernel| {
        format!("{}, {} accounting", kernel.release, Accounting::from(kernel.accounting))
    });
    Ok(SideBySide {
        title: scenario.title.clone(),
        question: scenario.question.clone().unwrap_or_default(),
        name: scenario.name.clone(),
        kernel,
        seed: scenario.seed,
        servers,
        warm_up: setup.warm_up(),
        horizon: setup.horizon(),
        rows,
    })
}

/// Says so if the kernel counted other connections than the servers saw. A removed server's count is gone.
fn cross_check(kernel: &str, scheduler: SchedulerKind, situation: &Situation, served: &Served) {
    if !situation.edits.is_empty() {
        return;
    }
    let seen = served.connections.iter().filter(|connection| connection.server.is_some()).count() as u64;
    let scheduled: u64 = served.scheduled.iter().sum();
    if seen != scheduled {
        talk(format_args!(
            "warning: {scheduler} on {kernel}: the kernel scheduled {scheduled} connections, and the servers saw {seen}"
        ));
    }
}

/// The model's side: replication 0.
fn simulated(
    scenario: &Scenario,
    scheduler: SchedulerKind,
    connections: usize,
) -> Result<RunMetrics, Failure> {
    let every = Span::from_nanos((scenario.duration.as_nanos() / study::SAMPLES).max(1));
    let setup: Setup = scenario.setup().sample_every(every);
    let servers: Vec<StudyServer> = study::servers(scenario, &setup);
    let mut collector = Collector::new(setup.warm_up(), setup.horizon(), servers.len());
    let invalid = |message: String| Failure::new(Exit::InvalidInput, format!("error: {message}"));
    let arrivals = scenario.arrivals(0).map_err(|error| invalid(error.to_string()))?.take(connections);
    let outcome = simulate(&setup, scheduler, RandomStreams::new(scenario.seed, 0), arrivals, &mut collector)
        .map_err(|error| invalid(format!("{scheduler}: {error:?}")))?;
    Ok(collector.finish(&outcome, &servers))
}
