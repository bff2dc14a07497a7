//! `twos`: cases 34 to 36.
//!
//! Nobody knows what the kernel draws, but with one-packet scheduling nothing changes from draw to draw, so that shares
//! tell the rule: of many datagrams, each server gets what the law gives it, within five standard deviations.

use ipvslab_schedulers::SchedulerKind::{Rr, Twos};
use ipvslab_sim::Protocol;

use super::case::Case;
use super::story::Story;

/// How many datagrams.
const DRAWS: usize = 2000;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        // A single draw is B with 2/3 (case 35), so both are B with 4/9.
        one_packet(
            Case::new(34, "twos [B1,A1], B with connections: A unless both draws are B")
                .service(Rr)
                .of(Protocol::Udp)
                .servers([("A", 1), ("B", 1)])
                .holds("B", 4, 0),
        )
        .draws(DRAWS, "B", 4.0 / 9.0)
        .end(),
        // With equal loads the first draw decides.
        one_packet(
            Case::new(35, "twos [B1,A1], equal loads: B with 2/3")
                .service(Rr)
                .of(Protocol::Udp)
                .servers([("A", 1), ("B", 1)]),
        )
        .draws(DRAWS, "B", 2.0 / 3.0)
        .end(),
        // 2^28 times 8 wraps to a negative number, so that the busy server is taken unless both draws are the other.
        one_packet(
            Case::new(36, "twos: a product that wraps makes the busy server win")
                .service(Rr)
                .of(Protocol::Udp)
                .servers([("A", 1 << 28), ("B", 1 << 28)])
                .holds("A", 8, 0),
        )
        .draws(DRAWS, "A", 3.0 / 4.0)
        .end(),
    ]
}

/// From now on, every datagram is scheduled by `twos`, and by itself.
fn one_packet(story: Story) -> Story {
    story.edited(|settings| (settings.scheduler, settings.one_packet) = (Twos, true))
}
