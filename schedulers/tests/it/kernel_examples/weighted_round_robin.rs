//! `wrr`: section 1.3, edge cases 12 to 20.

use ipvslab_schedulers::Accounting::Total;
use ipvslab_schedulers::Activity::Inactive;

use crate::service::Service;

#[test]
fn service_switched_to_wrr_with_its_servers_in_place_starts_with_the_heaviest() {
    assert_eq!(Service::bound("wrr", Total, "C2 B3 A4").decide_times(18), "ABACBACBAABACBACBA");
    let mut service = Service::bound("lc", Total, "C2 B3 A4");
    service.switch("wrr");
    assert_eq!(service.decide_times(9), "ABACBACBA");
}

#[test]
fn servers_added_one_by_one_play_the_first_round_at_current_weight_1() {
    let mut service = Service::grown("wrr", Total, "A4 B3 C2");
    assert_eq!(service.connect_times(21), "CBAABACBACBAABACBACBA");
    assert_eq!(Service::grown("wrr", Total, "A2 B4").decide_times(6), "BABBAB");
}

#[test]
fn weights_with_a_common_divisor_fall_in_steps_of_it() {
    assert_eq!(Service::bound("wrr", Total, "B2 A4").decide_times(6), "ABAABA");
    assert_eq!(Service::bound("wrr", Total, "C50 B100 A100").decide_times(10), "BACBABACBA");
}

#[test]
fn heavy_server_is_served_in_a_burst() {
    assert_eq!(Service::bound("wrr", Total, "C1 B1 A5").decide_times(14), "AAAACBAAAAACBA");
}

#[test]
fn lowering_the_heaviest_lowers_the_current_weight_too() {
    let mut service = Service::bound("wrr", Total, "C1 B1 A5");
    assert_eq!(service.decide_times(3), "AAA");
    service.edit("A2");
    assert_eq!(service.decide_times(8), "ACBAACBA");
}

#[test]
fn edit_rounds_the_current_weight_to_the_new_step() {
    let mut service = Service::bound("wrr", Total, "B5 A10");
    assert_eq!(service.decide_times(2), "AB");
    service.edit("B4");
    assert_eq!(service.decide_times(9), "BAAAABABA");
}

#[test]
fn edit_that_changes_nothing_sends_the_walk_to_the_head() {
    let mut service = Service::bound("wrr", Total, "B1 A1");
    assert_eq!(service.decide(), 'B');
    service.edit("A1");
    assert_eq!(service.decide(), 'B');
}

#[test]
fn failing_for_overload_before_the_round_ends_leaves_the_walk_at_the_head() {
    let mut service = Service::bound("wrr", Total, "B1x1 A3x1");
    assert_eq!(service.decide(), 'A');
    service.bind('A', Inactive);
    service.bind('B', Inactive);
    assert_eq!(service.decide(), '-');
    service.unbind('A', Inactive);
    service.unbind('B', Inactive);
    // From the head at current weight 3: A for 3 and 2, then the pass at 1.
    assert_eq!(service.decide_times(4), "AABA");
}

#[test]
fn failing_for_overload_in_the_last_pass_leaves_the_walk_where_it_was() {
    let mut service = Service::bound("wrr", Total, "B1x1 A1x1");
    assert_eq!(service.decide(), 'B');
    service.bind('A', Inactive);
    service.bind('B', Inactive);
    assert_eq!(service.decide(), '-');
    service.unbind('A', Inactive);
    service.unbind('B', Inactive);
    assert_eq!(service.decide_times(3), "ABA");
}

#[test]
fn pool_that_was_all_quiesced_serves_whoever_returns() {
    let mut service = Service::bound("wrr", Total, "B0 A0");
    assert_eq!(service.decide_times(2), "--");
    service.edit("A3");
    assert_eq!(service.decide_times(4), "AAAA");
}

#[test]
fn only_open_server_serves_again_once_its_overload_is_over() {
    let mut service = Service::bound("wrr", Total, "B3x1 A0");
    service.bind('B', Inactive);
    assert_eq!(service.decide(), '-');
    service.unbind('B', Inactive);
    assert_eq!(service.decide(), 'B');
}
