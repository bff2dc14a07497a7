//! Directors that can carry only so much: each has a line of its own, and one that takes over begins with an empty one.
//!
//! Here a director carries 40 packets a second. A connection without data is four of the client's (SYN, ACK, FIN, and the ACK of the
//! server's FIN), which it has to carry before the SYN goes on: 100 ms. Replies do not pass it.

use super::{GATE, ROWS, seen, web};

fn narrow(queue: &str) -> String {
    format!("[director]\npackets = \"40/s\"\nqueue = \"{queue}\"\n")
}

#[test]
fn each_director_has_a_line_of_its_own() {
    // 10.128.0.1 and .3 come to the first of two directors, .2 to the second (MurmurHash3's finaliser, worked out by another
    // implementation): their SYNs all come at 20.5.
    let rows = [(0.0, 1, 100.0), (0.0, 2, 100.0), (0.0, 3, 100.0)];
    let farm = web("other") + &web("web") + ROWS + &narrow("10s");
    let two = seen(GATE, 10, &(farm.clone() + "[directors]\ncount = 2\n"), &rows);
    // Carried at 120.5, or waiting for one and carried at 220.5. From then on s + b + c + s to the server, 100, and b: 141.1. Each
    // director begins at the server added last.
    let told = ["120.5 assigned 1", "120.5 assigned 1", "220.5 assigned 0"];
    let served = ["261.6 served, sent at 0", "261.6 served, sent at 0", "361.6 served, sent at 0"];
    assert_eq!(two.told, [told, served].concat());
    // One director carries all three.
    let one = seen(GATE, 10, &farm, &rows);
    let told = ["120.5 assigned 1", "220.5 assigned 0", "261.6 served, sent at 0", "320.5 assigned 1"];
    assert_eq!(one.told, [&told[..], &["361.6 served, sent at 0", "461.6 served, sent at 0"]].concat());
    // What counts is the wait for the line; what a director takes to carry a connection is no wait.
    assert_eq!((two.waited, one.waited), (vec![0.0, 0.0, 100.0], vec![0.0, 100.0, 200.0]));
}

#[test]
fn a_director_that_takes_over_begins_with_an_empty_line_and_what_was_in_the_old_one_is_lost() {
    // At 50.2 the old one was busy with the first SYN, and the second one waited. Their clients send them again after a second.
    let rows = [(0.0, 1, 100.0), (10.0, 2, 100.0), (60.0, 3, 100.0)];
    for sync in [false, true] {
        let fault = format!("[[faults]]\nat = \"50.2ms\"\nkind = \"failover\"\nsync = {sync}\n");
        let sections = web("other") + &web("web") + ROWS + &narrow("10s") + &fault;
        let seen = seen(GATE, 10, &sections, &rows);
        assert_eq!(
            seen.told,
            [
                // The third comes at 80.5, and nobody is before it.
                "180.5 assigned 1",
                "321.6 served, sent at 60",
                // 1000 + 20.5 + 100.
                "1120.5 assigned 0",
                // 1010 + 20.5, and then it waits for the one before it.
                "1220.5 assigned 1",
                "1261.6 served, sent at 0",
                "1361.6 served, sent at 10",
            ]
        );
        assert_eq!(seen.outcome.requests.expect("clients react").syns_again, 2);
    }
}

#[test]
fn a_request_on_an_open_connection_waits_for_its_turn_and_is_not_dropped() {
    // A question of one segment: a connection is 5 packets, 125 ms; a further request on it one, 25 ms. No SYN waits.
    let rows =
        ROWS.replace("[work.trace]\nper = { work = \"1ms\" }\n", "[work.constant]\ntime = \"100ms\"\n");
    let requests =
        "[requests]\ncount = 2\nidle.constant.time = \"1s\"\n[sizes.request.constant]\nsize = \"100B\"\n";
    let sections = web("web") + &rows + requests + &narrow("0s");
    let seen = seen(GATE, 10, &sections, &[(0.0, 1, 0.0), (1250.0, 2, 0.0)]);
    assert_eq!(
        seen.told,
        [
            // 20.5 + 125; from then on 34 to the server, 100, and 7.1.
            "145.5 assigned 0",
            "286.6 served, sent at 0",
            // The other client's comes at 1270.5.
            "1395.5 assigned 0",
            // At the director at 1307.1; carried from 1395.5 to 1420.5; 3.2, 100, 7.1.
            "1530.8 served, sent at 1286.6",
            "1536.6 served, sent at 1250",
            // At the director at 2557.1, which is idle: 25, 3.2, 100, 7.1.
            "2692.4 served, sent at 2536.6",
        ]
    );
}
