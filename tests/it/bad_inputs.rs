//! Bad inputs, and what a user sees: a place, what was found, what is allowed, what to do. Numbers are those of the project's
//! list of bad inputs; two are refused by design, and some belong to other tests.

use std::fs;

use crate::support::{Place, SMALL};

/// A number of the list, what is replaced in the small farm, by what, and what must be said.
type Case = (u32, &'static str, &'static str, &'static [&'static str]);

const EDITS: [Case; 25] = [
    (5, "\"10.0.0.1:80\"", "\"10.0.0.1:80", &["not TOML", "farm.toml:9:"]),
    (6, "seed = 5", "seed = 5\nseed = 6", &["duplicate", "first given here"]),
    (7, "weight = 2", "wieght = 2", &["unknown field `wieght`", "did you mean `weight`?"]),
    (8, "\"wlc\"", "\"wlcc\"", &["wlcc", "did you mean `wlc`?"]),
    (9, "weight = 2", "weight = \"three\"", &["servers[1].weight", "found \"three\"", "0..=65535"]),
    (10, "weight = 2", "weight = -2", &["found -2", "0..=65535"]),
    (10, "weight = 2", "weight = 65536", &["found 65536", "0..=65535"]),
    (13, "duration = \"30s\"", "duration = 30", &["unit needed: \"30s\"?"]),
    (14, "\"30s\"", "\"10 fortnights\"", &["\"fortnights\" is not a unit", "ns, us, ms, s, min, h, d"]),
    (14, "\"30s\"", "\"-5s\"", &["cannot be negative"]),
    (14, "\"30s\"", "\"1e3s\"", &["without an exponent"]),
    (15, "\"100/s\"", "nan", &["arrivals.poisson.rate", "a rate such as"]),
    (15, "\"100/s\"", "\"0/s\"", &["a rate above zero"]),
    (16, "\"100/s\"", "\"99999999999999/s\"", &["at most \"1000000000/s\""]),
    (16, "\"30s\"", "\"99999999d\"", &["at most \"365d\""]),
    (20, "name = \"new\"", "name = \"old\"", &["two servers or groups are called `old`", "the first one"]),
    (
        21,
        "count = 1000",
        "count = 1000\n[[timeline]]\nat = \"5s\"\nquiesce = \"odl-1\"",
        &["there is no server or group `odl-1`", "did you mean `old-1`?"],
    ),
    (
        21,
        "count = 1000",
        "count = 1000\n[[timeline]]\nat = \"50s\"\nquiesce = \"old-1\"",
        &["the run ends at 30 s"],
    ),
    (22, "warm_up = \"2s\"", "warm_up = \"40s\"", &["expected less than the duration"]),
    (
        23,
        "count = 1000",
        "count = 1000\n[[objectives]]\nrequire = \"p98 < 5ms\"",
        &["objectives[0].require", "p99"],
    ),
    (23, "count = 1000", "count = 1000\n[[objectives]]\nrequire = \"p99 < 5\"", &["as the limit of `p99`"]),
    (30, "name = \"new\"", "name = \"<script>\"", &["servers[1].name", "letters, digits"]),
    (30, "name = \"new\"", "name = \"a\\u001bb\"", &["servers[1].name", "letters, digits"]),
    (31, "seed = 5", "seed = 9223372036854775808", &["seed"]),
    (12, "[arrivals.poisson]\nrate = \"100/s\"", "", &["`arrivals` is missing"]),
];

#[test]
fn a_bad_scenario_is_explained() {
    for (number, old, new, said) in EDITS {
        assert!(SMALL.contains(old), "{number}: {old}");
        let place = Place::new();
        place.write("farm.toml", &SMALL.replacen(old, new, 1));
        let ended = place.run(&["check", "farm.toml"]);
        assert_eq!(ended.code, Some(3), "{number}: {ended:?}");
        for part in said {
            assert!(ended.stderr.contains(part), "{number}: {part:?} is not in\n{}", ended.stderr);
        }
    }
}

#[test]
fn a_contradiction_shows_both_places() {
    let place = Place::new();
    let both = "address = \"10.0.0.1:80\"\none_packet = true\nprotocol = \"tcp\"\npersistent = \"5min\"";
    place.write("farm.toml", &SMALL.replace("address = \"10.0.0.1:80\"", &format!("{both}\nfwmark = 1")));
    place.run(&["check", "farm.toml"]).fails(3, &["found `address` and `fwmark` together", "the other one"]);
}

