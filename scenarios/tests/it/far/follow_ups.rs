//! Follow-up requests: no handshake on an open connection, and think time starts when the answer is at the client.

use super::{GATE, MASQ, ROWS, Seen, seen, web};

/// One client with this many requests on a connection, `idle` from an answer to the next one, each with 100 ms of work.
fn kept(forwarding: &str, count: u32, idle: &str, more: &str) -> Seen {
    let rows =
        ROWS.replace("[work.trace]\nper = { work = \"1ms\" }\n", "[work.constant]\ntime = \"100ms\"\n");
    let requests = format!("[requests]\ncount = {count}\nidle.constant.time = \"{idle}\"\n");
    seen(forwarding, 10, &(web("web") + &rows + &requests + more), &[(0.0, 1, 0.0)])
}

/// One user who thinks for 500 ms, before the first connection too, for 2 s of connections; each with 100 ms of work.
fn user(forwarding: &str, more: &str) -> Seen {
    let closed =
        "[arrivals.closed]\nusers = 1\nthink.constant.time = \"500ms\"\n[work.constant]\ntime = \"100ms\"\n";
    seen(forwarding, 2, &(web("web") + closed + more), &[])
}

#[test]
fn a_request_on_an_open_connection_takes_one_way_there_and_one_way_back() {
    let masq = kept(MASQ, 3, "200ms", "");
    // 94.8 + 100; sent 200 later, and answered 47.4 + 100 after that; and once more.
    let served = ["194.8 served, sent at 0", "542.2 served, sent at 394.8", "889.6 served, sent at 742.2"];
    assert_eq!(masq.told, [&["20.5 assigned 0"], &served[..]].concat());
    // Sent + 23.7.
    let busy = [(71.1, 1), (171.1, 0), (418.5, 1), (518.5, 0), (765.9, 1), (865.9, 0)];
    masq.assert_in_service(0, &busy);
    // Open from the SYN to the FIN, 889.6 + 20.5.
    masq.assert_active(0, &[(20.5, 1), (910.1, 0)]);

    let gate = kept(GATE, 3, "200ms", "");
    // 61.6 + 100, and 30.8 + 100.
    let served = ["161.6 served, sent at 0", "492.4 served, sent at 361.6", "823.2 served, sent at 692.4"];
    assert_eq!(gate.told, [&["20.5 assigned 0"], &served[..]].concat());
    let busy = [(54.5, 1), (154.5, 0), (385.3, 1), (485.3, 0), (716.1, 1), (816.1, 0)];
    gate.assert_in_service(0, &busy);
    gate.assert_active(0, &[(20.5, 1), (843.7, 0)]);
}

#[test]
fn a_user_thinks_from_when_the_answer_is_there() {
    assert_eq!(
        user(MASQ, "").told,
        [
            "520.5 assigned 0",
            "694.8 served, sent at 500",
            "1215.3 assigned 0",
            "1389.6 served, sent at 1194.8",
            "1910.1 assigned 0",
            "2084.4 served, sent at 1889.6",
        ]
    );
    assert_eq!(
        user(GATE, "").told,
        [
            "520.5 assigned 0",
            "661.6 served, sent at 500",
            "1182.1 assigned 0",
            "1323.2 served, sent at 1161.6",
            "1843.7 assigned 0",
            "1984.8 served, sent at 1823.2",
        ]
    );
}

#[test]
fn a_user_who_is_refused_thinks_from_when_the_reset_is_there() {
    let refuses = "[[faults]]\nat = \"0s\"\nkind = \"reset\"\nserver = \"web\"\n";
    assert_eq!(
        user(MASQ, refuses).told,
        [
            "520.5 assigned 0",
            "547.4 Reset, sent at 500",
            "1067.9 assigned 0",
            "1094.8 Reset, sent at 1047.4",
            "1615.3 assigned 0",
            "1642.2 Reset, sent at 1594.8",
        ]
    );
}

#[test]
fn what_the_director_has_forgotten_it_resets_itself() {
    // The connection is silent for 2 s, the director forgets it after 1 s. The next request is sent at 194.8 + 2000, or
    // 161.6 + 2000, and the reset comes from the director: 2c later.
    let short = "[service.timeouts]\nestablished = \"1s\"\n";
    let masq = kept(MASQ, 2, "2s", short);
    let served = ["20.5 assigned 0", "194.8 served, sent at 0"];
    assert_eq!(masq.told, [served[0], served[1], "2235.8 Reset, sent at 2194.8"]);
    let gate = kept(GATE, 2, "2s", short);
    assert_eq!(gate.told, ["20.5 assigned 0", "161.6 served, sent at 0", "2202.6 Reset, sent at 2161.6"]);
    // So is what a director never knew that has taken over without `sync`; with it, it goes on.
    let fails_over = |sync: bool| {
        let fault = format!("[[faults]]\nat = \"500.2ms\"\nkind = \"failover\"\nsync = {sync}\n");
        kept(MASQ, 2, "1s", &fault).told
    };
    assert_eq!(fails_over(false), [served[0], served[1], "1235.8 Reset, sent at 1194.8"]);
    assert_eq!(fails_over(true), [served[0], served[1], "1342.2 served, sent at 1194.8"]);
}

#[test]
fn a_server_that_was_started_anew_resets_what_it_does_not_know() {
    // Its machine was down for 100 ms, and nobody was told: the client learns it by its next request, 2c + 2s after that was sent.
    let crash = "[[faults]]\nat = \"400.2ms\"\nkind = \"crash\"\nserver = \"web\"\nlasting = \"100ms\"\n";
    let masq = kept(MASQ, 2, "1s", crash);
    assert_eq!(masq.told, ["20.5 assigned 0", "194.8 served, sent at 0", "1242.2 Reset, sent at 1194.8"]);
    // Sent + 23.7 + 3.2.
    masq.assert_active(0, &[(20.5, 1), (1221.7, 0)]);
    let gate = kept(GATE, 2, "1s", crash);
    assert_eq!(gate.told, ["20.5 assigned 0", "161.6 served, sent at 0", "1192.4 Reset, sent at 1161.6"]);
}

#[test]
fn a_server_whose_process_ended_has_said_so() {
    // The reset is at the director at 403.4: the next request is on a new connection, with a handshake.
    let reset = "[[faults]]\nat = \"400.2ms\"\nkind = \"reset\"\nserver = \"web\"\nlasting = \"100ms\"\n";
    let masq = kept(MASQ, 2, "1s", reset);
    let told =
        ["20.5 assigned 0", "194.8 served, sent at 0", "1215.3 assigned 0", "1389.6 served, sent at 1194.8"];
    assert_eq!(masq.told, told);
    masq.assert_active(0, &[(20.5, 1), (403.4, 0), (1215.3, 1), (1410.1, 0)]);
}

#[test]
fn a_request_to_a_crashed_server_waits_for_its_deadline() {
    let more = "[[faults]]\nat = \"400.2ms\"\nkind = \"crash\"\nserver = \"web\"\n[patience]\ndeadline = \"300ms\"\n";
    let masq = kept(MASQ, 2, "1s", more);
    assert_eq!(masq.told, ["20.5 assigned 0", "194.8 served, sent at 0", "1494.8 Deadline, sent at 1194.8"]);
    // Its FIN is at the director 20.5 later.
    masq.assert_active(0, &[(20.5, 1), (1515.3, 0)]);
}
