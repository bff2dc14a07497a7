//! `fo`, `ovf`: section 1.8, edge cases 31 to 33.

use ipvslab_schedulers::Accounting::Total;
use ipvslab_schedulers::Activity::{Active, Inactive};

use crate::service::{BOTH, Service};

#[test]
fn fo_gives_everything_to_the_first_of_the_heaviest() {
    assert_eq!(Service::bound("fo", Total, "B10 A10").connect_times(20), "B".repeat(20));
    assert_eq!(Service::bound("fo", Total, "C9 B10 A10").connect_times(20), "B".repeat(20));
}

#[test]
fn fo_fails_over_when_the_heaviest_is_overloaded_or_quiesced_and_back_when_it_returns() {
    let mut service = Service::bound("fo", Total, "B10x1 A10");
    service.bind('B', Inactive);
    assert_eq!(service.decide(), 'A');
    service.unbind('B', Inactive);
    assert_eq!(service.decide(), 'B');
    service.edit("B0x1");
    assert_eq!(service.decide(), 'A');
    service.edit("A0");
    assert_eq!(service.decide(), '-');
}

#[test]
fn ovf_accepts_one_connection_more_than_the_weight_and_then_overflows() {
    for accounting in BOTH {
        assert_eq!(Service::bound("ovf", accounting, "B5 A5").connect_times(14), "BBBBBBAAAAAA--");
    }
}

#[test]
fn ovf_returns_to_the_heaviest_as_soon_as_it_has_room() {
    let mut service = Service::bound("ovf", Total, "B2 A1");
    assert_eq!(service.connect_times(4), "BBBA");
    service.unbind('B', Active);
    assert_eq!(service.decide(), 'B');
}

#[test]
fn ovf_never_leaves_the_heaviest_server_under_udp() {
    assert_eq!(Service::bound("ovf", Total, "B5 A9").datagram_times(100), "A".repeat(100));
}
