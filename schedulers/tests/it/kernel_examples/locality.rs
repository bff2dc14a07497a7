//! `lblc`: section 1.10, edge cases 49 to 53.

use ipvslab_schedulers::Accounting::{Classic, Total};
use ipvslab_schedulers::Activity::Active;

use crate::service::{BOTH, Service};

#[test]
fn lblc_stays_until_the_server_is_above_its_weight_and_another_below_half() {
    for accounting in BOTH {
        assert_eq!(Service::bound("lblc", accounting, "C1 B1 A1").connect_times(6), "CCBBAA");
    }
}

#[test]
fn lblc_does_not_move_while_every_other_server_is_above_half_its_weight() {
    let mut service = Service::bound("lblc", Classic, "C100 B100 A100");
    assert_eq!(service.decide(), 'C');
    service.load('C', 150, 0);
    service.load('B', 50, 0);
    service.load('A', 50, 0);
    assert_eq!(service.decide(), 'C');
    service.unbind('A', Active);
    assert_eq!(service.decide(), 'A');
}

#[test]
fn lblc_keeps_a_cached_server_that_is_overloaded() {
    let mut service = Service::bound("lblc", Total, "C9x2 B9 A9");
    assert_eq!(service.connect_times(5), "CCCCC");
    assert!(service.server('C').overloaded());
    // Another address is a fresh pick, which heeds the flag.
    assert_eq!(service.towards("10.0.0.2").decide(), 'B');
}

#[test]
fn lblc_picks_anew_when_the_cached_server_is_removed_or_quiesced() {
    for quiesced in [false, true] {
        let mut service = Service::bound("lblc", Total, "C1 B1 A1");
        assert_eq!(service.decide(), 'C');
        if quiesced {
            service.edit("C0")
        } else {
            service.remove('C')
        }
        assert_eq!(service.decide(), 'B');
        // The entry was replaced.
        if quiesced {
            service.edit("C1")
        } else {
            service.add("C1")
        }
        assert_eq!(service.decide(), 'B');
    }
}

#[test]
fn lblc_entry_is_good_again_when_the_server_returns_before_it_was_replaced() {
    let mut service = Service::bound("lblc", Total, "C1 B1 A1");
    service.load('C', 1, 0);
    service.edit("B0 A0");
    assert_eq!(service.decide(), 'C');
    service.remove('C');
    assert_eq!(service.decide(), '-');
    service.add("C1");
    service.edit("B1 A1");
    assert_eq!(service.decide(), 'C');
    assert_eq!(service.towards("10.0.0.2").decide(), 'B');
}

/// A service whose entry for 10.0.0.1 says C, used at `first_use_s`, while a fresh pick would be B.
fn cached(first_use_s: u64) -> Service {
    let mut service = Service::bound("lblc", Total, "C1 B1 A1");
    service.wait(first_use_s);
    assert_eq!(service.connect_times(1), "C");
    service
}

#[test]
fn lblc_forgets_an_unused_address_at_the_full_check_after_24_hours() {
    for (first_use_s, second_use_s, expected) in
        [(0, 86_399, 'C'), (0, 86_400, 'B'), (1, 86_401, 'C'), (1, 88_199, 'C'), (1, 88_200, 'B')]
    {
        let mut service = cached(first_use_s);
        service.wait(second_use_s - first_use_s);
        assert_eq!(service.decide(), expected, "used at {first_use_s} s and {second_use_s} s");
    }
}

#[test]
fn lblc_lookup_refreshes_an_entry_even_if_its_server_is_rejected() {
    let mut service = cached(0);
    service.edit("C0 B0 A0");
    service.wait(43_200);
    assert_eq!(service.decide(), '-');
    service.edit("C1 B1 A1");
    service.wait(50_000);
    assert_eq!(service.decide(), 'C');
}
