//! Against the rows of `known.csv`, which were computed elsewhere with other programs.

use serde_json::Value;

use ipvslab_reports::plan::formula::{
    Asked, EqualServers, InTurn, Pooled, Spreading, allen_cunneen, blocking, kimura, square_root_rule,
};

use super::known::{Known, rows};

fn near(found: f64, expected: f64, row: &Known) {
    assert!((found / expected - 1.0).abs() < 2e-6, "{}: {found}, expected {expected}", row.id);
}

#[test]
fn approximations_of_the_mean_wait() {
    let approx: Vec<Known> = rows().into_iter().filter(|row| row.family == "approx").collect();
    assert!(approx.len() >= 5, "{}", approx.len());
    for row in approx {
        let slots = row.number("slots") as u32;
        let pooled = Pooled::new(row.number("rate"), row.number("mean"), slots).expect("it keeps up");
        let found = match row.id.contains("kimura") {
            true => kimura(&pooled, slots, row.number("scv")),
            false => allen_cunneen(&pooled, 1.0, row.number("scv")),
        };
        near(found, row.value(), &row);
    }
}

#[test]
fn square_root_rule_of_the_split() {
    for row in rows().into_iter().filter(|row| row.family == "split") {
        let capacities: Vec<f64> =
            row.parameters["rates_mu"].as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
        let rates = square_root_rule(&capacities, row.number("rate"));
        assert!((rates.iter().sum::<f64>() / row.number("rate") - 1.0).abs() < 1e-12);
        near(rates[0] / row.number("rate"), row.value(), &row);
    }
    let shares = square_root_rule(&[4.0, 1.0], 4.0);
    assert!((shares[0] - (4.0 - 2.0 / 3.0)).abs() < 1e-12, "{shares:?}");
}

/// What is asked in a row, in seconds and parts.
fn asked(row: &Known) -> (Asked, f64) {
    let objective = row.text("objective");
    let (metric, limit) = objective.split_once(" < ").expect("metric < limit");
    let number: f64 = limit.trim_end_matches('%').parse().expect("a number");
    match metric {
        "mean" => (Asked::MeanResponse, number),
        "p95" => (Asked::ResponseBeyond(number), 0.05),
        "p99" => (Asked::ResponseBeyond(number), 0.01),
        "wait-p95" => (Asked::WaitBeyond(number), 0.05),
        "wait-p99" => (Asked::WaitBeyond(number), 0.01),
        "refused" => (Asked::Refused, number / 100.0),
        other => panic!("{other}"),
    }
}

/// The least number for which the formula says that the limit holds.
fn least(row: &Known, farm: impl Fn(u32) -> EqualServers) -> u32 {
    let (asked, limit) = asked(row);
    (1..1_000).find(|&n| farm(n).value(asked).expect(&row.id) < limit).expect("a number")
}

fn farm(row: &Known, spreading: Spreading) -> EqualServers {
    let mean = row.parameters["mean"].as_f64().unwrap_or(1.0);
    let rate = row.parameters["rate"].as_f64().unwrap_or_else(|| row.number("offered_erlangs"));
    let scv = match row.parameters["work"].as_str() {
        Some("constant") => 0.0,
        Some("erlang") => 1.0 / row.number("shape"),
        Some("hyperexponential") => row.number("scv"),
        _ => 1.0,
    };
    EqualServers {
        spreading,
        servers: 1,
        width: row.parameters["slots"].as_u64().unwrap_or(1) as u32,
        shares: row.parameters["servers"].as_str() == Some("cores = 1"),
        refuses: row.parameters.get("backlog").is_some(),
        rate,
        mean_work_s: mean,
        work_scv: scv,
        arrivals_scv: 1.0,
    }
}

#[test]
fn least_numbers_of_exact_systems() {
    let mut seen = 0;
    for row in rows() {
        let found = match row.family.as_str() {
            "slots-mmc" | "slots-mmc-mean" | "slots-mmc-wait" | "slots-erlb" => {
                least(&row, |n| EqualServers { width: n, ..farm(&row, Spreading::Pooled) })
            }
            "servers-random" | "servers-random-slots" => {
                least(&row, |n| EqualServers { servers: n, ..farm(&row, Spreading::AtRandom) })
            }
            "servers-rr" | "servers-rr-slots" => {
                least(&row, |n| EqualServers { servers: n, ..farm(&row, Spreading::InTurn) })
            }
            "mg1" if row.id.starts_with("mg1-mean") => {
                least(&row, |n| EqualServers { servers: n, ..farm(&row, Spreading::AtRandom) })
            }
            _ => continue,
        };
        seen += 1;
        assert_eq!(f64::from(found), row.value(), "{}", row.id);
    }
    assert!(seen >= 28, "{seen}");
}

#[test]
fn values_at_the_answer() {
    let row = |id: &str| rows().into_iter().find(|row| row.id == id).expect(id);
    near(blocking(11, 5.0), 0.008_287_368_5, &row("slots-erlb-2"));
    let in_turn = InTurn::new(60.0, 1.0, 10, 8).expect("it keeps up");
    near(in_turn.mean_wait() + 1.0, 1.058_016_3, &row("servers-rr-slots-3"));
    let mixed = InTurn::new(60.0, 1.0, 9, 8).expect("it keeps up");
    assert!((mixed.response_beyond(4.863_226_1) - 0.01).abs() < 1e-8);
    let pooled = Pooled::new(300.0, 0.2, 71).expect("it keeps up");
    assert!((pooled.wait_beyond(0.044_353_142) - 0.01).abs() < 1e-8);
}
