//! What IPVS does not have.

use ipvslab_schedulers::{SchedulerKind, ServerId, Span, Time, Weight};
use ipvslab_sim::{Discipline, Finished, Observer, RealServer};

use crate::support::{FCFS_1, arrivals, poisson, run, server, setup};

/// Begin and end of every service, in order of its begin.
#[derive(Default)]
struct Services(Vec<(Time, Time, Span)>);

impl Observer for Services {
    fn finished(&mut self, done: &Finished) {
        self.0.push((done.started, done.finished, done.work));
    }
}

#[test]
fn least_work_over_single_slots_is_one_queue_for_all() {
    // The sample paths are the same (Wolff, Stochastic Modeling and the Theory of Queues, 1989, section 5-15).
    let services = |servers: Vec<RealServer>, kind| {
        let mut watch = Services::default();
        run(&setup(servers, vec![], 1e6), kind, poisson(11, 3.6, 20_000), &mut watch);
        watch.0.sort_unstable();
        watch.0
    };
    let four = (1..=4).map(|number| server(number, FCFS_1)).collect();
    let one = vec![server(1, Discipline::FirstComeFirstServed { slots: 4 })];
    assert_eq!(services(four, SchedulerKind::LeastWork), services(one, SchedulerKind::Rr));
}

#[test]
fn jsq_looks_at_requests_and_lc_at_connections_that_have_ended_too() {
    let list = [(0.0, 1.0), (2.0, 1.0), (4.0, 1.0), (6.0, 1.0)];
    let shares = |kind| {
        let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
        let outcome = run(&setup(servers, vec![], 10.0), kind, arrivals(&list), &mut ());
        [outcome.servers[0].assigned, outcome.servers[1].assigned]
    };
    // Both servers are idle at each arrival.
    assert_eq!(shares(SchedulerKind::Jsq), [0, 4]);
    assert_eq!(shares(SchedulerKind::Lc), [2, 2]);
}

#[test]
fn jsq_goes_by_weight_and_all_leave_quiesced_servers_alone() {
    let mut heavy = server(1, FCFS_1);
    heavy.weight = Weight::new(3).expect("small");
    let mut quiesced = server(2, FCFS_1);
    quiesced.weight = Weight::new(0).expect("zero");
    let light = server(3, FCFS_1);
    let list: Vec<(f64, f64)> = (0..8).map(|_| (0.0, 1.0)).collect();
    for kind in SchedulerKind::BASELINES {
        let setup = setup(vec![heavy, quiesced, light], vec![], 10.0);
        let outcome = run(&setup, kind, arrivals(&list), &mut ());
        let shares: Vec<u64> = outcome.servers.iter().map(|server| server.assigned).collect();
        assert_eq!(shares[ServerId::new(1).index()], 0);
        if kind == SchedulerKind::Jsq {
            assert_eq!(shares, [6, 0, 2]);
        }
    }
}

#[test]
fn random_is_uniform_whatever_the_weights() {
    let mut heavy = server(1, FCFS_1);
    heavy.weight = Weight::new(9).expect("small");
    let setup = setup(vec![heavy, server(2, FCFS_1)], vec![], 1e6);
    let outcome = run(&setup, SchedulerKind::Random, poisson(3, 0.5, 20_000), &mut ());
    let share = outcome.servers[0].assigned as f64 / 20_000.0;
    assert!((share - 0.5).abs() < 0.012, "{share}");
}
