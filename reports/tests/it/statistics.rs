//! The statistics against known answers, made by another program: `statistics/known.csv` has each with its data and source.

use ipvslab_reports::statistics::{
    Best, Beyond, Ratio, STOPPING_TAIL, Sample, Selection, allocate, components, feasible, holm,
    kn_constants, looks, share_interval,
};
use serde_json::Value;

/// Answers are printed with five or more digits.
const PRECISION: f64 = 1e-5;

struct Known {
    id: String,
    parameters: Value,
    value: Value,
}

/// The rows that ask for `metric`.
fn known(metric: &str) -> Vec<Known> {
    let mut rows = csv::Reader::from_reader(include_str!("statistics/known.csv").as_bytes());
    let rows = rows.records().map(|row| row.expect("a row"));
    let json = |text: &str| serde_json::from_str(text).expect("JSON");
    let rows: Vec<Known> = rows
        .filter(|row| &row[2] == metric)
        .map(|row| Known { id: row[0].to_owned(), parameters: json(&row[1]), value: json(&row[3]) })
        .collect();
    assert!(!rows.is_empty(), "{metric} is asked for");
    rows
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().expect("numbers");
    values.iter().map(|value| value.as_f64().expect("a number")).collect()
}

fn table(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("rows").iter().map(numbers).collect()
}

fn slices(table: &[Vec<f64>], columns: usize) -> Vec<&[f64]> {
    table.iter().map(|row| &row[..columns.min(row.len())]).collect()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} is a number"))
}

fn assert_close(id: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{id}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= PRECISION * expected.abs().max(1e-3),
            "{id}: {found}, known {expected}"
        );
    }
}

#[test]
fn part_beyond_a_limit_and_its_skewness_adjusted_interval() {
    for row in known("ratio_and_interval") {
        let [beyond, of] = ["beyond", "connections"].map(|key| numbers(&row.parameters[key]));
        let pairs: Vec<(f64, f64)> = beyond.iter().copied().zip(of.iter().copied()).collect();
        let ratio = Ratio::of(&pairs).expect("connections");
        let interval = ratio.interval(0.025).expect("replications");
        assert_close(&row.id, &[ratio.value, interval.low, interval.high], &numbers(&row.value));
        let counts: Vec<(u64, u64)> = pairs.iter().map(|&(k, n)| (k as u64, n as u64)).collect();
        assert_eq!(Beyond::of(&counts, 0.01).expect("connections").interval, Some(interval), "{}", row.id);
    }
}

#[test]
fn sequential_study_stops_at_the_known_look() {
    for row in known("stop") {
        let data = numbers(&row.parameters["data"]);
        let relative = number(&row.parameters, "relative_half_width");
        let at = |look: u32| Sample::of(&data[..look as usize]).expect("data");
        let interval = |look: u32| at(look).interval(STOPPING_TAIL).expect("replications");
        let stops = looks()
            .take_while(|&look| look as usize <= data.len())
            .find(|&look| interval(look).half_width() <= relative * at(look).mean.abs())
            .expect("it stops");
        assert_eq!(f64::from(stops), number(&row.value, "replications"), "{}", row.id);
        let interval = interval(stops);
        assert_close(&row.id, &[at(stops).mean], &[number(&row.value, "mean")]);
        assert_close(&row.id, &[interval.low, interval.high], &numbers(&row.value["interval"]));
    }
}

#[test]
fn share_of_runs_has_clopper_and_pearsons_interval() {
    for row in known("interval") {
        let [held, runs] = ["held", "runs"].map(|key| number(&row.parameters, key) as u32);
        let interval = share_interval(held, runs, 0.025);
        assert_close(&row.id, &[interval.low, interval.high], &numbers(&row.value));
    }
}

#[test]
fn variance_comes_from_data_and_simulation() {
    for row in known("variances") {
        let data = table(&row.parameters["data"]);
        let found = components(&slices(&data, usize::MAX)).expect("sets");
        let known = ["data_variance", "simulation_variance"].map(|key| number(&row.value, key));
        assert_close(&row.id, &[found.data, found.simulation], &known);
    }
}

