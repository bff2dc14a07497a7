//! Classes of clients, and work that goes by objects.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use ipvslab_scenarios::{Scenario, load, parse};
use ipvslab_sim::{Arrival, Directors, Start};

const FARM: &str = "[run]\nduration = \"20s\"\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n\
                    [[servers]]\nname = \"web\"\nslots = 64\n";
const WEB: &str =
    "[[classes]]\nname = \"web\"\narrivals.poisson.rate = \"200/s\"\nwork.exponential.mean = \"20ms\"\n";
const BATCH: &str = "[[classes]]\nname = \"batch\"\narrivals.batches = { rate = \"2/s\", size = 9 }\nwork.constant.time = \"300ms\"\n\
                     clients.uniform = { count = 3, network = \"198.51.100.0/24\" }\n";

fn scenario(text: &str) -> Scenario {
    parse(text, "web.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

fn arrivals(scenario: &Scenario) -> Vec<Arrival> {
    scenario.arrivals(0).expect("drawn").map(|arrival| arrival.expect("drawn")).collect()
}

fn is_batch(arrival: &&Arrival) -> bool {
    arrival.flow.client.to_string().starts_with("198.51.100.")
}

#[test]
fn classes_come_in_order_of_time_with_what_is_theirs() {
    let both = scenario(&format!("{FARM}{WEB}{BATCH}"));
    assert!((both.offered_load() - 4.0 - 5.4).abs() < 1e-9, "{}", both.offered_load());
    let all = arrivals(&both);
    assert!(all.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let batch: Vec<&Arrival> = all.iter().filter(is_batch).collect();
    assert_eq!(batch.len() % 9, 0);
    assert!(batch.iter().all(|arrival| arrival.work.as_nanos() == 300_000_000));
    let clients: std::collections::HashSet<_> =
        all.iter().map(|arrival| (arrival.flow.client, arrival.flow.client_port)).collect();
    assert_eq!(clients.len(), all.len(), "nobody has the address and port of another");
}

#[test]
fn no_class_moves_another() {
    let strip = |all: Vec<Arrival>, wanted: bool| -> Vec<_> {
        let own = all.into_iter().filter(|arrival| is_batch(&arrival) == wanted);
        own.map(|arrival| (arrival.at, arrival.work, arrival.flow.client)).collect()
    };
    let both = arrivals(&scenario(&format!("{FARM}{WEB}{BATCH}")));
    let alone = arrivals(&scenario(&format!("{FARM}{BATCH}")));
    assert_eq!(strip(both.clone(), true), strip(alone, true));
    let swapped = arrivals(&scenario(&format!("{FARM}{BATCH}{WEB}")));
    assert_eq!(strip(both.clone(), false), strip(swapped, false));
    let renamed = arrivals(&scenario(&format!("{FARM}{WEB}{}", BATCH.replace("\"batch\"", "\"other\""))));
    assert_ne!(strip(both, true), strip(renamed, true), "a class's numbers go by its name");
}

#[test]
fn classes_may_have_services_of_their_own_and_directors_are_counted() {
    let served =
        |class: &str, service: &str| class.replacen("\n", &format!("\nservice = \"{service}\"\n"), 1);
    let text =
        format!("{FARM}{WEB}{}{}", served(BATCH, "batch"), served(WEB, "api").replace("\"web\"", "\"api\""));
    let directors =
        scenario(&text.replacen("[[servers]]", "[directors]\ncount = 3\nstart = \"spread\"\n[[servers]]", 1))
            .directors;
    let expected =
        Directors { count: 3, start: Start::Spread, services: vec![0, 1, 2], ..Directors::default() };
    assert_eq!(directors, Some(expected.clone()));
    let one = Directors { count: 1, start: Start::Same, ..expected };
    assert_eq!(scenario(&text).directors, Some(one));
    assert_eq!(scenario(&format!("{FARM}{WEB}{BATCH}")).directors, None);
}

const OBJECTS: &str = "[run]\nduration = \"20s\"\n[service]\nfwmark = 1\nschedulers = [\"dh\"]\n\
    [[servers]]\nname = \"web\"\nslots = 64\n[arrivals.poisson]\nrate = \"500/s\"\n\
    [work.by_object.lognormal]\nmean = \"20ms\"\nscv = 4\n[destinations.zipf]\ncount = 500\nexponent = 0.8\n";

#[test]
fn an_object_always_brings_the_same_work() {
    let scenario = scenario(OBJECTS);
    let mut work = HashMap::new();
    let (mut sum, mut count) = (0.0, 0.0);
    for replication in 0..20 {
        for arrival in scenario.arrivals(replication).expect("drawn") {
            let arrival = arrival.expect("drawn");
            assert_eq!(*work.entry(arrival.flow.destination).or_insert(arrival.work), arrival.work);
            sum += arrival.work.as_secs_f64();
            count += 1.0;
        }
    }
    assert!(work.len() > 490);
    let different: std::collections::HashSet<_> = work.values().collect();
    assert!(different.len() > 490);
    // What is announced is the load of these very objects, not that of their law, which is 10 erlang.
    let found = sum / count * 500.0;
    assert!((found / scenario.offered_load() - 1.0).abs() < 0.02, "{found} {}", scenario.offered_load());
}

#[test]
fn another_seed_has_other_objects() {
    let seeded = scenario(&OBJECTS.replace("[run]", "[run]\nseed = 2"));
    assert_ne!(seeded.offered_load(), scenario(OBJECTS).offered_load());
}

#[test]
fn empirical_work_has_the_values_of_its_column() {
    let directory = tempfile::tempdir().expect("a directory for files");
    fs::write(directory.path().join("sizes.csv"), "name,ms\na,10\nb,-\nc,40\nd,10.5\n").expect("a file");
    let text = |missing: &str| {
        format!(
            "{FARM}[arrivals.poisson]\nrate = \"500/s\"\n[work.empirical]\nfile = \"sizes.csv\"\ncolumn = \"ms\"\nunit = \"1ms\"\n{missing}"
        )
    };
    let path = directory.path().join("web.toml");
    fs::write(&path, text("missing = \"zero\"\n")).expect("a file");
    let scenario = load(&path).unwrap_or_else(|problems| panic!("{problems}")).scenario;
    assert!((scenario.offered_load() - 500.0 * 60.5e-3 / 4.0).abs() < 1e-9);
    let mut counts = HashMap::new();
    for arrival in arrivals(&scenario) {
        *counts.entry(arrival.work.as_nanos()).or_insert(0) += 1;
    }
    let mut values: Vec<_> = counts.keys().copied().collect();
    values.sort_unstable();
    assert_eq!(values, [0, 10_000_000, 10_500_000, 40_000_000]);
    assert!(counts.values().all(|count| (2200..2800).contains(count)), "{counts:?}");
    fs::write(&path, text("")).expect("a file");
    let problems = load(&path).map(drop).expect_err("a missing number is refused");
    assert!(problems.to_string().contains("work.empirical.file: sizes.csv: line 3"), "{problems}");
}
