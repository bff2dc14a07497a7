//! Several directors, and several services, over one farm.

use std::convert::Infallible;

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::{
    Arrival, Directors, Disturbances, Failover, Fault, RandomStreams, Service, Setup, SetupError, SpreadBy,
    Start, Sysctls, TcpTimeouts, Timeouts, Timers, simulate,
};

use crate::support::{FCFS_1, Log, arrivals, poisson, seconds, server};

fn farm(service: Service, servers: u8) -> Setup {
    let servers = (1..=servers).map(|number| server(number, FCFS_1)).collect();
    Setup::new(service, servers, vec![], Time::ZERO, seconds(1_000.0)).expect("sound")
}

fn directors(count: u32, start: Start) -> Directors {
    Directors { count, by: SpreadBy::Client, start, ..Directors::default() }
}

/// What the director of packets has to serve.
fn told() -> Service {
    Service { sysctls: Sysctls { conn_reuse_mode: 0, ..Sysctls::default() }, ..Service::default() }
}

fn shares(setup: &Setup, kind: SchedulerKind, list: &[(f64, f64)]) -> Vec<u64> {
    let outcome = simulate(setup, kind, RandomStreams::new(1, 0), arrivals(list), &mut ()).expect("in order");
    outcome.servers.iter().map(|server| server.assigned).collect()
}

/// Which server each of these connections is given to, in their order.
fn given(setup: &Setup, kind: SchedulerKind, list: Vec<Result<Arrival, Infallible>>) -> Vec<usize> {
    let mut log = Log::default();
    simulate(setup, kind, RandomStreams::new(1, 0), list, &mut log).expect("in order");
    let server = |line: &String| line.split_once(" assigned ")?.1.parse().ok();
    log.lines.iter().filter_map(server).collect()
}

/// Twelve connections, one a second, each over before the next one comes, of clients 10.0.0.0 to 10.0.0.11.
fn twelve() -> Vec<Result<Arrival, Infallible>> {
    let list: Vec<(f64, f64)> = (0..12).map(|number| (f64::from(number), 0.1)).collect();
    arrivals(&list)
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

/// The hash is MurmurHash3's finaliser of address · 2^16 + port, its upper half times the number of directors, over 2^32. Of
/// three directors, ports 40000 to 40011 of 10.0.0.1 come to 1 2 0 1 2 0 1 2 2 2 0 0, and those of 10.0.0.2 to
/// 1 2 2 1 2 2 0 2 1 1 0 1 (worked out by another implementation of the hash).
#[test]
fn directors_by_connection_go_by_address_and_port() {
    let from = |client: u8| -> Vec<Result<Arrival, Infallible>> {
        let port = |(number, arrival): (u16, Result<Arrival, Infallible>)| {
            let mut arrival = arrival?;
            arrival.flow.client = [10, 0, 0, client].into();
            arrival.flow.client_port = 40_000 + number;
            Ok(arrival)
        };
        (0..).zip(twelve()).map(port).collect()
    };
    let (client, connection) = (SpreadBy::Client, SpreadBy::Connection);
    for service in [Service::default(), told()] {
        let setup = farm(service, 3);
        let by = |by, address| {
            let plan = Directors { by, ..directors(3, Start::Same) };
            given(&setup.clone().directed(plan).expect("sound"), SchedulerKind::Rr, from(address))
        };
        // Each director's first goes to server 2, its second to 1, and so on.
        assert_eq!(by(connection, 1), [2, 2, 2, 1, 1, 1, 0, 0, 2, 1, 0, 2]);
        assert_eq!(by(connection, 2), [2, 2, 1, 1, 0, 2, 2, 1, 0, 2, 1, 1]);
        // By client, one director has them all.
        assert_eq!(by(client, 1), [2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0]);
        assert_eq!(by(client, 2), [2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0]);
    }
}

/// Three idle servers of weight 1: `twos` takes what its first integer says, below 4: server 2 for 0 and 1, 1 for 2, 0 for 3.
///
/// First integers of every two, by another implementation of Xoshiro256++ and its jump:
/// the stream 0 0 0 2 1 2 1 3 1 3 3 1, after a jump 0 2 2 2 0 3, after two 2 0 3, after three 2 3 3.
#[test]
fn twos_of_each_director_draws_from_a_part_of_the_stream_of_its_own() {
    let at_once = TcpTimeouts { time_wait: Span::ZERO, ..TcpTimeouts::default() };
    let timeouts = Timeouts { tcp: at_once, ..Timeouts::default() };
    for service in [Service::default(), told()] {
        let setup = farm(Service { timeouts, timers: Timers::Exact, ..service }, 3);
        let twos =
            |plan, list| given(&setup.clone().directed(plan).expect("sound"), SchedulerKind::Twos, list);
        let one = directors(1, Start::Same);
        assert_eq!(twos(one.clone(), twelve()), [2, 2, 2, 1, 2, 1, 2, 0, 2, 0, 0, 2]);
        // The twelve clients come to directors 1 0 1 1 1 1 0 0 0 1 0 0.
        let two = directors(2, Start::Same);
        assert_eq!(twos(two.clone(), twelve()), [2, 2, 1, 1, 1, 2, 2, 2, 1, 0, 2, 1]);
        // Of two services, which the clients use in turn, the second one has the third and fourth part.
        let mut list = twelve();
        for (number, arrival) in list.iter_mut().enumerate() {
            arrival.as_mut().expect("sound").class = (number % 2) as u16;
        }
        let plan = Directors { services: vec![0, 1], ..two };
        assert_eq!(twos(plan, list), [2, 1, 1, 1, 1, 0, 2, 2, 2, 0, 2, 0]);
    }
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
fn what_breaks_is_a_director_that_there_is() {
    let faults = vec![(seconds(1.0), Fault::FailOver(2, Failover::Cold))];
    let setup = farm(Service::default(), 2).disturbed(Disturbances { faults, ..Disturbances::default() });
    let setup = setup.expect("sound");
    let refused = setup.clone().directed(directors(2, Start::Same)).err();
    assert_eq!(refused, Some(SetupError::UnknownDirector(2)));
    assert!(setup.directed(directors(3, Start::Same)).is_ok());
}
