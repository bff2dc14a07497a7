//! More of templates, purges and deleted services than the specification's list has.

use ipvslab_schedulers::SchedulerKind::Rr;
use ipvslab_sim::{Forwarding, Protocol, Sysctl};

use super::case::Case;
use crate::script::Content::{Ack, Datagram, Rst, SynAck};
use crate::script::Persistent;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    [persistence(), purges()].concat()
}

fn persistence() -> Vec<Case> {
    vec![
        Case::new("netmask", "persistence by /24: clients of a network have one template")
            .service(Rr)
            .persistent_by(300, 24)
            .servers([("A", 1), ("B", 1)])
            .client("203.0.113.1")
            .opens(["B"])
            .client("203.0.113.200")
            .opens(["B"])
            .client("203.0.112.1")
            .opens(["A"])
            .templates("B", 1)
            .templates("A", 1)
            .end(),
        Case::new(
            "port-zero",
            "a persistent service of port 0: every port, one template, the packet's port kept",
        )
        .service(Rr)
        .at("198.51.100.10:0")
        .persistent(300)
        .by(Forwarding::Masquerade)
        .servers([("A", 1), ("B", 1)])
        .to("198.51.100.10:80")
        .opens(["B:80"])
        .to("198.51.100.10:443")
        .opens(["B:443"])
        .client("203.0.113.2")
        .opens(["A:443"])
        .templates("B", 1)
        .end(),
        Case::new("port-zero-server", "a persistent service of port 0: a server's own port is not used")
            .service(Rr)
            .at("198.51.100.10:0")
            .persistent(300)
            .by(Forwarding::Masquerade)
            .servers([("A", 1)])
            .located("A", "192.168.77.1:8080")
            .to("198.51.100.10:80")
            .opens(["A:80"])
            .end(),
        Case::new("port-zero-exact", "a service of the packet's own port comes before one of port 0")
            .service(Rr)
            .at("198.51.100.10:0")
            .persistent(300)
            .servers([("Z", 1)])
            .to("198.51.100.10:443")
            .and_service(Rr)
            .servers([("E", 1)])
            .opens(["E"])
            .to("198.51.100.10:80")
            .opens(["Z"])
            .end(),
        Case::new("protocols", "persistence at an address: TCP and UDP have templates of their own")
            .service(Rr)
            .persistent(300)
            .servers([("A", 1), ("B", 1)])
            .opens(["B"])
            .over(Protocol::Udp)
            .opens(["refused"])
            .templates("B", 1)
            .end(),
        Case::new(
            "template-one-packet",
            "persistent one-packet scheduling: the template decides, no entry stays",
        )
        .service(Rr)
        .of(Protocol::Udp)
        .one_packet()
        .persistent(300)
        .servers([("A", 1), ("B", 1)])
        .opens(["B", "B", "B"])
        .counts("B", 0, 0)
        .templates("B", 1)
        .end(),
        Case::new("template-edit", "a new persistence timeout is for new templates only")
            .service(Rr)
            .persistent(100)
            .servers([("A", 1)])
            .opens(["A"])
            .edited(|settings| settings.persistent = settings.persistent.map(longer))
            .opens(["A"])
            .wait(98)
            .templates("A", 1)
            .wait(8)
            .templates("A", 0)
            .end(),
        // Lowering a limit below the count does not close a classic server until something is bound to it; the entry of a
        // known client is, and then the new client's template cannot be.
        Case::new(
            "template-overload",
            "classic: a known client's connection closes the server that an edit left open",
        )
        .service(Rr)
        .persistent(300)
        .servers([("A", 1)])
        .visits(1..=3, "A")
        .limits("A", [3, 0])
        .client("203.0.113.1")
        .opens(["A"])
        .client("203.0.113.9")
        .opens(["refused"])
        .templates("A", 3)
        .end(),
        // The new lower limit is above the count, but a classic server is looked at only when something is unbound: here
        // the template of the client whose connections are over.
        Case::new(
            "template-unbind",
            "classic: a template that ends opens the server; total: the edit did so already",
        )
        .service(Rr)
        .by(Forwarding::Masquerade)
        .persistent(30)
        .servers([("A", 1)])
        .limited("A", [10, 0])
        .begins("one", "A")
        .begins("two", "A")
        .visits(2..=9, "A")
        .replies("one", Rst, "answered")
        .replies("two", Rst, "answered")
        .wait(12)
        .counts("A", 8, 0)
        .client("203.0.113.21")
        .opens(["refused"])
        .limits("A", [10, 9])
        .opens_by("refused", "A")
        .wait(23)
        .client("203.0.113.22")
        .opens(["A"])
        .end(),
        Case::new(
            "template-same-jiffy",
            "a template and its connection of the same jiffy: the connection goes first",
        )
        .service(Rr)
        .persistent(60)
        .servers([("A", 1)])
        .opens(["A"])
        .wait(65)
        .counts("A", 0, 0)
        .templates("A", 0)
        .end(),
        Case::new("template-same-bucket", "a template that is armed again within its bucket keeps its turn")
            .service(Rr)
            .persistent(60)
            .servers([("A", 1)])
            .opens(["A", "A", "A"])
            .wait(65)
            .counts("A", 0, 0)
            .templates("A", 0)
            .end(),
        // At U = 2, the one connection that is left keeps a total server open; a classic one is looked at again when the
        // template goes, with the same result.
        Case::new("template-end", "a template that ends leaves an open server open")
            .service(Rr)
            .persistent(30)
            .limited("A", [2, 0])
            .servers([("A", 1)])
            .client("203.0.113.1")
            .begins("stays", "A")
            .sends("stays", Ack, "A")
            .client("203.0.113.2")
            .opens(["A"])
            .client("203.0.113.3")
            .opens(["refused"])
            .wait(130)
            .templates("A", 1)
            .counts("A", 1, 0)
            .opens(["A"])
            .client("203.0.113.4")
            .opens(["refused"])
            .end(),
    ]
}

