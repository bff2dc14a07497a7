//! Traces that are resampled and scaled.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use ipvslab_scenarios::{Resample, Scenario, TraceDesign, parse};
use ipvslab_sim::Arrival;
use tempfile::TempDir;

/// Four hours of 200 clients with sessions of ten rows, ten seconds from each other.
fn log() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let mut rows = Vec::new();
    for client in 0..600u64 {
        // A fixed disorder: multiples of a prime.
        let start = client * 7_919 % 14_000;
        rows.extend((0..10).map(|step| (start + 10 * step, client)));
    }
    rows.sort_unstable();
    let mut text = String::from("at,who,bytes\n");
    for (number, (at, client)) in rows.iter().enumerate() {
        writeln!(text, "{at},c{client},{}", 100 + number % 50).expect("a string grows");
    }
    fs::write(directory.path().join("log.csv"), text).expect("a file");
    directory
}

fn text(run: &str, trace: &str, rest: &str) -> String {
    format!(
        "[run]\n{run}\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n[[servers]]\nname = \"web\"\nslots = 8\n\
         [arrivals.trace]\nfile = \"log.csv\"\ntime = \"at\"\n{trace}\n{rest}"
    )
}

const REST: &str = "[work.exponential]\nmean = \"1s\"\n[clients.trace]\ncolumn = \"who\"\n";

