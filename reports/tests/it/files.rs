//! The files of `--out`: what they hold can be read back, and docs/reading-results.md says so.

use std::collections::BTreeSet;
use std::path::Path;

use ipvslab_reports::{
    Artifact, DirectorUse, Metric, SCHEMA, SIDE_BY_SIDE_SCHEMA, Study, Summary, artifact_names, artifacts,
    json, runs_csv, servers_csv, side_by_side_artifacts, side_by_side_csv, side_by_side_json,
    side_by_side_servers_csv, summary_csv, timeline_csv,
};
use serde_json::Value;

use crate::support::{made_up, made_up_side_by_side, with_caches};

fn tables(study: &Study) -> [(&'static str, String); 4] {
    let summary = Summary::new(study, Metric::default());
    [
        ("runs.csv", runs_csv(study).expect("plain numbers")),
        ("servers.csv", servers_csv(study).expect("plain numbers")),
        ("timeline.csv", timeline_csv(study).expect("plain numbers")),
        ("`compare --format csv`", summary_csv(&summary).expect("plain numbers")),
    ]
}

fn columns(table: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.headers().expect("a heading").iter().map(str::to_owned).collect()
}

#[test]
fn every_row_has_every_column() {
    let study = made_up(2);
    let expected_rows = [5 * 2, 5 * 2 * 3, 5 * 12 * 3, 5];
    for ((name, table), expected) in tables(&study).iter().zip(expected_rows) {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let rows = reader.records().filter(|row| row.is_ok()).count();
        assert_eq!(rows, expected, "{name}");
        for wrong in ["NaN", "inf", "None"] {
            assert!(!table.contains(wrong), "{name} holds {wrong}");
        }
    }
}

#[test]
fn caches_have_columns_of_their_own() {
    let study = with_caches(made_up(2));
    let table = runs_csv(&study).expect("plain numbers");
    assert_eq!(columns(&table)[columns(&table).len() - 3..], ["cache_hits", "cache_misses", "hit_ratio"]);
    assert!(table.lines().nth(1).is_some_and(|row| row.ends_with(",750,250,0.75")), "{table}");
    let servers = servers_csv(&study).expect("plain numbers");
    // The first server has no cache.
    let ends = ["total_peak,cache_hits,cache_misses,hit_ratio", ",340,,,", ",340,750,250,0.75"];
    for (row, end) in servers.lines().zip(ends) {
        assert!(row.ends_with(end), "{row}");
    }
    assert!(!columns(&runs_csv(&made_up(2)).expect("plain numbers")).contains(&"packets_in".to_owned()));
    assert!(!columns(&runs_csv(&made_up(2)).expect("plain numbers")).contains(&"hit_ratio".to_owned()));

    let summary = Summary::new(&study, Metric::HitRatio);
    assert_eq!(summary.schedulers[0].estimate(Metric::HitRatio).map(|found| found.mean), Some(0.75));
    let page = ipvslab_reports::page_html(&study, &summary).expect("a page");
    assert!(page.contains("<figure id=\"hits\"") && page.contains("hits of the cache, %"));
    let stored = ipvslab_reports::store_study(&study).expect("memory");
    assert_eq!(ipvslab_reports::read_study(&stored).expect("as stored"), study);
}

#[test]
fn a_director_with_bounds_is_told_of() {
    let mut study = made_up(2);
    for run in &mut study.runs {
        run.metrics.carried = Some(DirectorUse {
            packets_in: 5,
            packets_out: 6,
            bytes_in: 700,
            bytes_out: 800,
            director_utilisation_ratio: Some(0.95),
            director_dropped_ratio: Some(0.0),
        });
    }
    let runs = runs_csv(&study).expect("plain numbers");
    let named = "packets_in,packets_out,bytes_in,bytes_out,director_utilisation_ratio,director_dropped_ratio";
    assert!(runs.lines().next().is_some_and(|line| line.ends_with(named)), "{runs}");
    assert!(runs.lines().nth(1).is_some_and(|line| line.ends_with(",5,6,700,800,0.95,0.0")), "{runs}");
    let summary = Summary::new(&study, Metric::default());
    let text = ipvslab_reports::compare_text(&study, &summary, 130);
    assert!(text.contains("The director is the bottleneck") && text.contains("95 % busy"), "{text}");
    let stored = ipvslab_reports::store_study(&study).expect("memory");
    assert_eq!(ipvslab_reports::read_study(&stored).expect("as stored"), study);
}

#[test]
fn numbers_of_a_run_are_read_back_as_they_were() {
    let study = made_up(2);
    let table = runs_csv(&study).expect("plain numbers");
    let header = columns(&table);
    let at = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    for (row, run) in reader.records().zip(&study.runs) {
        let row = row.expect("a row");
        assert_eq!(&row[at("scheduler")], run.scheduler.name());
        assert_eq!(&row[at("digest")], format!("{:016x}", run.metrics.digest));
        for metric in Metric::ALL.into_iter().filter(|metric| header.iter().any(|name| name == metric.name()))
        {
            assert_eq!(row[at(metric.name())].parse().ok(), metric.of(&run.metrics), "{}", metric.name());
        }
    }
}

#[test]
fn json_is_read_back_and_has_no_missing_number_as_zero() {
    let study = made_up(3);
    let summary = Summary::new(&study, Metric::default());
    let text = json(&study, &summary, "ipvslab 0.0.0-test").expect("plain numbers");
    assert_eq!(text, json(&study, &summary, "ipvslab 0.0.0-test").expect("plain numbers"), "the same bytes");
    let results: Value = serde_json::from_str(&text).expect("sound JSON");
    assert_eq!(results["schema"], SCHEMA);
    assert_eq!(results["tool_version"], "ipvslab 0.0.0-test");
    assert_eq!(results["runs"].as_array().map(Vec::len), Some(15));
    assert_eq!(results["order"]["same_decisions"], serde_json::json!([["lc", "wlc"]]));
    let schedulers = results["schedulers"].as_array().expect("a list");
    let dh = schedulers.last().expect("five schedulers");
    assert_eq!(dh["scheduler"], "dh");
    assert!(dh["estimates"]["response_time_us_p999"].is_null());
    let mean = &schedulers[0]["estimates"]["response_time_us_mean"];
    let expected = summary.schedulers[0].estimate(Metric::ResponseMean).expect("all have a mean");
    // serde_json reads the last digit less carefully than it writes it.
    let is_close = |value: &Value, expected: Option<f64>| {
        let (found, expected) = (value.as_f64().unwrap_or(f64::NAN), expected.unwrap_or(f64::NAN));
        (found / expected - 1.0).abs() < 1e-14
    };
    assert!(is_close(&mean["mean"], Some(expected.mean)));
    assert!(is_close(&mean["half_width"], expected.half_width));
    assert_eq!(results["scenario"]["interventions"][0]["what"], "new-1 quiesced");
}

#[test]
fn columns_are_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reading-results.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    for (name, table) in tables(&made_up(1)) {
        let (_, section) =
            page.split_once(&format!("### {name}\n")).unwrap_or_else(|| panic!("a section on {name}"));
        let section =
            section.split("\n### ").next().unwrap_or_default().split("\n## ").next().unwrap_or_default();
        let rows = section.lines().filter(|line| line.starts_with("| `"));
        let documented: Vec<&str> = rows.filter_map(|line| line.split('`').nth(1)).collect();
        assert_eq!(documented, columns(&table), "{name}");
    }
    let words: BTreeSet<&str> = page.split('`').collect();
    for metric in Metric::ALL {
        assert!(words.contains(metric.name()), "{} is defined", metric.name());
    }
}

