//! What a study prints and writes.

use std::fs;
use std::process::Stdio;

use crate::support::{Place, names};

#[test]
fn compare_prints_a_line_a_scheduler() {
    let place = Place::with_farm();
    let ended = place.run(&["compare", "farm.toml"]);
    for name in ["rr", "wlc", "sh"] {
        assert!(ended.succeeds().lines().any(|line| line.contains(&format!(" {name} "))), "{ended:?}");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let place = Place::with_farm();
    for format in ["table", "json", "csv"] {
        let print = |threads: &str| {
            place.run(&["compare", "farm.toml", "--quiet", "--threads", threads, "--format", format])
        };
        assert_eq!(print("1").succeeds(), print("4").succeeds(), "{format}");
    }
}

#[test]
fn the_seed_changes_the_results_and_nothing_else_does() {
    let place = Place::with_farm();
    let json = |arguments: &[&str]| {
        let arguments = [&["compare", "farm.toml", "--quiet", "--format", "json"], arguments].concat();
        place.run(&arguments).succeeds().to_owned()
    };
    assert_eq!(json(&[]), json(&["--seed", "5"]));
    assert_ne!(json(&[]), json(&["--seed", "6"]));
}

#[test]
fn json_has_a_schema_version_and_every_run() {
    let place = Place::with_farm();
    let ended = place.run(&["compare", "farm.toml", "--format", "json"]);
    let results: serde_json::Value = serde_json::from_str(ended.succeeds()).expect("JSON");
    assert_eq!(results["schema"], "ipvslab.results/1");
    assert_eq!(results["runs"].as_array().map(Vec::len), Some(9));
}

#[test]
fn a_scheduler_named_twice_is_run_once() {
    let place = Place::with_farm();
    let csv =
        |names| place.run(&["compare", "farm.toml", "--quiet", "--format", "csv", "--schedulers", names]);
    assert_eq!(csv("rr,wlc,rr").succeeds(), csv("rr,wlc").succeeds());
}

#[test]
fn out_holds_all_files_and_is_never_overwritten_unasked() {
    let place = Place::with_farm();
    let arguments = ["compare", "farm.toml", "--quiet", "--out", "results"];
    place.run(&arguments).succeeds();
    let files = [
        "active.svg",
        "ccdf.svg",
        "course.svg",
        "imbalance.svg",
        "inactive.svg",
        "order.svg",
        "percentiles.svg",
        "report.html",
        "results.json",
        "runs.csv",
        "schedulers.csv",
        "server_load.svg",
        "servers.csv",
        "shares.svg",
        "study.bin",
        "timeline.csv",
    ];
    assert_eq!(names(&place.path("results")), files);
    assert_eq!(place.files(), ["farm.toml", "results"]);

    place.run(&arguments).fails(6, &["--force"]);
    place.run(&[&arguments[..], &["--force"]].concat()).succeeds();
    assert_eq!(place.files(), ["farm.toml", "results"]);

    place.write("results/notes.txt", "precious");
    place.run(&[&arguments[..], &["--force"]].concat()).fails(6, &["notes.txt"]);
    assert!(place.path("results/notes.txt").exists());
}

#[test]
fn a_foreign_directory_is_left_alone() {
    let place = Place::with_farm();
    fs::create_dir(place.path("home")).expect("a directory");
    place.write("home/letter.txt", "dear");
    place
        .run(&["compare", "farm.toml", "--out", "home", "--force"])
        .fails(6, &["letter.txt", "not ipvslab's"]);
    place.run(&["compare", "farm.toml", "--out", "farm.toml"]).fails(6, &["not a directory"]);
    assert_eq!(names(&place.path("home")), ["letter.txt"]);
    assert_eq!(place.files(), ["farm.toml", "home"]);
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_the_run() {
    let place = Place::with_farm();
    place.run(&["compare", "farm.toml", "--out", "/proc/results"]).fails(6, &["/proc/results"]);
}

#[test]
fn run_shows_every_server() {
    let place = Place::with_farm();
    let ended = place.run(&["run", "farm.toml", "--scheduler", "wlc"]);
    for name in ["old-1", "old-2", "new"] {
        assert!(ended.succeeds().contains(name), "{ended:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::with_farm();
    let mut child = place
        .command(&["compare", "farm.toml", "--quiet", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn what_decisions_cost_is_measured_only_if_asked_for() {
    let place = Place::with_farm();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let ended =
            place.run(&[&["compare", "farm.toml", "--quiet", "--format", "json"], arguments].concat());
        serde_json::from_str(ended.succeeds()).expect("JSON")
    };
    let (plain, measured) = (json(&[]), json(&["--decision-cost"]));
    assert!(plain.get("decision_costs").is_none());
    let costs = measured["decision_costs"].as_array().expect("they were measured");
    assert_eq!(costs.len(), 3);
    for cost in costs {
        let [lower, median, upper] =
            ["ns_lower", "ns_median", "ns_upper"].map(|name| cost[name].as_f64().unwrap_or(0.0));
        assert!(0.0 < lower && lower <= median && median <= upper, "{cost}");
    }
    assert_eq!(plain["runs"], measured["runs"], "nothing else changes");
}

#[test]
fn a_timeline_is_followed_and_nothing_else_is() {
    let place = Place::with_farm();
    place.write(
        "timeline.toml",
        &format!("{}\n[[timeline]]\nat = \"15s\"\nremove = \"new\"\n", crate::support::SMALL),
    );
    place.run(&["compare", "timeline.toml", "--quiet", "--out", "results"]).succeeds();
    let page = fs::read_to_string(place.path("results").join("report.html")).expect("the page");
    assert!(page.contains("Interventions and faults") && page.contains("1. 15 s: new removed"));
    assert!(names(&place.path("results")).contains(&"course.svg".to_owned()));
    fs::remove_file(place.path("results").join("report.html")).expect("it is there");
    place.run(&["report", "results", "--quiet"]).succeeds();
    assert_eq!(fs::read_to_string(place.path("results").join("report.html")).expect("the page"), page);
}
