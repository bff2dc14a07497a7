//! The specification's golden sequences, and more of timeouts and SCTP than its list has.

use ipvslab_schedulers::SchedulerKind::{Lblc, Ovf, Rr, Wrr};
use ipvslab_sim::{Forwarding, Protocol, SctpEvent, Sysctl};

use super::case::Case;
use crate::script::Content::{Ack, Fin, Sctp, Syn, SynAck};

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    [golden(), protocols()].concat()
}

/// Sequences that the specification verified with the kernel's own code.
fn golden() -> Vec<Case> {
    vec![
        Case::new("golden-ovf", "ovf [B5,A5]: connections that never end")
            .service(Ovf)
            .servers([("A", 5), ("B", 5)])
            .opens_many(6, "B")
            .opens_many(6, "A")
            .opens(["refused"])
            .end(),
        Case::new("golden-wrr", "wrr, A4, B3, C2 added one by one: 21 picks")
            .service(Wrr)
            .add("A", 4)
            .add("B", 3)
            .add("C", 2)
            .opens(["C", "B", "A", "A", "B", "A", "C", "B", "A", "C", "B", "A"])
            .opens(["A", "B", "A", "C", "B", "A", "C", "B", "A"])
            .end(),
        Case::new("golden-lblc", "lblc [C1,B1,A1], one address: connections that never end")
            .service(Lblc)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C", "C", "B", "B", "A", "A"])
            .end(),
    ]
}

fn protocols() -> Vec<Case> {
    vec![
        Case::new("udp-timeout", "a UDP timeout that was set is in force for new entries")
            .service(Rr)
            .of(Protocol::Udp)
            .servers([("A", 1)])
            .timeouts([0, 0, 20])
            .opens(["A"])
            .wait(18)
            .counts("A", 0, 1)
            .wait(6)
            .counts("A", 0, 0)
            .end(),
        Case::new(
            "tcp-timeouts",
            "ESTABLISHED and FIN_WAIT timeouts that were set are in force from the next packet",
        )
        .service(Rr)
        .servers([("A", 1)])
        .begins("idle", "A")
        .sends("idle", Ack, "A")
        .begins("closing", "A")
        .sends("closing", Ack, "A")
        .timeouts([100, 20, 0])
        .sends("closing", Fin, "A")
        .wait(18)
        .counts("A", 1, 1)
        .wait(6)
        .counts("A", 1, 0)
        .sends("idle", Ack, "A")
        .wait(95)
        .counts("A", 1, 0)
        .wait(10)
        .counts("A", 0, 0)
        .end(),
        Case::new(
            "sctp-walk",
            "SCTP, masquerading: active while established only, gone 61 s after the shutdown",
        )
        .service(Rr)
        .of(Protocol::Sctp)
        .by(Forwarding::Masquerade)
        .servers([("A", 1), ("B", 1)])
        .begins("it", "B")
        .counts("B", 0, 1)
        .replies("it", Sctp(SctpEvent::InitAck), "answered")
        .sends("it", Sctp(SctpEvent::CookieEcho), "B")
        .counts("B", 0, 1)
        .replies("it", Sctp(SctpEvent::CookieAck), "answered")
        .counts("B", 1, 0)
        .sends("it", Sctp(SctpEvent::Data), "B")
        .sends("it", Sctp(SctpEvent::Shutdown), "B")
        .counts("B", 0, 1)
        .replies("it", Sctp(SctpEvent::ShutdownAck), "answered")
        .sends("it", Sctp(SctpEvent::ShutdownComplete), "B")
        .wait(59)
        .counts("B", 0, 1)
        .wait(6)
        .counts("B", 0, 0)
        .end(),
        Case::new("sctp-reuse", "SCTP: an INIT for a closed association is a new decision")
            .service(Rr)
            .of(Protocol::Sctp)
            .servers([("A", 1), ("B", 1)])
            .begins("it", "B")
            .sends("it", Sctp(SctpEvent::Abort), "B")
            .sends("it", Sctp(SctpEvent::Init), "A")
            .counts("A", 0, 1)
            .end(),
        Case::new(
            "sctp-sloppy",
            "SCTP: a first packet of data is the director's own; with sloppy_sctp 1 it is not",
        )
        .service(Rr)
        .of(Protocol::Sctp)
        .servers([("A", 1)])
        .sends("it", Sctp(SctpEvent::Data), "reset")
        .sysctl(Sysctl::SloppySctp, 1)
        .sends("it", Sctp(SctpEvent::Data), "A")
        .counts("A", 1, 0)
        .end(),
        Case::new(
            "server-late",
            "masquerading: a deleted server's packets still reach the client, and move the entry",
        )
        .service(Rr)
        .by(Forwarding::Masquerade)
        .servers([("A", 1)])
        .begins("it", "A")
        .replies("it", SynAck, "answered")
        .sends("it", Ack, "A")
        .delete("A")
        .replies("it", Fin, "answered")
        .sends("it", Ack, "dropped")
        .add("A", 1)
        .counts("A", 0, 1)
        .sends("it", Syn, "A")
        .end(),
    ]
}
