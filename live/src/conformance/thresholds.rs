//! Thresholds: cases 57 to 63.

use ipvslab_schedulers::SchedulerKind::Rr;
use ipvslab_sim::Forwarding;

use super::case::Case;
use crate::script::Content;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(57, "U=2, L=0: closed at two connections, open again at one")
            .service(Rr)
            .by(Forwarding::Masquerade)
            .limited("A", [2, 0])
            .servers([("A", 1)])
            .begins("first", "A")
            .opens(["A", "refused"])
            // CLOSE lasts 10 s.
            .replies("first", Content::Rst, "answered")
            .opens(["refused"])
            .wait(12)
            .counts("A", 1, 0)
            .opens(["A", "refused"])
            .end(),
        Case::new(58, "U=10, L=3: closed at 10, still closed at 9 and at 3, open at 2")
            .service(Rr)
            .by(Forwarding::Masquerade)
            .limited("A", [10, 3])
            .servers([("A", 1)])
            .holds("A", 10, 0)
            .opens(["refused"])
            .replies("A1", Content::Rst, "answered")
            .wait(11)
            .counts("A", 9, 0)
            .opens(["refused"])
            .replies("A2", Content::Rst, "answered")
            .replies("A3", Content::Rst, "answered")
            .replies("A4", Content::Rst, "answered")
            .replies("A5", Content::Rst, "answered")
            .replies("A6", Content::Rst, "answered")
            .replies("A7", Content::Rst, "answered")
            .wait(11)
            .counts("A", 3, 0)
            .opens(["refused"])
            .replies("A8", Content::Rst, "answered")
            .wait(11)
            .counts("A", 2, 0)
            .opens(["A"])
            .end(),
        // Persistent clients come back whatever the threshold says: the last two of the twelve.
        Case::new(59, "12 connections, U from 10 to 11: classic opens, for one more; total stays closed")
            .service(Rr)
            .persistent(300)
            .limited("A", [10, 0])
            .servers([("A", 1)])
            .visits(1..=10, "A")
            .client("203.0.113.1")
            .opens(["A", "A"])
            .client("203.0.113.21")
            .opens(["refused"])
            .limits("A", [11, 0])
            .client("203.0.113.22")
            .opens_by("A", "refused")
            .client("203.0.113.23")
            .opens(["refused"])
            .end(),
        Case::new(60, "5 connections, U from 0 to 3: classic takes one more; total is closed at once")
            .service(Rr)
            .servers([("A", 1)])
            .opens_many(5, "A")
            .limits("A", [3, 0])
            .opens_by("A", "refused")
            .opens(["refused"])
            .end(),
        Case::new(61, "10 connections and closed, U from 10 to 11: classic opens; total stays closed")
            .service(Rr)
            .limited("A", [10, 0])
            .servers([("A", 1)])
            .opens_many(10, "A")
            .opens(["refused"])
            .limits("A", [11, 0])
            .opens_by("A", "refused")
            .opens(["refused"])
            .end(),
        Case::new(62, "inactive connections count fully")
            .service(Rr)
            .limited("A", [2, 0])
            .servers([("A", 1)])
            .holds("A", 0, 2)
            .counts("A", 0, 2)
            .opens(["refused"])
            .end(),
        Case::new(63, "persistent clients of a closed server keep adding connections to it")
            .service(Rr)
            .persistent(300)
            .limited("A", [1, 0])
            .servers([("A", 1)])
            .opens(["A", "A", "A"])
            .client("203.0.113.2")
            .opens(["refused"])
            .counts("A", 3, 0)
            .end(),
    ]
}
