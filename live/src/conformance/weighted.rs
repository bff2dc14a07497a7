//! `wrr`: cases 12 to 20. "By init" means that the service was switched to wrr when its servers were there.

use ipvslab_schedulers::SchedulerKind::{Lc, Rr, Wrr};

use super::case::Case;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(12, "wrr: A4, B3, C2 added one by one; the first round runs at weight 1")
            .service(Wrr)
            .add("A", 4)
            .add("B", 3)
            .add("C", 2)
            .opens(["C", "B", "A"])
            .opens(["A", "B", "A", "C", "B", "A", "C", "B", "A"])
            .opens(["A", "B", "A", "C", "B", "A", "C", "B", "A"])
            .end(),
        Case::new(13, "lc edited to wrr: the first round runs at the largest weight")
            .service(Lc)
            .servers([("A", 4), ("B", 3), ("C", 2)])
            .becomes(Wrr)
            .opens(["A", "B", "A", "C", "B", "A", "C", "B", "A"])
            .end(),
        Case::new(14, "wrr: an edit that changes nothing sends the rotation back to the head")
            .service(Rr)
            .servers([("A", 1), ("B", 1)])
            .becomes(Wrr)
            .opens(["B"])
            .weight("A", 1)
            .opens(["B", "A"])
            .end(),
        Case::new(15, "wrr: the heaviest server becomes lighter in the middle of a round")
            .service(Rr)
            .servers([("A", 5), ("B", 1), ("C", 1)])
            .becomes(Wrr)
            .opens(["A", "A", "A"])
            .weight("A", 2)
            .opens(["A", "C", "B", "A", "A", "C", "B", "A"])
            .end(),
        Case::new(16, "wrr: an edit that changes the greatest common divisor")
            .service(Rr)
            .servers([("A", 10), ("B", 5)])
            .becomes(Wrr)
            .opens(["A", "B"])
            .weight("B", 4)
            .opens(["B", "A", "A", "A", "A", "B", "A", "B", "A"])
            .end(),
        // A has three connections already, so that its fourth overloads it; B is overloaded from the start.
        Case::new(17, "wrr [B1,A3]: with both overloaded an attempt fails, and the round starts anew")
            .service(Rr)
            .limited("A", [4, 0])
            .limited("B", [1, 0])
            .servers([("A", 3)])
            .opens(["A", "A", "A"])
            .add("B", 1)
            .opens(["B"])
            .becomes(Wrr)
            .opens(["A", "refused"])
            .wait(65)
            .opens(["A", "A", "B", "A"])
            .end(),
        Case::new(
            18,
            "wrr [B1,A1]: with both overloaded an attempt at weight 1 fails, and the place is kept",
        )
        .service(Rr)
        .limited("A", [1, 0])
        .limited("B", [1, 0])
        .servers([("A", 1)])
        .opens(["A"])
        .add("B", 1)
        .becomes(Wrr)
        .opens(["B", "refused"])
        .wait(65)
        .opens(["A", "B"])
        .end(),
        Case::new(19, "wrr: with all quiesced an attempt fails; then one server gets everything")
            .service(Wrr)
            .servers([("A", 0), ("B", 0)])
            .opens(["refused"])
            .weight("A", 3)
            .opens(["A", "A", "A", "A"])
            .end(),
        Case::new(20, "wrr [B3,A0]: the only usable server is overloaded, and then no longer")
            .service(Wrr)
            .servers([("A", 0), ("B", 3)])
            .limited("B", [1, 0])
            .opens(["B", "refused"])
            .wait(65)
            .opens(["B"])
            .end(),
    ]
}
