//! IPv6, tunnels, and tunnels between the two families.

use ipvslab_schedulers::SchedulerKind::{Rr, Sh};
use ipvslab_sim::{Forwarding, Protocol};

use super::case::{Case, Opening};
use super::story::Story;
use crate::script::Content::{Ack, Fin, Rst};

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    vec![
        closing(
            two(Case::new("direct-ipv6", "IPv6 by direct routing: rotation, states, refusals")
                .service(Rr)
                .at("[2001:db8:1::10]:80"))
            .client("2001:db8:3::1"),
        ),
        closing(
            two(Case::new("tunnel-ipv6", "IPv6 through a tunnel: rotation, states, refusals")
                .service(Rr)
                .at("[2001:db8:1::10]:80")
                .by(Forwarding::Tunnel))
            .client("2001:db8:3::1"),
        ),
        closing(four(
            Case::new("tunnel-ipv4", "IPv4 through a tunnel: rotation, states, refusals")
                .service(Rr)
                .by(Forwarding::Tunnel),
        )),
        closing(
            four(
                Case::new("tunnel-6-in-4", "an IPv6 service, IPv4 servers through a tunnel")
                    .service(Rr)
                    .at("[2001:db8:1::10]:80")
                    .by(Forwarding::Tunnel),
            )
            .client("2001:db8:3::1"),
        ),
        closing(two(Case::new("tunnel-4-in-6", "an IPv4 service, IPv6 servers through a tunnel")
            .service(Rr)
            .by(Forwarding::Tunnel))),
        masqueraded(Case::new("masquerade-ipv6", "IPv6 by masquerading: answers in the service's name")),
        two(Case::new("persistent-ipv6", "IPv6, persistence by /64: clients of a network have one template")
            .service(Rr)
            .at("[2001:db8:1::10]:80")
            .persistent_by(300, 64))
        .client("2001:db8:3::1")
        .opens(["B"])
        .client("2001:db8:3::ffff")
        .opens(["B"])
        .client("2001:db8:4::1")
        .opens(["A"])
        .templates("B", 1)
        .end(),
        // fold(2001:db8::1) is bucket 63 and fold(2001:db8::2) is bucket 160, of B and A in turn.
        two(Case::new("sh-ipv6", "IPv6, sh: buckets 63 and 160").service(Sh).at("[2001:db8:1::10]:80"))
            .client("2001:db8::1")
            .opens(["A"])
            .client("2001:db8::2")
            .opens(["B"])
            .end(),
        two(Case::new("mark-ipv6", "IPv6 by mark: TCP and UDP in one rotation")
            .service(Rr)
            .at("[2001:db8:1::10]:80")
            .marked(3))
        .client("2001:db8:3::1")
        .opens(["B"])
        .over(Protocol::Udp)
        .opens(["A"])
        .end(),
    ]
}

/// Servers of IPv6.
fn two(story: Story) -> Story {
    story.servers([("A", 1), ("B", 1)]).located("A", "[2001:db8:2::1]:80").located("B", "[2001:db8:2::2]:80")
}

/// Servers of IPv4.
fn four(story: Story) -> Story {
    story.servers([("A", 1), ("B", 1)]).located("A", "192.168.77.1:80").located("B", "192.168.77.2:80")
}

/// Rotation, the client's side of a connection, what is nobody's, and a refusal.
fn closing(story: Story) -> Case {
    story
        .begins("it", "B")
        .opens(["A"])
        .sends("it", Ack, "B")
        .counts("B", 1, 0)
        .sends("it", Fin, "B")
        .counts("B", 0, 1)
        .sends("stray", Ack, "reset")
        .weight("A", 0)
        .weight("B", 0)
        .opens(["refused"])
        .end()
}

fn masqueraded(opening: Opening) -> Case {
    let story = opening.service(Rr).at("[2001:db8:1::10]:80").by(Forwarding::Masquerade);
    two(story)
        .client("2001:db8:3::1")
        .begins("it", "B")
        .replies("it", Rst, "answered")
        .counts("B", 0, 1)
        .opens(["A"])
        .wait(12)
        .counts("B", 0, 0)
        .replies("it", Rst, "untouched")
        .end()
}
