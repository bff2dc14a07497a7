//! Firewall marks, seen through a policy rule that only marked packets follow.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use ipvslab_live::Namespace;
use ipvslab_live::ipvs::Family;
use ipvslab_live::nft::{self, Mark, NftError};
use ipvslab_live::route::{
    Entry, EntryKind, LinkKind, MAIN_TABLE, Prefix, Route, RouteError, Rule, Selector,
};

use socket2::{Domain, Protocol, Socket, Type};

use crate::namespace;

/// The mark of the rule.
const MARK: u32 = 7;
/// The port of the connections.
const PORT: u16 = 9;

/// Whether a connection to an address that only marked packets find local is made, after `mark` was asked to mark.
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
    let _listens = receiver.enter(listener).expect("entered").expect("a free port");
    let there = SocketAddr::from(([77, 0, 0, 1], PORT));
    let connected = sender.enter(|| TcpStream::connect_timeout(&there, Duration::from_secs(2)));
    Some(connected.expect("entered").is_ok())
}

/// Transparent, since the address it is reached at is the host's own for marked packets only.
fn listener() -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_ip_transparent_v4(true)?;
    socket.bind(&SocketAddr::from(([0, 0, 0, 0], PORT)).into())?;
    socket.listen(1)?;
    Ok(socket)
}

/// Marks the IPv4 packets to a port.
fn marking(port: u16, mark: u32) -> impl FnOnce(&Namespace) -> Result<(), NftError> {
    move |namespace| nft::mark(namespace, &[Mark { port, mark, ipv6: false }])
}

#[test]
fn marked_packets_follow_the_rule_of_their_mark() {
    assert_ne!(arrives(marking(PORT, MARK)), Some(false));
}

#[test]
fn unmarked_packets_do_not_follow_it() {
    assert_ne!(arrives(|_| Ok(())), Some(true));
    assert_ne!(arrives(marking(PORT, MARK + 1)), Some(true));
    assert_ne!(arrives(marking(PORT + 1, MARK)), Some(true));
    let other_family = Mark { port: PORT, mark: MARK, ipv6: true };
    assert_ne!(arrives(|namespace| nft::mark(namespace, &[other_family])), Some(true));
}

#[test]
fn of_several_marks_the_first_counts() {
    let mark = |port, mark| Mark { port, mark, ipv6: false };
    let several = [mark(PORT + 1, MARK + 2), mark(PORT, MARK), mark(PORT, MARK + 1)];
    assert_ne!(arrives(|namespace| nft::mark(namespace, &several)), Some(false));
}

#[test]
fn a_namespace_is_marked_once() {
    let Some(namespace) = namespace() else { return };
    if marking(PORT, MARK)(&namespace).is_ok() {
        assert!(matches!(marking(PORT, MARK)(&namespace), Err(NftError::Exists)));
    }
}
