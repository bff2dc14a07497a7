//! Same scenario, seed and version, same run: every scenario of the catalog, under every scheduler that it compares, with its own
//! seed and the next one.
//!
//! `digests.txt` is the table. A line that changes means that published results change: explain it in the commit. To regenerate it,
//! run `BLESS=1 cargo test -p ipvslab-scenarios --test it digests` and review the diff.

use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use ipvslab_scenarios::{Scenario, load};
use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::{FollowUps, Outcome, RandomStreams, simulate_chains};

use crate::catalog;
use crate::told::{Fingerprint, Told};

/// Scenarios that are cut after this many seconds, to save time. Each still includes all of its timeline and faults.
const CUT: [(&str, u64); 20] = [
    ("cache-farm", 60),
    ("cache-tiers", 60),
    ("crash", 260),
    ("crawler", 90),
    ("elb-rate", 21_600),
    ("flash-crowd", 270),
    ("left-to-gain", 200),
    ("load-test", 200),
    ("long-lived", 1_200),
    ("nat-crowd", 60),
    ("nat-offices", 60),
    ("newcomer", 340),
    ("pauses", 60),
    ("persistence", 270),
    ("persistence-quiesce", 400),
    ("port-reuse", 240),
    ("slow-start", 300),
    ("two-generations", 60),
    ("two-services", 300),
    ("udp-black-hole", 240),
];

const HEAD: &str = "\
# Scenario, scheduler, seed, duration in seconds; connections or requests that arrived, finished, were refused, were lost, and
# failed in other ways; three fingerprints: of all decisions and ends of service, in order (Outcome::digest); of everything that
# observers are told, in any order; of all other totals.
";

/// One run.
struct Cell<'a> {
    scenario: &'a Scenario,
    scheduler: SchedulerKind,
    seed: u64,
}

impl Cell<'_> {
    /// Its line of the table.
    fn line(&self) -> String {
        let mut scenario = self.scenario.clone();
        scenario.seed = self.seed;
        let setup = scenario.setup().sample_every(Span::from_nanos(scenario.duration.as_nanos() / 50));
        let setup = setup.seeded(self.seed, 0);
        let chances = RandomStreams::new(self.seed, 0);
        let arrivals = scenario.arrivals(0).expect("a trace that was surveyed");
        let chains = scenario.chains(0).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
        let mut told = Told::default();
        let outcome = simulate_chains(&setup, self.scheduler, chances, arrivals, chains, &mut told)
            .expect("a run that comes to its end");
        let failed = outcome.requests.map_or(0, |all| all.reset + all.no_answer + all.gave_up);
        format!(
            "{:19} {:10} {:>5} {:>6} {:>7} {:>7} {:>6} {:>5} {:>5}  {:016x} {:016x} {:016x}\n",
            scenario.name,
            self.scheduler.to_string(),
            self.seed,
            scenario.duration.as_secs_f64(),
            outcome.arrived,
            outcome.finished,
            outcome.refused_no_server + outcome.refused_backlog,
            outcome.lost,
            failed,
            outcome.digest,
            told.fingerprint(),
            sums(&outcome),
        )
    }
}

/// A fingerprint of the totals that describe the model. `Outcome::events` depends on how the engine works, and is left out.
fn sums(outcome: &Outcome) -> u64 {
    let mut sums = Fingerprint::default();
    sums.add(&[outcome.refused_no_server, outcome.refused_backlog, outcome.peak_entries]);
    sums.add(&[outcome.window.as_nanos()]);
    if let Some(all) = outcome.requests {
        sums.add(&[all.attempts, all.syns_again, all.reset, all.no_answer, all.gave_up, all.in_vain]);
    }
    if let Some(traffic) = outcome.traffic {
        sums.add(&[traffic.connections, traffic.inbound.packets, traffic.inbound.bytes]);
        sums.add(&[traffic.outbound.packets, traffic.outbound.bytes]);
    }
    if let Some(director) = outcome.director {
        sums.add(&[director.busy_ns as u64, director.came, director.dropped]);
    }
    for server in &outcome.servers {
        sums.add(&[server.assigned, server.busy_ns as u64, server.in_system_ns as u64]);
        sums.add(&[server.peak_active as u64, server.peak_total as u64]);
        if let Some(cache) = server.cache {
            sums.add(&[cache.hits, cache.misses]);
        }
    }
    sums.finish()
}

/// The scenario, cut if it is one of [`CUT`].
fn shortened(mut scenario: Scenario) -> Scenario {
    let Some((_, seconds)) = CUT.iter().find(|(name, _)| *name == scenario.name) else { return scenario };
    let duration = Span::from_secs(*seconds);
    let end = Time::ZERO + duration;
    assert!(duration < scenario.duration, "{}: nothing to cut", scenario.name);
    let faults = scenario.disturbances.iter().flat_map(|disturbances| &disturbances.faults);
    let last = faults.map(|&(at, _)| at).chain(scenario.timeline.iter().map(|&(at, _)| at)).max();
    assert!(last.is_none_or(|last| last < end), "{}: what happens at {last:?} would be cut", scenario.name);
    scenario.duration = duration;
    scenario.warm_up = scenario.warm_up.min(Span::from_secs(seconds / 4));
    scenario
}

/// The lines of all cells, in order, computed by two threads.
fn table(cells: &[Cell<'_>]) -> String {
    let lines = Mutex::new(vec![String::new(); cells.len()]);
    let next = Mutex::new(0..cells.len());
    let take = || next.lock().expect("no thread has panicked").next();
    let work = || {
        while let Some(number) = take() {
            let line = cells[number].line();
            lines.lock().expect("no thread has panicked")[number] = line;
        }
    };
    thread::scope(|threads| {
        threads.spawn(work);
        work();
    });
    lines.into_inner().expect("no thread has panicked").concat()
}

/// The lines that differ, as in a diff.
fn difference(before: &str, now: &str) -> String {
    let mut text = String::new();
    let missing = |of: &str, line: &str| !of.lines().any(|other| other == line);
    before
        .lines()
        .filter(|line| missing(now, line))
        .for_each(|line| writeln!(text, "- {line}").expect("text"));
    now.lines()
        .filter(|line| missing(before, line))
        .for_each(|line| writeln!(text, "+ {line}").expect("text"));
    text
}

#[test]
fn every_scenario_gives_the_run_that_it_gave() {
    let scenarios: Vec<Scenario> = catalog::files()
        .iter()
        .map(|path| match load(path) {
            Ok(loaded) => shortened(loaded.scenario),
            Err(problems) => panic!("{}", problems.render(false)),
        })
        .collect();
    let mut cells = Vec::new();
    for scenario in &scenarios {
        for &scheduler in &scenario.schedulers {
            for seed in [scenario.seed, scenario.seed + 1] {
                cells.push(Cell { scenario, scheduler, seed });
            }
        }
    }
    let now = HEAD.to_owned() + &table(&cells);
    if std::env::var_os("BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/digests.txt");
        std::fs::write(path, now).expect("the golden file can be written");
        return;
    }
    let before = include_str!("digests.txt");
    assert!(now == before, "see the top of digests.rs\n{}", difference(before, &now));
}