#[test]
fn every_file_is_made_once_and_documented() {
    let page = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
        std::fs::read_to_string(path).expect("the page is there")
    };
    let pages = ["reading-results.md", "live.md", "planning.md"].map(page);
    let known: BTreeSet<&str> = artifact_names().collect();
    for name in &known {
        assert!(pages.iter().any(|page| page.contains(name)), "{name} is documented");
    }
    let (study, sides) = (with_caches(made_up(2)), made_up_side_by_side());
    let summary = Summary::new(&study, Metric::default());
    let of_study: Vec<Artifact> = artifacts(&study, &summary).collect();
    let of_sides: Vec<Artifact> = side_by_side_artifacts(&sides, 0.01, "1.2.3").collect();
    for made in [of_study, of_sides] {
        let names: BTreeSet<&str> = made.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), made.len(), "no name twice");
        assert!(names.is_subset(&known));
        for (name, contents) in made {
            assert!(!contents.expect(name).is_empty(), "{name}");
        }
    }
    let names = |study: &Study| -> Vec<&str> { artifacts(study, &summary).map(|(name, _)| name).collect() };
    assert!(names(&study).contains(&"hits.svg") && !names(&study).contains(&"classes.csv"));
}

#[test]
fn sides_have_the_columns_of_runs_and_servers() {
    let (results, study) = (made_up_side_by_side(), made_up(2));
    let runs = side_by_side_csv(&results).expect("plain numbers");
    let servers = side_by_side_servers_csv(&results).expect("plain numbers");
    let [known_runs, known_servers] =
        [runs_csv(&study), servers_csv(&study)].map(|table| columns(&table.expect("plain numbers")));
    assert_eq!(columns(&runs)[..3], ["scheduler", "side", "share_difference"]);
    assert_eq!(columns(&runs)[3..], known_runs[2..]);
    assert_eq!(columns(&servers)[..2], ["scheduler", "side"]);
    assert_eq!(columns(&servers)[2..], known_servers[2..]);
    for (table, rows) in [(&runs, 5 * 2), (&servers, 5 * 2 * 3)] {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let sides: Vec<String> = reader.records().map(|row| row.expect("a row")[1].to_owned()).collect();
        assert_eq!(sides.len(), rows);
        assert_eq!((sides[0].as_str(), sides[rows - 1].as_str()), ("model", "kernel"));
    }
}

