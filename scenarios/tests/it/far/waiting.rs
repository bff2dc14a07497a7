//! Waiting times have every wait in them, for a line, a server or the next SYN, and no delay on the way.

use super::{GATE, MASQ, ROWS, one_server, seen, web};

#[test]
fn a_connection_waits_at_its_server_from_when_it_is_there() {
    let lone = "[[servers]]\nname = \"web\"\nslots = 1\n".to_owned() + ROWS;
    let rows = [(0.0, 1, 100.0), (5.0, 2, 100.0)];
    let masq = seen(MASQ, 10, &lone, &rows);
    // The second is there at 76.1, and the server is free at 171.1; answered at 271.1 + 23.7.
    assert_eq!(masq.waited, [0.0, 95.0]);
    assert_eq!(masq.told[2..], ["194.8 served, sent at 0", "294.8 served, sent at 5"]);
    let gate = seen(GATE, 10, &lone, &rows);
    // At 59.5, and free at 154.5; 254.5 + 7.1.
    assert_eq!(gate.waited, [0.0, 95.0]);
    assert_eq!(gate.told[2..], ["161.6 served, sent at 0", "261.6 served, sent at 5"]);
}

#[test]
fn a_syn_that_was_lost_has_waited_for_the_next_one() {
    let crash = "[[faults]]\nat = \"21.7ms\"\nkind = \"crash\"\nserver = \"web\"\nlasting = \"500ms\"\n";
    assert_eq!(one_server(MASQ, 10, crash, &[(0.0, 1, 100.0)]).waited, [1000.0]);
}

#[test]
fn answers_wait_in_the_line_of_a_director_that_masquerades() {
    // 40 packets a second: 100 ms for the four of a client's (as in `directors`), 75 ms for the three of the server's: SYN-ACK, FIN
    // and the ACK of the client's FIN.
    let narrow = "[director]\npackets = \"40/s\"\nqueue = \"10s\"\n";
    let seen = seen(MASQ, 10, &(web("web") + ROWS + narrow), &[(0.0, 1, 100.0), (200.0, 2, 100.0)]);
    assert_eq!(
        seen.told,
        [
            "120.5 assigned 0",
            // At the director at 220.5.
            "320.5 assigned 0",
            // 120.5 + 50.6 to the server, 100, and 3.2 to the director: 274.3. Carried from 320.5 to 395.5.
            "416 served, sent at 0",
            // 320.5 + 50.6 + 100 + 3.2 = 474.3, and nobody is before it: 75 and 20.5.
            "569.8 served, sent at 200",
        ]
    );
    assert_eq!(seen.waited, [46.2, 0.0]);
    // Until the client's FIN is at the director.
    seen.assert_active(0, &[(120.5, 1), (320.5, 2), (436.5, 1), (590.3, 0)]);
}
