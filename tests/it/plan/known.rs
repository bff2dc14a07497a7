//! Rows of theory through the real engine: what `plan` answers, beside what is true.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::Place;

/// A row, as a scenario and what is asked of it.
struct Row {
    id: String,
    scenario: String,
    arguments: Vec<String>,
    truth: f64,
    /// How near the answer and its neighbour are to the limit: the smaller relative distance.
    margin: f64,
    /// Whether the truth is a rate, which is not a whole number.
    is_rate: bool,
}

/// What came of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Came {
    Right,
    /// An open bracket that contains the truth.
    Between,
    Wrong,
}

/// Least numbers and greatest loads that a scenario can express.
fn rows() -> Vec<Row> {
    let text = include_bytes!("../../../reports/tests/it/plan/known.csv");
    let mut reader = csv::Reader::from_reader(text.as_slice());
    reader.records().filter_map(|record| row(&record.expect("a row"))).collect()
}

fn row(record: &csv::StringRecord) -> Option<Row> {
    let (id, family) = (record[0].to_owned(), &record[1]);
    let parameters: Value = serde_json::from_str(&record[3]).expect("JSON");
    let truth: f64 = record[5].parse().ok()?;
    let number = |name: &str| parameters[name].as_f64();
    let mean = number("mean").unwrap_or(1.0);
    let slots = number("slots").unwrap_or(1.0);
    let objective = parameters["objective"].as_str()?;
    let rate = number("rate").or_else(|| number("offered_erlangs"));
    let refuses = objective.starts_with("refused");
    let is_pooled = id.contains("mmc") || id.contains("erlb");
    let scheduler = match () {
        () if id.contains("random") || family == "mg1" => "random",
        () if id.contains("-rr-") => "rr",
        () if id.starts_with("nminus1-mmc") => "least-work",
        () if id.starts_with("nminus") && id.contains("erlb") => "lc",
        () => "rr",
    };
    let is_rate = family == "maxload";
    let (key, count, width, base) = match (family, is_pooled) {
        ("maxload", true) => ("load", 1.0, slots, truth * 0.7),
        ("maxload", false) => ("load", number("servers")?, 1.0, truth * 0.7),
        ("nminus1", _) if id.contains("classes") => return None,
        ("slots-mmc" | "slots-mmc-mean" | "slots-mmc-wait" | "slots-erlb", _) => {
            ("servers.web.slots", 1.0, truth, rate?)
        }
        (
            "servers-random" | "servers-rr" | "servers-random-slots" | "servers-rr-slots" | "nminus1" | "mg1",
            _,
        ) if !id.contains("classes") => ("servers.web.count", truth, slots, rate?),
        _ => return None,
    };
    let survive = number("survive").unwrap_or(0.0);
    // A farm that is one line settles as M/M/c, one of many lines as each of them; windows are of 60 of those times.
    let lines = if is_pooled { 1.0 } else { (count - survive).max(1.0) };
    let rate = if is_rate { truth } else { base };
    let capacity = (count - survive).max(1.0) * width / mean / lines;
    let spare = capacity.sqrt() - (rate / lines).min(0.97 * capacity).sqrt();
    let scv = number("scv").unwrap_or(1.0);
    let window = (60.0 * 0.5 * (1.0 + scv) / (spare * spare)).max(20_000.0 / rate).ceil();
    let work = match parameters["work"].as_str() {
        Some("constant") => format!("[work.constant]\ntime = \"{mean}s\"\n"),
        Some("erlang") => format!("[work.erlang]\nmean = \"{mean}s\"\nshape = {}\n", number("shape")?),
        Some("hyperexponential") => format!("[work.hyperexponential]\nmean = \"{mean}s\"\nscv = {scv}\n"),
        _ => format!("[work.exponential]\nmean = \"{mean}s\"\n"),
    };
    let unit = if objective.ends_with('%') { "" } else { "s" };
    let kind = if parameters["servers"].as_str() == Some("cores = 1") { "cores" } else { "slots" };
    let (named, baseline) = match scheduler {
        "random" | "least-work" => ("rr", format!("baselines = [\"{scheduler}\"]\n")),
        kernels => (kernels, String::new()),
    };
    let backlog = if refuses { "backlog = 0\n" } else { "" };
    let scenario = format!(
        "[run]\nduration = \"{}s\"\nwarm_up = \"{}s\"\n[service]\naddress = \"192.0.2.1:80\"\nschedulers = [\"{named}\"]\n\
         {baseline}timers = \"exact\"\n[service.timeouts]\nsyn_recv = \"0s\"\nfin_wait = \"0s\"\ntime_wait = \"0s\"\nclose = \"0s\"\n\
         [[servers]]\nname = \"web\"\ncount = {count}\n{kind} = {width}\n{backlog}[arrivals.poisson]\nrate = \"{base}/s\"\n{work}\
         [[objectives]]\nrequire = \"{objective}{unit}\"\n",
        window + (window / 10.0).ceil(),
        (window / 10.0).ceil(),
    );
    let range = format!("{key}=1..{}", (4.0 * truth).max(16.0));
    let asked = if is_rate { vec!["--load".to_owned()] } else { vec!["--vary".to_owned(), range] };
    let mut arguments =
        vec!["--schedulers".to_owned(), scheduler.to_owned(), "--survive".to_owned(), survive.to_string()];
    arguments.extend(asked);
    Some(Row { id, scenario, arguments, truth, margin: record[9].parse().unwrap_or(1.0), is_rate })
}