fn scenario(directory: &Path, run: &str, trace: &str) -> Scenario {
    let text = text(run, trace, REST);
    parse(&text, "resampled.toml", directory).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

fn arrivals(scenario: &Scenario, replication: u32) -> Vec<Arrival> {
    scenario.arrivals(replication).expect("a trace").map(|arrival| arrival.expect("a row")).collect()
}

/// What tells arrivals apart: when, from where, and how much work.
fn told(arrivals: &[Arrival]) -> HashSet<(u64, IpAddr, u64)> {
    arrivals.iter().map(|a| (a.at.as_nanos(), a.flow.client, a.work.as_nanos())).collect()
}

#[test]
fn the_default_is_both_for_many_replications_and_the_day_itself_for_one() {
    let log = log();
    let many = scenario(log.path(), "replications = 4", "");
    assert_eq!((many.resampling(), many.runs()), (Resample::Both, 8));
    assert_eq!(
        [0, 1, 2].map(|run| many.resampling().design(run)),
        [TraceDesign::Blocks, TraceDesign::Clients, TraceDesign::Blocks]
    );
    let one = scenario(log.path(), "replications = 1", "");
    assert_eq!((one.resampling(), one.runs()), (Resample::None, 1));
    let told = scenario(log.path(), "replications = 4", "resample = \"clients\"");
    assert_eq!((told.resampling(), told.runs()), (Resample::Clients, 4));
}

/// What is there at a load is there at a higher one, with the same times and the same work.
#[test]
fn loads_are_nested() {
    let log = log();
    for resample in ["none", "blocks", "clients"] {
        for copies in ["apart", "together"] {
            for factor in [0.3, 1.0, 2.3] {
                let trace = format!("resample = \"{resample}\"\ncopies = \"{copies}\"");
                let base = scenario(log.path(), "replications = 3", &trace);
                let at = |factor: f64| base.scaled(factor).expect("sound").scenario;
                let (light, heavy) = (arrivals(&at(factor), 1), arrivals(&at(1.1 * factor), 1));
                let (light, heavy) = (told(&light), told(&heavy));
                let missing = light.difference(&heavy).count();
                assert!(
                    missing * 100 <= light.len(),
                    "{resample}, {copies}, {factor}: {missing} of {}",
                    light.len()
                );
                assert!(
                    heavy.len() > light.len(),
                    "{resample}, {factor}: {} and {}",
                    light.len(),
                    heavy.len()
                );
            }
        }
    }
}

#[test]
fn a_scale_is_that_many_times_the_clients() {
    let log = log();
    for resample in ["none", "blocks", "clients"] {
        let scenario =
            scenario(log.path(), "replications = 20", &format!("resample = \"{resample}\"\nscale = 2.5"));
        let counts: f64 = (0..20).map(|run| arrivals(&scenario, run).len() as f64).sum();
        assert!((counts / 20.0 / 15_000.0 - 1.0).abs() < 0.03, "{resample}: {}", counts / 20.0);
        assert!((scenario.arrival_rate() * scenario.duration.as_secs_f64() / 15_000.0 - 1.0).abs() < 1e-9);
        let clients: HashSet<IpAddr> =
            arrivals(&scenario, 0).iter().map(|arrival| arrival.flow.client).collect();
        assert!(clients.len() > 1_000, "{resample}: {} clients", clients.len());
    }
}

/// Times are in order, within the day, and another replication is another day.
#[test]
fn resamples_are_days_of_their_own() {
    let log = log();
    for resample in ["blocks", "clients"] {
        let scenario = scenario(log.path(), "replications = 3", &format!("resample = \"{resample}\""));
        let days: Vec<Vec<Arrival>> = (0..3).map(|run| arrivals(&scenario, run)).collect();
        for day in &days {
            assert!(day.is_sorted_by_key(|arrival| arrival.at), "{resample}");
            assert!(day.iter().all(|arrival| arrival.at.as_nanos() < scenario.duration.as_nanos()));
            assert!((5_000..7_000).contains(&day.len()), "{resample}: {}", day.len());
        }
        assert_ne!(told(&days[0]), told(&days[1]), "{resample}");
        assert_eq!(days[2], arrivals(&scenario, 2), "{resample}: the same again");
    }
}

/// A client's copy comes as a whole, with its gaps, and no two copies at one time.
#[test]
fn clients_are_moved_as_a_whole() {
    let log = log();
    let scenario = scenario(log.path(), "replications = 3", "resample = \"clients\"\nspread = \"0s\"");
    let mut of_client: HashMap<IpAddr, Vec<u64>> = HashMap::new();
    for arrival in arrivals(&scenario, 0) {
        of_client.entry(arrival.flow.client).or_default().push(arrival.at.as_nanos());
    }
    let gaps = |times: &[u64]| times.windows(2).all(|pair| pair[1].abs_diff(pair[0]) == 10_000_000_000);
    let whole = of_client.values().filter(|times| times.len() == 10 && gaps(times)).count();
    // The rest was moved over an end of the day and back.
    assert!(whole as f64 > 0.9 * of_client.len() as f64, "{whole} of {}", of_client.len());
    // Poisson copies: a part of 1/e is left out, and as many again are further copies with addresses of their own.
    assert!((500..700).contains(&of_client.len()), "{}", of_client.len());
}

/// Copies that come together are within seconds of the first.
#[test]
fn copies_together_make_a_burst() {
    let log = log();
    let together =
        scenario(log.path(), "replications = 1", "scale = 3\ncopies = \"together\"\nspread = \"0s\"");
    let mut sessions: Vec<u64> = arrivals(&together, 0).iter().map(|arrival| arrival.at.as_nanos()).collect();
    sessions.sort_unstable();
    let recorded = arrivals(&scenario(log.path(), "replications = 1", "spread = \"0s\""), 0);
    for arrival in recorded {
        let near = |within: u64| {
            let from = sessions.partition_point(|&at| at < arrival.at.as_nanos().saturating_sub(within));
            let to = sessions.partition_point(|&at| at <= arrival.at.as_nanos() + within);
            to - from
        };
        assert!(near(5_000_000_000) >= 3, "at {}", arrival.at.as_nanos());
    }
}

/// Blocks keep what is shorter than they are: gaps within a session, except where it is cut.
#[test]
fn blocks_keep_short_bursts() {
    let log = log();
    let scenario =
        scenario(log.path(), "replications = 3", "resample = \"blocks\"\nspread = \"0s\"\nblock = \"10min\"");
    let day = arrivals(&scenario, 0);
    let mut last: HashMap<IpAddr, u64> = HashMap::new();
    let mut kept = 0;
    for arrival in &day {
        if let Some(before) = last.insert(arrival.flow.client, arrival.at.as_nanos()) {
            kept += usize::from(arrival.at.as_nanos() - before == 10_000_000_000);
        }
    }
    assert!(kept as f64 > 0.8 * day.len() as f64, "{kept} of {}", day.len());
}

/// A network that persistence takes for one client is copied with all its members.
#[test]
fn networks_are_copied_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut rows = String::from("at,who\n");
    for row in 0..2_000u32 {
        writeln!(rows, "{row},192.{}.{}.{}", row % 200, row % 7, 1 + row % 3).expect("a string grows");
    }
    fs::write(directory.path().join("log.csv"), rows).expect("a file");
    let text =
        text("replications = 1", "scale = 2\nspread = \"0s\"", &format!("{REST}network = \"16.0.0.0/4\"\n"))
            .replace("schedulers", "persistent = \"300s\"\nnetmask = \"255.255.0.0\"\nschedulers");
    let scenario = parse(&text, "net.toml", directory.path()).unwrap_or_else(|p| panic!("{p}")).scenario;
    let mut hosts: HashMap<[u8; 2], HashSet<[u8; 2]>> = HashMap::new();
    for arrival in arrivals(&scenario, 0) {
        let IpAddr::V4(address) = arrival.flow.client else { panic!("IPv4") };
        let [a, b, c, d] = address.octets();
        hosts.entry([a, b]).or_default().insert([c, d]);
    }
    assert!((380..=400).contains(&hosts.len()), "{} networks", hosts.len());
    // Two copies may have drawn the same network.
    for network in 0..200 {
        let own = &hosts[&[192, network]];
        let holds =
            |(name, hosts): (&[u8; 2], &HashSet<[u8; 2]>)| *name != [192, network] && hosts.is_superset(own);
        assert!(hosts.iter().any(holds), "192.{network}");
    }
}

