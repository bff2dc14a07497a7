//! Firewall marks, seen through a policy rule that only marked packets follow.

use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use ipvslab_live::Namespace;
use ipvslab_live::ipvs::Family;
use ipvslab_live::nft::{self, NftError};
use ipvslab_live::route::{
    Entry, EntryKind, LinkKind, MAIN_TABLE, Prefix, Route, RouteError, Rule, Selector,
};

use crate::namespace;

/// The mark of the rule.
const MARK: u32 = 7;

/// Whether a packet to an address that only marked packets find local arrives, after `mark` has marked the receiver's.
/// `None` where the kernel cannot do it.
fn arrives(mark: impl FnOnce(&Namespace) -> Result<(), NftError>) -> Option<bool> {
    let (sender, receiver) = (namespace()?, namespace()?);
    let mut at_sender = Route::open(&sender).expect("rtnetlink");
    let mut at_receiver = Route::open(&receiver).expect("rtnetlink");
    let s = match at_sender.add_link("s", &LinkKind::Veth { peer: "r", peer_namespace: &receiver }) {
        Err(RouteError::Unsupported { .. }) => return None,
        made => made.expect("root can make devices"),
    };
    let r = at_receiver.link("r").expect("the other end").index;
    let loopback = at_receiver.link("lo").expect("every namespace has one").index;
    at_sender.set_up(s).expect("up");
    for link in [r, loopback] {
        at_receiver.set_up(link).expect("up");
    }
    let gateway = IpAddr::from([10, 0, 0, 2]);
    let ours = |host| Prefix::new(IpAddr::from([10, 0, 0, host]), 24).expect("24 bits");
    at_sender.add_address(s, ours(1)).expect("an address");
    at_receiver.add_address(r, ours(2)).expect("an address");
    let out = Entry { destination: Prefix::ALL, kind: EntryKind::Gateway(gateway, None), table: MAIN_TABLE };
    at_sender.add_route(&out).expect("a route");
    let local = Entry { destination: Prefix::ALL, kind: EntryKind::Local(loopback), table: 100 };
    at_receiver.add_route(&local).expect("a route");
    let rule = Rule { family: Family::Inet, selector: Selector::Mark(MARK), table: 100, priority: Some(100) };
    at_receiver.add_rule(&rule).expect("a rule");
    match mark(&receiver) {
        Err(error @ NftError::Unsupported(_)) => {
            eprintln!("skipped: {error}");
            return None;
        }
        marked => marked.expect("a rule can be made"),
    }
    let socket = receiver.enter(|| UdpSocket::bind("0.0.0.0:9")).expect("entered").expect("a free port");
    socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout");
    let from = sender.enter(|| UdpSocket::bind("10.0.0.1:0")).expect("entered").expect("its own address");
    from.send_to(b"hello", "77.0.0.1:9").expect("there is a route");
    Some(socket.recv_from(&mut [0; 16]).is_ok())
}

#[test]
fn marked_packets_follow_the_rule_of_their_mark() {
    assert_ne!(arrives(|namespace| nft::mark_incoming(namespace, MARK)), Some(false));
}

#[test]
fn a_mark_may_be_for_one_device() {
    assert_ne!(arrives(|namespace| nft::mark_incoming_through(namespace, "r", MARK)), Some(false));
    assert_ne!(arrives(|namespace| nft::mark_incoming_through(namespace, "other", MARK)), Some(true));
}

#[test]
fn unmarked_packets_do_not_follow_it() {
    assert_ne!(arrives(|_| Ok(())), Some(true));
    assert_ne!(arrives(|namespace| nft::mark_incoming(namespace, MARK + 1)), Some(true));
}

#[test]
fn a_namespace_is_marked_once() {
    let Some(namespace) = namespace() else { return };
    if nft::mark_incoming(&namespace, MARK).is_ok() {
        assert!(matches!(nft::mark_incoming(&namespace, MARK), Err(NftError::Exists)));
    }
}
