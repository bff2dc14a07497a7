//! What IPVS counts, against the kernel spec's section 2 and edge cases 64 to 67.

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::{Forwarding, RealServer, ServerLoad, Service, Setup, TcpTimeouts, Timeouts};

use crate::support::{FCFS_1, Log, arrivals, poisson, run, seconds, server, textbook};

/// Active and inactive counts of the only server, second by second.
fn counts(forwarding: Forwarding, backlog: Option<u32>, list: &[(f64, f64)], until: f64) -> Vec<(i32, i32)> {
    let servers = vec![RealServer { backlog, ..server(1, FCFS_1) }];
    let service = Service { forwarding, ..textbook() };
    let setup = Setup::new(service, servers, vec![], Time::ZERO, seconds(until)).expect("a sound situation");
    let mut log = Log::default();
    run(&setup.sample_every(Span::from_secs(1)), SchedulerKind::Wlc, arrivals(list), &mut log);
    log.samples.iter().map(|(_, servers)| (servers[0].active, servers[0].inactive)).collect()
}

fn changes(counts: &[(i32, i32)]) -> Vec<(usize, (i32, i32))> {
    let mut last = (0, 0);
    let mut list = Vec::new();
    for (second, &now) in counts.iter().enumerate() {
        if now != last {
            list.push((second, now));
            last = now;
        }
    }
    list
}

#[test]
fn a_closed_connection_is_inactive_for_120_s_under_every_method() {
    for forwarding in [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel] {
        let seen = changes(&counts(forwarding, None, &[(0.5, 10.0)], 200.0));
        assert_eq!(seen, [(1, (1, 0)), (11, (0, 1)), (131, (0, 0))], "{forwarding:?}");
    }
}

#[test]
fn a_reset_that_the_director_sees_leaves_an_inactive_entry_for_10_s() {
    let seen = changes(&counts(Forwarding::Masquerade, Some(0), &[(0.5, 300.0), (1.5, 1.0)], 200.0));
    assert_eq!(seen, [(1, (1, 0)), (2, (1, 1)), (12, (1, 0))]);
}

#[test]
fn a_reset_that_bypasses_the_director_leaves_an_active_entry_for_60_s() {
    let seen = changes(&counts(Forwarding::DirectRoute, Some(0), &[(0.5, 300.0), (1.5, 1.0)], 200.0));
    assert_eq!(seen, [(1, (1, 0)), (2, (2, 0)), (62, (1, 0))]);
}

#[test]
fn timeouts_of_zero_leave_no_inactive_connections() {
    let timeouts = TcpTimeouts { time_wait: Span::ZERO, ..TcpTimeouts::default() };
    let timeouts = Timeouts { tcp: timeouts, ..Timeouts::default() };
    let service = Service { timeouts, ..textbook() };
    let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
    let setup =
        Setup::new(service, servers, vec![], Time::ZERO, seconds(2_000.0)).expect("a sound situation");
    let mut log = Log::default();
    run(&setup.sample_every(Span::from_secs(1)), SchedulerKind::Lc, poisson(1, 1.5, 2_000), &mut log);
    let inactive = log.samples.iter().flat_map(|(_, servers)| servers).map(|load: &ServerLoad| load.inactive);
    assert_eq!(inactive.max(), Some(0));
}

/// Rows `inact-*` of the theory: inactive entries = arrival rate × timeout.
#[test]
fn inactive_connections_are_rate_times_timeout() {
    let list: Vec<(f64, f64)> = (0..40_000).map(|i| (f64::from(i) * 0.1, 0.01)).collect();
    let seen = counts(Forwarding::Masquerade, None, &list, 4_000.0);
    assert!(
        seen[200..].iter().all(|&(active, inactive)| active + inactive == 1_200),
        "{:?}",
        &seen[200..210]
    );
}

#[test]
fn the_table_stops_growing_once_entries_expire_as_fast_as_they_come() {
    let peak = |count| {
        let setup = crate::support::setup(vec![server(1, FCFS_1)], vec![], 1e6);
        run(&setup, SchedulerKind::Wlc, poisson(3, 0.8, count), &mut ()).peak_entries
    };
    let (short, long) = (peak(10_000), peak(100_000));
    assert!(long < short * 2, "{short} entries at most in a short run, {long} in one ten times as long");
}