/// Without clients the rows are the units.
#[test]
fn rows_without_clients_are_resampled_one_by_one() {
    let log = log();
    let rest = "[work.constant]\ntime = \"1s\"\n";
    for resample in ["blocks", "clients"] {
        let text = text("replications = 2", &format!("resample = \"{resample}\"\nscale = 1.5"), rest);
        let scenario = parse(&text, "rows.toml", log.path()).unwrap_or_else(|p| panic!("{p}")).scenario;
        let count = arrivals(&scenario, 0).len();
        assert!((8_300..9_700).contains(&count), "{resample}: {count}");
    }
}

#[test]
fn a_trace_of_one_client_or_one_row_plays() {
    let directory = tempfile::tempdir().expect("a directory");
    for rows in ["0,a\n", "0,a\n0,a\n", "5,a\n6,a\n7,a\n", "0,a\n100000,b\n"] {
        fs::write(directory.path().join("log.csv"), format!("at,who\n{rows}")).expect("a file");
        for resample in ["none", "blocks", "clients", "both"] {
            let scenario = scenario(
                directory.path(),
                "replications = 3",
                &format!("resample = \"{resample}\"\nscale = 3"),
            );
            for run in 0..scenario.runs() {
                let found = arrivals(&scenario, run);
                assert!(found.is_sorted_by_key(|arrival| arrival.at), "{rows:?}, {resample}");
            }
        }
    }
}

#[test]
fn what_makes_no_sense_is_said() {
    let log = log();
    let said = |trace: &str| match parse(&text("replications = 3", trace, REST), "bad.toml", log.path()) {
        Ok(loaded) => {
            loaded.warnings.iter().map(|warning| format!("{}: {}\n", warning.path, warning.message)).collect()
        }
        Err(problems) => problems.to_string(),
    };
    for (trace, words) in [
        ("scale = 0", "above 0"),
        ("scale = -1", "above 0"),
        ("scale = nan", "scale"),
        ("scale = 501", "500"),
        ("resample = \"days\"", "both"),
        ("block = \"10h\"", "not shorter than the trace"),
        ("block = \"1h\"", "blocks"),
        ("shift = \"0s\"", "one instant"),
        ("shift = \"5h\"", "half"),
        ("speedup = 3", "speedup = 3 is not 3 times the users"),
    ] {
        let said: String = said(trace);
        assert!(said.contains(words), "{trace}: {said}");
    }
    assert_eq!(said("scale = 3"), "");
}

#[test]
fn a_client_with_a_great_part_of_the_rows_is_warned_of() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut rows = String::from("at,who\n");
    for row in 0..1_000u32 {
        writeln!(rows, "{row},{}", if row % 5 == 0 { "nat".to_owned() } else { format!("c{row}") })
            .expect("grows");
    }
    fs::write(directory.path().join("log.csv"), rows).expect("a file");
    let loaded = parse(&text("replications = 3", "", REST), "nat.toml", directory.path()).expect("sound");
    let warnings: Vec<&str> = loaded.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(warnings.iter().any(|warning| warning.contains("20 % of the rows")), "{warnings:?}");
}
