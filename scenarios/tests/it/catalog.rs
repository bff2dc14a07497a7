//! Every scenario that is shipped loads, says what it asks, and runs.

use std::fs;
use std::path::{Path, PathBuf};

use ipvslab_scenarios::{Loaded, load};
use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{FollowUps, RandomStreams, simulate_chains};

/// The scenarios that are shipped, by name.
pub(crate) fn files() -> Vec<PathBuf> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/catalog");
    let entries = fs::read_dir(directory).expect("the catalog").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}

fn loaded(path: &Path) -> Loaded {
    match load(path) {
        Ok(loaded) => loaded,
        Err(problems) => panic!("{}", problems.render(false)),
    }
}

#[test]
fn the_catalog_is_complete_and_loads_without_a_warning() {
    let files = files();
    assert!(files.len() >= 8, "{files:?}");
    for path in &files {
        let loaded = loaded(path);
        // This one is about what the warning says.
        let expected = usize::from(path.ends_with("lblc-one-address.toml"));
        assert_eq!(loaded.warnings.len(), expected, "{}", loaded.render_warnings(false));
        assert!(loaded.scenario.question.is_some(), "{path:?}");
        let load = loaded.scenario.utilisation();
        assert!((0.2..0.9).contains(&load), "{path:?}: {load}");
    }
}

#[test]
fn every_scenario_opens_with_the_question_that_it_answers() {
    for path in files() {
        let text = fs::read_to_string(&path).expect("a text");
        let comment: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        assert!(comment.contains('?'), "{path:?}");
    }
}

#[test]
fn the_flagship_has_all_schedulers_and_everything_from_the_log() {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/catalog/nasa-1995.toml"));
    let scenario = loaded(&path).scenario;
    let mut schedulers = scenario.schedulers.clone();
    schedulers.sort();
    let mut all = SchedulerKind::ALL.to_vec();
    all.sort();
    assert_eq!(schedulers, all);
    let arrivals: Vec<_> =
        scenario.as_recorded().arrivals(0).expect("a trace").map(|arrival| arrival.expect("a row")).collect();
    assert_eq!(arrivals.len(), 30_969);
    let mut clients: Vec<_> = arrivals.iter().map(|arrival| arrival.flow.client).collect();
    clients.sort();
    clients.dedup();
    // The log has 2,365 names and addresses, of which none happen to meet at one address.
    assert_eq!(clients.len(), 2_365);
    // 1,713 bytes at 125 us, and 50 ms.
    assert_eq!(arrivals[0].work.as_nanos(), 264_125_000);
}

#[test]
fn the_first_minutes_of_every_scenario_run() {
    for path in files() {
        let mut scenario = loaded(&path).scenario;
        scenario.replications = 1;
        let setup = scenario.setup();
        for &kind in scenario.schedulers.iter().take(2) {
            let chances = RandomStreams::new(scenario.seed, 0);
            let arrivals = scenario.as_recorded().arrivals(0).expect("arrivals").take(20_000);
            let chains = scenario.chains(0).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
            let outcome = simulate_chains(&setup, kind, chances, arrivals, chains, &mut ())
                .expect("a trace that was surveyed");
            assert!(outcome.finished > 0, "{path:?} under {kind}");
        }
    }
}
