//! Every pair of features, and larger sets of them: each loads, runs, adds up, and makes a difference.
//!
//! `docs/model.md` shows the matrix. To write it anew: `BLESS=1 cargo test -p ipvslab-scenarios --test it pairs`, and read the
//! difference in git.

mod draft;
mod features;
mod matrix;
mod trial;

use std::sync::Mutex;
use std::thread;

use ipvslab_schedulers::{Rng, SchedulerKind};
use ipvslab_sim::Outcome;

use draft::Draft;
use features::{ALL, Feature};
use trial::{Ran, examine, happened, load, run};

/// Features that make no difference beside others, by their nature, and why.
const NO_DIFFERENCE: &[(&str, &[&str], &str)] = &[
    (
        "masq",
        &["udp", "one_packet"],
        "a datagram from the server moves no entry of a client that has its answer",
    ),
    ("gate", &["udp", "one_packet"], "as masq"),
    ("tunnel", &["udp", "one_packet"], "as masq"),
    ("tunnel", &["network.back", "secure_tcp"], "instead of gate it costs bytes, which are not counted"),
    (
        "masq",
        &["timeouts 0s"],
        "an entry is gone with its connection, whether or not the director saw it end",
    ),
    ("gate", &["timeouts 0s"], "as masq"),
    ("tunnel", &["timeouts 0s"], "as masq"),
    (
        "failover sync",
        &["jsq", "least-work"],
        "they remember no decision, so a scheduler that begins anew is the same",
    ),
    ("controller", &["least-work", "random"], "they do not go by weights"),
    ("newcomers", &["least-work", "random"], "they do not go by weights"),
    ("connect_timeout", &["syn_retries"], "a client that sends no SYN again gives up earlier, after 1 s"),
    (
        "connect_timeout",
        &["health tcp", "health http"],
        "the SYN that is sent again after 1 s finds another server",
    ),
    ("cancel", &["health http"], "the server that hangs is taken out before a deadline passes"),
    ("ports", &["one_packet", "timeouts 0s"], "no entry is left that a port could meet again"),
    ("expire_nodest_conn", &["one_packet", "timeouts 0s"], "no entry is left whose server is gone"),
    ("timeouts 0s", &["one_packet"], "there are no entries"),
    ("sloppy_tcp", &["udp", "one_packet"], "it is about TCP"),
    ("secure_tcp", &["udp", "one_packet"], "it is about TCP"),
    ("secure_tcp", &["masq"], "with all packets of a connection in view it leads to the same states"),
];

fn makes_no_difference(one: &Feature, beside: &Feature) -> bool {
    NO_DIFFERENCE.iter().any(|&(name, others, _)| name == one.name && others.contains(&beside.name))
}

/// Whether two features give one key different values, so that a file has one of them or the other.
fn are_alternatives(one: &Feature, other: &Feature) -> bool {
    let differs = |line: &features::Line| {
        let is_list = matches!(line.0, "faults" | "timeline");
        !is_list && one.own.iter().any(|own| own.0 == line.0 && own.1 != line.1)
    };
    other.own.iter().any(differs)
}

/// Whether `whole` needs all that `part` asks for.
fn is_part_of(part: &Feature, whole: &Feature) -> bool {
    part.own.iter().all(|line| whole.needs.contains(line) || whole.own.contains(line))
}

/// All pairs that a file can have.
fn pairs() -> Vec<(&'static Feature, &'static Feature)> {
    let mut pairs = Vec::new();
    for (number, one) in ALL.iter().enumerate() {
        pairs.extend(
            ALL[..number].iter().filter(|other| !are_alternatives(one, other)).map(|other| (one, other)),
        );
    }
    pairs
}

/// Calls `check` for everything in `all`, on two threads, and panics with all that it finds.
fn check_all<T: Sync>(all: &[T], check: impl Fn(&T) -> Vec<String> + Sync) {
    let found: Mutex<Vec<String>> = Mutex::default();
    let next = Mutex::new(all.iter());
    let work = || {
        while let Some(one) = { next.lock().expect("no thread has panicked").next() } {
            let faults = check(one);
            found.lock().expect("no thread has panicked").extend(faults);
        }
    };
    thread::scope(|threads| {
        threads.spawn(work);
        work();
    });
    let found = found.into_inner().expect("no thread has panicked");
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found.join("\n"));
}

