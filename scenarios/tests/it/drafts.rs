//! A scenario drafted from a trace runs, without a warning, and is the trace's.

use std::io::Cursor;

use ipvslab_scenarios::draft::{Cost, Draft, TraceFacts, scenario};
use ipvslab_scenarios::log::{Options, Wanted};
use ipvslab_scenarios::{Loaded, parse};

use crate::log_samples::{convert, samples};

fn drafted(trace: &str, cost: Option<&str>) -> Result<(String, TraceFacts), String> {
    let facts =
        TraceFacts::read(Box::new(Cursor::new(trace.as_bytes().to_vec())), "web.csv").expect("a trace");
    let cost: Option<Cost> = cost.map(|cost| cost.parse().expect("a cost"));
    let draft = Draft { file: "web.csv", facts: &facts, cost: cost.as_ref() };
    match scenario(&draft) {
        Ok(text) => Ok((text, facts)),
        Err(error) => Err(format!("{error}; {}", error.help.as_deref().unwrap_or_default())),
    }
}

fn loaded(text: &str, trace: &str) -> Loaded {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("web.csv"), trace).expect("a file");
    parse(text, "web.toml", directory.path()).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

#[test]
fn every_samples_draft_is_sound_without_a_warning_and_has_all_rows() {
    for sample in samples() {
        for clients in [Wanted::V4, Wanted::V6] {
            let Ok((trace, _)) = convert(&sample.log, Options { clients, ..sample.options() }) else {
                continue;
            };
            let (text, facts) =
                drafted(&trace, None).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
            let loaded = loaded(&text, &trace);
            assert_eq!(loaded.render_warnings(false), "", "{}\n{text}", sample.name);
            let arrivals: Vec<_> = loaded.scenario.as_recorded().arrivals(0).expect("a trace").collect();
            assert_eq!(arrivals.len() as u64, facts.rows, "{}", sample.name);
            assert!(
                loaded.scenario.utilisation() <= 0.71,
                "{}: {}",
                sample.name,
                loaded.scenario.utilisation()
            );
            for section in text.split("\n\n").filter(|section| section.contains("[[servers]]")) {
                assert!(section.contains("Made up"), "{section}");
            }
        }
    }
}

const TRACE: &str = "arrival_s,client,object,response_bytes\n\
                     0,192.0.2.1,/a,1000\n30,192.0.2.2,/b,3000\n60,192.0.2.1,/a,-\n";

#[test]
fn the_cost_is_the_work() {
    let (text, _) = drafted(TRACE, Some("20ms + 1us/response_bytes")).expect("a draft");
    assert!(text.contains("constant = \"20ms\"\nper = { response_bytes = \"1us\" }"), "{text}");
    // (20 + 1) + (20 + 3) + 20 ms in 60 s and a tick of a second.
    let load = loaded(&text, TRACE).scenario.offered_load();
    assert!((load - 0.064 / 61.0).abs() < 1e-9, "{load}");
    let (text, _) = drafted(TRACE, None).expect("a draft");
    assert!(text.contains("# Made up: what a request costs."), "{text}");
}

#[test]
fn what_makes_no_scenario_is_refused_with_what_to_do() {
    for (trace, cost, said) in [
        (TRACE, "1us/response_byte", "no column `response_byte` of numbers; did you mean `response_bytes`?"),
        (TRACE, "1s/duration_s", "no column `duration_s` of numbers; it has response_bytes"),
        (TRACE, "0s", "all requests of the trace cost nothing at \"0s\"; a constant part"),
        ("arrival_s,client\n0,192.0.2.1\n", "1us/client", "it has no column of numbers"),
        (
            "arrival_s,client\n0,192.0.2.1\n1,2001:db8::1\n",
            "1ms",
            "both IP versions (rows: 1 IPv4, 1 IPv6), and a service has one; ipvslab trace convert web.csv --clients ipv4 -o ipv4.csv.gz",
        ),
    ] {
        let error = drafted(trace, Some(cost)).expect_err(said);
        assert!(error.contains(said), "{error}");
    }
}
