//! Persistence and one-packet scheduling: cases 70 and 76 to 79.

use ipvslab_schedulers::SchedulerKind::Rr;
use ipvslab_sim::{Forwarding, Protocol, Sysctl};

use super::case::Case;
use crate::script::Content::{Ack, Datagram, Fin, Rst, Syn};

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            70,
            "persistent, TIME_WAIT and a SYN: the same entry and server, though it is quiesced by now",
        )
        .service(Rr)
        .persistent(300)
        .servers([("A", 1), ("B", 1)])
        .begins("it", "B")
        .sends("it", Fin, "B")
        .counts("B", 0, 1)
        .weight("B", 0)
        .sends("it", Syn, "B")
        .counts("B", 1, 0)
        .templates("B", 1)
        .end(),
        Case::new(76, "a template of 300 s that is held over lasts 60 s from then on")
            .service(Rr)
            .by(Forwarding::Masquerade)
            .persistent(300)
            .servers([("A", 1)])
            .begins("long", "A")
            .sends("long", Ack, "A")
            .wait(500)
            .sends("long", Ack, "A")
            .templates("A", 1)
            .wait(490)
            .begins("last", "A")
            .replies("long", Rst, "answered")
            .replies("last", Rst, "answered")
            .wait(55)
            .counts("A", 0, 0)
            .templates("A", 1)
            .wait(10)
            .templates("A", 0)
            .end(),
        Case::new("76b", "a template lasts 300 s after the last connection was made through it")
            .service(Rr)
            .persistent(300)
            .servers([("A", 1)])
            .opens(["A"])
            .wait(200)
            .opens(["A"])
            .wait(295)
            .templates("A", 1)
            .wait(25)
            .templates("A", 0)
            .end(),
        Case::new(
            77,
            "persistent, quiesced: a known client comes back; not with expire_quiescent_template 1",
        )
        .service(Rr)
        .persistent(300)
        .servers([("A", 1), ("B", 1)])
        .opens(["B"])
        .weight("B", 0)
        .opens(["B"])
        .sysctl(Sysctl::ExpireQuiescentTemplate, 1)
        .opens(["A", "A"])
        .templates("A", 1)
        .templates("B", 1)
        .end(),
        Case::new(78, "persistent by mark: TCP and UDP of the same mark have one template")
            .service(Rr)
            .marked(7)
            .persistent(300)
            .servers([("A", 1), ("B", 1)])
            .opens(["B"])
            .over(Protocol::Udp)
            .opens(["B"])
            .templates("B", 1)
            .templates("A", 0)
            .end(),
        Case::new(79, "one-packet scheduling: three datagrams of one socket, three servers")
            .service(Rr)
            .of(Protocol::Udp)
            .one_packet()
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .sends("it", Datagram, "C")
            .counts("C", 0, 0)
            .sends("it", Datagram, "B")
            .sends("it", Datagram, "A")
            .counts("A", 0, 0)
            .end(),
    ]
}
