//! What is remembered, for how long, and what a new connection walks.

use std::net::{IpAddr, Ipv4Addr};

use ipvslab_schedulers::planes::{
    Lifetimes, RecentClients, RuleCount, ServiceSort, StickyClients, iptables_walk,
};
use ipvslab_schedulers::{Span, Time};
use serde_json::{Value, json};

use super::rows::Row;

const T: Span = Span::from_secs(10_800);

fn client(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(0x0a00_0000 + number).into()
}

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

pub(super) fn recent(row: &Row) -> Value {
    let mut list = RecentClients::new(T);
    let clients = row.small("clients");
    (1..=clients).for_each(|number| list.set(client(number), at(u64::from(number))));
    let remembered: Vec<u32> =
        (1..=clients).filter(|&number| list.remembers(client(number), at(u64::from(clients)))).collect();
    assert!(remembered.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    json!({ "remembered_from": remembered.first(), "remembered_to": remembered.last() })
}

pub(super) fn walk(row: &Row) -> Value {
    let (checks, drawn) = match (row.flag("affinity"), row.inputs.get("remembered_by")) {
        (false, _) => (0, row.small("endpoint")),
        (true, None) => (row.small("endpoints"), row.small("endpoint")),
        (true, Some(by)) => (by.as_u64().expect("a number") as u32, 0),
    };
    json!(iptables_walk(row.small("service_position"), row.flag("masquerade_rule"), checks, drawn))
}

pub(super) fn rule_count(row: &Row) -> Value {
    let sort = if row.text("kind") == "ClusterIP" { ServiceSort::ClusterIp } else { ServiceSort::External };
    let RuleCount { nat, filter } = RuleCount::of(sort, row.small("services"), row.small("endpoints_each"));
    json!({ "filter": filter, "nat": nat })
}

pub(super) fn timeout(row: &Row) -> Value {
    let lifetime = match (row.text("table"), row.text("state")) {
        ("nf_conntrack tcp", "syn_sent") => Lifetimes::CONNTRACK.syn_sent,
        ("nf_conntrack tcp", "syn_recv") => Lifetimes::CONNTRACK.syn_recv,
        ("nf_conntrack tcp", "close_wait") => Lifetimes::CONNTRACK.close_wait,
        ("nf_conntrack tcp", "close") => Lifetimes::CONNTRACK.close,
        ("cilium", "regular tcp syn") => Lifetimes::CILIUM.syn_sent,
        ("swarm nftables DSR map", "any") => Lifetimes::SWARM_DIRECT_RETURN.established,
        (table, state) => panic!("{}: no {state} of {table}", row.id),
    };
    json!(lifetime.as_nanos() / 1_000_000_000)
}

#[test]
fn refreshed_client_is_not_pushed_out_first() {
    let mut list = RecentClients::new(T);
    (1..=100).for_each(|number| list.set(client(number), at(u64::from(number))));
    list.set(client(1), at(200));
    list.set(client(101), at(201));
    assert!(list.remembers(client(1), at(202)));
    assert!(!list.remembers(client(2), at(202)));
}

#[test]
fn client_is_forgotten_once_its_time_is_over() {
    let mut list = RecentClients::new(T);
    let mut set = StickyClients::new(T);
    list.set(client(1), at(0));
    assert!(set.set(client(1), at(0)));
    assert!(list.remembers(client(1), at(10_800)));
    assert!(!list.remembers(client(1), at(10_801)));
    assert!(set.remembers(client(1), at(10_799)));
    assert!(!set.remembers(client(1), at(10_800)));
}

#[test]
fn full_set_refuses_new_clients_and_forgets_nobody() {
    let mut set = StickyClients::new(T);
    for number in 0..StickyClients::ROOM as u32 {
        assert!(set.set(client(number), at(0)));
    }
    assert!(!set.set(client(1 << 20), at(1)));
    assert!(set.remembers(client(0), at(1)) && !set.remembers(client(1 << 20), at(1)));
    assert!(set.set(client(0), at(2)), "a client that is in it is refreshed");
    assert!(set.set(client(1 << 20), at(10_800)), "others have vanished");
}
