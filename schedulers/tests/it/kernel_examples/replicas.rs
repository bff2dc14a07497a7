//! `lblcr`: section 1.11, edge cases 54 to 56.

use ipvslab_schedulers::Accounting::Total;
use ipvslab_schedulers::Activity::Active;

use crate::service::Service;

/// The set {B, A}, B having joined last, one active connection each, last changed at time 0.
fn pair() -> Service {
    let mut service = Service::bound("lblcr", Total, "A1 B1");
    assert_eq!(service.connect_times(3), "AAB");
    service.unbind('A', Active);
    service
}

#[test]
fn lblcr_busy_server_is_joined_by_another_and_the_least_loaded_serves() {
    let mut service = Service::bound("lblcr", Total, "A1 B1");
    assert_eq!(service.connect_times(3), "AAB");
    // B has 1 and A has 2: B again, to 2; then a tie, and B joined last.
    assert_eq!(service.connect_times(2), "BB");
    assert_eq!(service.connect_times(1), "A");
}

#[test]
fn lblcr_set_older_than_the_expiration_loses_its_first_most_loaded_member() {
    let mut service = pair();
    service.wait(43_200);
    assert_eq!(service.decide(), 'B');
    service.wait(43_200);
    // At exactly 24 hours the set is not older than that.
    assert_eq!(service.decide_times(2), "BB");
    service.wait(1);
    // B is chosen, and leaves.
    assert_eq!(service.decide_times(3), "BAA");
}

#[test]
fn lblcr_shrinks_by_one_member_a_day() {
    let mut service = Service::bound("lblcr", Total, "A1 B1 C1");
    assert_eq!(service.connect_times(5), "AABBC");
    service.load('C', 5, 0);
    service.wait(43_200);
    assert_eq!(service.decide(), 'B');
    service.wait(43_201);
    service.decide();
    // C has left: with A and B far busier, C would be the set's choice if it were a member.
    service.load('A', 50, 0);
    service.load('B', 40, 0);
    assert_eq!(service.decide(), 'B');
}

#[test]
fn lblcr_set_of_a_quiesced_server_grows_and_keeps_it() {
    let mut service = Service::bound("lblcr", Total, "B1 A1");
    assert_eq!(service.connect_times(1), "B");
    service.edit("B0");
    assert_eq!(service.connect_times(1), "A");
    // Older than the expiration, but only A has a weight: it is A that leaves, after serving.
    service.wait(43_200);
    assert_eq!(service.decide(), 'A');
    service.wait(43_201);
    assert_eq!(service.decide(), 'A');
    service.edit("B1");
    assert_eq!(service.decide(), 'B');
}

#[test]
fn lblcr_overloaded_and_removed_members_are_passed_over() {
    let mut service = Service::bound("lblcr", Total, "A1x3 B1");
    assert_eq!(service.connect_times(3), "AAB");
    service.bind('B', Active);
    service.bind('B', Active);
    service.bind('A', Active);
    // A has 3 connections and is overloaded; B has 3 too.
    assert_eq!(service.decide(), 'B');
    service.remove('B');
    assert_eq!(service.decide(), '-');
    // Three quarters of 3 are 3 in the kernel's integers: with one connection less A is open again.
    service.unbind('A', Active);
    assert_eq!(service.decide(), 'A');
}
