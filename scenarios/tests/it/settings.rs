//! What a command line says otherwise than a scenario file.

use std::fs;

use ipvslab_scenarios::{Loaded, Problems, STARTER, Setting, load_with};

const FILE: &str = "[run]\nduration = \"10s\"\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n\
                    [[servers]]\nname = \"web\"\nslots = 1\n[[servers]]\nname = \"big\"\ncount = 2\nslots = 4\n\
                    [arrivals.poisson]\nrate = \"2/s\"\n[work.lognormal]\nmean = \"50ms\"\nscv = 2\n\
                    [[objectives]]\nrequire = \"p99 < 1s\"\n";

/// The file with these settings.
fn loaded(text: &str, settings: &[&str]) -> Result<Loaded, Problems> {
    let directory = tempfile::tempdir().expect("a directory for files");
    let path = directory.path().join("web.toml");
    fs::write(&path, text).expect("a file can be written");
    let settings = settings.iter().map(|text| text.parse().expect(text)).collect::<Vec<Setting>>();
    load_with(&path, &settings)
}

/// The messages, without the directory.
fn told(settings: &[&str]) -> String {
    let problems = loaded(FILE, settings).expect_err("unsound");
    let shown = problems.render(false);
    shown.split(" --> ").map(|part| part.rsplit_once("/web.toml").map_or(part, |(_, rest)| rest)).collect()
}

#[test]
fn a_setting_is_as_if_it_stood_in_the_file() {
    let settings =
        ["servers.web.count=6", "work.lognormal.mean=70ms", "objectives.0.require=p95 < 2s", "run.seed=9"];
    let said = loaded(FILE, &settings).expect("sound").scenario;
    let written = FILE
        .replace("name = \"web\"\n", "name = \"web\"\ncount = 6\n")
        .replace("50ms", "70ms")
        .replace("p99 < 1s", "p95 < 2s")
        .replace("\"10s\"", "\"10s\"\nseed = 9");
    let written = loaded(&written, &[]).expect("sound").scenario;
    assert_eq!(said.servers, written.servers);
    assert_eq!(said.objectives, written.objectives);
    assert_eq!((said.seed, said.offered_load()), (written.seed, written.offered_load()));
    let arrivals = |scenario: &ipvslab_scenarios::Scenario| {
        let arrivals = scenario.arrivals(0).expect("drawn");
        arrivals.map(|arrival| format!("{:?}", arrival.expect("drawn"))).collect::<Vec<_>>()
    };
    assert_eq!(arrivals(&said), arrivals(&written));
}

#[test]
fn the_last_of_two_settings_of_a_key_counts_and_a_section_may_be_new() {
    let said =
        loaded(FILE, &["servers.big.count=3", "servers.big.count=4", "health.delay_loop=1s"]).expect("sound");
    assert_eq!(said.scenario.servers.len(), 5);
    assert!(said.scenario.disturbances.is_some_and(|disturbances| disturbances.health.is_some()));
}

#[test]
fn settings_stay_when_the_load_changes_and_stand_under_the_file() {
    let scenario = loaded(FILE, &["servers.web.count=6"]).expect("sound").scenario;
    let twice = scenario.scaled(2.0).expect("sound").scenario;
    assert_eq!(twice.servers.len(), 8);
    assert_eq!(twice.provenance(), format!("{FILE}# --set servers.web.count=6\n"));
}

#[test]
fn wrong_values_get_the_messages_of_the_file_at_their_place() {
    let told =
        told(&["servers.web.count=0", "servers.web.cuont=3", "work.lognormal.mean=50", "run.warm_up=11s"]);
    for part in [
        "servers[0].count: found 0, expected 1..=65536",
        "--set:1:19",
        "unknown field `cuont`",
        "did you mean `count`?",
        "servers.web.cuont=3",
        "found 50, expected a time",
        "unit needed",
    ] {
        assert!(told.contains(part), "{part} in:\n{told}");
    }
}

#[test]
fn unknown_elements_are_told_with_those_that_there_are() {
    let told = told(&["servers.wbe.count=3"]);
    assert!(told.contains("servers: nothing in this list is called `wbe`"), "{told}");
    assert!(told.contains("did you mean `web`? there are `web`, `big`"), "{told}");
    let whole = self::told(&["servers.web={count=3}"]);
    assert!(whole.contains("a whole element of a list cannot be set"), "{whole}");
    let value = self::told(&["run.duration.x=3"]);
    assert!(value.contains("run.duration: a value has no keys"), "{value}");
    let number = self::told(&["objectives.1.require=\"p99 < 2s\""]);
    assert!(number.contains("numbered from 0 to 0"), "{number}");
}

#[test]
fn another_kind_beside_the_one_of_the_file_is_told_as_in_the_file() {
    let told = told(&["work.exponential.mean=50ms"]);
    assert!(told.contains("`lognormal`, `exponential` together"), "{told}");
    assert!(loaded(FILE, &["work={exponential={mean=\"50ms\"}}"]).is_ok());
}

#[test]
fn the_starter_takes_settings() {
    let settings = ["run.replications=3"];
    assert_eq!(loaded(STARTER, &settings).expect("sound").scenario.replications, 3);
}
