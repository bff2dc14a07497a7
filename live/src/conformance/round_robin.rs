//! List order and `rr`: cases 1 to 11.

use ipvslab_schedulers::SchedulerKind::{Rr, Wrr};

use super::case::Case;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(1, "rr: servers are added one by one; the last one added is first")
            .service(Rr)
            .add("A", 1)
            .add("B", 1)
            .add("C", 1)
            .list(["C", "B", "A"])
            .opens(["C", "B", "A", "C"])
            .end(),
        Case::new(2, "rr: a server that is added in the middle of a rotation waits for its end")
            .service(Rr)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C"])
            .add("D", 1)
            .opens(["B", "A", "D", "C"])
            .end(),
        Case::new(3, "rr: the last pick is deleted; its successor is next")
            .service(Rr)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C", "B"])
            .delete("B")
            .opens(["A"])
            .end(),
        Case::new(4, "rr: the last pick was first and is deleted; the new first is next")
            .service(Rr)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C"])
            .delete("C")
            .opens(["B"])
            .end(),
        Case::new(5, "rr: the last pick was last and is deleted; the rotation starts again")
            .service(Rr)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C", "B", "A"])
            .delete("A")
            .opens(["C"])
            .end(),
        Case::new(6, "rr: the last pick is deleted and added again; it is first, and next")
            .service(Rr)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C", "B", "A"])
            .delete("A")
            .add("A", 1)
            .list(["A", "C", "B"])
            .opens(["A"])
            .end(),
        Case::new(7, "rr: a quiesced server is left out")
            .service(Rr)
            .servers([("A", 1), ("B", 0), ("C", 1)])
            .opens(["C", "A", "C", "A"])
            .end(),
        Case::new(8, "rr: a failed attempt leaves the cursor where it was")
            .service(Rr)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C", "B"])
            .weight("A", 0)
            .weight("B", 0)
            .weight("C", 0)
            .opens(["refused"])
            .weight("A", 1)
            .weight("B", 1)
            .weight("C", 1)
            .opens(["A"])
            .end(),
        Case::new(9, "rr: an only server is picked again and again")
            .service(Rr)
            .servers([("A", 1)])
            .opens(["A", "A", "A"])
            .end(),
        Case::new(10, "rr: weights are ignored")
            .service(Rr)
            .servers([("A", 100), ("B", 1), ("C", 5)])
            .opens(["C", "B", "A", "C"])
            .end(),
        Case::new(11, "rr: an edit to rr keeps the cursor; wrr starts at the head; back at rr, so does rr")
            .service(Rr)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C"])
            .edited(|settings| settings.fallback = true)
            .opens(["B"])
            .becomes(Wrr)
            .opens(["C"])
            .becomes(Rr)
            .opens(["C", "B"])
            .end(),
    ]
}
