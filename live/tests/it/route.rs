//! Links, addresses, routes, rules and neighbours.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use ipvslab_live::Namespace;
use ipvslab_live::ipvs::Family;
use ipvslab_live::route::{
    Entry, EntryKind, LinkIndex, LinkKind, MAIN_TABLE, MacAddress, Prefix, Route, RouteError, Rule, Selector,
};

use crate::namespace;

fn open(namespace: &Namespace) -> Route {
    Route::open(namespace).expect("rtnetlink")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn prefix(text: &str, length: u8) -> Prefix {
    Prefix::new(ip(text), length).expect("a prefix")
}

/// A device, or `None` where the kernel does not have its kind.
fn add(route: &mut Route, name: &str, kind: &LinkKind<'_>) -> Option<LinkIndex> {
    match route.add_link(name, kind) {
        Err(error @ RouteError::Unsupported { .. }) => {
            eprintln!("skipped: {error}");
            None
        }
        made => Some(made.expect("root can make devices")),
    }
}

#[test]
fn two_namespaces_talk_over_a_cable() {
    let (Some(left), Some(right)) = (namespace(), namespace()) else { return };
    let (mut at_left, mut at_right) = (open(&left), open(&right));
    let Some(l) = add(&mut at_left, "l", &LinkKind::Veth { peer: "r", peer_namespace: &right }) else {
        return;
    };
    let r = at_right.link("r").expect("the other end").index;
    at_left.set_up(l).expect("up");
    at_right.set_up(r).expect("up");
    at_left.add_address(l, prefix("10.0.0.1", 24)).expect("an address");
    at_right.add_address(r, prefix("10.0.0.2", 24)).expect("an address");
    let (receiver, sender) =
        (right.enter(|| UdpSocket::bind("10.0.0.2:9")), left.enter(|| UdpSocket::bind("10.0.0.1:0")));
    let receiver = receiver.expect("entered").expect("its own address");
    let sender = sender.expect("entered").expect("its own address");
    sender.send_to(b"hello", "10.0.0.2:9").expect("there is a route");
    let mut buffer = [0; 16];
    let (length, from) = receiver.recv_from(&mut buffer).expect("it arrives");
    assert_eq!((&buffer[..length], from.ip()), (&b"hello"[..], ip("10.0.0.1")));
}

#[test]
fn a_link_is_what_it_was_set_to() {
    let Some(namespace) = namespace() else { return };
    let mut route = open(&namespace);
    let Some(bridge) = add(&mut route, "br0", &LinkKind::Bridge) else { return };
    let Some(port) = add(&mut route, "p0", &LinkKind::Veth { peer: "p1", peer_namespace: &namespace }) else {
        return;
    };
    let mac = MacAddress([2, 0, 0, 0, 0, 7]);
    route.set_mac(port, mac).expect("an address of its own");
    route.set_mtu(port, 9000).expect("a length it can do");
    route.set_master(port, bridge).expect("a port");
    route.set_up(port).expect("up");
    let link = route.link("p0").expect("it is there");
    assert_eq!((link.mac, link.mtu, link.master, link.up), (Some(mac), 9000, Some(bridge), true));
    assert_eq!(link.kind.as_deref(), Some("veth"));
    assert!(route.links().expect("a list").contains(&link));
    route.delete_link(port).expect("it can go");
    for gone in ["p0", "p1"] {
        assert!(matches!(route.link(gone), Err(RouteError::NoSuchLink { .. })));
    }
}

#[test]
fn a_link_moves_to_another_namespace() {
    let (Some(here), Some(there)) = (namespace(), namespace()) else { return };
    let (mut at_here, mut at_there) = (open(&here), open(&there));
    let Some(link) = add(&mut at_here, "m0", &LinkKind::Veth { peer: "m1", peer_namespace: &here }) else {
        return;
    };
    at_here.move_link(link, &there).expect("it moves");
    assert!(matches!(at_here.link("m0"), Err(RouteError::NoSuchLink { .. })));
    assert_eq!(at_there.link("m0").expect("it is there now").name, "m0");
}

#[test]
fn dummies_and_tunnels_are_made_where_the_kernel_has_them() {
    let Some(namespace) = namespace() else { return };
    let mut route = open(&namespace);
    let tunnel = LinkKind::Ipip { local: Ipv4Addr::new(10, 0, 0, 1), remote: Ipv4Addr::new(10, 0, 0, 2) };
    for (name, kind) in [("dummy7", LinkKind::Dummy), ("ipip7", tunnel)] {
        if let Some(index) = add(&mut route, name, &kind) {
            assert_eq!(route.link(name).expect("it is there").index, index);
        }
    }
}

#[test]
fn routes_rules_and_neighbours_are_taken_once() {
    let Some(namespace) = namespace() else { return };
    let mut route = open(&namespace);
    let kind = LinkKind::Veth { peer: "v1", peer_namespace: &namespace };
    let Some(link) = add(&mut route, "v0", &kind) else { return };
    let loopback = route.link("lo").expect("every namespace has one").index;
    route.set_up(loopback).expect("up");
    route.set_up(link).expect("up");
    route.add_address(link, prefix("10.0.0.1", 24)).expect("an address");
    route.add_address(link, prefix("fd00::1", 64)).expect("an address");
    let entries = [
        (Prefix::ALL, EntryKind::Gateway(ip("10.0.0.2"), None), MAIN_TABLE),
        (Prefix::ALL6, EntryKind::Gateway(ip("fd00::2"), Some(link)), MAIN_TABLE),
        (prefix("10.8.0.0", 16), EntryKind::Device(link), 1000),
        (Prefix::ALL, EntryKind::Local(loopback), 100),
        (Prefix::ALL6, EntryKind::Local(loopback), 100),
    ];
    for (destination, kind, table) in entries {
        let entry = Entry { destination, kind, table };
        route.add_route(&entry).expect("a new route");
        assert!(matches!(route.add_route(&entry), Err(RouteError::Exists { .. })), "{entry:?}");
    }
    for family in [Family::Inet, Family::Inet6] {
        for selector in [Selector::Mark(7), Selector::Incoming("v0".to_owned())] {
            let rule = Rule { family, selector, table: 100, priority: Some(100) };
            route.add_rule(&rule).expect("a new rule");
            assert!(matches!(route.add_rule(&rule), Err(RouteError::Exists { .. })), "{rule:?}");
        }
    }
    for neighbour in ["10.0.0.77", "fd00::77"] {
        route.add_neighbour(link, ip(neighbour), MacAddress([2, 0, 0, 0, 0, 9])).expect("a new neighbour");
    }
}

#[test]
fn a_gateway_that_cannot_be_reached_is_refused() {
    let Some(namespace) = namespace() else { return };
    let destination = prefix("10.7.0.0", 16);
    let entry = Entry { destination, kind: EntryKind::Gateway(ip("99.0.0.2"), None), table: MAIN_TABLE };
    let refused = open(&namespace).add_route(&entry);
    assert!(matches!(refused, Err(RouteError::Unreachable { .. })), "{refused:?}");
}
