//! A refusal is a packet, and takes its time to the client: resets by servers, and the director's ICMP errors.

use super::{GATE, MASQ, ROWS, one_server, seen, web};

/// The server's process is gone from the start on.
const REFUSES: &str = "[[faults]]\nat = \"0s\"\nkind = \"reset\"\nserver = \"web\"\n";

#[test]
fn the_reset_of_a_syn_passes_a_director_that_masquerades() {
    let seen = one_server(MASQ, 10, REFUSES, &[(0.0, 1, 100.0)]);
    assert_eq!(seen.told, ["20.5 assigned 0", "47.4 Reset, sent at 0"]);
    // From the server at 23.7 to the director, which has the entry in CLOSE from then on: 23.7 + 3.2.
    seen.assert_active(0, &[(20.5, 1), (26.9, 0)]);
}

#[test]
fn the_reset_of_a_syn_goes_past_a_director_that_does_not() {
    let seen = one_server(GATE, 62, REFUSES, &[(0.0, 1, 100.0)]);
    assert_eq!(seen.told, ["20.5 assigned 0", "30.8 Reset, sent at 0"]);
    // The director knows of a SYN that nobody answered: SYN_RECV for a minute.
    seen.assert_active(0, &[(20.5, 1), (60_020.5, 0)]);
}

#[test]
fn a_full_backlog_says_so_as_late() {
    let small = "[[servers]]\nname = \"web\"\nslots = 1\nbacklog = 0\n[patience]\n".to_owned() + ROWS;
    let rows = [(0.0, 1, 1000.0), (5.0, 2, 100.0)];
    // The first is on its way to the server when the second is scheduled.
    let told = seen(MASQ, 10, &small, &rows).told;
    let served = "1094.8 served, sent at 0";
    assert_eq!(told, ["20.5 assigned 0", "25.5 assigned 0", "52.4 BacklogFull, sent at 5", served]);
    let told = seen(GATE, 10, &small, &rows).told;
    let served = "1061.6 served, sent at 0";
    assert_eq!(told, ["20.5 assigned 0", "25.5 assigned 0", "35.8 BacklogFull, sent at 5", served]);
}

#[test]
fn without_a_server_the_directors_own_answer_comes_back() {
    let quiesced = "[[timeline]]\nat = \"0s\"\nquiesce = \"web\"\n[patience]\n";
    for forwarding in [MASQ, GATE] {
        // An ICMP error, from the director: 2c.
        let seen = one_server(forwarding, 10, quiesced, &[(0.0, 1, 100.0)]);
        assert_eq!(seen.told, ["41 NoServer, sent at 0"]);
    }
}

#[test]
fn a_client_tries_again_from_when_it_knows() {
    let patience = "[patience]\nretries = 1\nbackoff = \"100ms\"\n";
    let sections = web("other") + &web("web") + ROWS + REFUSES + patience;
    // rr begins at the server that was added last. The second SYN is sent at 47.4 + 100, and served after 94.8 + 100.
    let masq = seen(MASQ, 10, &sections, &[(0.0, 1, 100.0)]);
    assert_eq!(masq.told, ["20.5 assigned 1", "167.9 assigned 0", "342.2 served, sent at 0"]);
    // 30.8 + 100, and 61.6 + 100.
    let gate = seen(GATE, 10, &sections, &[(0.0, 1, 100.0)]);
    assert_eq!(gate.told, ["20.5 assigned 1", "151.3 assigned 0", "292.4 served, sent at 0"]);
    assert_eq!(gate.outcome.requests.expect("clients react").attempts, 2);
}

#[test]
fn connections_in_service_are_reset_and_their_clients_learn_it_later() {
    let breaks = "[[faults]]\nat = \"500.2ms\"\nkind = \"reset\"\nserver = \"web\"\n";
    let masq = one_server(MASQ, 10, breaks, &[(0.0, 1, 1000.0)]);
    // At the director after s, at the client after c + s.
    assert_eq!(masq.told, ["20.5 assigned 0", "523.9 Reset, sent at 0"]);
    masq.assert_active(0, &[(20.5, 1), (503.4, 0)]);
    masq.assert_in_service(0, &[(71.1, 1), (500.2, 0)]);
    // At the client after b. A client that is reset says nothing: at the director the connection stays ESTABLISHED.
    let gate = one_server(GATE, 10, breaks, &[(0.0, 1, 1000.0)]);
    assert_eq!(gate.told, ["20.5 assigned 0", "507.3 Reset, sent at 0"]);
    gate.assert_active(0, &[(20.5, 1)]);
}
