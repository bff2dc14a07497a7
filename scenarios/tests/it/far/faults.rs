//! What a crash takes with it, and what it does not.

use super::{GATE, MASQ, ROWS, Seen, one_server, seen};

fn crashing(forwarding: &str, at: f64, rest: &str, work: f64) -> Seen {
    let fault = format!("[[faults]]\nat = \"{at}ms\"\nkind = \"crash\"\nserver = \"web\"\n{rest}\n");
    one_server(forwarding, 63, &fault, &[(0.0, 1, work)])
}

#[test]
fn a_crash_loses_what_is_on_its_way_to_the_server_and_the_client_sends_it_again() {
    // The SYN is at the director at 20.5, and would be at the server at 23.7. At 5.2 ms it has not been scheduled yet.
    for at in [5.2, 21.7] {
        let seen = crashing(MASQ, at, "lasting = \"500ms\"", 100.0);
        // Sent again after a second; the entry is there, and leads to the same server.
        assert_eq!(seen.told, ["20.5 assigned 0", "1194.8 served, sent at 0"]);
        seen.assert_in_service(0, &[(1071.1, 1), (1171.1, 0)]);
        seen.assert_active(0, &[(20.5, 1), (1215.3, 0)]);
        let requests = seen.outcome.requests.expect("clients react");
        assert_eq!((requests.attempts, requests.syns_again), (1, 1));
    }
    let gate = crashing(GATE, 21.7, "lasting = \"500ms\"", 100.0);
    assert_eq!(gate.told, ["20.5 assigned 0", "1161.6 served, sent at 0"]);
}

#[test]
fn a_client_that_hears_nothing_gives_up_by_its_own_clock() {
    // SYNs at 0 and 1 s, and two seconds more. The second starts the entry's timer anew when it is at the director: SYN_RECV for
    // a minute from 1020.5 on.
    for forwarding in [MASQ, GATE] {
        let seen = crashing(forwarding, 21.7, "[patience]\nsyn_retries = 1", 100.0);
        assert_eq!(seen.told, ["20.5 assigned 0", "3000 NoAnswer, sent at 0"]);
        seen.assert_active(0, &[(20.5, 1), (61_020.5, 0)]);
        seen.assert_in_service(0, &[]);
    }
}

#[test]
fn what_has_left_the_server_arrives() {
    // Done at 171.1; crashed while the answer is between server and director, or between director and client.
    for at in [172.2, 185.2] {
        let seen = crashing(MASQ, at, "", 100.0);
        assert_eq!(seen.told, ["20.5 assigned 0", "194.8 served, sent at 0"]);
        // The client's FIN comes as it would have come.
        seen.assert_active(0, &[(20.5, 1), (215.3, 0)]);
    }
    // Done at 154.5, answered at 161.6.
    let gate = crashing(GATE, 158.2, "", 100.0);
    assert_eq!(gate.told, ["20.5 assigned 0", "161.6 served, sent at 0"]);
    gate.assert_active(0, &[(20.5, 1), (182.1, 0)]);
}

#[test]
fn a_client_does_not_know_of_a_crash_until_its_deadline() {
    for (forwarding, taken) in [(MASQ, 71.1), (GATE, 54.5)] {
        let seen = crashing(forwarding, 500.2, "[patience]\ndeadline = \"700ms\"", 1000.0);
        assert_eq!(seen.told, ["20.5 assigned 0", "700 Deadline, sent at 0"]);
        seen.assert_in_service(0, &[(taken, 1), (500.2, 0)]);
        seen.assert_active(0, &[(20.5, 1), (720.5, 0)]);
    }
}

#[test]
fn a_syn_that_a_full_backlog_drops_is_sent_again_by_the_clients_clock() {
    let small =
        "[[servers]]\nname = \"web\"\nslots = 1\nbacklog = 0\noverflow = \"drop\"\n".to_owned() + ROWS;
    let seen = seen(MASQ, 10, &small, &[(0.0, 1, 500.0), (5.0, 2, 100.0)]);
    // The first has the only slot until 571.1. The second SYN is sent at 1005, with nobody before it: 94.8 + 100.
    assert_eq!(
        seen.told,
        ["20.5 assigned 0", "25.5 assigned 0", "594.8 served, sent at 0", "1199.8 served, sent at 5"]
    );
    seen.assert_in_service(0, &[(71.1, 1), (571.1, 0), (1076.1, 1), (1176.1, 0)]);
}
