//! States, timeouts and the reuse of entries: cases 64 to 69, 71 and 72.

use ipvslab_schedulers::SchedulerKind::{Lc, Rr};
use ipvslab_sim::{Forwarding, Protocol, Sysctl};

use super::case::Case;
use crate::script::Content::{Ack, Fin, Rst, Syn, SynAck};

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    [lives(), reused()].concat()
}

fn lives() -> Vec<Case> {
    vec![
        Case::new(64, "direct routing: the client resets a half-open connection; active for 60 s more")
            .service(Rr)
            .servers([("A", 1)])
            .begins("it", "A")
            .wait(30)
            .sends("it", Rst, "A")
            .counts("A", 1, 0)
            .wait(58)
            .counts("A", 1, 0)
            .wait(7)
            .counts("A", 0, 0)
            .end(),
        Case::new(65, "masquerading: the server refuses; inactive, and gone after 10 s")
            .service(Rr)
            .by(Forwarding::Masquerade)
            .servers([("A", 1)])
            .begins("it", "A")
            .replies("it", Rst, "answered")
            .counts("A", 0, 1)
            .wait(9)
            .counts("A", 0, 1)
            .wait(2)
            .counts("A", 0, 0)
            .end(),
        Case::new(66, "direct routing: only the server closes; active until 900 s of silence have passed")
            .service(Rr)
            .servers([("A", 1)])
            .begins("it", "A")
            .sends("it", Ack, "A")
            .wait(895)
            .counts("A", 1, 0)
            .wait(25)
            .counts("A", 0, 0)
            .end(),
        Case::new(67, "direct routing: the client closes; inactive for 120 s")
            .service(Rr)
            .servers([("A", 1)])
            .begins("it", "A")
            .sends("it", Ack, "A")
            .sends("it", Fin, "A")
            .counts("A", 0, 1)
            .wait(118)
            .counts("A", 0, 1)
            .wait(6)
            .counts("A", 0, 0)
            .end(),
        Case::new("67b", "masquerading: the client closes, 60 s; the server too, 120 s")
            .service(Rr)
            .by(Forwarding::Masquerade)
            .servers([("A", 1)])
            .begins("half", "A")
            .replies("half", SynAck, "answered")
            .sends("half", Ack, "A")
            .sends("half", Fin, "A")
            .counts("A", 0, 1)
            .wait(58)
            .counts("A", 0, 1)
            .wait(6)
            .counts("A", 0, 0)
            .begins("whole", "A")
            .replies("whole", SynAck, "answered")
            .sends("whole", Ack, "A")
            .sends("whole", Fin, "A")
            .replies("whole", Fin, "answered")
            .wait(118)
            .counts("A", 0, 1)
            .wait(6)
            .counts("A", 0, 0)
            .end(),
        Case::new(68, "UDP: one datagram is inactive for 300 s")
            .service(Rr)
            .of(Protocol::Udp)
            .servers([("A", 1)])
            .opens(["A"])
            .counts("A", 0, 1)
            .wait(295)
            .counts("A", 0, 1)
            .wait(25)
            .counts("A", 0, 0)
            .end(),
    ]
}

fn reused() -> Vec<Case> {
    vec![
        // Under lc, B with its closed connection is worse than A.
        Case::new(
            69,
            "TIME_WAIT and a SYN from the same port: a new decision, which still counts the old entry",
        )
        .service(Lc)
        .servers([("A", 1), ("B", 1)])
        .begins("it", "B")
        .sends("it", Fin, "B")
        .counts("B", 0, 1)
        .sends("it", Syn, "A")
        .counts("A", 1, 0)
        .counts("B", 0, 0)
        .end(),
        Case::new(71, "direct routing, FIN_WAIT and a SYN: the same server with conn_reuse_mode 1")
            .service(Rr)
            .servers([("A", 1), ("B", 1)])
            .begins("it", "B")
            .sends("it", Ack, "B")
            .sends("it", Fin, "B")
            .sends("it", Syn, "B")
            .counts("B", 1, 0)
            .end(),
        Case::new("71b", "direct routing, FIN_WAIT and a SYN: a new decision with conn_reuse_mode 2")
            .service(Rr)
            .servers([("A", 1), ("B", 1)])
            .sysctl(Sysctl::ConnReuseMode, 2)
            .begins("it", "B")
            .sends("it", Ack, "B")
            .sends("it", Fin, "B")
            .sends("it", Syn, "A")
            .counts("A", 1, 0)
            .counts("B", 0, 0)
            .end(),
        Case::new("71c", "direct routing, FIN_WAIT and a SYN: a new decision with conn_reuse_mode 3")
            .service(Rr)
            .servers([("A", 1), ("B", 1)])
            .sysctl(Sysctl::ConnReuseMode, 3)
            .begins("it", "B")
            .sends("it", Ack, "B")
            .sends("it", Fin, "B")
            .sends("it", Syn, "A")
            .end(),
        Case::new("71d", "TIME_WAIT and a SYN with conn_reuse_mode 0: the same server")
            .service(Lc)
            .servers([("A", 1), ("B", 1)])
            .sysctl(Sysctl::ConnReuseMode, 0)
            .begins("it", "B")
            .sends("it", Fin, "B")
            .sends("it", Syn, "B")
            .counts("B", 1, 0)
            .end(),
        Case::new(72, "ESTABLISHED, its server quiesced, a SYN: the same server")
            .service(Rr)
            .servers([("A", 1), ("B", 1)])
            .begins("it", "B")
            .sends("it", Ack, "B")
            .weight("B", 0)
            .sends("it", Syn, "B")
            .counts("B", 1, 0)
            .end(),
        Case::new("72b", "ESTABLISHED, its server quiesced, a SYN: a new decision with expire_nodest_conn 1")
            .service(Rr)
            .servers([("A", 1), ("B", 1)])
            .sysctl(Sysctl::ExpireNodestConn, 1)
            .begins("it", "B")
            .sends("it", Ack, "B")
            .weight("B", 0)
            .sends("it", Syn, "A")
            .counts("B", 0, 0)
            .counts("A", 1, 0)
            .end(),
    ]
}