/// What happened without `absent`, though with its occasion.
fn without(absent: &Feature, other: &Feature) -> Result<(Outcome, u64), String> {
    let mut draft = Draft::occasions_of(&[absent, other]);
    draft.add(other.own);
    let scenario = load(&draft.text()).map_err(|problems| problems.unwrap_or_default())?;
    run(&scenario).map(|ran| happened(&ran))
}

fn check_pair(one: &'static Feature, other: &'static Feature) -> Vec<String> {
    let names = format!("{} + {}", one.name, other.name);
    let text = Draft::of(&[one, other]).text();
    let scenario = match load(&text) {
        Ok(scenario) => scenario,
        Err(None) => return Vec::new(),
        Err(Some(problems)) => return vec![format!("{names}: {problems}")],
    };
    let ran: Ran = match examine(&scenario) {
        Ok(ran) => ran,
        Err(error) => return vec![format!("{names}: {error}\n{text}")],
    };
    let mut faults = Vec::new();
    for (absent, present) in [(one, other), (other, one)] {
        if is_part_of(absent, present) {
            continue;
        }
        let expects_none = NO_DIFFERENCE
            .iter()
            .any(|&(name, beside, _)| name == absent.name && beside.contains(&present.name));
        match without(absent, present) {
            Ok(before) if (before == happened(&ran)) == expects_none => {}
            Ok(_) if expects_none => {
                faults.push(format!("{} makes a difference beside {}", absent.name, present.name))
            }
            Ok(_) => faults.push(format!("(\"{}\", \"{}\", \"\"),", absent.name, present.name)),
            Err(error) => faults.push(format!("{} alone: {error}", present.name)),
        }
    }
    faults
}

#[test]
fn every_pair_of_features_runs_and_both_make_a_difference() {
    check_all(&pairs(), |&(one, other)| check_pair(one, other));
}

/// How many sets are drawn.
const SETS: u32 = 500;

/// Three to seven features that a file can have together, and a scheduler.
fn drawn(number: u32) -> (Vec<&'static Feature>, SchedulerKind) {
    let mut draws = Rng::stream(1, number, "sets of features");
    let mut one_of = |many: usize| draws.below(many as u32) as usize;
    let (size, kind) = (3 + one_of(5), SchedulerKind::ALL[one_of(SchedulerKind::ALL.len())]);
    let mut set: Vec<&'static Feature> = Vec::new();
    while set.len() < size {
        let next = &ALL[one_of(ALL.len())];
        if set.iter().all(|other| other.name != next.name && !are_alternatives(next, other)) {
            set.push(next);
        }
    }
    (set, kind)
}

/// Whether a set could be run, or what is wrong with it.
fn check_set(number: u32) -> Result<bool, String> {
    let (set, kind) = drawn(number);
    let names: Vec<&str> = set.iter().map(|feature| feature.name).collect();
    let names = format!("set {number}, {}, {kind}", names.join(" + "));
    let text = Draft::of(&set).text();
    let mut scenario = match load(&text) {
        Ok(scenario) => scenario,
        Err(None) => return Ok(false),
        Err(Some(problems)) => return Err(format!("{names}: {problems}")),
    };
    scenario.seed = u64::from(number);
    // A baseline stands after the scheduler.
    scenario.schedulers[0] = kind;
    examine(&scenario).map(|_| true).map_err(|error| format!("{names}: {error}\n{text}"))
}

#[test]
fn sets_of_features_run() {
    let ran = Mutex::new(0);
    let all: Vec<u32> = (0..SETS).collect();
    check_all(&all, |&number| match check_set(number) {
        Ok(has_run) => {
            *ran.lock().expect("no thread has panicked") += u32::from(has_run);
            Vec::new()
        }
        Err(fault) => vec![fault],
    });
    let ran = ran.into_inner().expect("no thread has panicked");
    assert!(ran >= 300, "only {ran} of {SETS} sets go together");
}
