//! Distances between clients and servers, and a director that can carry only so much.

use ipvslab_schedulers::{Rng, SchedulerKind, ServerId, Span, Time, Weight};
use ipvslab_sim::{
    Capacity, Disturbances, Fault, Finished, Forwarding, Intervention, Network, Observer, Passage,
    RandomStreams, RealServer, Service, Setup, Sizes, Sysctls, TcpTimeouts, Timeouts, Traffic, Volume,
    simulate,
};

use crate::support::{FCFS_1, Log, arrivals, poisson, run, seconds, server, setup, textbook};

fn far(client: u64, server: u64, back: u64) -> Passage {
    let [client, server, back] = [client, server, back].map(Span::from_millis);
    Passage { network: Network { client, server, back }, capacity: None }
}

fn narrow(packets_per_s: f64, queue: Span) -> Passage {
    let capacity = Capacity { packets_per_s: Some(packets_per_s), bits_per_s: None, queue };
    Passage { capacity: Some(capacity), ..Passage::default() }
}

/// One service of this forwarding with these servers.
fn with(forwarding: Forwarding, servers: Vec<RealServer>, passage: Passage) -> Setup {
    let service = Service { forwarding, ..textbook() };
    let setup = Setup::new(service, servers, vec![], Time::ZERO, seconds(1e6)).expect("sound");
    setup.passing(passage).expect("undisturbed")
}

fn lines(setup: &Setup, list: &[(f64, f64)]) -> Vec<String> {
    let mut log = Log::default();
    run(setup, SchedulerKind::Rr, arrivals(list), &mut log);
    log.lines.retain(|line| !line.contains("ended None"));
    log.lines
}

#[test]
fn masquerading_takes_two_round_trips_and_the_work() {
    // Two round trips of 2 · (20 + 1) ms. The second waits for the first, which began 60 ms before it came.
    let setup = with(Forwarding::Masquerade, vec![server(1, FCFS_1)], far(20, 1, 0));
    assert_eq!(
        lines(&setup, &[(0.0, 1.0), (0.06, 1.0)]),
        [
            "0.02 assigned 0",
            "0.08 assigned 0",
            "1.084 finished 0 response 1.084 waiting 0",
            "2.084 finished 0 response 2.024 waiting 0.94",
        ]
    );
}

#[test]
fn direct_routing_answers_past_the_director() {
    // To the director 20, to the server 1, back 5, ACK and request 21, work, and 5.
    let setup = with(Forwarding::DirectRoute, vec![server(1, FCFS_1)], far(20, 1, 5));
    assert_eq!(lines(&setup, &[(0.0, 1.0)])[1..], ["1.052 finished 0 response 1.052 waiting 0"]);
}

#[test]
fn no_distance_and_no_bounds_change_no_decision() {
    let servers = || (1..=3).map(|number| server(number, FCFS_1)).collect::<Vec<_>>();
    let near = with(Forwarding::Masquerade, servers(), Passage::default());
    let plain = setup(servers(), vec![], 1e6);
    for kind in [SchedulerKind::Rr, SchedulerKind::Sh] {
        let (near, plain) =
            [&near, &plain].map(|setup| run(setup, kind, poisson(3, 2.5, 3_000), &mut ())).into();
        assert_eq!((near.digest, &near.servers), (plain.digest, &plain.servers));
    }
}

#[test]
fn a_full_backlog_counts_those_that_are_on_their_way() {
    let small = RealServer { backlog: Some(0), ..server(1, FCFS_1) };
    let setup = with(Forwarding::Masquerade, vec![small], far(0, 10, 0));
    let found = lines(&setup, &[(0.0, 1.0), (0.005, 1.0)]);
    assert!(found[2].starts_with("0.005 refused BacklogFull"), "{found:?}");
}

#[test]
fn a_connection_whose_server_is_removed_on_the_way_is_lost() {
    let timeline = vec![(0.02, Intervention::Remove(ServerId::new(0)))];
    let setup = setup(vec![server(1, FCFS_1)], timeline, 100.0).passing(far(10, 10, 0)).expect("undisturbed");
    assert_eq!(lines(&setup, &[(0.0, 1.0)]), ["0.01 assigned 0", "0.06 ended Some(Lost) after 1"]);
}

#[test]
fn a_dropped_syn_comes_again_after_a_second() {
    // Four packets of a connection, four packets a second: the director is busy for a second with each.
    let setup = with(Forwarding::DirectRoute, vec![server(1, FCFS_1)], narrow(4.0, Span::ZERO));
    let mut log = Log::default();
    let outcome = run(&setup, SchedulerKind::Rr, arrivals(&[(0.0, 0.0), (0.5, 0.0)]), &mut log);
    assert_eq!(log.lines[3..5], ["2.5 assigned 0", "2.5 finished 0 response 2 waiting 1"]);
    let director = outcome.director.expect("bounds");
    assert_eq!((director.came, director.dropped, director.busy_ns), (3, 1, 2_000_000_000));
}