#[test]
fn holm_rejects_what_is_known_to_be_rejected() {
    for row in known("rejected") {
        let expected: Vec<bool> =
            row.value.as_array().expect("flags").iter().map(|flag| flag.as_bool().expect("a flag")).collect();
        assert_eq!(holm(&numbers(&row.parameters["p"]), 0.05), expected, "{}", row.id);
    }
}

#[test]
fn best_of_several_is_bounded_as_known() {
    for row in known("mcb") {
        let data = table(&row.parameters["data"]);
        let best =
            Best::of(&slices(&data, usize::MAX), number(&row.parameters, "alpha")).expect("candidates");
        let may_be_best: Vec<f64> = best.may_be_best.iter().map(|&at| at as f64).collect();
        assert_eq!(may_be_best, numbers(&row.value["may_be_best"]), "{}", row.id);
        assert_close(&row.id, &best.better_by_at_most, &numbers(&row.value["better_by_at_most"]));
        assert_close(&row.id, &best.worse_by_at_most, &numbers(&row.value["worse_by_at_most"]));
    }
}

#[test]
fn constants_of_the_selection() {
    for row in known("eta_h2") {
        let [systems, first, alpha] = ["systems", "n0", "alpha"].map(|key| number(&row.parameters, key));
        let (eta, h2) = kn_constants(systems as usize, first as u32, alpha);
        assert_close(&row.id, &[eta, h2], &numbers(&row.value));
    }
}

#[test]
fn selection_takes_the_known_course() {
    for row in known("course") {
        let data = table(&row.parameters["data"]);
        let [first, delta, alpha] = ["n0", "delta", "alpha"].map(|key| number(&row.parameters, key));
        let anew_from = if row.id.ends_with("-plus") { first as u32 } else { u32::MAX };
        let mut selection = Selection::new(data.len(), first as u32, delta, alpha, anew_from);
        let (mut eliminated, mut at) = (Vec::new(), first as usize);
        loop {
            let before = selection.left().to_vec();
            selection.look(&slices(&data, at));
            if at == first as usize {
                assert_eq!(f64::from(selection.latest()), number(&row.value, "N"), "{}", row.id);
            }
            let gone = before.into_iter().filter(|system| !selection.left().contains(system));
            eliminated.extend(gone.map(|system| (system, at)));
            if selection.selected().is_some() {
                break;
            }
            at += 1;
        }
        assert_eq!(selection.selected(), Some(number(&row.value, "selected") as usize), "{}", row.id);
        assert_eq!(at as f64, number(&row.value, "at"), "{}", row.id);
        let pairs = table(&row.value["eliminated"]);
        let mut expected: Vec<(usize, usize)> =
            pairs.iter().map(|pair| (pair[0] as usize, pair[1] as usize)).collect();
        expected.sort_unstable();
        eliminated.sort_unstable();
        assert_eq!(eliminated, expected, "{}", row.id);
    }
}

#[test]
fn fully_sequential_verdict_comes_when_it_is_known_to() {
    for row in known("verdict") {
        let data = numbers(&row.parameters["data"]);
        let [first, limit, tolerance, beta] =
            ["n0", "limit", "tolerance", "beta"].map(|key| number(&row.parameters, key));
        let decided = |at: &usize| feasible(&data[..*at], first as u32, limit, tolerance, beta).is_some();
        let at = (first as usize..=data.len()).find(decided).expect("it decides");
        assert_eq!(at as f64, number(&row.value, "at"), "{}", row.id);
        let holds = feasible(&data[..at], first as u32, limit, tolerance, beta);
        assert_eq!(holds, Some(row.value["verdict"] == "holds"), "{}", row.id);
    }
}

#[test]
fn budget_is_allocated_as_known() {
    for row in known("allocation") {
        let [means, variances, done] =
            ["means", "variances", "done"].map(|key| numbers(&row.parameters[key]));
        let done: Vec<u32> = done.iter().map(|&done| done as u32).collect();
        let found = allocate(&means, &variances, &done, number(&row.parameters, "additional") as u32);
        assert_eq!(
            found.iter().map(|&found| f64::from(found)).collect::<Vec<_>>(),
            numbers(&row.value),
            "{}",
            row.id
        );
    }
}
