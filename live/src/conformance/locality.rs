//! `lblc` and `lblcr`: cases 49 to 56.

use ipvslab_schedulers::SchedulerKind::{Lblc, Lblcr, Rr};
use ipvslab_sim::Sysctl;

use super::case::Case;
use crate::script::Content;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    [one_server(), sets()].concat()
}

fn one_server() -> Vec<Case> {
    vec![
        Case::new(49, "lblc [C1,B1,A1], one address: C until it is busy, then B, then A")
            .service(Lblc)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C", "C", "B", "B", "A", "A"])
            .end(),
        Case::new(50, "lblc, weights 100: X with 150 is not busy while all others have 50; with 49 it is")
            .service(Rr)
            .servers([("Z", 100), ("Y", 100), ("X", 100)])
            .holds("Z", 50, 0)
            .holds("Y", 50, 0)
            .holds("X", 149, 0)
            .becomes(Lblc)
            // The cache learns X while nobody else is to be had.
            .weight("Y", 0)
            .weight("Z", 0)
            .opens(["X"])
            .weight("Y", 100)
            .weight("Z", 100)
            .counts("X", 150, 0)
            .opens(["X"])
            .sends("Y50", Content::Fin, "Y")
            .counts("Y", 49, 1)
            .opens(["Y"])
            .end(),
        Case::new(51, "lblc: the cached server is overloaded, and is chosen all the same")
            .service(Lblc)
            .servers([("Y", 5), ("X", 5)])
            .limited("X", [1, 0])
            .opens(["X", "X", "X"])
            .counts("X", 3, 0)
            .end(),
        Case::new(52, "lblc: the cached server is deleted; another is chosen")
            .service(Lblc)
            .servers([("Y", 5), ("X", 5)])
            .opens(["X"])
            .delete("X")
            .opens(["Y", "Y"])
            .end(),
        Case::new("52b", "lblc: the cached server is deleted and added again; it is chosen still")
            .service(Lblc)
            .servers([("Y", 5), ("X", 5)])
            .opens(["X"])
            .delete("X")
            .add("X", 5)
            .opens(["X"])
            .end(),
        Case::new(53, "lblc: an entry of 24 h is removed at the next full check, not before")
            .service(Lblc)
            .marked(1)
            .servers([("A", 1), ("B", 0), ("C", 0)])
            .to("10.0.0.1:80")
            .opens(["A"])
            .to("10.0.0.2:80")
            .opens(["A"])
            .weight("B", 1)
            .weight("C", 1)
            .wait(86_340)
            .to("10.0.0.1:80")
            .opens(["A"])
            .wait(4_000)
            .to("10.0.0.2:80")
            .opens(["C"])
            .end(),
        Case::new(
            "53b",
            "lblc, expiration 100 s: full checks come every 30 minutes, so an entry lasts as long",
        )
        .service(Lblc)
        .marked(1)
        .servers([("A", 1), ("B", 0), ("C", 0)])
        .sysctl(Sysctl::LblcExpiration, 100)
        .to("10.0.0.1:80")
        .opens(["A"])
        .to("10.0.0.2:80")
        .opens(["A"])
        .weight("B", 1)
        .weight("C", 1)
        .wait(1_500)
        .to("10.0.0.1:80")
        .opens(["A"])
        .wait(600)
        .to("10.0.0.2:80")
        .opens(["C"])
        .end(),
    ]
}

fn sets() -> Vec<Case> {
    vec![
        Case::new(54, "lblcr: an old set {B,A} of equal loads: B is chosen and removed; A is next")
            .service(Lblcr)
            .servers([("B", 1), ("A", 1)])
            .sysctl(Sysctl::LblcrExpiration, 5)
            .opens(["A", "A", "B", "B"])
            .wait(10)
            .opens(["B", "A", "A"])
            .end(),
        Case::new(55, "lblcr: X is busy, so that Y joins its set; then the least loaded of the two")
            .service(Lblcr)
            .servers([("Z", 1), ("Y", 1), ("X", 1)])
            .opens(["X", "X", "Y", "Y", "Z"])
            .end(),
        Case::new(56, "lblcr: X is quiesced, so that Y joins its set; X stays in it")
            .service(Lblcr)
            .servers([("Y", 1), ("X", 1)])
            .opens(["X"])
            .weight("X", 0)
            .opens(["Y"])
            .weight("X", 1)
            .opens(["Y", "X"])
            .end(),
    ]
}
