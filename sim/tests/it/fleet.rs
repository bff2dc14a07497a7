//! Several directors, and several services, over one farm.

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::{
    Directors, Disturbances, Failover, Fault, RandomStreams, Service, Setup, SpreadBy, Start, Sysctls,
    simulate,
};

use crate::support::{FCFS_1, arrivals, poisson, seconds, server};

fn farm(service: Service, servers: u8) -> Setup {
    let servers = (1..=servers).map(|number| server(number, FCFS_1)).collect();
    Setup::new(service, servers, vec![], Time::ZERO, seconds(1_000.0)).expect("sound")
}

fn directors(count: u32, start: Start) -> Directors {
    Directors { count, by: SpreadBy::Client, start, services: vec![] }
}

/// What the director of packets has to serve.
fn told() -> Service {
    Service { sysctls: Sysctls { conn_reuse_mode: 0, ..Sysctls::default() }, ..Service::default() }
}

fn shares(setup: &Setup, kind: SchedulerKind, list: &[(f64, f64)]) -> Vec<u64> {
    let outcome = simulate(setup, kind, RandomStreams::new(1, 0), arrivals(list), &mut ()).expect("in order");
    outcome.servers.iter().map(|server| server.assigned).collect()
}

#[test]
fn every_director_begins_at_the_same_server_unless_starts_are_spread() {
    // Eight clients, one connection each: some of them share a director.
    let list: Vec<(f64, f64)> = (0..8).map(|number| (f64::from(number), 0.5)).collect();
    for service in [Service::default(), told()] {
        let setup = farm(service, 4);
        assert_eq!(shares(&setup, SchedulerKind::Rr, &list), [2, 2, 2, 2]);
        let same = setup.clone().directed(directors(1_000, Start::Same)).expect("sound");
        assert_eq!(shares(&same, SchedulerKind::Rr, &list), [0, 0, 0, 8]);
        let spread = setup.directed(directors(1_000, Start::Spread)).expect("sound");
        let shares = shares(&spread, SchedulerKind::Rr, &list);
        assert!(shares.iter().filter(|&&share| share > 0).count() >= 3, "{shares:?}");
    }
}

#[test]
fn least_connection_of_one_director_does_not_see_what_another_gave() {
    let list: Vec<(f64, f64)> = (0..8).map(|number| (f64::from(number), 100.0)).collect();
    let setup = farm(Service::default(), 8);
    assert_eq!(shares(&setup, SchedulerKind::Lc, &list), [1; 8]);
    let many = setup.clone().directed(directors(1_000, Start::Same)).expect("sound");
    assert_eq!(shares(&many, SchedulerKind::Lc, &list)[7], 8);
    // Who sees the queues themselves is not deceived.
    assert_eq!(shares(&many, SchedulerKind::Jsq, &list), [1; 8]);
}

#[test]
fn services_count_by_themselves() {
    // Classes 0 and 1 in turn; each service spreads its own over both servers.
    let list: Vec<(f64, f64)> = (0..4).map(|number| (f64::from(number), 100.0)).collect();
    let mut arrivals = arrivals(&list);
    for (number, arrival) in arrivals.iter_mut().enumerate() {
        arrival.as_mut().expect("sound").class = (number % 2) as u16;
    }
    let setup = farm(Service::default(), 2);
    let plan = Directors { services: vec![0, 1], ..directors(1, Start::Same) };
    let two = setup.directed(plan).expect("sound");
    let outcome =
        simulate(&two, SchedulerKind::Lc, RandomStreams::new(1, 0), arrivals, &mut ()).expect("in order");
    let (first, second) = (&outcome.servers[0], &outcome.servers[1]);
    assert_eq!((first.assigned, second.assigned, second.peak_active), (2, 2, 2));
}

#[test]
fn one_director_of_a_fleet_is_a_director() {
    for service in [Service::default(), told()] {
        for kind in SchedulerKind::ALL {
            let lone = farm(service, 5);
            let fleet = lone.clone().directed(directors(1, Start::Same)).expect("sound");
            let digest = |setup: &Setup| {
                let list = poisson(5, 3.0, 2_000);
                simulate(setup, kind, RandomStreams::new(1, 0), list, &mut ()).expect("in order").digest
            };
            assert_eq!(digest(&lone), digest(&fleet), "{kind}");
        }
    }
}

#[test]
fn a_run_of_several_directors_with_faults_adds_up() {
    let faults = vec![
        (seconds(100.0), Fault::Crash(ipvslab_schedulers::ServerId::new(0))),
        (seconds(200.0), Fault::Recover(ipvslab_schedulers::ServerId::new(0))),
    ];
    let disturbances = Disturbances { faults, ..Disturbances::default() };
    let setup = farm(Service::default(), 5).disturbed(disturbances).expect("sound");
    let setup = setup.directed(directors(3, Start::Spread)).expect("sound").sample_every(Span::from_secs(50));
    let list = poisson(5, 3.0, 2_500);
    let outcome =
        simulate(&setup, SchedulerKind::Wlc, RandomStreams::new(1, 0), list, &mut ()).expect("in order");
    let requests = outcome.requests.expect("requests are followed");
    assert!(requests.no_answer > 0 && outcome.finished > 2_000, "{outcome:?}");
}

#[test]
fn a_failover_is_that_of_a_single_director() {
    let faults = vec![(seconds(1.0), Fault::FailOver(Failover::Cold))];
    let setup = farm(Service::default(), 2).disturbed(Disturbances { faults, ..Disturbances::default() });
    assert!(setup.expect("sound").directed(directors(2, Start::Same)).is_err());
}
