//! `drop_entry`: which entries it drops (kernel spec, section 2.11), by name, and how many by law.

use ipvslab_schedulers::SchedulerKind::Rr;
use ipvslab_sim::{Protocol, SctpEvent, Sysctl};

use super::case::Case;
use super::lot::Lot;
use super::story::Story;
use crate::script::Content::{self, Ack, Datagram, Fin, Sctp, Syn};

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = half_open();
    cases.extend(quiet());
    cases.extend(templates());
    cases
}

fn half_open() -> Vec<Case> {
    let lot = Lot { of: 2_000, one_in: 1, seconds: 30 };
    let associations = Lot { of: 1_000, ..lot };
    let init = Sctp(SctpEvent::Init);
    vec![
        web("drop-entry", "drop_entry 3: half-open connections, 1/32 of the table a second")
            .many(2_000, &[Syn], "A")
            .sysctl(Sysctl::DropEntry, 3)
            .wait(30)
            .left("A", lot)
            .end(),
        Case::new("drop-entry-sctp", "drop_entry 3: SCTP in INIT, 1/32 of the table a second")
            .service(Rr)
            .of(Protocol::Sctp)
            .servers([("A", 1)])
            .many(1_000, &[init, init], "A")
            .sysctl(Sysctl::DropEntry, 3)
            .wait(30)
            .left("A", associations)
            .end(),
        web("drop-entry-closed", "drop_entry 3: connections that are closing stay")
            .many(200, &[Syn, Fin], "A")
            .sysctl(Sysctl::DropEntry, 3)
            .wait(100)
            .counts("A", 0, 200)
            .end(),
        web("drop-entry-auto", "drop_entry 1 and 2 drop nothing while memory is free")
            .sysctl(Sysctl::DropEntry, 1)
            .many(100, &[Syn], "A")
            .wait(50)
            .counts("A", 100, 0)
            .wait(20)
            .sysctl(Sysctl::DropEntry, 2)
            .many(100, &[Syn], "A")
            .wait(50)
            .counts("A", 100, 0)
            .end(),
    ]
}

/// Established connections and datagrams: nothing for 60 s, then by the client's packets.
fn quiet() -> Vec<Case> {
    vec![
        web("drop-entry-young", "drop_entry 3: established connections are safe for 60 s")
            .many(300, &[Syn, Ack], "A")
            .sysctl(Sysctl::DropEntry, 3)
            .wait(54)
            .counts("A", 300, 0)
            .end(),
        web("drop-entry-2", "drop_entry 3: quiet for 60 s after 2 packets, one in 2 of those looked at")
            .many(500, &[Syn, Ack], "A")
            .wait(61)
            .sysctl(Sysctl::DropEntry, 3)
            .wait(40)
            .left("A", Lot { of: 500, one_in: 2, seconds: 40 })
            .end(),
        web("drop-entry-8", "drop_entry 3: quiet for 60 s after 8 packets, one in 8 of those looked at")
            .many(250, &[Syn, Ack, Ack, Ack, Ack, Ack, Ack, Ack], "A")
            .wait(61)
            .sysctl(Sysctl::DropEntry, 3)
            .wait(160)
            .left("A", Lot { of: 250, one_in: 8, seconds: 160 })
            .end(),
        web("drop-entry-9", "drop_entry 3: after 9 packets of the client none is dropped")
            .many(100, &[Syn, Ack, Ack, Ack, Ack, Ack, Ack, Ack, Ack], "A")
            .wait(61)
            .sysctl(Sysctl::DropEntry, 3)
            .wait(160)
            .counts("A", 100, 0)
            .end(),
        Case::new("drop-entry-udp", "drop_entry 3, UDP: quiet for 60 s after 1 datagram, all looked at")
            .service(Rr)
            .of(Protocol::Udp)
            .servers([("A", 1)])
            .many(1_000, &[Datagram], "A")
            .wait(61)
            .sysctl(Sysctl::DropEntry, 3)
            .wait(30)
            .left("A", Lot { of: 1_000, one_in: 1, seconds: 30 })
            .end(),
    ]
}

fn templates() -> Vec<Case> {
    let lot = Lot { of: 250, one_in: 1, seconds: 30 };
    let persistent = |id, title| web(id, title).persistent(1_000);
    vec![
        persistent(
            "drop-entry-template",
            "drop_entry 3: an unassured template goes with its last connection",
        )
        .crowd(250, &[Syn])
        .sysctl(Sysctl::DropEntry, 3)
        .wait(30)
        .left("A", lot)
        .templates_left("A", lot)
        .end(),
        persistent("drop-entry-template-alone", "drop_entry 3: unassured templates without connections")
            .crowd(250, &[Syn])
            .wait(65)
            .counts("A", 0, 0)
            .templates("A", 250)
            .sysctl(Sysctl::DropEntry, 3)
            .wait(30)
            .templates_left("A", lot)
            .end(),
        persistent("drop-entry-assured", "drop_entry 3: the template of an established connection stays")
            .crowd(250, &[Syn, Ack, Fin])
            .wait(130)
            .counts("A", 0, 0)
            .sysctl(Sysctl::DropEntry, 3)
            .wait(60)
            .templates("A", 250)
            .end(),
        one_packet(
            "drop-entry-one-packet",
            "drop_entry 3: a one-packet service's templates, 60 s after 1 datagram",
        )
        .crowd(250, &[Datagram])
        .wait(61)
        .sysctl(Sysctl::DropEntry, 3)
        .wait(30)
        .templates_left("A", lot)
        .end(),
        one_packet(
            "drop-entry-one-packet-young",
            "drop_entry 3: a one-packet service's templates are safe for 60 s",
        )
        .crowd(250, &[Datagram])
        .sysctl(Sysctl::DropEntry, 3)
        .wait(54)
        .templates("A", 250)
        .end(),
        one_packet(
            "drop-entry-one-packet-9",
            "drop_entry 3: a one-packet service's templates stay after 9 datagrams",
        )
        .crowd(100, &[Datagram; 9])
        .wait(61)
        .sysctl(Sysctl::DropEntry, 3)
        .wait(60)
        .templates("A", 100)
        .end(),
    ]
}

/// A persistent service of one server by which every datagram is scheduled by itself.
fn one_packet(id: &str, title: &str) -> Story {
    let service = Case::new(id, title).service(Rr).of(Protocol::Udp);
    service.persistent(1_000).one_packet().servers([("A", 1)])
}

/// A service of one server.
fn web(id: &str, title: &str) -> Story {
    Case::new(id, title).service(Rr).servers([("A", 1)])
}

impl Story {
    /// This many connections, each of the same packets of the client.
    fn many(self, count: u32, packets: &[Content], end: &str) -> Self {
        (0..count).fold(self, |story, _| {
            let flow = story.unnamed();
            packets.iter().fold(story, |story, &packet| story.sends(&flow, packet, end))
        })
    }

    /// As [`many`](Self::many), each of a client of its own, to the server A.
    fn crowd(self, clients: u8, packets: &[Content]) -> Self {
        (1..=clients)
            .fold(self, |story, client| story.client(&format!("203.0.113.{client}")).many(1, packets, "A"))
    }
}
