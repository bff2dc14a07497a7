//! The sysctls of the kernel's defence: `drop_packet` and `secure_tcp`.

use ipvslab_schedulers::SchedulerKind::Rr;
use ipvslab_sim::{Forwarding, Sysctl};
use rustix::io::Errno;

use super::case::Case;
use crate::commands::{Command, Told};
use crate::script::Content::{Ack, SynAck};

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "drop-packet",
            "drop_packet 3, am_droprate 3: the first packet that would be scheduled, and every third",
        )
        .service(Rr)
        .servers([("A", 1)])
        .sysctl(Sysctl::AmDroprate, 3)
        .sysctl(Sysctl::DropPacket, 3)
        .wait(2)
        .opens(["dropped", "A", "A", "dropped", "A", "A", "dropped"])
        .counts("A", 4, 0)
        .end(),
        Case::new(
            "drop-packet-known",
            "drop_packet 3, am_droprate 1: every packet that would be scheduled, no other",
        )
        .service(Rr)
        .servers([("A", 1)])
        .begins("it", "A")
        .sysctl(Sysctl::AmDroprate, 1)
        .sysctl(Sysctl::DropPacket, 3)
        .wait(2)
        .opens(["dropped", "dropped", "dropped"])
        .sends("it", Ack, "A")
        .sends("stray", Ack, "reset")
        .sysctl(Sysctl::DropPacket, 0)
        .wait(2)
        .opens(["A"])
        .end(),
        Case::new("drop-packet-counter", "drop_packet 3, off and on again: the count goes on where it was")
            .service(Rr)
            .servers([("A", 1)])
            .sysctl(Sysctl::AmDroprate, 3)
            .sysctl(Sysctl::DropPacket, 3)
            .wait(2)
            .opens(["dropped", "A"])
            .sysctl(Sysctl::DropPacket, 0)
            .wait(2)
            .opens(["A", "A", "A"])
            .sysctl(Sysctl::DropPacket, 3)
            .wait(2)
            .opens(["A", "dropped", "A", "A", "dropped"])
            .end(),
        Case::new("drop-packet-rate", "drop_packet 3: a new am_droprate is in force within a second")
            .service(Rr)
            .servers([("A", 1)])
            .sysctl(Sysctl::AmDroprate, 3)
            .sysctl(Sysctl::DropPacket, 3)
            .wait(2)
            .opens(["dropped", "A", "A"])
            .sysctl(Sysctl::AmDroprate, 2)
            .wait(2)
            .opens(["dropped", "A", "dropped", "A"])
            .end(),
        Case::new(
            "secure-tcp",
            "secure_tcp 3, direct routing: half-open lasts 120 s, and an ACK still establishes",
        )
        .service(Rr)
        .servers([("A", 1), ("B", 1)])
        .sysctl(Sysctl::SecureTcp, 3)
        .begins("half", "B")
        .begins("open", "A")
        .sends("open", Ack, "A")
        .wait(115)
        .counts("B", 1, 0)
        .wait(10)
        .counts("B", 0, 0)
        .counts("A", 1, 0)
        .end(),
        Case::new(
            "secure-tcp-ack",
            "secure_tcp 3, masquerading: an ACK alone establishes nothing, and 60 s are over soon",
        )
        .service(Rr)
        .by(Forwarding::Masquerade)
        .servers([("A", 1), ("B", 1)])
        .sysctl(Sysctl::SecureTcp, 3)
        .begins("half", "B")
        .sends("half", Ack, "B")
        .begins("open", "A")
        .replies("open", SynAck, "answered")
        .sends("open", Ack, "A")
        .replies("open", Ack, "answered")
        .wait(65)
        .counts("B", 0, 0)
        .wait(100)
        .counts("A", 1, 0)
        .end(),
        Case::new("drop-packet-auto", "drop_packet 1 and 2 drop nothing while memory is free")
            .service(Rr)
            .servers([("A", 1)])
            .sysctl(Sysctl::AmDroprate, 1)
            .sysctl(Sysctl::DropPacket, 1)
            .wait(2)
            .opens(["A", "A", "A"])
            .sysctl(Sysctl::DropPacket, 2)
            .opens(["A"])
            .wait(2)
            .opens(["A", "A", "A"])
            .end(),
        Case::new(
            "secure-tcp-auto",
            "secure_tcp 1 and 2, masquerading: an ACK establishes while memory is free",
        )
        .service(Rr)
        .by(Forwarding::Masquerade)
        .servers([("A", 1), ("B", 1)])
        .sysctl(Sysctl::SecureTcp, 1)
        .begins("one", "B")
        .sends("one", Ack, "B")
        .sysctl(Sysctl::SecureTcp, 2)
        .begins("two", "A")
        .sends("two", Ack, "A")
        .wait(65)
        .counts("B", 1, 0)
        .counts("A", 1, 0)
        .end(),
        Case::new("auto-modes", "mode 2 reads back as 1 while memory is free; there is no mode 4")
            .commands([Sysctl::DropEntry, Sysctl::DropPacket, Sysctl::SecureTcp].into_iter().flat_map(modes)),
    ]
}

/// The modes of a sysctl, and as what each reads back.
fn modes(sysctl: Sysctl) -> Vec<Told> {
    let reads = |number| Command::ReadSysctl(sysctl).tells(number);
    let write = |number| Command::SetSysctl(sysctl, number);
    let kept = [(0, 0), (1, 1), (2, 1), (3, 3)];
    let mut told: Vec<Told> =
        kept.into_iter().flat_map(|(mode, found)| [write(mode).succeeds(), reads(found)]).collect();
    told.extend([write(4).fails(Errno::INVAL), reads(3)]);
    told
}
