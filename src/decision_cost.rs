//! `compare --decision-cost`: how long each scheduler takes for a decision on this machine.
//!
//! The scenario's own list of servers, as it is at the start, with the clients and destinations of its own arrivals. A decision
//! is measured with its upkeep, as in a run: a connection is scheduled and counted, the oldest one leaves, and the scheduler
//! is told of both. As many connections are there at once as the offered load has in service.

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

use ipvslab_reports::DecisionCost;
use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::{
    Activity, AnyScheduler, Flow, Scheduler, SchedulerKind, SchedulerOptions, ServerId, ServerTable, Time,
};
use ipvslab_sim::RandomStreams;

/// Flows that are taken of the arrivals, and played again in every round.
const FLOWS: usize = 16_384;
/// Rounds; the first is not counted.
const ROUNDS: usize = 12;
/// No more connections at once than this.
const MOST_AT_ONCE: f64 = 1e6;

/// Times every scheduler of the scenario, one after the other; a scheduler that its list does not suit is left out, and so are
/// baselines, whose cost nobody pays.
pub(crate) fn measure(scenario: &Scenario) -> Vec<DecisionCost> {
    let arrivals =
        scenario.as_recorded().arrivals(0).into_iter().flatten().filter_map(Result::ok).take(FLOWS);
    let flows: Vec<(Time, Flow)> = arrivals.map(|arrival| (arrival.at, arrival.flow)).collect();
    if flows.is_empty() {
        return Vec::new();
    }
    scenario
        .schedulers
        .iter()
        .filter(|kind| kind.is_kernels())
        .filter_map(|&kind| one(scenario, kind, &flows))
        .collect()
}

fn one(scenario: &Scenario, kind: SchedulerKind, flows: &[(Time, Flow)]) -> Option<DecisionCost> {
    let service = &scenario.service;
    let mut table = ServerTable::new(service.profile.accounting);
    for (number, info) in scenario.servers.iter().enumerate().filter(|(_, info)| info.server.listed) {
        let server = &info.server;
        table.add(ServerId::new(number as u32), server.endpoint, server.weight, server.thresholds);
    }
    let draws = RandomStreams::new(scenario.seed, 0).twos;
    let options = SchedulerOptions { profile: service.profile, flags: service.flags, draws };
    let mut scheduler = AnyScheduler::new(kind, options, &table, Time::ZERO).ok()?;
    let at_once = scenario.offered_load().clamp(1.0, MOST_AT_ONCE) as usize;
    let mut connections: VecDeque<ServerId> = VecDeque::new();
    let mut round = || {
        let begun = Instant::now();
        for (now, flow) in flows {
            if let Some(at) = scheduler.schedule(black_box(flow), &table, *now) {
                let id = table.id(at);
                table.bind(id);
                table.wake(id);
                scheduler.load_changed(at, &table);
                connections.push_back(id);
            }
            if connections.len() > at_once
                && let Some(id) = connections.pop_front()
            {
                table.unbind(id, Activity::Active);
                let at = table.position(id).expect("no server is removed here");
                scheduler.load_changed(at, &table);
            }
        }
        begun.elapsed().as_nanos() as f64 / flows.len() as f64
    };
    let mut found: Vec<f64> = (0..ROUNDS).map(|_| round()).skip(1).collect();
    found.sort_by(f64::total_cmp);
    Some(DecisionCost {
        scheduler: kind,
        ns_median: found[found.len() / 2],
        ns_lower: found[found.len() / 4],
        ns_upper: found[found.len() - 1 - found.len() / 4],
    })
}
