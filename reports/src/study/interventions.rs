//! What is done and what breaks during a run, in words.

use ipvslab_schedulers::Time;
use ipvslab_sim::{Failover, Fault, Intervention, Setup};

use crate::run::server::StudyServer;

/// What is done and what breaks when, in words and in order of time; `servers` are the names by id.
pub fn interventions(setup: &Setup, servers: &[StudyServer]) -> Vec<(Time, String)> {
    let described = |&(at, what): &(Time, Intervention)| {
        let name = &servers[what.server().index()].name;
        let words = match what {
            Intervention::SetWeight(_, weight) if weight.get() == 0 => format!("{name} quiesced"),
            Intervention::SetWeight(_, weight) => format!("{name} weight {}", weight.get()),
            Intervention::Add(_, weight) => format!("{name} added, weight {}", weight.get()),
            Intervention::Remove(_) => format!("{name} removed"),
        };
        (at, words)
    };
    let faults = setup.disturbances().into_iter().flat_map(|disturbances| &disturbances.faults);
    let mut all: Vec<(Time, String)> = setup.interventions().iter().map(described).collect();
    all.extend(faults.map(|&(at, fault)| (at, broken(fault, servers))));
    all.sort_by_key(|&(at, _)| at);
    all
}

/// A fault in words.
fn broken(fault: Fault, servers: &[StudyServer]) -> String {
    let name = fault.server().map_or("", |server| servers[server.index()].name.as_str());
    match fault {
        Fault::Crash(_) => format!("{name} crashes"),
        Fault::Refuse(_) => format!("{name} resets"),
        Fault::Hang(_) => format!("{name} hangs"),
        Fault::Slow(_, speed) => format!("{name} slows to {speed}"),
        Fault::Recover(_) => format!("{name} is started again"),
        Fault::FailOver(director, Failover::Synchronised) => {
            format!("director {} fails over, connections known", director + 1)
        }
        Fault::FailOver(director, Failover::Cold) => {
            format!("director {} fails over, connections lost", director + 1)
        }
        Fault::DirectorDown(director) => format!("director {} is gone", director + 1),
        Fault::DirectorUp(director) => format!("director {} is back", director + 1),
    }
}