/// The director of packets may forget an entry before its handshake has come: by `drop_entry`, or with its server.
#[test]
fn entries_that_end_before_their_handshake_do_no_harm() {
    let sysctls = [
        Sysctls { drop_entry: 3, ..Sysctls::default() },
        Sysctls { expire_nodest_conn: 1, ..Sysctls::default() },
    ];
    let (first, second) = (ServerId::new(0), ServerId::new(1));
    let timeline = vec![
        (seconds(50.0), Intervention::Remove(first)),
        (seconds(50.2), Intervention::Add(first, Weight::ONE)),
        (seconds(90.0), Intervention::Remove(second)),
    ];
    for sysctls in sysctls {
        let service = Service { sysctls, ..Service::default() };
        let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
        let setup = Setup::new(service, servers, timeline.clone(), Time::ZERO, seconds(1e4)).expect("sound");
        let setup = setup.passing(far(500, 0, 0)).expect("undisturbed");
        let (chances, list) = (RandomStreams::new(1, 0), poisson(2, 1.0, 500));
        let outcome = simulate(&setup, SchedulerKind::Wlc, chances, list, &mut ()).expect("in order");
        assert_eq!(outcome.arrived, outcome.finished + outcome.lost, "{outcome:?}");
    }
}

#[test]
fn a_connection_that_is_reset_with_its_first_request_was_open_at_the_director() {
    // The SYN passes at 0, the server is refusing from 0.02 s on, and handshake and request come to it at 0.03 s. A director
    // that does not see replies does not see the reset: ESTABLISHED, active for 900 s.
    for by_packets in [false, true] {
        let service = Service { forwarding: Forwarding::DirectRoute, ..textbook() };
        let setup = Setup::new(service, vec![server(1, FCFS_1)], vec![], Time::ZERO, seconds(1_100.0));
        let faults = vec![(seconds(0.02), Fault::Refuse(ServerId::new(0)))];
        let disturbances = Disturbances { faults, ..Disturbances::default() };
        let setup = setup.and_then(|setup| setup.disturbed(disturbances)).expect("sound");
        let setup = setup.passing(far(0, 10, 10)).expect("sound").sample_every(Span::from_secs(100));
        let setup = if by_packets { setup.by_packets() } else { setup };
        let mut log = Log::default();
        let outcome = run(&setup, SchedulerKind::Rr, arrivals(&[(0.0, 1.0)]), &mut log);
        let active: Vec<i32> = log.samples.iter().map(|(_, servers)| servers[0].active).collect();
        assert_eq!(active[1..], [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0], "looks at 100, 200 … 1100 s");
        assert_eq!(outcome.requests.map(|requests| requests.reset), Some(1));
    }
}

#[test]
fn without_timeouts_both_directors_serve_alike() {
    let tcp = TcpTimeouts {
        syn_recv: Span::ZERO,
        time_wait: Span::ZERO,
        close: Span::ZERO,
        ..TcpTimeouts::default()
    };
    let plain = Service { timeouts: Timeouts { tcp, ..Timeouts::default() }, ..textbook() };
    let small = RealServer { backlog: Some(2), ..server(1, FCFS_1) };
    let setup = Setup::new(plain, vec![small], vec![], Time::ZERO, seconds(1e4)).expect("sound");
    let [fast, whole] = [setup.clone(), setup.by_packets()].map(|setup| {
        let (chances, list) = (RandomStreams::new(1, 0), poisson(2, 1.0, 500));
        simulate(&setup, SchedulerKind::Rr, chances, list, &mut ()).expect("in order")
    });
    assert_eq!((fast.digest, fast.servers), (whole.digest, whole.servers));
}

/// What the director drops for good is counted by when its client came, and so is what is served after the last arrival.
#[test]
fn whom_a_narrow_director_turns_away_is_counted() {
    let setup = with(Forwarding::DirectRoute, vec![server(1, FCFS_1)], narrow(4.0, Span::ZERO));
    let list: Vec<(f64, f64)> = (0..300).map(|number| (f64::from(number) / 10.0, 0.0)).collect();
    let mut log = Log::default();
    let outcome = run(&setup, SchedulerKind::Rr, arrivals(&list), &mut log);
    let requests = outcome.requests.expect("followed from the first SYN on");
    let ended = log.lines.iter().filter(|line| line.contains("ended")).count();
    assert_eq!((outcome.arrived, ended), (300, 300));
    assert!(requests.no_answer > 100 && outcome.finished > 50, "{outcome:?}");
    assert_eq!(outcome.finished + requests.no_answer, 300);
}

