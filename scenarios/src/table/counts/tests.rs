//! Counts, as a Debian kernel, ipvsadm 1.31 and node_exporter 1.5.0 showed them of one director (`tests/it/director`).

use super::*;

const DIRECTOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/director/");

fn shown(name: &str) -> String {
    std::fs::read_to_string(format!("{DIRECTOR}{name}.txt")).expect("it was recorded")
}

fn counts(text: &str) -> DirectorCounts {
    read(text, "shown", &HostNames::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn busy(counts: &DirectorCounts) -> &ServiceCounts {
    let key = |service: &&ServiceCounts| match service.key.reached {
        ipvslab_sim::Reached::Address(address) => address.to_string() == "192.0.2.1:8080",
        ipvslab_sim::Reached::Mark { .. } => false,
    };
    counts.services.iter().find(key).expect("the service that was asked most")
}

fn exact(numbers: [u64; 5]) -> TrafficCounts {
    let [connections, packets_in, packets_out, bytes_in, bytes_out] =
        numbers.map(|shown| Count { shown, unit: 1 });
    TrafficCounts { connections, packets_in, packets_out, bytes_in, bytes_out }
}

#[test]
fn every_output_counts_the_same_connections() {
    for name in
        ["list", "nosort", "tunnels", "one", "thresholds", "persistent", "proc-ip_vs", "node_exporter"]
    {
        let counts = counts(&shown(name));
        let server = &busy(&counts).servers.iter().find(|server| server.active == Some(3)).expect(name);
        assert_eq!(server.inactive, Some(0), "{name}");
        assert_eq!(server.weight, (name != "thresholds").then_some(2), "{name}");
    }
    for name in ["connections", "connections-pe", "proc-ip_vs_conn", "proc-ip_vs_conn_sync"] {
        let counts = counts(&shown(name));
        let entries = busy(&counts).servers[0].entries;
        assert_eq!(entries, Some(Entries { active: 3, inactive: 0, persistent: 0 }), "{name}");
        let templates: u64 = counts
            .services
            .iter()
            .flat_map(|service| &service.servers)
            .filter_map(|server| server.entries)
            .map(|entries| entries.persistent)
            .sum();
        assert_eq!(templates, 2, "{name}");
    }
}

#[test]
fn sums_and_rates_are_of_services_servers_and_the_director() {
    let stats = counts(&shown("stats"));
    let expected = Some(exact([11, 59, 46, 3772, 4184]));
    assert_eq!((busy(&stats).total, busy(&stats).servers[0].total), (expected, expected));
    assert_eq!(busy(&counts(&shown("exact"))).total, expected);
    let rate = counts(&shown("rate"));
    assert_eq!(busy(&rate).rate, Some(exact([0, 1, 0, 31, 17])));
    let director = counts(&shown("proc-ip_vs_stats"));
    assert_eq!(director.total, Some(exact([0x12, 0x4f, 0x34, 0x1410, 0x1275])));
    assert_eq!(director.rate, Some(exact([1, 1, 0, 0x45, 0x16])));
    assert_eq!(counts(&shown("proc-ip_vs_stats_percpu")), director);
    assert_eq!(counts(&shown("node_exporter")).total, director.total);
}

#[test]
fn outputs_one_after_the_other_complete_each_other() {
    let all = counts(
        &["list", "stats", "rate", "persistent", "connections", "proc-ip_vs_stats"].map(shown).join("\n"),
    );
    let server = &busy(&all).servers[0];
    assert!(server.total.is_some() && server.rate.is_some() && server.persistent == Some(0), "{server:?}");
    assert!(server.entries.is_some() && server.active == Some(3) && all.total.is_some());
    assert_eq!(all.services.len(), 10);
}

#[test]
fn large_numbers_say_what_may_be_cut_off() {
    assert_eq!(decimal("99999999"), Some(Count { shown: 99_999_999, unit: 1 }));
    assert_eq!(decimal("123456K"), Some(Count { shown: 123_456_000, unit: 1000 }));
    assert_eq!(decimal("7T"), Some(Count { shown: 7_000_000_000_000, unit: 1_000_000_000_000 }));
    for none in ["", "K", "1k", "-1", "1.5", "99999999999999999999", "99999999999999999G"] {
        assert_eq!(decimal(none), None, "{none}");
    }
}

#[test]
fn what_is_no_count_is_said_with_its_place() {
    let stats = "Prot LocalAddress:Port Conns InPkts OutPkts InBytes OutBytes\nTCP 10.0.0.1:80 1 2 3 4 5\n";
    for (text, said) in [
        (stats.replace(" 5", ""), "shown:2:17: found 4 numbers, expected connections"),
        (stats.replace(" 5", " x"), "shown:2:25: found `x`, expected a number"),
        (stats.to_owned() + "x\n", "shown:3:1: this is not a line of a director's output"),
        ("  -> 10.1.0.1:80 Masq 1 0 0\n".to_owned(), "shown:1:6: a server stands before any service"),
        ("IPVS connection entries\nTCP 1 2\n".to_owned(), "shown:2:1: found 3 columns, expected an entry"),
        ("IPVS connection entries\nTPC 09:52 NONE a b c\n".to_owned(), "shown:2:1: unknown protocol `TPC`"),
        (
            "node_ipvs_backend_weight{proto=\"TCP\"} 1\n".to_owned(),
            "shown:1:1: labels that do not name a server",
        ),
        ("node_ipvs_connections_total many\n".to_owned(), "shown:1:29: found `many`, expected a number"),
        (String::new(), "shown: it has no counters of a director"),
    ] {
        let problems = read(&text, "shown", &HostNames::default()).expect_err(&text).to_string();
        assert!(problems.starts_with(said), "{text}\n found: {problems}\nwanted: {said}");
    }
}
