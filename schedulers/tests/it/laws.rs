//! What holds for every scheduler, and for the indexed ones at every step: the plain scan's decision.

use ipvslab_schedulers::{KernelProfile, Scheduler, SchedulerKind, ServerId, ServerIndex, Span};

mod every_scheduler;

use crate::oracle::{Lblc, Lblcr};
use crate::plain_scan::scan;
use crate::random_service::{PRIME, RandomService, SMALL, Weights};
use crate::service::{BOTH, profile};

/// Lists below, at and above the lengths where a scan gives way to an index, with the steps to take on each.
const LENGTHS: [(u32, usize); 6] =
    [(3, 40_000), (20, 40_000), (33, 40_000), (65, 30_000), (150, 40_000), (700, 20_000)];

/// Runs both on every length of list under both accountings; the oracles, each as its run left it.
fn equals_the_plain_scan<O>(
    kind: SchedulerKind,
    destinations: u32,
    weights: Weights,
    fresh: impl Fn() -> O,
    decide: impl Fn(&mut O, &RandomService) -> Option<ServerIndex>,
) -> Vec<O> {
    let runs =
        BOTH.into_iter().flat_map(|accounting| LENGTHS.map(|(servers, steps)| (accounting, servers, steps)));
    runs.map(|(accounting, servers, steps)| {
        let mut service = RandomService::new(kind, profile(accounting), (servers, weights), destinations, 1);
        let mut oracle = fresh();
        for step in 0..steps {
            service.step();
            let expected = decide(&mut oracle, &service);
            let chosen = service.schedule();
            assert_eq!(chosen, expected, "{kind} with {servers} servers, {accounting}, step {step}");
            chosen.into_iter().for_each(|at| service.connect(at));
        }
        oracle
    })
    .collect()
}

#[test]
fn lc_wlc_sed_and_nq_decide_like_the_plain_scan() {
    for kind in [SchedulerKind::Lc, SchedulerKind::Wlc, SchedulerKind::Sed, SchedulerKind::Nq] {
        for weights in [SMALL, PRIME] {
            equals_the_plain_scan(kind, 1, weights, || (), |(), service| scan(kind, &service.table));
        }
    }
}

#[test]
fn lblc_decides_like_the_plain_scan() {
    for destinations in [1, 50] {
        equals_the_plain_scan(SchedulerKind::Lblc, destinations, SMALL, Lblc::default, |oracle, service| {
            oracle.schedule(&service.flow, &service.table)
        });
    }
}

#[test]
fn lblcr_decides_like_the_plain_scan_with_small_sets_and_large_ones() {
    let fresh = || Lblcr::new(KernelProfile::TOTAL.locality_expiration);
    for (destinations, grows_to) in [(1, 150), (3, 65), (50, 8)] {
        let oracles =
            equals_the_plain_scan(SchedulerKind::Lblcr, destinations, SMALL, fresh, |oracle, service| {
                oracle.schedule(&service.flow, &service.table, service.now)
            });
        let largest = oracles.iter().map(Lblcr::largest_set).max();
        assert!(largest >= Some(grows_to), "{destinations} destinations: {largest:?} members");
    }
}

#[test]
fn lblcr_sheds_members_like_the_plain_scan() {
    // Sets of this age shrink before their entry, always in use, could expire.
    let expiration = Span::from_millis(1_500);
    for (servers, steps) in [(20, 20_000), (150, 20_000)] {
        let profile = KernelProfile { locality_expiration: expiration, ..KernelProfile::TOTAL };
        let mut service = RandomService::new(SchedulerKind::Lblcr, profile, (servers, SMALL), 1, 2);
        let mut oracle = Lblcr::new(expiration);
        for step in 0..steps {
            service.step();
            let expected = oracle.schedule(&service.flow, &service.table, service.now);
            let chosen = service.schedule();
            assert_eq!(chosen, expected, "{servers} servers, step {step}");
            chosen.into_iter().for_each(|at| service.connect(at));
        }
    }
}

#[test]
fn indexed_schedulers_follow_the_scan_while_an_overhead_has_wrapped() {
    let runs =
        [SchedulerKind::Lc, SchedulerKind::Wlc].into_iter().flat_map(|kind| [(kind, SMALL), (kind, PRIME)]);
    for (kind, weights) in runs {
        let mut service = RandomService::new(kind, KernelProfile::TOTAL, (100, weights), 1, 3);
        let crowded = ServerId::new(50);
        let compare = |service: &mut RandomService, steps: usize| {
            for step in 0..steps {
                service.step();
                let chosen = service.schedule();
                assert_eq!(chosen, scan(kind, &service.table), "{kind}, step {step}");
                chosen.into_iter().for_each(|at| service.connect(at));
            }
        };
        compare(&mut service, 200);
        let told = |service: &mut RandomService| {
            let at = service.table.position(crowded).expect("the seed does not remove it");
            service.scheduler.load_changed(at, &service.table);
        };
        for _ in 0..1 << 23 {
            service.table.wake(crowded);
        }
        told(&mut service);
        compare(&mut service, 200);
        for _ in 0..1 << 23 {
            service.table.idle(crowded);
        }
        told(&mut service);
        compare(&mut service, 200);
    }
}