/// Ten times as long.
fn longer(old: Persistent) -> Persistent {
    Persistent { timeout_s: old.timeout_s * 10, ..old }
}

fn purges() -> Vec<Case> {
    vec![
        Case::new("purge-half-open", "expire_nodest_conn 1, persistent: an entry goes with its template")
            .service(Rr)
            .persistent(300)
            .servers([("A", 1), ("B", 1)])
            .sysctl(Sysctl::ExpireNodestConn, 1)
            .begins("it", "B")
            .delete("B")
            .wait(1)
            .add("B", 1)
            .counts("B", 0, 0)
            .templates("B", 0)
            .end(),
        Case::new(
            "purge-established",
            "expire_nodest_conn 1, persistent and established: the template goes too",
        )
        .service(Rr)
        .persistent(300)
        .servers([("A", 1), ("B", 1)])
        .sysctl(Sysctl::ExpireNodestConn, 1)
        .begins("it", "B")
        .sends("it", Ack, "B")
        .delete("B")
        .wait(1)
        .add("B", 1)
        .counts("B", 0, 0)
        .templates("B", 0)
        .end(),
        Case::new("purge-service", "expire_nodest_conn 1: a deleted service's entries go at once as well")
            .service(Rr)
            .servers([("A", 1)])
            .sysctl(Sysctl::ExpireNodestConn, 1)
            .begins("it", "A")
            .delete_service()
            .wait(1)
            .sends("it", Ack, "reset")
            .add_service()
            .add("A", 1)
            .counts("A", 0, 0)
            .end(),
        Case::new(
            "revived-service",
            "a service is deleted and made again: its server has its connections back",
        )
        .service(Rr)
        .servers([("A", 1)])
        .begins("it", "A")
        .delete_service()
        .add_service()
        .sends("it", Ack, "dropped")
        .add("A", 1)
        .counts("A", 1, 0)
        .sends("it", Ack, "A")
        .end(),
        Case::new(
            "no-service",
            "without any service of the family IPVS looks at nothing, not even at its own entries",
        )
        .service(Rr)
        .by(Forwarding::Masquerade)
        .servers([("A", 1)])
        .begins("it", "A")
        .delete_service()
        .sends("it", Ack, "reset")
        .replies("it", SynAck, "untouched")
        .add_service()
        .sends("it", Ack, "dropped")
        .replies("it", SynAck, "answered")
        .end(),
        Case::new("other-service", "a deleted service's clients are dropped while there is another service")
            .service(Rr)
            .servers([("Z", 1)])
            .to("198.51.100.10:81")
            .and_service(Rr)
            .servers([("A", 1)])
            .begins("it", "A")
            .delete_service()
            .sends("it", Ack, "dropped")
            .opens(["reset"])
            .end(),
        Case::new("udp-gone", "expire_nodest_conn 1, UDP: a datagram to a deleted server is scheduled anew")
            .service(Rr)
            .of(Protocol::Udp)
            .servers([("A", 1), ("B", 1)])
            .begins("it", "B")
            .delete("B")
            .sends("it", Datagram, "dropped")
            .sysctl(Sysctl::ExpireNodestConn, 1)
            .sends("it", Datagram, "A")
            .end(),
    ]
}