/// What `plan` says, and whether that is true.
fn came(row: &Row, seed: u64) -> (Came, String) {
    let place = Place::new();
    place.write("farm.toml", &row.scenario);
    let seed = seed.to_string();
    let fixed = ["plan", "farm.toml", "--quiet", "--format", "json", "--seed", &seed];
    let arguments: Vec<&str> = fixed.into_iter().chain(row.arguments.iter().map(String::as_str)).collect();
    let ended = place.run(&arguments);
    let found: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}: {ended:?}", row.id));
    let found = &found["schedulers"][0];
    let end = |name: &str| found[name].as_f64();
    let words = found["words"].as_str().unwrap_or_default().to_owned();
    let came = match end("answer") {
        // A ladder of 2 %: the truth is between its two rungs.
        Some(answer) if row.is_rate => {
            let above = end("fails").unwrap_or(f64::INFINITY);
            if answer <= row.truth * 1.001 && row.truth <= above * 1.001 { Came::Right } else { Came::Wrong }
        }
        Some(answer) if answer == row.truth => Came::Right,
        Some(_) => Came::Wrong,
        None => {
            let (fails, holds) = (end("fails"), end("holds"));
            let contains = match row.is_rate {
                true => {
                    fails.is_none_or(|rate| row.truth <= rate) && holds.is_none_or(|rate| row.truth >= rate)
                }
                false => {
                    fails.is_none_or(|size| row.truth > size) && holds.is_none_or(|size| row.truth <= size)
                }
            };
            if contains { Came::Between } else { Came::Wrong }
        }
    };
    (came, words)
}

#[test]
fn rows_with_large_margins_are_answered_rightly() {
    let cheap = ["slots-mmc-10", "slots-erlb-2", "servers-random-9", "servers-rr-9"];
    let rows: Vec<Row> = rows().into_iter().filter(|row| cheap.contains(&row.id.as_str())).collect();
    assert_eq!(rows.len(), cheap.len());
    for row in rows {
        let (came, words) = came(&row, 1);
        assert_eq!(came, Came::Right, "{}: {} is true, found {words}", row.id, row.truth);
    }
}

/// All rows with three seeds, as a table; too long for every day. `./check full` runs it.
#[test]
#[ignore = "takes tens of minutes: ./check full runs it"]
fn all_rows_as_the_table_of_the_documentation() {
    const SEEDS: u64 = 3;
    let mut table =
        "| row | true | margin, % | right | between | wrong |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    let mut clear = [0u64; 3];
    for row in rows() {
        let mut counts = [0u64; 3];
        for seed in 1..=SEEDS {
            counts[came(&row, seed).0 as usize] += 1;
        }
        if row.margin >= 0.05 {
            clear.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        let [right, between, wrong] = counts;
        let margin = if row.is_rate { "–".to_owned() } else { format!("{:.1}", 100.0 * row.margin) };
        let _ = writeln!(table, "| {} | {} | {margin} | {right} | {between} | {wrong} |", row.id, row.truth);
    }
    println!("{table}");
    let [right, between, wrong] = clear;
    let all = (right + between + wrong) as f64;
    assert!(wrong as f64 <= 0.05 * all && right as f64 >= 0.9 * all, "margins of 5 % and more: {clear:?}");
}
