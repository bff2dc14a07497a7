//! From words and counters to servers.

use ipvslab_schedulers::planes::{
    CiliumRandom, Counter, EqualRuns, Nth, Probability, SwarmRandom, estimated_connections, next_in_turn,
    scale, shares as shares_of, words_of,
};
use ipvslab_schedulers::{Draws, SchedulerKind};
use serde_json::{Value, json};

use super::rows::Row;
use super::scheduling::Farm;

pub(super) fn counter(row: &Row) -> Value {
    let mut counter = Counter::new(row.small("mod"), row.small("offset"));
    json!((0..row.number("count")).map(|_| counter.advance()).collect::<Vec<_>>())
}

pub(super) fn scaled(row: &Row) -> Value {
    json!(scale(row.small("word"), row.small("mod")) + row.small("offset"))
}

pub(super) fn residues(row: &Row) -> Value {
    assert_eq!(row.number("words"), 1 << 32);
    let modulus = row.small("mod");
    json!((0..modulus).map(|value| words_of(value, modulus)).collect::<Vec<_>>())
}

pub(super) fn runs(row: &Row) -> Value {
    let runs = EqualRuns { modulus: row.small("modulus"), servers: row.small("servers") };
    let lengths: Vec<u32> = (0..runs.servers).map(|server| runs.length(server)).collect();
    let (largest, smallest) = (lengths.iter().max().copied(), lengths.iter().min().copied());
    let larger =
        if largest == smallest { 0 } else { lengths.iter().filter(|&&one| Some(one) == largest).count() };
    let last_start = runs.start(runs.servers - 1);
    for server in 0..runs.servers {
        let last = runs.start(server) + runs.length(server);
        assert!(runs.length(server) == 0 || runs.owner(runs.start(server)) == server);
        assert!(runs.length(server) == 0 || runs.owner(last - 1) == server);
    }
    json!({ "larger_ones": larger, "largest": largest, "last_start": last_start, "smallest": smallest })
}

pub(super) fn bucket(row: &Row) -> Value {
    let runs = EqualRuns { modulus: SwarmRandom::BUCKETS, servers: row.small("servers") };
    json!(runs.owner(scale(row.small("word"), SwarmRandom::BUCKETS)))
}

pub(super) fn probability(row: &Row) -> Value {
    let written = Probability::written(row.small("remaining"), 10);
    let read = Probability::read(&written).expect("a probability");
    json!({ "saved": read.saved(), "word": read.word(), "written": written })
}

pub(super) fn shares(row: &Row) -> Value {
    let servers = row.small("endpoints");
    let shares = shares_of(servers, row.number("digits") as usize);
    let errors = shares.iter().map(|share| (share * f64::from(servers) - 1.0).abs());
    // The first one of the largest.
    let (at, largest) = errors.enumerate().fold(
        (0, -1.0),
        |worst, (at, error)| {
            if error > worst.1 { (at, error) } else { worst }
        },
    );
    let mut value = json!({ "at": at, "largest_relative_error": scientific(largest) });
    for (key, share) in [("first", shares.first()), ("second", shares.get(1)), ("last", shares.last())] {
        if row.expected.get(key).is_some() {
            value[key] = json!(format!("{:.15}", share.expect("servers")));
        }
    }
    value
}

/// As C's `%.3e`, whose exponent has two digits.
fn scientific(value: f64) -> String {
    let text = format!("{value:.3e}");
    let (mantissa, exponent) = text.split_once('e').expect("an exponent");
    let exponent: i32 = exponent.parse().expect("a number");
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

pub(super) fn cascade(row: &Row) -> Value {
    let words = row.small_numbers("words");
    let rule = "iptables-random";
    // As few words as it draws: one less, and there is none for the last draw.
    let pick = |count: usize| {
        let draws = Draws::Recorded(words[..count].iter().copied().collect());
        let kind = SchedulerKind::named(rule).expect("a rule");
        std::panic::catch_unwind(move || Farm::new(kind, draws, &vec![1; row_servers(row)]).number())
    };
    let found = (0..=words.len()).find_map(|count| Some((count, pick(count).ok()?)));
    let (used, server) = found.expect("enough words");
    json!({ "endpoint": server, "words_used": used })
}

fn row_servers(row: &Row) -> usize {
    row.number("endpoints") as usize
}

pub(super) fn nth(row: &Row) -> Value {
    let mut rule = Nth::new(row.small("every"), row.small("packet"));
    json!((0..row.number("count")).map(|_| u8::from(rule.takes())).collect::<Vec<_>>())
}

pub(super) fn remainder(row: &Row) -> Value {
    json!(CiliumRandom::slot(row.small("word"), row.small("backends")))
}

pub(super) fn turn(row: &Row) -> Value {
    json!(next_in_turn(row.small("cursor_before"), row.small("backends")))
}

pub(super) fn estimate(row: &Row) -> Value {
    json!(estimated_connections(row.number("opened"), row.number("closed"), row.number("gc_closed")))
}

#[test]
fn shares_of_a_thousand_servers_are_off_by_what_their_decimals_leave() {
    for (decimals, expected) in [(10, 2.4e-7), (5, 5.0e-3)] {
        let shares = shares_of(1_000, decimals);
        let worst = shares.iter().map(|share| (share * 1_000.0 - 1.0).abs()).fold(0.0, f64::max);
        assert!((worst / expected - 1.0).abs() < 0.03, "{decimals} decimals: {worst}");
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
