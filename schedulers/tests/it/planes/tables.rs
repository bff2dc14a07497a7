//! Tables of Maglev, in four readings.

use ipvslab_schedulers::planes::{CiliumSeeds, KatranRing, maglev};
use ipvslab_schedulers::{
    Accounting, HashFlags, KernelProfile, MaglevHashing, ServerId, ServerTable, Thresholds, Weight,
};
use serde_json::{Value, json};

use super::rows::Row;

/// What rows say of a table: as much as they say.
fn described(row: &Row, owners: &[u32], servers: usize) -> Value {
    let mut counts = vec![0u32; servers];
    owners.iter().for_each(|&owner| counts[owner as usize] += 1);
    let sum = owners.iter().zip(1u64..).map(|(&owner, slot)| slot * (u64::from(owner) + 1)).sum::<u64>();
    let shown = row.expected["first"].as_array().map_or(0, Vec::len);
    json!({ "checksum": sum % (1 << 32), "counts": counts, "first": owners[..shown.min(owners.len())] })
}

pub(super) fn cilium_permutation(row: &Row) -> Value {
    json!(CiliumSeeds::default().offset_and_skip(row.text("name"), row.small("m")))
}

fn cilium_servers(row: &Row) -> Vec<(String, u32)> {
    let names = row.texts("names").into_iter().map(str::to_owned);
    names.zip(row.small_numbers("weights")).collect()
}

pub(super) fn cilium(row: &Row) -> Value {
    let servers = cilium_servers(row);
    described(row, &CiliumSeeds::default().table(row.small("m"), &servers), servers.len())
}

/// Of the slots of a table, those of a server and those of others that another table gives to somebody else.
fn moved(before: &[String], after: &[String], removed: &str) -> Value {
    let own = before.iter().filter(|&owner| owner == removed).count();
    let others = before.iter().zip(after).filter(|&(one, other)| one != removed && one != other).count();
    json!({ "others": others, "own": own })
}

fn named(owners: &[u32], names: &[String]) -> Vec<String> {
    owners.iter().map(|&owner| names[owner as usize].clone()).collect()
}

/// What becomes of a table when a server leaves it, whatever fills it.
fn removal(names: &[String], removed: usize, table: impl Fn(&[usize]) -> Vec<u32>) -> Value {
    let all: Vec<usize> = (0..names.len()).collect();
    let rest: Vec<usize> = all.iter().copied().filter(|&at| at != removed).collect();
    let rest_names: Vec<String> = rest.iter().map(|&at| names[at].clone()).collect();
    moved(&named(&table(&all), names), &named(&table(&rest), &rest_names), &names[removed])
}

pub(super) fn cilium_removal(row: &Row) -> Value {
    let servers = cilium_servers(row);
    let names: Vec<String> = servers.iter().map(|(name, _)| name.clone()).collect();
    let size = row.small("m");
    removal(&names, row.number("removed") as usize, |those| {
        let servers: Vec<&(String, u32)> = those.iter().map(|&at| &servers[at]).collect();
        let servers: Vec<(&str, u32)> =
            servers.iter().map(|(name, weight)| (name.as_str(), *weight)).collect();
        CiliumSeeds::default().table(size, &servers)
    })
}

pub(super) fn katran_permutation(row: &Row) -> Value {
    json!(KatranRing::offset_and_skip(row.number("hash"), row.small("m")))
}

fn version(name: &str) -> KatranRing {
    match name {
        "v1" => KatranRing::V1,
        "v2" => KatranRing::V2,
        other => panic!("no version {other}"),
    }
}

pub(super) fn katran(row: &Row) -> Value {
    let servers: Vec<(u64, u32)> =
        row.numbers("hashes").into_iter().zip(row.small_numbers("weights")).collect();
    let owners = version(row.text("version")).fill(row.small("m"), &servers);
    if row.expected.get("table").is_some() {
        return json!({ "table": owners });
    }
    described(row, &owners, servers.len())
}

pub(super) fn katran_spread(row: &Row) -> Value {
    assert_eq!(row.text("hashes"), "0..399");
    let weight = row.text("weights").strip_prefix("all ").map(|weight| weight.parse().expect("a weight"));
    let servers: Vec<(u64, u32)> = (0..400).map(|hash| (hash, weight.expect("equal weights"))).collect();
    let owners = version(row.text("version")).fill(row.small("m"), &servers);
    let mut counts = vec![0u32; servers.len()];
    owners.iter().for_each(|&owner| counts[owner as usize] += 1);
    let (least, most) = (counts.iter().min().expect("servers"), counts.iter().max().expect("servers"));
    json!({ "max_minus_min": most - least })
}

