//! Health checks start at the director and travel to the server and back, on a way of their own past the director's line.

use super::{GATE, MASQ, ROWS, Row, Seen, seen, web};

/// Checks begin at 0, and 1 s after the end of the last one. One that is answered takes 2s = 6.4 ms: they begin at 0, 1006.4, 2012.8,
/// 3019.2.
fn checked(forwarding: &str, fault: &str, health: &str, more: &str, rows: &[Row]) -> Seen {
    let sections = web("other")
        + &web("web")
        + ROWS
        + &format!("[[faults]]\nserver = \"web\"\n{fault}\n")
        + &format!("[health]\ndelay_loop = \"1s\"\nconnect_timeout = \"500ms\"\nwarmup = \"0s\"\n{health}\n")
        + more;
    seen(forwarding, 10, &sections, rows)
}

fn detections(seen: &Seen) -> Vec<&str> {
    seen.told.iter().map(String::as_str).filter(|line| line.contains("detected")).collect()
}

const ONE: [Row; 1] = [(0.0, 1, 100.0)];

#[test]
fn a_refused_check_fails_when_its_reset_is_back() {
    for forwarding in [MASQ, GATE] {
        let fault = "at = \"2500.2ms\"\nkind = \"reset\"";
        let once = checked(forwarding, fault, "retry = 0", "", &ONE);
        assert_eq!(detections(&once), ["3025.6 detected 1"]);
        // Repeated 100 ms after its end: from 3125.6 to 3132.
        let twice = checked(forwarding, fault, "retry = 1\ndelay_before_retry = \"100ms\"", "", &ONE);
        assert_eq!(detections(&twice), ["3132 detected 1"]);
    }
}

#[test]
fn a_check_that_nobody_answers_fails_by_the_directors_clock() {
    let seen = checked(MASQ, "at = \"2500.2ms\"\nkind = \"crash\"", "retry = 0", "", &ONE);
    assert_eq!(detections(&seen), ["3519.2 detected 1"]);
}

#[test]
fn a_check_that_was_answered_has_passed() {
    // Begun at 3019.2, answered by the server at 3022.4, while it was up. The next one begins at 4025.6.
    let answered = checked(MASQ, "at = \"3023.2ms\"\nkind = \"crash\"", "retry = 0", "", &ONE);
    assert_eq!(detections(&answered), ["4525.6 detected 1"]);
}

#[test]
fn a_check_that_asks_for_an_answer_takes_two_round_trips() {
    // 12.8 ms: checks begin at 0, 1012.8, 2025.6, 3038.4. The reset of the SYN is back after one round trip.
    let refused =
        checked(MASQ, "at = \"2500.2ms\"\nkind = \"reset\"", "retry = 0\ncheck = \"http\"", "", &ONE);
    assert_eq!(detections(&refused), ["3044.8 detected 1"]);
    // A server that hangs opens the connection and says no more.
    let hangs = checked(MASQ, "at = \"2500.2ms\"\nkind = \"hang\"", "retry = 0\ncheck = \"http\"", "", &ONE);
    assert_eq!(detections(&hangs), ["3538.4 detected 1"]);
}

#[test]
fn a_server_is_taken_out_and_brought_back_when_the_answer_is_at_the_director() {
    let fault = "at = \"2500.2ms\"\nkind = \"reset\"\nlasting = \"2s\"";
    let seen = checked(MASQ, fault, "retry = 0", "", &ONE);
    // Found at 3025.6; refused again from 4025.6 to 4032; answered from 5032 to 5038.4.
    seen.assert_changes(|load| load.weight.into(), 1, &[(3025.6, 0), (5038.4, 1)]);
}

#[test]
fn checks_do_not_wait_in_the_directors_line() {
    // Eighty packets wait for a director that carries ten a second, 8 s of work; a check would wait for all of them.
    let narrow = "[director]\npackets = \"10/s\"\nqueue = \"100s\"\n";
    let crowd = [(0.0, 1, 100.0); 20];
    let fault = "at = \"2500.2ms\"\nkind = \"reset\"";
    let seen = checked(GATE, fault, "retry = 0", narrow, &crowd);
    assert_eq!(detections(&seen), ["3025.6 detected 1"]);
    // Nor do they take any of its time: all that it was busy with are the 20 connections, 400 ms each.
    let director = seen.outcome.director.expect("bounds");
    assert_eq!((director.came, director.busy_ns), (20, 8_000_000_000));
}