#[test]
fn both_sides_are_read_back_from_json() {
    let mut results = made_up_side_by_side();
    results.rows[4].kernel.response_time_us_p99 = None;
    let text = side_by_side_json(&results, "ipvslab 0.0.0-test").expect("plain numbers");
    assert_eq!(
        text,
        side_by_side_json(&results, "ipvslab 0.0.0-test").expect("plain numbers"),
        "the same bytes"
    );
    let read: Value = serde_json::from_str(&text).expect("sound JSON");
    assert_eq!(read["schema"], SIDE_BY_SIDE_SCHEMA);
    assert_eq!(read["scenario"]["kernel"], "6.18.5, classic accounting");
    assert_eq!(read["scenario"]["window_s"], 100.0);
    let largest = results.share_difference().expect("all shares are known");
    assert!((read["share_difference"].as_f64().expect("a number") - largest).abs() < 1e-15);
    let schedulers = read["schedulers"].as_array().expect("a list");
    assert_eq!(schedulers.len(), 5);
    let (wlc, dh) = (&schedulers[2], &schedulers[4]);
    assert_eq!((&wlc["scheduler"], &wlc["share_difference_server"]), (&"wlc".into(), &"new-1".into()));
    assert_eq!(wlc["kernel"]["arrived"], 12_000);
    assert_eq!(wlc["kernel"]["servers"][2]["server"], "new-1");
    assert!(wlc["relative_difference"]["response_time_us_p99"].as_f64().is_some_and(|part| part > 0.0));
    assert!(!wlc["model"]["response_time_us_curve"].as_array().expect("a list").is_empty());
    assert!(dh["kernel"]["response_time_us_p99"].is_null());
    assert!(dh["relative_difference"]["response_time_us_p99"].is_null());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reading-results.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let (_, section) = page.split_once("## Model and kernel side by side").expect("a section");
    for name in read.as_object().into_iter().chain(wlc.as_object()).flat_map(|object| object.keys()) {
        assert!(section.contains(&format!("`{name}`")), "{name} is documented");
    }
}
