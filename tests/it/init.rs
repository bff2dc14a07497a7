//! `init`: a scenario to start from.

use std::fs;

use crate::support::Place;

const TRACE: &str = "arrival_s,client,object,response_bytes,duration_s\n\
                     0,192.0.2.1,/a,1000,0.25\n1.5,192.0.2.2,/b,3000,0.5\n2.25,192.0.2.1,/a,-,-\n";

#[test]
fn a_draft_of_a_trace_passes_check_and_runs() {
    let place = Place::new();
    place.write("site.csv", TRACE);
    place
        .run(&["init", "site.toml", "--trace", "site.csv", "--cost", "20ms + 1us/response_bytes"])
        .succeeds();
    place.run(&["check", "site.toml", "--strict"]).succeeds();
    assert!(place.run(&["compare", "site.toml", "--quiet"]).succeeds().contains("wlc"));
    let text = fs::read_to_string(place.path("site.toml")).expect("a scenario");
    for said in ["file = \"site.csv\"", "column = \"object\"", "# Made up: the servers", "as given"] {
        assert!(text.contains(said), "{said:?} is not in\n{text}");
    }
    place.run(&["init", "site.toml", "--trace", "site.csv"]).fails(6, &["site.toml already exists"]);
    fs::create_dir(place.path("deep")).expect("a directory");
    place.run(&["init", "deep/site.toml", "--trace", "site.csv"]).succeeds();
    place.run(&["check", "deep/site.toml", "--strict"]).succeeds();
}

#[test]
fn what_is_no_trace_and_no_cost_says_what_to_do_and_leaves_no_file() {
    let place = Place::new();
    place.write("site.csv", TRACE);
    place.write("access.log", "192.0.2.1 - - [10/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n");
    let init = |arguments: &[&str]| place.run(&[&["init", "x.toml"][..], arguments].concat());
    init(&["--trace", "access.log"])
        .fails(3, &["access.log: it is a ", "help: ipvslab trace convert access.log -o trace.csv.gz"]);
    place.run(&["trace", "convert", "access.log", "-o", "trace.csv.gz"]).succeeds();
    init(&["--trace", "missing.csv"]).fails(3, &["cannot read missing.csv"]);
    init(&["--trace", "."]).fails(3, &["not a regular file"]);
    init(&["--trace", "site.csv", "--cost", "20"]).fails(2, &["unit needed: \"20s\"?"]);
    init(&["--trace", "site.csv", "--cost", "1us/bytes"]).fails(3, &["it has response_bytes and duration_s"]);
    init(&["--cost", "20ms"]).fails(2, &["--trace"]);
    assert!(!place.path("x.toml").exists());
    place.run(&["init", "x.toml", "--trace", "trace.csv.gz"]).succeeds();
    place.run(&["check", "x.toml", "--strict"]).succeeds();
}
