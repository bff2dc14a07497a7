//! Which packets make entries, and what becomes of entries whose server is gone: cases 73 to 75 and 80 to 86.

use ipvslab_schedulers::SchedulerKind::Rr;
use ipvslab_sim::{Protocol, Sysctl};

use super::case::Case;
use crate::script::Content::{Ack, Bare, Datagram, Syn, SynAck};

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    [gone(), first_packets(), others()].concat()
}

fn gone() -> Vec<Case> {
    vec![
        Case::new(73, "a deleted server's clients are dropped; added again, it is first, unchanged before")
            .service(Rr)
            .servers([("A", 1), ("B", 1)])
            .begins("b", "B")
            .begins("a", "A")
            .sends("a", Ack, "A")
            .delete("A")
            .sends("a", Ack, "dropped")
            .wait(20)
            .sends("a", Ack, "dropped")
            .list(["B"])
            .add("A", 1)
            .list(["A", "B"])
            .counts("A", 1, 0)
            .sends("a", Ack, "A")
            .end(),
        Case::new(
            74,
            "a server is deleted with expire_nodest_conn 1: its entries go at once, its clients are reset",
        )
        .service(Rr)
        .servers([("A", 1), ("B", 1)])
        .sysctl(Sysctl::ExpireNodestConn, 1)
        .begins("it", "B")
        .sends("it", Ack, "B")
        .delete("B")
        .wait(1)
        .sends("it", Ack, "reset")
        .add("B", 1)
        .counts("B", 0, 0)
        .end(),
        Case::new(
            75,
            "a server without connections is deleted and added again within 60 to 180 s: the same object",
        )
        .unplayable(
            "only statistics tell the old object from a new one, and the packet engine does not read them",
        ),
    ]
}

fn first_packets() -> Vec<Case> {
    vec![
        Case::new(80, "a first packet of SYN and ACK is scheduled, but never from port 20")
            .service(Rr)
            .servers([("A", 1)])
            .sends("it", SynAck, "A")
            .port(20)
            .sends("data", SynAck, "reset")
            .sends("data", Syn, "reset")
            .counts("A", 1, 0)
            .end(),
        Case::new("80b", "a datagram from port 20 is never scheduled either")
            .service(Rr)
            .of(Protocol::Udp)
            .servers([("A", 1)])
            .port(20)
            .sends("data", Datagram, "refused")
            .counts("A", 0, 0)
            .end(),
        Case::new(81, "a first packet of ACK is the director's own; with sloppy_tcp 1 it is a connection")
            .service(Rr)
            .servers([("A", 1)])
            .sends("it", Ack, "reset")
            .counts("A", 0, 0)
            .sysctl(Sysctl::SloppyTcp, 1)
            .sends("it", Ack, "A")
            .counts("A", 1, 0)
            .wait(100)
            .counts("A", 1, 0)
            .end(),
        Case::new(82, "a packet without flags closes an established connection: inactive for 10 s")
            .service(Rr)
            .servers([("A", 1)])
            .begins("it", "A")
            .sends("it", Ack, "A")
            .sends("it", Bare, "A")
            .counts("A", 0, 1)
            .wait(9)
            .counts("A", 0, 1)
            .wait(2)
            .counts("A", 0, 0)
            .end(),
        Case::new(83, "no usable server: port unreachable, and no entry")
            .service(Rr)
            .servers([("A", 0)])
            .opens(["refused"])
            .counts("A", 0, 0)
            .end(),
        Case::new("83b", "no server at all: port unreachable").service(Rr).opens(["refused"]).end(),
        Case::new(84, "a service of port 0 that is not persistent refuses everything")
            .service(Rr)
            .at("198.51.100.10:0")
            .to("198.51.100.10:80")
            .servers([("A", 1)])
            .opens(["refused"])
            .to("198.51.100.10:443")
            .opens(["refused"])
            .counts("A", 0, 0)
            .end(),
    ]
}

fn others() -> Vec<Case> {
    vec![
        Case::new(85, "a server in two services is counted in each by itself")
            .service(Rr)
            .servers([("A", 1)])
            .to("198.51.100.10:81")
            .and_service(Rr)
            .servers([("other A", 1)])
            .located("other A", "192.168.77.1:80")
            .opens(["other A", "other A"])
            .counts("A", 0, 0)
            .counts("other A", 2, 0)
            .to("198.51.100.10:80")
            .opens(["A"])
            .counts("A", 1, 0)
            .counts("other A", 2, 0)
            .end(),
        Case::new(86, "statistics may be two seconds old; active and inactive are not").unplayable(
            "the packet engine reads no statistics; that the counters are never late is in every case",
        ),
    ]
}