#[test]
fn what_is_odd_is_a_warning_and_an_error_if_strict() {
    for (number, old, new, said) in [
        (18, "\"100/s\"", "\"1000/s\"", "queues grow as long as connections arrive"),
        (22, "warm_up = \"2s\"", "warm_up = \"20s\"", "of the run is left out of the results"),
        (
            19,
            "[work.exponential]\nmean = \"100ms\"",
            "[work.bounded_pareto]\nshape = 1.2\nlow = \"1us\"\nhigh = \"10000s\"",
            "confidence intervals are unreliable",
        ),
        (
            24,
            "count = 1000",
            "count = 1000\n[[objectives]]\nrequire = \"p99.9 < 5s\"",
            "connections or more in each replication",
        ),
    ] {
        let place = Place::new();
        place.write("farm.toml", &SMALL.replacen(old, new, 1));
        let told = place.run(&["check", "farm.toml"]);
        assert!(told.code == Some(0) && told.stderr.contains(said), "{number}: {told:?}");
        place.run(&["check", "farm.toml", "--strict"]).fails(3, &[said]);
    }
}

#[test]
fn a_file_that_is_no_scenario_is_called_what_it_is() {
    let place = Place::with_farm();
    place.run(&["check", "fram.toml"]).fails(3, &["not found", "did you mean `farm.toml`?"]);
    place.run(&["check", "."]).fails(3, &["a directory"]);
    place.write("empty.toml", "");
    place.run(&["check", "empty.toml"]).fails(3, &["the scenario is empty", "ipvslab init"]);
    fs::write(place.path("utf16.toml"), b"\xff\xfe[\0").expect("a file");
    place.run(&["check", "utf16.toml"]).fails(3, &["UTF-16", "iconv"]);
    fs::write(place.path("latin.toml"), b"title = \"\xe9\"").expect("a file");
    place.run(&["check", "latin.toml"]).fails(3, &["byte 9", "iconv"]);
    place.write(
        "quiesced.toml",
        &SMALL.replace("slots = 4", "slots = 4\nweight = 0").replace("weight = 2", "weight = 0"),
    );
    place.run(&["check", "quiesced.toml"]).fails(3, &["no server can take connections"]);
    place.write("many.toml", &SMALL.replacen("count = 2", "count = 10000000", 1));
    place.run(&["check", "many.toml"]).fails(3, &["65536"]);
}

#[test]
fn a_bad_trace_is_explained_with_its_line() {
    for (number, rows, said) in [
        (33, "when,who\n1,a\n", "arrival_s"),
        (34, "arrival_s,client\n0,10.0.0.1\n1\n", "line 3"),
        (35, "arrival_s,client\n0,10.0.0.1\nsoon,10.0.0.2\n", "soon"),
        (36, "arrival_s,client\n5,10.0.0.1\n3,10.0.0.2\n", "line 3"),
    ] {
        let place = Place::new();
        place.write("t.csv", rows);
        let text = SMALL
            .replace("[arrivals.poisson]\nrate = \"100/s\"", "[arrivals.trace]\nfile = \"t.csv\"")
            .replace("duration = \"30s\"", "duration = \"4s\"");
        place.write("farm.toml", &text);
        let ended = place.run(&["check", "farm.toml"]);
        assert!(ended.code == Some(3) && ended.stderr.contains(said), "{number}: {ended:?}");
    }
}

#[test]
fn bad_command_lines_and_outputs_are_explained() {
    let place = Place::with_farm();
    place.run(&["compare", "farm.toml", "--schedular", "wlc"]).fails(2, &["--scheduler"]);
    place.run(&["comprae", "farm.toml"]).fails(2, &["compare"]);
    place.run(&["compare", "farm.toml", "--threads", "1000000"]).fails(2, &["1 to 1024"]);
    place.run(&["sweep", "farm.toml", "--load", "1%..99%:1000000000"]).fails(2, &["2 to 1000"]);
    place.run(&["report", "nowhere"]).fails(3, &["nowhere", "not found", "help:"]);
    place.run(&["regress", "nowhere", "nowhere"]).fails(3, &["not found"]);
    place.run(&["theory", "--filter", "nothing"]).fails(4, &["--filter"]);
    place.run(&["compare", "farm.toml", "--quiet", "--out", "results"]).succeeds();
    place.run(&["compare", "farm.toml", "--quiet", "--out", "results"]).fails(6, &["--force replaces"]);
    let stored = fs::read(place.path("results/study.bin")).expect("a study");
    fs::write(place.path("results/study.bin"), &stored[..stored.len() / 2]).expect("half a study");
    place.run(&["report", "results"]).fails(3, &["truncated or edited"]);
}
