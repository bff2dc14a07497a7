//! `lc`, `wlc`, `sed` and `nq`: cases 21 to 30, and the golden sequences.

use ipvslab_schedulers::SchedulerKind::{Lc, Nq, Sed, Wlc};
use ipvslab_sim::Protocol;

use super::case::Case;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(21, "wlc [C1,B5,A100]: idle servers are not beaten by weight; ties go to the earlier")
            .service(Wlc)
            .servers([("A", 100), ("B", 5), ("C", 1)])
            .opens(["C", "B", "A"])
            .end(),
        Case::new(22, "wlc [B2,A1]: B with 2 and A with 1 active are equal; the earlier wins")
            .service(Wlc)
            .servers([("A", 1), ("B", 2)])
            .holds("A", 1, 0)
            .holds("B", 2, 0)
            .opens(["B"])
            .end(),
        Case::new(23, "wlc [B1,A0]: weight 0 never wins, not even when B is overloaded")
            .service(Wlc)
            .servers([("A", 0), ("B", 1)])
            .limited("B", [51, 0])
            .opens_many(50, "B")
            .opens(["B", "refused"])
            .end(),
        Case::new(24, "lc [B1,A100]: weights are ignored; equal counts go to the earlier")
            .service(Lc)
            .servers([("A", 100), ("B", 1)])
            .holds("A", 1, 0)
            .holds("B", 1, 0)
            .opens(["B"])
            .end(),
        Case::new(25, "lc [X,Y]: X with 10 active, Y with 9 and 256 inactive: classic X by a tie, total Y")
            .service(Lc)
            .servers([("Y", 1), ("X", 1)])
            .holds("X", 10, 0)
            .holds("Y", 9, 256)
            .counts("X", 10, 0)
            .counts("Y", 9, 256)
            .opens_by("X", "Y")
            .end(),
        Case::new(26, "lc: 300 inactive on X weigh more than 1 active on Y")
            .service(Lc)
            .servers([("Y", 1), ("X", 1)])
            .holds("X", 0, 300)
            .holds("Y", 1, 0)
            .opens(["Y"])
            .end(),
        Case::new("26b", "lc [Y,X]: 256 inactive on X, 1 active on Y: classic Y by a tie, total X")
            .service(Lc)
            .servers([("X", 1), ("Y", 1)])
            .holds("X", 0, 256)
            .holds("Y", 1, 0)
            .opens_by("Y", "X")
            .end(),
        Case::new(27, "sed [B1,A3]: idle, the heavier first; A with 2 active is no better than idle B")
            .service(Sed)
            .servers([("A", 3), ("B", 1)])
            .opens(["A", "A", "B"])
            .end(),
        Case::new(28, "nq [C5,B1,A9]: the first idle server, not the heaviest")
            .service(Nq)
            .servers([("A", 9), ("B", 1), ("C", 5)])
            .opens(["C", "B"])
            .end(),
        Case::new(29, "nq with UDP: always the first usable server")
            .service(Nq)
            .of(Protocol::Udp)
            .servers([("A", 9), ("B", 1), ("C", 0)])
            .opens(["B", "B", "B", "B"])
            .end(),
        Case::new("29b", "sed with UDP: always the heaviest, the first on ties")
            .service(Sed)
            .of(Protocol::Udp)
            .servers([("A", 9), ("B", 9), ("C", 1)])
            .opens(["B", "B", "B", "B"])
            .end(),
        Case::new(30, "wlc: from 2^23 active connections on, the overhead is negative")
            .unplayable("needs 8,388,608 connections at once, more than 2 GB of entries"),
        Case::new("golden-wlc", "wlc [B1,A3]: connections that never end")
            .service(Wlc)
            .servers([("A", 3), ("B", 1)])
            .opens(["B", "A", "A", "A", "B", "A", "A", "A", "B", "A", "A", "A"])
            .end(),
        Case::new("golden-sed", "sed [B1,A3]: connections that never end")
            .service(Sed)
            .servers([("A", 3), ("B", 1)])
            .opens(["A", "A", "B", "A", "A", "A", "B", "A", "A", "A", "B", "A"])
            .end(),
        Case::new("golden-nq", "nq [B1,A3]: connections that never end")
            .service(Nq)
            .servers([("A", 3), ("B", 1)])
            .opens(["B", "A", "A", "A", "A", "A", "B", "A", "A", "A", "B", "A"])
            .end(),
        Case::new("golden-lc", "lc [B1,A3]: connections that never end")
            .service(Lc)
            .servers([("A", 3), ("B", 1)])
            .opens(["B", "A", "B", "A", "B", "A"])
            .end(),
    ]
}
