//! `lc`, `wlc`, `sed`, `nq`: sections 0 and 1.4 to 1.7, edge cases 21 to 30 and the golden sequences.

use ipvslab_schedulers::Accounting::{Classic, Total};
use ipvslab_schedulers::Activity::{Active, Inactive};

use crate::service::{BOTH, Service};

#[test]
fn wlc_gives_an_idle_pools_first_connection_to_the_head_whatever_the_weights() {
    for accounting in BOTH {
        let mut service = Service::bound("wlc", accounting, "C1 B5 A100");
        assert_eq!(service.decide_times(3), "CCC");
        assert_eq!(service.connect_times(2), "CB");
    }
}

#[test]
fn wlc_breaks_ties_by_list_order() {
    let mut service = Service::bound("wlc", Classic, "B2 A1");
    service.load('B', 2, 0);
    service.load('A', 1, 0);
    assert_eq!(service.decide(), 'B');
}

#[test]
fn wlc_never_picks_an_idle_quiesced_server() {
    let mut service = Service::bound("wlc", Total, "B1x51 A0");
    service.load('B', 50, 0);
    assert_eq!(service.decide(), 'B');
    service.bind('B', Active);
    assert!(service.server('B').overloaded());
    assert_eq!(service.decide(), '-');
}

#[test]
fn lc_ignores_how_large_a_weight_is() {
    let mut service = Service::bound("lc", Total, "B1 A100");
    service.load('A', 3, 0);
    service.load('B', 3, 0);
    assert_eq!(service.decide(), 'B');
}

#[test]
fn lc_decides_otherwise_under_total_accounting() {
    for (accounting, list, expected) in
        [(Classic, "X1 Y1", 'X'), (Total, "X1 Y1", 'Y'), (Classic, "Y1 X1", 'Y'), (Total, "Y1 X1", 'Y')]
    {
        let mut service = Service::bound("lc", accounting, list);
        service.load('X', 10, 0);
        service.load('Y', 9, 256);
        let overheads = (service.server('X').overhead(), service.server('Y').overhead());
        assert_eq!(overheads, if accounting == Classic { (2560, 2560) } else { (2570, 2569) });
        assert_eq!(service.decide(), expected, "{accounting}, {list}");
    }
}

#[test]
fn lc_weighs_300_udp_flows_heavier_than_one_active_connection() {
    for accounting in BOTH {
        let mut service = Service::bound("lc", accounting, "X1 Y1");
        service.load('X', 0, 300);
        service.load('Y', 1, 0);
        assert_eq!(service.decide(), 'Y');
    }
}

#[test]
fn lc_weighs_256_udp_flows_like_one_active_connection_or_one_less() {
    for (accounting, expected) in [(Classic, 'Y'), (Total, 'X')] {
        let mut service = Service::bound("lc", accounting, "Y1 X1");
        service.load('X', 0, 256);
        service.load('Y', 1, 0);
        assert_eq!(service.decide(), expected, "{accounting}");
    }
}

#[test]
fn sed_leaves_a_light_server_idle_until_the_heavy_one_has_as_many_as_its_weight_less_one() {
    let mut service = Service::bound("sed", Total, "B1 A3");
    assert_eq!(service.decide(), 'A');
    service.load('A', 2, 0);
    assert_eq!(service.decide(), 'B');
}

#[test]
fn nq_takes_the_first_idle_server_not_the_heaviest() {
    let mut service = Service::bound("nq", Total, "C5 B1 A9");
    service.load('C', 1, 0);
    assert_eq!(service.decide(), 'B');
}

#[test]
fn nq_gives_all_udp_flows_to_the_first_open_server() {
    assert_eq!(Service::bound("nq", Total, "C0 B1 A9").datagram_times(50), "B".repeat(50));
}

#[test]
fn sed_gives_all_udp_flows_to_the_heaviest_server() {
    assert_eq!(Service::bound("sed", Total, "C1 B9 A9").datagram_times(50), "B".repeat(50));
}

/// `load` would need millions of connections; `wake` alone moves the overhead by 255 or 256.
fn woken(scheduler: &str, list: &str, times: u32) -> Service {
    let mut service = Service::bound(scheduler, Total, list);
    service.bind('X', Inactive);
    for _ in 0..times {
        service.table.wake(crate::service::id('X'));
    }
    service.bind('Y', Active);
    service
}

#[test]
fn wlc_takes_a_server_whose_overhead_has_wrapped_for_the_least_loaded() {
    let mut service = woken("wlc", "Y1 X1", 1 << 23);
    assert!(service.server('X').overhead() < 0);
    assert_eq!(service.decide(), 'X');
}

#[test]
fn wlc_takes_even_a_quiesced_server_whose_overhead_has_wrapped() {
    let mut service = woken("wlc", "Y1 X0", 1 << 23);
    assert_eq!(service.decide(), 'X');
    // Only as a later candidate: the first pick must be open.
    let mut service = woken("wlc", "X0 Y1", 1 << 23);
    assert_eq!(service.decide(), 'Y');
}

#[test]
fn lc_compares_unsigned_and_so_wraps_a_factor_of_two_later() {
    assert_eq!(woken("lc", "Y1 X1", 1 << 23).decide(), 'Y');
    assert_eq!(woken("lc", "Y1 X1", 1 << 24).decide(), 'X');
}

#[test]
fn golden_sequences_of_weights_1_and_3_are_those_of_the_kernel() {
    for accounting in BOTH {
        for (scheduler, expected) in
            [("wlc", "BAAABAAABAAA"), ("sed", "AABAAABAAABA"), ("nq", "BAAAAABAAABA"), ("lc", "BABABA")]
        {
            let mut service = Service::bound(scheduler, accounting, "B1 A3");
            assert_eq!(service.connect_times(expected.len()), expected, "{scheduler}, {accounting}");
            let mut service = Service::grown(scheduler, accounting, "A3 B1");
            assert_eq!(service.connect_times(expected.len()), expected, "{scheduler}, {accounting}, grown");
        }
    }
}
