//! Clients with few ports, from the scenario file to the director.

use std::path::Path;

use ipvslab_scenarios::{Problems, Scenario, parse};

const SOUND: &str = "\
[run]
duration = \"10s\"
[service]
address = \"10.0.0.1:80\"
schedulers = [\"rr\"]
[[servers]]
name = \"web\"
slots = 100
[arrivals.poisson]
rate = \"100/s\"
[work.exponential]
mean = \"20ms\"
";

fn load(rest: &str) -> Result<(Scenario, Vec<String>), Problems> {
    let loaded = parse(&format!("{SOUND}{rest}"), "web.toml", Path::new(""))?;
    let warnings = loaded.warnings.iter().map(|warning| format!("{}: {}", warning.path, warning.message));
    Ok((loaded.scenario.clone(), warnings.collect()))
}

#[test]
fn every_kind_of_clients_takes_its_ports_in_turn() {
    for clients in ["uniform]\ncount = 3", "zipf]\ncount = 3\nexponent = 1", "nat]\nshare = 0.5\ncount = 3"] {
        let (scenario, warnings) = load(&format!("[clients.{clients}\nports = 5\n")).expect("sound");
        assert!(warnings.is_empty(), "{warnings:?}");
        assert_eq!(scenario.service.client_ports.map(u16::from), Some(5));
        assert!(!scenario.service.is_plain());
        let mut next = std::collections::HashMap::new();
        for arrival in scenario.arrivals(0).expect("drawn") {
            let flow = arrival.expect("drawn").flow;
            let expected = next.entry(flow.client).or_insert(32_768);
            assert_eq!(flow.client_port, *expected, "{clients}");
            *expected = 32_768 + (*expected - 32_767) % 5;
        }
    }
}

#[test]
fn ports_move_no_other_stream() {
    let clients = "[clients.uniform]\ncount = 3\n";
    let seen = |scenario: &Scenario| -> Vec<_> {
        let arrivals = scenario.arrivals(0).expect("drawn").map(|arrival| arrival.expect("drawn"));
        arrivals.map(|arrival| (arrival.at, arrival.work, arrival.flow.client)).collect()
    };
    let (plain, _) = load(clients).expect("sound");
    let (few, _) = load(&format!("{clients}ports = 2\n")).expect("sound");
    assert_eq!(seen(&plain), seen(&few));
}

#[test]
fn fewer_ports_than_open_connections_are_warned_of() {
    let (_, warnings) = load("[clients.nat]\nshare = 0.9\ncount = 3\nports = 1\n").expect("sound");
    assert_eq!(
        warnings,
        [
            "clients.ports: the busiest client has 1.8 connections open on average, but only 1 ports: many will be refused"
        ]
    );
}

#[test]
fn ports_are_of_clients_and_the_same_for_all_classes() {
    let refused = |rest: &str| load(rest).expect_err(rest).to_string();
    assert!(refused("[clients.uniform]\ncount = 3\nports = 0\n").contains("clients.uniform.ports: found 0"));
    let fwmark = SOUND.replace("address = \"10.0.0.1:80\"", "fwmark = 1");
    let destinations = format!("{fwmark}[destinations.uniform]\ncount = 3\nports = 3\n");
    let problems = parse(&destinations, "web.toml", Path::new("")).expect_err("no ports").to_string();
    assert!(problems.contains("destinations.uniform: unknown field `ports`"), "{problems}");
    let begin = &SOUND[..SOUND.find("[arrivals").expect("it has arrivals")];
    let class = |name: &str, clients: &str| {
        format!(
            "[[classes]]\nname = \"{name}\"\narrivals.poisson.rate = \"1/s\"\nwork.constant.time = \"1ms\"\n{clients}\n"
        )
    };
    for (second, said) in [
        ("", "classes[1].clients: found no `ports`, expected 4 as the other class has"),
        ("clients.uniform = { count = 3, ports = 5 }", "classes[1].clients: found 5 ports, expected 4"),
    ] {
        let first = class("a", "clients.uniform = { count = 3, ports = 4 }");
        let text = format!("{begin}{first}{}", class("b", second));
        let problems = parse(&text, "web.toml", Path::new("")).expect_err(&text).to_string();
        assert!(problems.contains(said), "{problems}");
    }
}
