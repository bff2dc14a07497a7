//! Hashes of bytes and of flows.

use std::net::{IpAddr, Ipv4Addr};

use ipvslab_schedulers::Flow;
use ipvslab_schedulers::planes::{CiliumMaglev, CiliumSeeds, HashExpression, KatranRing, jhash};
use serde_json::{Value, json};

use super::rows::Row;

pub(super) fn bytes(row: &Row) -> Value {
    let text = row.text("key_hex");
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    let key: Vec<u8> = (0..text.len()).step_by(2).map(byte).collect();
    json!(jhash(&key, row.small("seed")))
}

pub(super) fn expression(row: &Row) -> Value {
    let expression =
        HashExpression { modulus: row.small("mod"), seed: row.small("seed"), offset: row.small("offset") };
    let fields: Vec<Vec<u8>> =
        row.text("expression").split(" . ").map(|field| field_of(row, field)).collect();
    let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
    json!(expression.value(&fields))
}

fn field_of(row: &Row, field: &str) -> Vec<u8> {
    let (_, key) = field.split_once(' ').expect("a protocol and a field");
    match key {
        "sport" | "dport" => u16::try_from(row.small(key)).expect("a port").to_be_bytes().to_vec(),
        address => match row.text(address).parse::<IpAddr>().expect("an address") {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        },
    }
}

pub(super) fn seeds(row: &Row) -> Value {
    let seeds = CiliumSeeds::read(row.text("seed")).expect("12 bytes in base64");
    json!({ "jhash_v4": seeds.jhash_v4, "jhash_v6": seeds.jhash_v6, "murmur": seeds.murmur })
}

fn flow(row: &Row, destination_port: &str, protocol: u8) -> Flow {
    Flow {
        client: row.text("saddr").parse().expect("an address"),
        client_port: u16::try_from(row.small("sport")).expect("a port"),
        destination: Ipv4Addr::LOCALHOST.into(),
        destination_port: u16::try_from(row.small(destination_port)).expect("a port"),
        protocol,
    }
}

pub(super) fn cilium_flow(row: &Row) -> Value {
    let protocol = u8::try_from(row.small("protocol")).expect("a protocol");
    let flow = flow(row, "service_port", protocol);
    let hash = CiliumSeeds::default().flow_hash(&flow, row.flag("affinity"));
    json!({ "hash": hash, "slot": hash % row.small("m") })
}

pub(super) fn katran_flow(row: &Row) -> Value {
    let hash = KatranRing::flow_hash(&flow(row, "dport", Flow::TCP));
    json!({ "hash": hash, "slot": hash % row.small("m") })
}

#[test]
fn hash_of_an_expression_is_the_one_that_kernels_were_seen_to_have() {
    for (address, seed, hash, by_2, by_3, by_5, by_1000) in [
        ([10, 1, 0, 1], 0, 0xb92e_bb24, 1, 2, 3, 723),
        ([10, 1, 0, 1], 1, 0xd263_ee5a, 1, 2, 4, 821),
        ([192, 168, 1, 100], 0xdead_beef, 0xe491_ad4f, 1, 2, 4, 892),
        ([203, 0, 113, 7], 0xffff_ffff, 0xbe32_f9a8, 1, 2, 3, 742),
    ] {
        assert_eq!(jhash(&address, seed), hash, "{address:?}");
        for (modulus, value) in [(2, by_2), (3, by_3), (5, by_5), (1000, by_1000)] {
            let expression = HashExpression { modulus, seed, offset: 0 };
            assert_eq!(expression.value(&[&address]), value, "{address:?} mod {modulus}");
        }
    }
    let of_two = HashExpression { modulus: 16, seed: 42, offset: 100 };
    assert_eq!(of_two.value(&[&[10, 1, 0, 1], &4000u16.to_be_bytes()]), 104);
}

#[test]
fn seed_that_no_installation_changes_is_the_default() {
    assert_eq!(CiliumSeeds::read("JLfvgnHc2kaSUFaI"), Some(CiliumSeeds::default()));
    assert_eq!(CiliumSeeds::read("JLfvgnHc2kaSUFa"), None);
    assert_eq!(CiliumSeeds::read("JLfvgnHc2kaSUFa="), None);
}

#[test]
fn names_are_those_that_cilium_hashes() {
    for (endpoint, protocol, name) in [
        ("10.0.0.1:80", Flow::TCP, "[10.0.0.1:80/TCP,State:active]"),
        ("10.0.0.1:53", Flow::UDP, "[10.0.0.1:53/UDP,State:active]"),
        ("[2001:db8::1]:80", Flow::TCP, "[[2001:db8::1]:80/TCP,State:active]"),
    ] {
        assert_eq!(CiliumMaglev::name(endpoint.parse().expect("an endpoint"), protocol), name);
    }
}
