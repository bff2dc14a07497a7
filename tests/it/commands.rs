//! Verbs, flags and messages.

use crate::support::{Place, SMALL};

#[test]
fn the_starter_scenario_is_sound_and_never_overwrites() {
    let place = Place::new();
    place.run(&["init", "mine.toml"]).succeeds();
    assert!(place.run(&["check", "mine.toml"]).succeeds().starts_with("mine.toml: ok"));
    place.run(&["init", "mine.toml"]).fails(6, &["already exists"]);
}

#[test]
fn a_typo_in_the_scenario_is_shown_with_its_place() {
    let place = Place::new();
    place.write("farm.toml", &SMALL.replace("weight = 2", "wieght = 2"));
    place.run(&["compare", "farm.toml"]).fails(3, &["farm.toml:17:1", "wieght", "weight"]);
}

#[test]
fn all_problems_are_told_at_once() {
    let place = Place::new();
    let text = SMALL.replace("\"100/s\"", "100").replace("wlc", "wlcc").replace("slots = 8", "slots = 0");
    place.write("farm.toml", &text);
    place.run(&["check", "farm.toml"]).fails(3, &["100/s", "wlcc", "slots"]);
}

#[test]
fn a_missing_scenario_is_named_with_one_that_is_there() {
    let place = Place::with_farm();
    place.run(&["compare", "fram.toml"]).fails(3, &["fram.toml", "farm.toml"]);
    place.run(&["compare", "."]).fails(3, &["directory"]);
}

#[test]
fn usage_errors_exit_with_2() {
    let place = Place::with_farm();
    place.run(&["compare", "farm.toml", "--schedular", "wlc"]).fails(2, &["--scheduler"]);
    place.run(&["compair", "farm.toml"]).fails(2, &["compare"]);
    place.run(&["compare", "farm.toml", "--threads", "0"]).fails(2, &["1 to 1024"]);
    place.run(&["compare", "farm.toml", "--replications", "0"]).fails(2, &["1..=10000"]);
    place.run(&["compare", "farm.toml", "--schedulers", "rr,wlcc"]).fails(2, &["wlcc", "wlc"]);
}

#[test]
fn every_scheduler_is_explained() {
    let place = Place::new();
    let list = place.run(&["list", "schedulers"]);
    let names: Vec<&str> =
        list.succeeds().lines().filter_map(|line| line.split_whitespace().next()).collect();
    // And the baselines, and the rules of other data planes.
    assert_eq!(names.len(), 29);
    for name in names {
        assert!(place.run(&["explain", name]).succeeds().len() > 200, "{name}");
    }
    place.run(&["explain", "wlcc"]).fails(2, &["wlcc"]);
}

#[test]
fn the_schema_is_json_and_completions_are_scripts() {
    let place = Place::new();
    let schema = place.run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(schema.succeeds()).expect("a JSON Schema");
    assert!(schema["properties"]["service"].is_object());
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.run(&["completions", shell]).succeeds().contains("ipvslab"), "{shell}");
    }
}

#[test]
fn every_verb_has_examples_in_its_help() {
    let place = Place::new();
    let verbs = [
        "compare",
        "regress",
        "sweep",
        "docs",
        "man",
        "report",
        "run",
        "check",
        "init",
        "import",
        "export",
        "list",
        "explain",
        "schema",
        "completions",
        "theory",
    ];
    for verb in verbs {
        let help = place.run(&[verb, "--help"]);
        assert!(help.succeeds().matches("\n  ipvslab ").count() >= 2, "{verb}");
    }
}

#[test]
fn one_known_answer_is_reproduced() {
    let place = Place::new();
    let table = place.run(&["theory", "--filter", "erlb-a1-c1"]);
    assert!(table.succeeds().contains("1 known answers: 0 differ, 0 inconclusive"), "{table:?}");
    place.run(&["theory", "--filter", "nothing"]).fails(4, &["--filter"]);
}

#[test]
fn a_key_is_set_from_the_command_line_on_every_verb_that_reads_a_scenario() {
    let place = Place::with_farm();
    let checked = place.run(&["check", "farm.toml", "--set", "servers.old.count=5"]);
    assert!(checked.succeeds().contains("real servers: 6"), "{checked:?}");
    let exported = place.run(&["export", "ipvsadm", "farm.toml", "--set", "servers.new.weight=7"]);
    assert!(exported.succeeds().contains("-w 7"), "{exported:?}");
    for verb in ["compare", "sweep", "run", "check"] {
        let ended = place.run(&[verb, "farm.toml", "--set", "servers.odl.count=5"]);
        ended.fails(3, &["nothing in this list is called `odl`", "did you mean `old`?", "--set:1:9"]);
    }
    place.run(&["compare", "farm.toml", "--set", "count"]).fails(2, &["KEY=VALUE"]);
}
