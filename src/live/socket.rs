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
    // A side without a connection agrees with nothing.
    let within =
        |side: &SideBySide| side.share_difference().is_some_and(|difference| difference <= SHARE_LIMIT);
    if sides.iter().all(within) {
        return Ok(());
    }
    let limit = SHARE_LIMIT * 100.0;
    Err(Failure::new(Exit::Differs, format!("error: shares of servers differ by more than {limit} points")))
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
            Answer::NoScheduler => {
                talk(format_args!("note: {asked} does not have {scheduler}; it is left out"))
            }
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
    let arrivals =
        scenario.as_recorded().arrivals(0).map_err(|error| invalid(error.to_string()))?.take(connections);
    let outcome = simulate(&setup, scheduler, RandomStreams::new(scenario.seed, 0), arrivals, &mut collector)
        .map_err(|error| invalid(format!("{scheduler}: {error:?}")))?;
    Ok(collector.finish(&outcome, &servers))
}
