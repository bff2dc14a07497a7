//! `rr`: section 1.2, edge cases 1 to 11.

use ipvslab_schedulers::Accounting::Total;

use crate::service::Service;

#[test]
fn servers_added_one_by_one_are_served_newest_first() {
    assert_eq!(Service::grown("rr", Total, "A1 B1 C1").decide_times(6), "CBACBA");
    assert_eq!(Service::grown("rr", Total, "A1 B1 C1").connect_times(4), "CBAC");
}

#[test]
fn new_server_is_reached_only_after_the_rotation_wraps() {
    let mut service = Service::bound("rr", Total, "C1 B1 A1");
    assert_eq!(service.decide(), 'C');
    service.add("D1");
    assert_eq!(service.decide_times(4), "BADC");
}

#[test]
fn removing_the_cursors_server_goes_on_with_its_successor() {
    for (picks, removed, next) in [(2, 'B', 'A'), (1, 'C', 'B'), (3, 'A', 'C')] {
        let mut service = Service::bound("rr", Total, "C1 B1 A1");
        let last = service.decide_times(picks).pop();
        assert_eq!(last, Some(removed));
        service.remove(removed);
        assert_eq!(service.decide(), next, "{removed} removed");
    }
}

#[test]
fn removed_and_re_added_server_is_at_the_head_and_the_cursor_before_its_old_place() {
    let mut service = Service::bound("rr", Total, "C1 B1 A1");
    assert_eq!(service.decide_times(3), "CBA");
    service.remove('A');
    service.add("A1");
    assert_eq!(service.decide(), 'A');
}

#[test]
fn quiesced_server_is_skipped() {
    assert_eq!(Service::bound("rr", Total, "C1 B0 A1").decide_times(4), "CACA");
}

#[test]
fn failed_attempt_leaves_the_cursor_where_it_was() {
    let mut service = Service::bound("rr", Total, "C1 B1 A1");
    assert_eq!(service.decide_times(2), "CB");
    service.edit("A0 B0 C0");
    assert_eq!(service.decide(), '-');
    service.edit("A1 B1 C1");
    assert_eq!(service.decide(), 'A');
}

#[test]
fn only_server_is_chosen_again_and_again() {
    assert_eq!(Service::bound("rr", Total, "A1").decide_times(3), "AAA");
}

#[test]
fn weights_above_zero_are_ignored() {
    assert_eq!(Service::bound("rr", Total, "C5 B1 A100").decide_times(4), "CBAC");
}

#[test]
fn switching_to_wrr_and_back_starts_both_afresh() {
    let mut service = Service::bound("rr", Total, "C2 B3 A4");
    assert_eq!(service.decide(), 'C');
    service.switch("wrr");
    assert_eq!(service.decide_times(3), "ABA");
    service.switch("rr");
    assert_eq!(service.decide(), 'C');
}
