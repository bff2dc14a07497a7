//! `ipvslab plan`, on farms whose answer queueing theory knows.

mod known;

use serde_json::Value;

use crate::support::Place;

/// One group of one-slot servers under exponential work of mean 100 ms, chosen at random: M/M/1 each.
const RANDOM: &str = r#"
title = "Servers at random"
[run]
duration = "420s"
warm_up = "20s"
seed = 3
[service]
address = "10.0.0.1:80"
schedulers = ["rr"]
baselines = ["random"]
timers = "exact"
[service.timeouts]
time_wait = "0s"
close = "0s"
[[servers]]
name = "web"
count = 8
slots = 1
[arrivals.poisson]
rate = "40/s"
[work.exponential]
mean = "100ms"
[[objectives]]
require = "p95 < 520ms"
"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn planned(place: &Place, arguments: &[&str]) -> Value {
    let fixed = ["plan", "farm.toml", "--quiet", "--format", "json"];
    json(place.run(&[&fixed[..], arguments].concat()).succeeds())
}

fn place() -> Place {
    let place = Place::new();
    place.write("farm.toml", RANDOM);
    place
}

/// λ/n ≤ μ − ln 20/limit: 4.24/s each, so 10 servers; 0.5 s at 10, 0.54 s at 9.
#[test]
fn least_servers_are_those_of_theory_whatever_the_threads() {
    let place = place();
    let found = planned(&place, &["--schedulers", "random", "--vary", "servers.web.count=1..30"]);
    assert_eq!(found["schema"], "ipvslab.plan/1");
    let random = &found["schedulers"][0];
    let answer = random["answer"].as_f64();
    assert!(answer == Some(10.0), "{random:#}");
    assert_eq!((random["formula"].as_i64(), found["end"].as_str()), (Some(10), Some("decided")));
    assert!(
        random["words"].as_str().is_some_and(|words| words.starts_with("10 servers (p95 ")),
        "{random:#}"
    );
    assert!(found["notes"].to_string().contains("was added to the objectives"));
    let alone =
        planned(&place, &["--schedulers", "random", "--vary", "servers.web.count=1..30", "--threads", "1"]);
    assert_eq!(found, alone);
}

#[test]
fn what_the_work_alone_breaks_is_said_without_a_run() {
    let place = place();
    let ended = place.run(&["plan", "farm.toml", "--set", "objectives.0.require=\"p99 < 400ms\""]);
    assert_eq!(ended.code, Some(20), "{ended:?}");
    assert!(ended.stderr.contains("nothing that may be chosen"), "{ended:?}");
    assert!(ended.stdout.contains("cannot be held by any number of servers"), "{ended:?}");
    assert!(ended.stdout.contains("460.5 ms") && ended.stdout.contains("1.15 times as fast"), "{ended:?}");
}

#[test]
fn nothing_below_the_capacity_is_run_and_nothing_that_holds_is_exit_20() {
    let place = place();
    let arguments =
        ["plan", "farm.toml", "--schedulers", "random", "--vary", "servers.web.count=1..4", "--quiet"];
    let ended = place.run(&arguments);
    assert_eq!(ended.code, Some(20), "{ended:?}");
    assert!(ended.stdout.contains("cannot keep up"), "{ended:?}");
}

#[test]
fn one_server_away_needs_one_more() {
    let place = place();
    let arguments = ["--schedulers", "random", "--vary", "servers.web.count=1..30", "--survive", "1"];
    let found = planned(&place, &arguments);
    assert_eq!(found["schedulers"][0]["answer"].as_f64(), Some(11.0), "{found:#}");
    assert_eq!(found["cases"][0], "one of web");
}

/// The ladder has steps of 2 %: 8 servers take 8·(μ − ln 20/limit) = 33.9/s.
#[test]
fn most_load_is_a_bracket_of_two_per_cent_around_that_of_theory() {
    let place = place();
    let arguments = ["plan", "farm.toml", "--quiet", "--format", "json", "--schedulers", "random", "--load"];
    let found = json(&place.run(&arguments).stdout);
    let random = &found["schedulers"][0];
    let (holds, fails) = (random["holds"].as_f64(), random["fails"].as_f64());
    assert!(holds.is_some_and(|rate| rate < 33.92) && fails.is_some_and(|rate| rate > 33.9), "{random:#}");
}

#[test]
fn a_budget_ends_it_with_what_is_certified_and_a_dry_run_runs_nothing() {
    let place = place();
    let ended = place.run(&["plan", "farm.toml", "--schedulers", "random", "--budget", "0.001s"]);
    assert_eq!(ended.code, Some(23), "{ended:?}");
    assert!(ended.stdout.contains("the budget was spent"), "{ended:?}");
    let dry = place.run(&["plan", "farm.toml", "--schedulers", "random", "--dry-run"]);
    assert!(
        dry.succeeds().contains("random: queueing formulas, an approximation: servers.web.count = 10"),
        "{dry:?}"
    );
    assert!(dry.stderr.contains("connections will be simulated"), "{dry:?}");
}

#[test]
fn the_page_and_the_tables_are_written() {
    let place = place();
    let plan =
        ["plan", "farm.toml", "--schedulers", "random", "--vary", "servers.web.count=9..12", "--quiet"];
    place.run(&[&plan[..], &["--out", "planned"]].concat()).succeeds();
    for name in ["plan.json", "plan.csv", "plan.md", "plan.svg", "report.html"] {
        assert!(place.path("planned").join(name).exists(), "{name}");
    }
    let page = std::fs::read_to_string(place.path("planned").join("report.html")).expect("a page");
    assert!(page.contains("10 servers (p95"), "the answer is on the page");
    let junit = place.run(&[&plan[..], &["--format", "junit"]].concat());
    assert!(junit.succeeds().contains("failures=\"0\""), "{junit:?}");
}

#[test]
fn what_cannot_be_planned_is_said() {
    let place = place();
    place.run(&["plan", "farm.toml", "--vary", "servers.wbe.count=1..9"]).fails(3, &["did you mean `web`?"]);
    place.run(&["plan", "farm.toml", "--vary", "servers.web.weight=1..9"]).fails(2, &["cannot be planned"]);
    place.write("farm.toml", &RANDOM.replace("[[objectives]]\nrequire = \"p95 < 520ms\"\n", ""));
    place.run(&["plan", "farm.toml"]).fails(4, &["nothing to hold"]);
}
