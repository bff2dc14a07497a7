//! `run --decisions`: the numbers that are written lead to the servers that are written.

use std::fs;

use crate::support::Place;

/// The farm's servers in the kernel's list order: the one added last comes first, and wins ties.
const LIST: [&str; 3] = ["new", "old-2", "old-1"];

/// A row of the CSV: who got it, and weight, active, inactive and load of each server in the order of [`LIST`].
struct Decision {
    server: String,
    numbers: Vec<[i64; 4]>,
}

fn decisions(scheduler: &str) -> Vec<Decision> {
    let place = Place::with_farm();
    place.run(&["run", "farm.toml", "--scheduler", scheduler, "--decisions", "d.csv"]).succeeds();
    let text = fs::read_to_string(place.path("d.csv")).expect("the decisions");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    let column =
        |name: &str| head.iter().position(|&found| found == name).unwrap_or_else(|| panic!("{name}"));
    let server = column("server");
    let of = LIST
        .map(|name| ["weight", "active", "inactive", "load"].map(|what| column(&format!("{name}_{what}"))));
    lines
        .map(|cells| Decision {
            server: cells[server].to_owned(),
            numbers: of.map(|columns| columns.map(|at| cells[at].parse().expect("a number"))).to_vec(),
        })
        .collect()
}

/// The first of the servers with the least load per weight.
fn least(numbers: &[[i64; 4]], weighs: bool) -> usize {
    let mut best = 0;
    for at in 1..numbers.len() {
        let ([weight, .., load], [best_weight, .., best_load]) = (numbers[at], numbers[best]);
        let is_less = if weighs { load * best_weight < best_load * weight } else { load < best_load };
        if is_less {
            best = at;
        }
    }
    best
}

#[test]
fn the_server_with_the_least_load_gets_the_connection() {
    for (scheduler, weighs) in [("lc", false), ("wlc", true), ("sed", true)] {
        let decisions = decisions(scheduler);
        assert!(decisions.len() > 2_000, "{scheduler}: {}", decisions.len());
        for (row, Decision { server, numbers }) in decisions.iter().enumerate() {
            assert_eq!(server, LIST[least(numbers, weighs)], "{scheduler}: row {row}: {numbers:?}");
        }
    }
}

#[test]
fn loads_are_the_kernels() {
    // Kernel specification, section 1: 256 times the active ones and all; the active ones with the new one.
    for Decision { numbers, .. } in decisions("wlc") {
        assert!(numbers.iter().all(|&[_, active, inactive, load]| load == 256 * active + active + inactive));
    }
    for Decision { numbers, .. } in decisions("nq") {
        assert!(numbers.iter().all(|&[_, active, _, load]| load == active + 1));
    }
}

#[test]
fn results_are_the_same_with_and_without() {
    let place = Place::with_farm();
    let run = |flags: &[&str]| {
        let arguments = [&["run", "farm.toml", "--scheduler", "wlc"], flags].concat();
        place.run(&arguments).succeeds().to_owned()
    };
    let alone = run(&[]);
    assert_eq!(run(&["--decisions", "d.jsonl"]), alone);
    assert_eq!(run(&["--decisions", "d.csv", "--out", "results"]), alone);
    let rows = fs::read_to_string(place.path("d.csv")).expect("rows");
    let objects = fs::read_to_string(place.path("d.jsonl")).expect("objects");
    assert_eq!(objects.lines().count() + 1, rows.lines().count());
    for (object, row) in objects.lines().zip(rows.lines().skip(1)) {
        let object: serde_json::Value = serde_json::from_str(object).expect("JSON");
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(object["server"], cells[4]);
        assert_eq!(object["compared"][0]["load"].to_string(), cells[8]);
    }
}

#[test]
fn a_file_that_is_there_is_replaced_only_if_that_is_said() {
    let place = Place::with_farm();
    place.write("d.csv", "mine");
    let arguments = ["run", "farm.toml", "--decisions", "d.csv"];
    place.run(&arguments).fails(6, &["--decisions d.csv", "--force"]);
    assert_eq!(fs::read_to_string(place.path("d.csv")).expect("a file"), "mine");
    place.run(&[&arguments[..], &["--force"]].concat()).succeeds();
}
