//! `fo` and `ovf`: cases 31 to 33.

use ipvslab_schedulers::SchedulerKind::{Fo, Ovf};
use ipvslab_sim::Protocol;

use super::case::Case;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(31, "fo [B10,A10]: always B; A when B is overloaded")
            .service(Fo)
            .servers([("A", 10), ("B", 10)])
            .limited("B", [3, 0])
            .opens(["B", "B", "B", "A"])
            .end(),
        Case::new("31b", "fo [B10,A10]: A when B is quiesced")
            .service(Fo)
            .servers([("A", 10), ("B", 10)])
            .opens(["B", "B"])
            .weight("B", 0)
            .opens(["A"])
            .end(),
        Case::new(32, "ovf [B5,A5]: B six times, A six times, then nobody")
            .service(Ovf)
            .servers([("A", 5), ("B", 5)])
            .opens_many(6, "B")
            .opens_many(6, "A")
            .opens(["refused"])
            .end(),
        Case::new(33, "ovf with UDP: nothing ever overflows")
            .service(Ovf)
            .of(Protocol::Udp)
            .servers([("A", 5), ("B", 5)])
            .opens_many(20, "B")
            .end(),
    ]
}
