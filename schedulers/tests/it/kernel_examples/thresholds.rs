//! Connection thresholds: section 1.1, edge cases 57 to 63.

use ipvslab_schedulers::Accounting::{self, Classic, Total};
use ipvslab_schedulers::Activity::{Active, Inactive};

use crate::service::{BOTH, Service};

/// One server, called A, with `count` connections.
fn holding(accounting: Accounting, word: &str, count: i32) -> Service {
    let mut service = Service::bound("rr", accounting, word);
    service.load('A', count, 0);
    service
}

fn closed(service: &Service) -> bool {
    service.server('A').overloaded()
}

#[test]
fn server_closes_at_its_upper_threshold_and_opens_below_three_quarters() {
    for accounting in BOTH {
        let mut service = holding(accounting, "A1x2", 1);
        assert!(!closed(&service));
        service.bind('A', Active);
        assert!(closed(&service));
        assert_eq!(service.decide(), '-');
        service.unbind('A', Active);
        assert!(!closed(&service), "{accounting}");
        assert_eq!(service.decide(), 'A');
    }
}

#[test]
fn server_with_a_lower_threshold_stays_closed_until_below_it() {
    for accounting in BOTH {
        let mut service = holding(accounting, "A1x10y3", 10);
        for left in (3..10).rev() {
            service.unbind('A', Active);
            assert!(closed(&service), "{left} left, {accounting}");
        }
        service.unbind('A', Active);
        assert_eq!((service.server('A').total(), closed(&service)), (2, false));
    }
}

#[test]
fn raising_the_threshold_reopens_a_server_above_it_under_classic_accounting_only() {
    for (accounting, stays_closed) in [(Classic, false), (Total, true)] {
        let mut service = holding(accounting, "A1x10", 12);
        assert!(closed(&service));
        service.edit("A1x11");
        assert_eq!(closed(&service), stays_closed, "{accounting}");
        service.bind('A', Active);
        assert!(closed(&service));
    }
}

#[test]
fn lowering_the_threshold_below_the_count_closes_at_once_under_total_accounting_only() {
    for (accounting, at_once) in [(Classic, false), (Total, true)] {
        let mut service = holding(accounting, "A1", 5);
        service.edit("A1x3");
        assert_eq!(closed(&service), at_once, "{accounting}");
        service.bind('A', Active);
        assert!(closed(&service));
    }
}

#[test]
fn raising_the_threshold_within_the_hysteresis_changes_nothing_under_total_accounting() {
    for (accounting, stays_closed) in [(Classic, false), (Total, true)] {
        let mut service = holding(accounting, "A1x10", 10);
        service.edit("A1x11");
        assert_eq!(closed(&service), stays_closed, "{accounting}");
    }
}

#[test]
fn editing_only_the_weight_leaves_the_flag_alone() {
    for accounting in BOTH {
        let mut service = holding(accounting, "A1x4", 4);
        service.edit("A9x4");
        assert!(closed(&service), "{accounting}");
    }
}

#[test]
fn removing_the_threshold_opens_the_server() {
    for accounting in BOTH {
        let mut service = holding(accounting, "A1x4", 4);
        service.edit("A1");
        assert!(!closed(&service), "{accounting}");
    }
}

#[test]
fn inactive_connections_count_fully_towards_the_threshold() {
    for accounting in BOTH {
        let mut service = Service::bound("wlc", accounting, "A1x3");
        service.load('A', 0, 3);
        assert!(closed(&service), "{accounting}");
        let mut service = holding(accounting, "A1x3", 2);
        service.table.idle(crate::service::id('A'));
        assert!(!closed(&service));
        service.bind('A', Inactive);
        assert!(closed(&service), "{accounting}");
    }
}

#[test]
fn connections_bound_past_the_flag_keep_the_server_closed_until_the_lower_threshold() {
    for accounting in BOTH {
        let mut service = holding(accounting, "A1x4", 7);
        assert!(closed(&service));
        for _ in 0..4 {
            service.unbind('A', Active);
            assert!(closed(&service), "{accounting}");
        }
        service.unbind('A', Active);
        assert!(!closed(&service), "{accounting}");
    }
}

#[test]
fn removed_server_keeps_its_counts_and_its_flag_until_it_returns() {
    for accounting in BOTH {
        let mut service = holding(accounting, "A1x4", 4);
        service.remove('A');
        service.add("A1x4");
        assert_eq!((service.server('A').total(), closed(&service)), (4, true), "{accounting}");
        service.remove('A');
        service.unbind('A', Active);
        service.unbind('A', Active);
        service.add("A1x4");
        assert_eq!((service.server('A').total(), closed(&service)), (2, false), "{accounting}");
    }
}
