//! `dh`, `sh` and `mh`: cases 37 to 48. The buckets of addresses are those of the specification's table (section 1.15).

use ipvslab_schedulers::SchedulerKind::{Dh, Mh, Sh};

use super::case::Case;

/// The client of the specification's examples: bucket 89 of 256 in `sh`, 10.0.0.2 in `mh`.
const CLIENT: &str = "192.168.1.100";
/// Another one: 10.0.0.3 in `mh`.
const OTHER: &str = "203.0.113.7";

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    [destination(), source(), maglev()].concat()
}

fn destination() -> Vec<Case> {
    vec![
        Case::new(37, "dh, one virtual address [C,B,A]: everybody gets C; with D added, everybody gets A")
            .service(Dh)
            .at("10.0.0.1:80")
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .opens(["C", "C"])
            .client(CLIENT)
            .opens(["C"])
            .add("D", 1)
            .opens(["A"])
            .client(OTHER)
            .opens(["A", "A"])
            .end(),
        Case::new(38, "dh: the chosen server is quiesced; all fail, though others are free")
            .service(Dh)
            .at("10.0.0.1:80")
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .weight("C", 0)
            .opens(["refused", "refused"])
            .client(CLIENT)
            .opens(["refused"])
            .end(),
        Case::new(39, "dh by mark [C,B0,A]: a third of the destination addresses fail")
            .service(Dh)
            .at("10.0.0.1:80")
            .marked(1)
            .servers([("A", 1), ("B", 0), ("C", 1)])
            .opens(["C"])
            .to("10.0.0.2:80")
            .opens(["A"])
            .to("192.168.1.1:80")
            .opens(["refused"])
            .to("192.168.1.100:80")
            .opens(["A"])
            .to("172.16.5.9:80")
            .opens(["refused"])
            .to("8.8.8.8:80")
            .opens(["A"])
            .end(),
    ]
}

fn source() -> Vec<Case> {
    vec![
        Case::new(40, "sh [C1,B1,A1], client 192.168.1.100: bucket 89, A")
            .service(Sh)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .client(CLIENT)
            .opens(["A", "A"])
            .end(),
        Case::new(41, "sh, A quiesced: its clients fail; with sh-fallback they go to B (bucket 178)")
            .service(Sh)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .client(CLIENT)
            .weight("A", 0)
            .opens(["refused"])
            .edited(|settings| settings.fallback = true)
            .opens(["B"])
            .end(),
        Case::new("41b", "sh, A overloaded: its clients fail; with sh-fallback they go to B")
            .service(Sh)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .limited("A", [1, 0])
            .client(CLIENT)
            .opens(["A", "refused"])
            .edited(|settings| settings.fallback = true)
            .opens(["B"])
            .end(),
        Case::new(42, "sh [C0,B2,A1]: the pattern is C B B A, and bucket 89 is B")
            .service(Sh)
            .servers([("A", 1), ("B", 2), ("C", 0)])
            .client(CLIENT)
            .opens(["B"])
            // Buckets 39 and 188 of 4: A and C.
            .client("10.0.0.1")
            .opens(["A"])
            .client("8.8.8.8")
            .opens(["refused"])
            .end(),
        Case::new(43, "sh [B100,A300,Z1]: buckets 0-99 are B, the others A, and Z gets none")
            .service(Sh)
            .servers([("Z", 1), ("A", 300), ("B", 100)])
            // Buckets 39, 89, 115, 136, 137 and 188.
            .client("10.0.0.1")
            .opens(["B"])
            .client(CLIENT)
            .opens(["B"])
            .client("172.16.5.9")
            .opens(["A"])
            .client("192.168.1.1")
            .opens(["A"])
            .client("10.0.0.2")
            .opens(["A"])
            .client("8.8.8.8")
            .opens(["A"])
            .end(),
        Case::new(44, "sh-port, port 40000: bucket 253, B; the flag is in force at once, and off at once")
            .service(Sh)
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .client(CLIENT)
            .port(39_999)
            .opens(["A"])
            .edited(|settings| settings.hash_port = true)
            .opens(["B"])
            .edited(|settings| settings.hash_port = false)
            .opens(["A"])
            .end(),
    ]
}

fn maglev() -> Vec<Case> {
    vec![
        Case::new(45, "mh: 192.168.1.100 goes to 10.0.0.2, 203.0.113.7 to 10.0.0.3")
            .service(Mh)
            .servers_in([10, 0, 0])
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .client(CLIENT)
            .opens(["B", "B"])
            .client(OTHER)
            .opens(["C", "C"])
            .end(),
        Case::new(46, "mh, 10.0.0.2 quiesced: its clients fail, and move with mh-fallback; others stay")
            .service(Mh)
            .servers_in([10, 0, 0])
            .servers([("A", 1), ("B", 1), ("C", 1)])
            .client(CLIENT)
            .weight("B", 0)
            .opens(["refused"])
            .edited(|settings| settings.fallback = true)
            .opens(["A"])
            .client(OTHER)
            .opens(["C"])
            .end(),
        Case::new(47, "mh: servers added with weight 0 own no slot; an edit gives them their own")
            .service(Mh)
            .servers_in([10, 0, 0])
            .servers([("A", 0), ("B", 0), ("C", 1)])
            .client(CLIENT)
            .opens(["C"])
            .client(OTHER)
            .opens(["C"])
            .weight("A", 1)
            .weight("B", 1)
            .client(CLIENT)
            .opens(["B"])
            .client(OTHER)
            .opens(["C"])
            .end(),
        Case::new(48, "mh: a server that is deleted and added again with weight 0 owns no slot")
            .service(Mh)
            .servers_in([10, 0, 0])
            .servers([("A", 5), ("B", 1)])
            .delete("A")
            .add("A", 0)
            .visits(1..=20, "B")
            .end(),
    ]
}
