//! Clients give up by their own clock; the director and the server learn of it when the packet arrives.

use super::{GATE, MASQ, Seen, one_server};

fn patient(forwarding: &str, patience: &str, work: f64) -> Seen {
    one_server(forwarding, 10, &format!("[patience]\n{patience}\n"), &[(0.0, 1, work)])
}

#[test]
fn a_deadline_closes_the_connection_one_way_later_at_the_director() {
    for (forwarding, taken) in [(MASQ, 71.1), (GATE, 54.5)] {
        let seen = patient(forwarding, "deadline = \"300ms\"", 1000.0);
        assert_eq!(seen.told, ["20.5 assigned 0", "300 Deadline, sent at 0"]);
        // The FIN is at the director at 300 + c: CLOSE_WAIT, or FIN_WAIT, both inactive.
        seen.assert_active(0, &[(20.5, 1), (320.5, 0)]);
        // The server works on in vain.
        seen.assert_in_service(0, &[(taken, 1), (taken + 1000.0, 0)]);
        assert_eq!(seen.outcome.requests.expect("clients react").in_vain, 1);
    }
}

#[test]
fn a_server_that_notices_drops_the_connection_when_the_fin_is_there() {
    for (forwarding, taken) in [(MASQ, 71.1), (GATE, 54.5)] {
        let seen = patient(forwarding, "deadline = \"300ms\"\ncancel = true", 1000.0);
        assert_eq!(seen.told, ["20.5 assigned 0", "300 Deadline, sent at 0"]);
        seen.assert_active(0, &[(20.5, 1), (320.5, 0)]);
        // 300 + c + s.
        seen.assert_in_service(0, &[(taken, 1), (323.7, 0)]);
        assert_eq!(seen.outcome.requests.expect("clients react").in_vain, 0);
    }
}

#[test]
fn an_answer_counts_if_it_is_at_the_client_in_time() {
    // Masquerading: done at 71.1 + 210 = 281.1, at the client 23.7 later.
    let in_time = patient(MASQ, "deadline = \"305ms\"", 210.0);
    assert_eq!(in_time.told, ["20.5 assigned 0", "304.8 served, sent at 0"]);
    in_time.assert_active(0, &[(20.5, 1), (325.3, 0)]);
    let late = patient(MASQ, "deadline = \"304ms\"", 210.0);
    assert_eq!(late.told, ["20.5 assigned 0", "304 Deadline, sent at 0"]);
    // Not in vain: the client still waited when the server was done.
    assert_eq!((late.outcome.finished, late.outcome.requests.expect("clients react").in_vain), (0, 0));
    late.assert_active(0, &[(20.5, 1), (324.5, 0)]);
    // Direct routing: done at 54.5 + 210 = 264.5, at the client 7.1 later.
    let in_time = patient(GATE, "deadline = \"272ms\"", 210.0);
    assert_eq!(in_time.told, ["20.5 assigned 0", "271.6 served, sent at 0"]);
    let late = patient(GATE, "deadline = \"271ms\"", 210.0);
    assert_eq!(late.told, ["20.5 assigned 0", "271 Deadline, sent at 0"]);
}

#[test]
fn a_connection_is_open_when_the_servers_answer_to_the_syn_is_at_the_client() {
    // At 47.4, or 30.8; how long the request takes then does not matter.
    for (forwarding, enough, too_little) in [(MASQ, 48, 47), (GATE, 31, 30)] {
        let open = patient(forwarding, &format!("connect_timeout = \"{enough}ms\""), 1000.0);
        assert_eq!(open.outcome.finished, 1, "{:?}", open.told);
        let closed = patient(forwarding, &format!("connect_timeout = \"{too_little}ms\""), 1000.0);
        assert_eq!(closed.told, ["20.5 assigned 0".to_owned(), format!("{too_little} NoAnswer, sent at 0")]);
        closed.assert_in_service(0, &[]);
    }
}

#[test]
fn the_next_attempt_begins_at_the_client_when_the_last_one_was_given_up() {
    let more = "[patience]\nconnect_timeout = \"200ms\"\nretries = 1\nbackoff = \"100ms\"\n\
                [[faults]]\nat = \"0s\"\nkind = \"crash\"\nserver = \"web\"\nlasting = \"250ms\"\n";
    // Given up at 200; the second SYN is sent at 300, and the server is up again.
    let seen = one_server(MASQ, 10, more, &[(0.0, 1, 100.0)]);
    assert_eq!(seen.told, ["20.5 assigned 0", "320.5 assigned 0", "494.8 served, sent at 0"]);
}
