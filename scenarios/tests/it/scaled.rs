//! A scenario at another load.

use std::fs;
use std::path::Path;

use ipvslab_scenarios::{Scenario, parse};
use tempfile::TempDir;

const PROCESSES: [&str; 8] = [
    "[arrivals.poisson]\nrate = \"50/s\"\n",
    "[arrivals.deterministic]\nrate = \"50/s\"\n",
    "[arrivals.profile]\nrepeat = true\npoints = [{ at = \"0s\", rate = \"0/s\" }, { at = \"7s\", rate = \"100/s\" }]\n",
    "[arrivals.mmpp]\nstates = [{ rate = \"200/s\", stay = \"50ms\" }, { rate = \"0/s\", stay = \"150ms\" }]\n",
    "[arrivals.batches]\nrate = \"10/s\"\nsize = 5\n",
    "[arrivals.batches]\nrate = \"10/s\"\nmean_size = 5\n",
    "[arrivals.renewal]\nrate = \"50/s\"\nscv = 4\n",
    "[arrivals.renewal]\nrate = \"50/s\"\nscv = 0.3\n",
];
const WORK: &str = "[work.constant]\ntime = \"1ms\"\n";

fn text(run: &str, arrivals: &str) -> String {
    format!(
        "[run]\n{run}\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n[[servers]]\nname = \"web\"\n\
         slots = 1\n{arrivals}{WORK}"
    )
}

fn parsed(text: &str, directory: &Path) -> Scenario {
    parse(text, "scaled.toml", directory).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

fn scenario(arrivals: &str) -> Scenario {
    parsed(&text("duration = \"2000s\"", arrivals), Path::new(""))
}

/// A directory with a file of rows.
fn with_file(heading: &str, rows: impl Iterator<Item = String>) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory for files");
    let text = format!("{heading}\n{}", rows.collect::<String>());
    fs::write(directory.path().join("rows.csv"), text).expect("a file can be written");
    directory
}

fn count(scenario: &Scenario, replication: u32) -> f64 {
    scenario.arrivals(replication).expect("drawn").count() as f64
}

/// A mean of 10 replications of 100,000 arrivals: within 2 % of twice as many, whatever the process.
#[test]
fn twice_the_rate_is_twice_the_arrivals() {
    for process in PROCESSES {
        let once = scenario(process);
        let twice = once.scaled(2.0).expect("sound").scenario;
        let mean = |scenario: &Scenario| (0..10).map(|replication| count(scenario, replication)).sum::<f64>();
        let ratio = mean(&twice) / mean(&once);
        assert!((ratio - 2.0).abs() < 0.04, "{process}: {ratio}");
        let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-9, "{process}");
        near(twice.arrival_rate(), 2.0 * once.arrival_rate());
        near(twice.offered_load(), 2.0 * once.offered_load());
        assert_eq!(twice.duration, once.duration);
    }
}

#[test]
fn once_the_rate_is_the_same_arrivals() {
    for process in PROCESSES {
        let scenario = scenario(process);
        let same = scenario.scaled(1.0).expect("sound").scenario;
        let arrivals =
            |scenario: &Scenario| scenario.arrivals(3).expect("drawn").map(Result::ok).collect::<Vec<_>>();
        assert_eq!(arrivals(&scenario), arrivals(&same), "{process}");
    }
}

#[test]
fn counts_in_a_file_are_multiplied_and_their_times_are_not() {
    let rows = (0..100).map(|minute| format!("{},{}\n", minute * 60, 100 + minute));
    let directory = with_file("time,count", rows);
    let arrivals = "[arrivals.piecewise]\nfile = \"rows.csv\"\ntime = \"time\"\ntime_format = \"unix_s\"\n\
                    value = \"count\"\nbucket = \"1min\"\n";
    let once = parsed(&text("", arrivals), directory.path());
    let twice = once.scaled(2.0).expect("sound").scenario;
    assert_eq!(twice.duration, once.duration);
    let ratio = count(&twice, 0) / count(&once, 0);
    assert!((ratio - 2.0).abs() < 0.06, "{ratio}");
}

#[test]
fn a_trace_has_as_many_copies_for_as_long_as_it_lasts() {
    let directory = with_file("time,count", (0..1_000).map(|second| format!("{second},1\n")));
    let arrivals = "[arrivals.trace]\nfile = \"rows.csv\"\ntime = \"time\"\ntime_format = \"unix_s\"\n";
    for run in ["replications = 1\nduration = \"100s\"", "replications = 1"] {
        let whole = parsed(&text(run, arrivals), directory.path());
        let twice = whole.scaled(2.0).expect("sound").scenario;
        // A part of the trace gets the copies that were moved into it for those that were moved out.
        let ratio = count(&twice, 0) / count(&whole, 0);
        let off = if whole.duration.as_secs_f64() > 100.0 { 0.0 } else { 0.1 };
        assert!((ratio - 2.0).abs() <= off, "{run}: {ratio}");
        assert_eq!(twice.duration, whole.duration, "{run}");
        assert!((twice.arrival_rate() / whole.arrival_rate() - 2.0).abs() < 1e-9, "{run}");
    }
}

#[test]
fn what_a_command_line_says_is_kept_and_loads_are_warned_of() {
    let mut scenario = scenario("[arrivals.poisson]\nrate = \"600/s\"\n");
    (scenario.seed, scenario.replications) = (17, 3);
    let loaded = scenario.scaled(2.0).expect("sound");
    assert_eq!((loaded.scenario.seed, loaded.scenario.replications), (17, 3));
    assert!((loaded.scenario.utilisation() - 1.2).abs() < 1e-9);
    let warned = loaded.render_warnings(false);
    assert!(warned.contains("rho = 1.20"), "{warned}");
    let problems = scenario.scaled(1e9).expect_err("too many connections");
    assert!(problems.to_string().contains("connections will arrive"), "{problems}");
}