/// Crommelin's M/D/1 (theory.csv, md1-r0.5): with nothing to carry but four packets a connection, and servers for all, what a
/// connection waits is what it waits for the director.
#[test]
fn a_narrow_director_is_md1() {
    #[derive(Default)]
    struct Waits(Vec<f64>);
    impl Observer for Waits {
        fn finished(&mut self, done: &Finished) {
            self.0.push(done.waiting_time().as_secs_f64());
        }
    }
    let mut waits = Waits::default();
    let wide = ipvslab_sim::Discipline::FirstComeFirstServed { slots: 100_000 };
    for seed in 0..8 {
        let setup =
            with(Forwarding::DirectRoute, vec![server(1, wide)], narrow(4.0, Span::from_secs(10_000)));
        let outcome = run(&setup, SchedulerKind::Rr, poisson(seed, 0.5, 50_000), &mut waits);
        let busy = outcome.director.expect("bounds").busy_ns as f64 / 1e9;
        assert!((busy - 50_000.0).abs() < 1e-3, "a second for each: {busy}");
    }
    let mean = waits.0.iter().sum::<f64>() / waits.0.len() as f64;
    waits.0.sort_by(f64::total_cmp);
    let quantile = |part: f64| waits.0[(waits.0.len() as f64 * part) as usize];
    for (found, known) in [(mean, 0.5), (quantile(0.95), 2.050_638), (quantile(0.99), 3.336_256)] {
        assert!((found / known - 1.0).abs() < 0.03, "{found} against {known}");
    }
}

#[test]
fn masquerading_carries_the_responses_too() {
    let sized = |forwarding| {
        let capacity = Capacity { packets_per_s: None, bits_per_s: Some(1e6), queue: Span::from_secs(9) };
        let passage = Passage { capacity: Some(capacity), ..Passage::default() };
        let setup = with(forwarding, vec![server(1, FCFS_1)], passage).counting_traffic();
        let sizes = Sizes { request: 400, response: 100_000 };
        let list = arrivals(&[(0.0, 1.0)]).into_iter().map(|arrival| {
            let arrival = arrival.expect("no reading");
            Ok::<_, std::convert::Infallible>(ipvslab_sim::Arrival { sizes, ..arrival })
        });
        let outcome = run(&setup, SchedulerKind::Rr, list.collect(), &mut ());
        (outcome.traffic.expect("counted"), outcome.director.expect("bounds").busy_ns)
    };
    let load = |packets, bytes| Volume { packets, bytes };
    // 600 and 1400 bytes of the client's, 102,920 of the server's (see `forwarding`), 8 µs a byte.
    let traffic = Traffic { connections: 1, inbound: load(40, 2000), outbound: load(73, 102_920) };
    assert_eq!(sized(Forwarding::Masquerade), (traffic, 8_000 * 104_920));
    let inbound = Traffic { outbound: load(0, 0), ..traffic };
    assert_eq!(sized(Forwarding::DirectRoute), (inbound, 8_000 * 2000));
    // 40 packets with 20 bytes more on the line.
    assert_eq!(sized(Forwarding::Tunnel), (inbound, 8_000 * 2800));
}

/// The engine stops if a connection is lost or counted twice, or if time or work does not add up.
#[test]
fn every_run_on_the_way_adds_up_and_repeats() {
    for seed in 0..40 {
        let mut rng = Rng::stream(seed, 0, "travelling");
        let kinds = [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel];
        let service = Service { forwarding: kinds[rng.below(3) as usize], ..Service::default() };
        let servers: Vec<RealServer> = (1..=4)
            .map(|number| RealServer {
                backlog: (rng.below(2) == 0).then(|| rng.below(4)),
                ..server(number, FCFS_1)
            })
            .collect();
        let id = ServerId::new(rng.below(4));
        let timeline = vec![
            (seconds(60.0), Intervention::Remove(id)),
            (seconds(110.0), Intervention::Add(id, Weight::ONE)),
        ];
        let mut passage = far(rng.below(300).into(), rng.below(100).into(), rng.below(300).into());
        passage.capacity = (rng.below(2) == 0).then(|| Capacity {
            packets_per_s: Some(10.0 + 10.0 * rng.unit()),
            bits_per_s: Some(1e4),
            queue: Span::from_millis(rng.below(2_000).into()),
        });
        let setup = Setup::new(service, servers, timeline, seconds(20.0), seconds(200.0)).expect("sound");
        let setup = setup.passing(passage).expect("undisturbed").counting_traffic();
        let kind = SchedulerKind::ALL[rng.below(14) as usize];
        let outcome = || {
            let arrivals = poisson(seed, 2.0 + 3.0 * rng.clone().unit(), 1_000);
            simulate(&setup, kind, RandomStreams::new(seed, 0), arrivals, &mut ())
                .expect("ends within the clock")
        };
        assert_eq!(outcome(), outcome());
    }
}
