//! A scenario that is run, and what must be true of whatever is run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ipvslab_scenarios::{Problems, Scenario, parse};
use ipvslab_schedulers::Span;
use ipvslab_sim::{Conflict, FollowUps, Outcome, RandomStreams, Requests, simulate_chains};

use crate::told::Told;

/// What a run comes to, and a fingerprint of what observers were told.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Ran {
    pub(super) outcome: Outcome,
    pub(super) told: u64,
    /// Of the times of requests and answers only.
    ends: u64,
}

/// The scenario of a text; `Err(None)` if the only thing wrong with it is what [`Conflict::ALL`] says.
pub(super) fn load(text: &str) -> Result<Scenario, Option<String>> {
    match parse(text, "pair.toml", Path::new("")) {
        Ok(loaded) => Ok(loaded.scenario),
        Err(problems) if are_conflicts(&problems) => Err(None),
        Err(problems) => Err(Some(problems.render(false))),
    }
}

fn are_conflicts(problems: &Problems) -> bool {
    let known = |message: &str| Conflict::ALL.iter().any(|conflict| message.ends_with(conflict.why));
    problems.list().iter().all(|problem| known(&problem.message))
}

/// Runs a scenario under the last scheduler that it names.
pub(super) fn run(scenario: &Scenario) -> Result<Ran, String> {
    run_on(scenario, false)
}

/// As [`run`]; `by_packets` on the director of packets, whatever the service needs.
fn run_on(scenario: &Scenario, by_packets: bool) -> Result<Ran, String> {
    let scheduler = *scenario.schedulers.last().expect("a scheduler");
    let run = || {
        let setup = scenario.setup().seeded(scenario.seed, 0).sample_every(Span::from_millis(500));
        let setup = if by_packets { setup.by_packets() } else { setup };
        let chains = scenario.chains(0).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
        let arrivals = scenario.arrivals(0).expect("drawn");
        let streams = RandomStreams::new(scenario.seed, 0);
        let mut told = Told::default();
        let outcome = simulate_chains(&setup, scheduler, streams, arrivals, chains, &mut told);
        outcome.map(|outcome| Ran { outcome, told: told.fingerprint(), ends: told.ends() })
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(error)) => Err(format!("{error:?}")),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or(panic.downcast_ref::<&str>().copied());
            Err(format!("panic: {}", text.unwrap_or("without a word")))
        }
    }
}

/// Runs a scenario, and checks that the run can be repeated, that every request ends in one way, and that the director of
/// packets makes the same run of a plain service.
pub(super) fn examine(scenario: &Scenario) -> Result<Ran, String> {
    let first = run(scenario)?;
    if run(scenario)? != first {
        return Err("the same run twice is not the same".into());
    }
    conserves(&first.outcome)?;
    if scenario.service.is_plain() {
        let other = run_on(scenario, true).map_err(|error| format!("by packets: {error}"))?;
        let (other, expected) = (decisions(&other, scenario), decisions(&first, scenario));
        if other != expected {
            return Err(format!("by packets: {other:#?}\ninstead of {expected:#?}"));
        }
    }
    Ok(first)
}

/// Every arrival ends in one way.
fn conserves(outcome: &Outcome) -> Result<(), String> {
    let failed = outcome.requests.map_or(0, |all| all.reset + all.no_answer + all.gave_up);
    let refused = outcome.refused_no_server + outcome.refused_backlog;
    let ended = outcome.finished + refused + outcome.lost + failed;
    if outcome.arrived != ended || outcome.finished == 0 || outcome.arrived > 2_500 {
        return Err(format!("{} arrived, {ended} ended, {} finished", outcome.arrived, outcome.finished));
    }
    Ok(())
}

/// What two directors have to agree in: everything but how many events it took.
///
/// In the plain world observers are not told of requests. The fast director lets inactive entries go when it is next asked, and
/// of several directors or services only one is, so that sums over them can be too high at their peaks.
fn decisions(ran: &Ran, scenario: &Scenario) -> Ran {
    let mut decisions = ran.clone();
    (decisions.outcome.events, decisions.told) = (0, 0);
    if scenario.directors.is_some() {
        decisions.outcome.servers.iter_mut().for_each(|server| server.peak_total = 0);
    }
    decisions
}

/// What happened, without what was looked at: whether requests were followed makes no difference by itself.
pub(super) fn happened(ran: &Ran) -> (Outcome, u64) {
    let requests = Requests { attempts: 0, ..ran.outcome.requests.unwrap_or_default() };
    (Outcome { events: 0, requests: Some(requests), ..ran.outcome.clone() }, ran.ends)
}
