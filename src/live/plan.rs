//! What a validation plays: one script for each scheduler, of a scenario or at random.

use ipvslab_live::{NotPlayable, RandomScript, Script, random, recorded};
use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Forwarding, Protocol};
use rayon::prelude::*;

use crate::args::live::Validate;
use crate::exit::{Exit, Failure};
use crate::scenario_file::{Warnings, load};

/// Connections of random traffic for each scheduler, if the command line does not say.
const CONNECTIONS: u32 = 2_000;

/// What is played, and what it is called.
pub(crate) struct Plan {
    pub(crate) title: String,
    pub(crate) seed: u64,
    pub(crate) scripts: Vec<Script>,
    /// The scenario's names of its servers; none for random traffic, whose servers differ from script to script.
    pub(crate) names: Vec<String>,
}

/// The plan that the command line asks for.
pub(crate) fn of(args: &Validate) -> Result<Plan, Failure> {
    match scenario(args)? {
        Some(scenario) => scripted(&scenario, args),
        None => Ok(drawn(args)),
    }
}

/// The scenario that the command line names, with what it says otherwise.
pub(crate) fn scenario(args: &Validate) -> Result<Option<Scenario>, Failure> {
    let Some(path) = &args.scenario else {
        let message = "error: --set changes a scenario, and random traffic is none";
        return if args.said.settings.is_empty() {
            Ok(None)
        } else {
            Err(Failure::new(Exit::Usage, message))
        };
    };
    let warnings = if args.machines.quiet { Warnings::Hide } else { Warnings::Tell };
    let mut scenario = load(path, &args.said.settings, warnings)?;
    if scenario.disturbances.is_some() || scenario.directors.is_some() || scenario.chains(0).is_some() {
        let message = format!(
            "error: {}: the live lab does not support faults, client policies and sessions, several requests per connection, several directors or services, health checks, or controllers; these are simulated only",
            scenario.name
        );
        return Err(Failure::new(Exit::InvalidInput, message));
    }
    scenario.schedulers.retain(|kind| kind.is_kernels());
    if scenario.has_caches() || scenario.passage.is_some() {
        let message = format!(
            "error: {}: the live lab does not support object caches, network delay, or a capacity-limited director; these are simulated only",
            scenario.name
        );
        return Err(Failure::new(Exit::InvalidInput, message));
    }
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    if !args.schedulers.is_empty() {
        scenario.schedulers = distinct(&args.schedulers);
    }
    Ok(Some(scenario))
}

/// The schedulers without repetitions.
fn distinct(schedulers: &[SchedulerKind]) -> Vec<SchedulerKind> {
    let mut distinct = Vec::new();
    for &scheduler in schedulers {
        if !distinct.contains(&scheduler) {
            distinct.push(scheduler);
        }
    }
    distinct
}

fn scripted(scenario: &Scenario, args: &Validate) -> Result<Plan, Failure> {
    let connections = args.events.map_or(usize::MAX, |events| events as usize);
    let scripts = scenario
        .schedulers
        .par_iter()
        .map(|&scheduler| recorded(scenario, scheduler, connections))
        .collect::<Result<Vec<Script>, NotPlayable>>()
        .map_err(|error| Failure::new(Exit::InvalidInput, format!("error: {}: {error}", scenario.name)))?;
    Ok(Plan {
        title: scenario.title.clone(),
        seed: scenario.seed,
        scripts,
        names: scenario.servers.iter().map(|info| info.name.clone()).collect(),
    })
}

fn drawn(args: &Validate) -> Plan {
    let seed = args.seed.unwrap_or(1);
    let connections = args.events.unwrap_or(CONNECTIONS);
    let schedulers =
        if args.schedulers.is_empty() { SchedulerKind::ALL.to_vec() } else { distinct(&args.schedulers) };
    let protocol = if args.udp { Protocol::Udp } else { Protocol::Tcp };
    let script = |scheduler| {
        random(RandomScript { scheduler, protocol, forwarding: Forwarding::Masquerade, connections, seed })
    };
    Plan {
        title: format!(
            "random {} traffic, seed {seed}, {connections} connections per scheduler",
            if args.udp { "UDP" } else { "TCP" }
        ),
        seed,
        scripts: schedulers.into_par_iter().map(script).collect(),
        names: Vec::new(),
    }
}