pub(super) fn paper(row: &Row) -> Value {
    let pairs = row.inputs["offset_skip"].as_array().expect("pairs");
    let number = |pair: &Value, at: usize| pair[at].as_u64().expect("a number") as u32;
    let pairs: Vec<[u32; 2]> = pairs.iter().map(|pair| [number(pair, 0), number(pair, 1)]).collect();
    json!(maglev(row.small("m"), &pairs))
}

/// The table of `mh` over servers in the order of its list: who owns each slot, by their order.
fn mh_table(size: u32, servers: &[(String, u32)]) -> Vec<u32> {
    assert_eq!(size, 4093);
    let mut table = ServerTable::new(Accounting::Total);
    // Who is added last stands first.
    for (number, (endpoint, weight)) in servers.iter().enumerate().rev() {
        let weight = Weight::new(*weight).expect("a weight");
        let id = ServerId::new(number as u32);
        table.add(id, endpoint.parse().expect("an endpoint"), weight, Thresholds::NONE);
    }
    let index = KernelProfile::TOTAL.mh_table_index;
    let scheduler = MaglevHashing::new(HashFlags::default(), index, &table).expect("few servers");
    scheduler.slots().iter().map(|id| id.index() as u32).collect()
}

pub(super) fn ipvs(row: &Row) -> Value {
    let port = row.number("port");
    let endpoints = row.texts("servers").into_iter().map(|address| format!("{address}:{port}"));
    let servers: Vec<(String, u32)> = endpoints.zip(row.small_numbers("weights")).collect();
    described(row, &mh_table(row.small("m"), &servers), servers.len())
}

pub(super) fn disruption(row: &Row) -> Value {
    let count = row.number("servers") as usize;
    let (removed, size) = (row.number("removed") as usize, row.small("m"));
    let endpoint = |at: usize| format!("10.0.{}.{}:80", at / 250, at % 250 + 1);
    let names: Vec<String> = (0..count).map(endpoint).collect();
    match row.text("rule") {
        "cilium" => removal(&names, removed, |those| {
            let name = |&at: &usize| (format!("[{}/TCP,State:active]", names[at]), 1);
            CiliumSeeds::default().table(size, &those.iter().map(name).collect::<Vec<_>>())
        }),
        "ipvs-mh" => removal(&names, removed, |those| {
            mh_table(size, &those.iter().map(|&at| (names[at].clone(), 1)).collect::<Vec<_>>())
        }),
        katran => removal(&names, removed, |those| {
            let version = version(katran.strip_prefix("katran-").expect("Katran"));
            let hashes: Vec<(u64, u32)> = those.iter().map(|&at| (10 * at as u64, 1)).collect();
            version.fill(size, &hashes)
        }),
    }
}

#[test]
fn katran_starves_the_last_servers_when_weights_sum_to_more_than_the_ring() {
    let servers: Vec<(u64, u32)> = (0..400).map(|hash| (hash, 327)).collect();
    let owners = KatranRing::V1.fill(KatranRing::SLOTS, &servers);
    let mut counts = vec![0u32; 400];
    owners.iter().for_each(|&owner| counts[owner as usize] += 1);
    assert!(counts[..200].iter().all(|&count| count == 327));
    assert_eq!(counts[200], 137);
    assert!(counts[201..].iter().all(|&count| count == 0));
}

#[test]
fn cilium_keeps_the_order_of_names_whatever_the_order_they_come_in() {
    let name = |at: usize| format!("[10.0.0.{at}:80/TCP,State:active]");
    let forward: Vec<(String, u32)> = (1..=10).map(|at| (name(at), 1)).collect();
    let backward: Vec<(String, u32)> = forward.iter().rev().cloned().collect();
    let seeds = CiliumSeeds::default();
    let mirrored: Vec<u32> = seeds.table(1021, &backward).into_iter().map(|owner| 9 - owner).collect();
    assert_eq!(seeds.table(1021, &forward), mirrored);
}

#[test]
fn cilium_obeys_weights_of_two_and_four_and_ignores_those_of_one_and_two() {
    let counts = |weights: [u32; 2]| {
        let servers =
            [("[10.0.0.1:80/TCP,State:active]", weights[0]), ("[10.0.0.2:80/TCP,State:active]", weights[1])];
        let owners = CiliumSeeds::default().table(1021, &servers);
        owners.iter().filter(|&&owner| owner == 0).count()
    };
    assert_eq!(counts([1, 2]), 511);
    assert!((335..=345).contains(&counts([2, 4])), "{}", counts([2, 4]));
}
