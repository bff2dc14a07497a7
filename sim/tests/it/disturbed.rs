//! Servers that break and clients that react: whole runs whose times one can work out by hand.

use ipvslab_schedulers::{SchedulerKind, ServerId, Span, Time, Weight};
use ipvslab_sim::{
    Abandoned, Asks, Behaviour, BelowQuorum, Budget, ClientPolicy, Disturbances, Failover, Fault,
    HealthCheck, Intervention, Newcomers, Outcome, Overflow, PauseLaw, Pauses, RandomStreams, RealServer,
    Retries, Service, Setup, SlowStart, simulate,
};

use crate::support::{FCFS_1, Log, arrivals, seconds, server, setup, textbook};

const FIRST: ServerId = ServerId::new(0);
const SECOND: ServerId = ServerId::new(1);

fn disturbed(setup: &Setup, kind: SchedulerKind, list: &[(f64, f64)]) -> (Vec<String>, Outcome) {
    let mut log = Log::default();
    let chances = RandomStreams::new(1, 0);
    let outcome = simulate(setup, kind, chances, arrivals(list), &mut log).expect("arrivals in order");
    (log.lines, outcome)
}

fn faults(list: &[(f64, Fault)]) -> Disturbances {
    let faults = list.iter().map(|&(at, fault)| (seconds(at), fault)).collect();
    Disturbances { faults, ..Disturbances::default() }
}

fn one(disturbances: Disturbances, horizon: f64) -> Setup {
    setup(vec![server(1, FCFS_1)], vec![], horizon).disturbed(disturbances).expect("sound")
}

fn two(disturbances: Disturbances, horizon: f64) -> Setup {
    setup(vec![server(1, FCFS_1), server(2, FCFS_1)], vec![], horizon).disturbed(disturbances).expect("sound")
}

fn secs(secs: f64) -> Span {
    Span::from_secs_f64(secs)
}

fn retries(most: u32, backoff: f64) -> Option<Retries> {
    Some(Retries { most, backoff: secs(backoff), factor: 2.0, jitter: 0.0, budget: None })
}

#[test]
fn syns_are_sent_again_after_1_3_and_7_s_and_the_server_is_back_at_5() {
    let setup = one(faults(&[(0.5, Fault::Crash(FIRST)), (6.0, Fault::Recover(FIRST))]), 20.0);
    let (lines, outcome) = disturbed(&setup, SchedulerKind::Rr, &[(1.0, 0.25)]);
    // SYNs at 1, 2, 4, 8 s; all meet the entry of the first.
    let end = ["1 assigned 0", "8.25 finished 0 response 7.25 waiting 7", "8.25 ended None after 1"];
    assert_eq!(lines, end);
    assert_eq!(outcome.requests.map(|requests| requests.syns_again), Some(3));
}

#[test]
fn a_client_gives_up_127_s_after_its_first_syn() {
    let (lines, outcome) =
        disturbed(&one(faults(&[(0.5, Fault::Crash(FIRST))]), 20.0), SchedulerKind::Rr, &[(1.0, 0.25)]);
    assert_eq!(lines.last().map(String::as_str), Some("128 ended Some(NoAnswer) after 1"));
    // The SYN at 64 s keeps the entry until 124 s, so that all seven meet it.
    let requests = outcome.requests.expect("clients react");
    assert_eq!((requests.syns_again, requests.no_answer, outcome.servers[0].assigned), (6, 1, 1));
}

#[test]
fn after_its_entry_has_expired_a_syn_is_scheduled_anew() {
    let timeouts = ipvslab_sim::TcpTimeouts { syn_recv: secs(3.5), ..ipvslab_sim::TcpTimeouts::default() };
    let timeouts = ipvslab_sim::Timeouts { tcp: timeouts, ..ipvslab_sim::Timeouts::default() };
    let service = Service { timeouts, ..textbook() };
    let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
    let setup = Setup::new(service, servers, vec![], Time::ZERO, seconds(50.0)).expect("sound");
    let setup = setup.disturbed(faults(&[(0.0, Fault::Crash(SECOND))])).expect("sound");
    let (lines, _) = disturbed(&setup, SchedulerKind::Rr, &[(1.0, 1.0)]);
    // SYNs at 1, 2, 4 s keep the entry until 7.5 s; that of 8 s is rr's next decision.
    assert_eq!(
        lines,
        ["1 assigned 1", "8 assigned 0", "9 finished 0 response 8 waiting 7", "9 ended None after 1"]
    );
}

#[test]
fn a_removed_servers_half_open_connections_are_dropped_until_their_entry_expires() {
    let timeline = vec![(2.5, Intervention::Remove(SECOND))];
    let setup = setup(vec![server(1, FCFS_1), server(2, FCFS_1)], timeline, 100.0);
    let setup = setup.disturbed(faults(&[(0.0, Fault::Crash(SECOND))])).expect("sound");
    let (lines, _) = disturbed(&setup, SchedulerKind::Rr, &[(1.0, 1.0)]);
    // The last SYN that passed was that of 2 s: the entry is gone at 62 s, and the SYN of 64 s is scheduled anew.
    assert_eq!(
        lines[1..],
        ["64 assigned 0", "65 finished 0 response 64 waiting 63", "65 ended None after 1"]
    );
}

#[test]
fn retries_wait_longer_each_time_and_come_from_other_ports() {
    let patience = ClientPolicy { retries: retries(3, 1.0), ..ClientPolicy::default() };
    let disturbances = Disturbances {
        patience: Some(patience),
        ..faults(&[(0.0, Fault::Refuse(FIRST)), (5.0, Fault::Recover(FIRST))])
    };
    let (lines, _) = disturbed(&one(disturbances.clone(), 20.0), SchedulerKind::Rr, &[(1.0, 0.5)]);
    let assigned: Vec<&str> =
        lines.iter().map(String::as_str).filter(|line| line.contains("assigned")).collect();
    assert_eq!(assigned, ["1 assigned 0", "2 assigned 0", "4 assigned 0", "8 assigned 0"]);
    assert_eq!(lines.last().map(String::as_str), Some("8.5 ended None after 4"));
    let final_refusal = Disturbances { patience: None, ..disturbances };
    let (lines, outcome) = disturbed(&one(final_refusal, 20.0), SchedulerKind::Rr, &[(1.0, 0.5)]);
    assert_eq!(lines, ["1 assigned 0", "1 ended Some(Reset) after 1"]);
    assert_eq!(outcome.requests.map(|requests| (requests.reset, requests.attempts)), Some((1, 1)));
}

#[test]
fn a_budget_limits_the_retries_of_all() {
    let budget = Some(Budget { share: 0.5, burst: 2.0 });
    let retries = Retries { budget, ..retries(10, 0.1).expect("some") };
    let patience = ClientPolicy { retries: Some(retries), ..ClientPolicy::default() };
    let disturbances = Disturbances { patience: Some(patience), ..faults(&[(0.0, Fault::Refuse(FIRST))]) };
    let list: Vec<(f64, f64)> = (0..100).map(|second| (f64::from(second) * 100.0, 1.0)).collect();
    let (_, outcome) = disturbed(&one(disturbances, 1e5), SchedulerKind::Rr, &list);
    // Two were saved up; the first request's half does not fit into a full bucket any more.
    let requests = outcome.requests.expect("clients react");
    assert_eq!((requests.attempts, requests.reset), (100 + 2 + 49, 100));
}

#[test]
fn a_deadline_ends_what_is_in_service_and_what_waits() {
    for (abandoned, second_ends) in [
        (Abandoned::Cancelled, "8 ended None after 1"),
        (Abandoned::WorkedOn, "11 ended Some(Deadline) after 1"),
    ] {
        let patience = ClientPolicy { deadline: Some(secs(6.0)), abandoned, ..ClientPolicy::default() };
        let disturbances = Disturbances { patience: Some(patience), ..Disturbances::default() };
        let (lines, outcome) =
            disturbed(&one(disturbances, 20.0), SchedulerKind::Rr, &[(0.0, 10.0), (5.0, 2.0)]);
        assert!(lines.contains(&"6 ended Some(Deadline) after 1".to_owned()), "{lines:?}");
        assert!(lines.contains(&second_ends.to_owned()), "{abandoned:?} {lines:?}");
        let requests = outcome.requests.expect("clients react");
        assert_eq!(requests.in_vain, if abandoned == Abandoned::WorkedOn { 2 } else { 0 });
    }
}

#[test]
fn a_crash_leaves_clients_hanging_until_their_deadline() {
    let crash = || faults(&[(1.0, Fault::Crash(FIRST)), (2.0, Fault::Recover(FIRST))]);
    let (lines, outcome) = disturbed(&one(crash(), 20.0), SchedulerKind::Rr, &[(0.0, 3.0)]);
    assert_eq!(lines[1..], ["1 ended Some(Lost) after 1"]);
    assert_eq!(outcome.lost, 1);
    let patience = ClientPolicy { deadline: Some(secs(10.0)), ..ClientPolicy::default() };
    let patient = Disturbances { patience: Some(patience), ..crash() };
    let (lines, _) = disturbed(&one(patient, 20.0), SchedulerKind::Rr, &[(0.0, 3.0)]);
    assert_eq!(lines[1..], ["10 ended Some(Deadline) after 1"]);
}

#[test]
fn a_hung_server_takes_connections_and_goes_on_with_them_when_it_recovers() {
    let list = [(0.0, 3.0), (2.0, 1.0)];
    let hang = one(faults(&[(1.0, Fault::Hang(FIRST)), (11.0, Fault::Recover(FIRST))]), 20.0);
    let (lines, _) = disturbed(&hang, SchedulerKind::Rr, &list);
    assert!(lines.contains(&"13 finished 0 response 13 waiting 0".to_owned()), "{lines:?}");
    assert!(lines.contains(&"14 finished 0 response 12 waiting 11".to_owned()), "{lines:?}");
    let for_good = one(faults(&[(1.0, Fault::Hang(FIRST))]), 20.0);
    let (_, outcome) = disturbed(&for_good, SchedulerKind::Rr, &list);
    assert_eq!((outcome.lost, outcome.finished), (2, 0));
}

#[test]
fn a_slow_server_moves_the_end_of_what_it_has() {
    let setup = one(faults(&[(1.0, Fault::Slow(FIRST, 0.25)), (5.0, Fault::Recover(FIRST))]), 20.0);
    let (lines, _) = disturbed(&setup, SchedulerKind::Rr, &[(0.0, 3.0)]);
    // One second's work in the first second, one in the next four, one more.
    assert!(lines.contains(&"6 finished 0 response 6 waiting 0".to_owned()), "{lines:?}");
}

#[test]
fn a_full_backlog_may_drop_syns_instead_of_resetting_them() {
    let full = |overflow| {
        let manners = vec![Behaviour { overflow, ..Behaviour::default() }];
        let disturbances =
            Disturbances { manners, patience: Some(ClientPolicy::default()), ..Disturbances::default() };
        let servers = vec![RealServer { backlog: Some(0), ..server(1, FCFS_1) }];
        let setup = setup(servers, vec![], 20.0).disturbed(disturbances).expect("sound");
        disturbed(&setup, SchedulerKind::Rr, &[(0.0, 2.5), (1.0, 1.0)]).0
    };
    assert!(full(Overflow::Reset).contains(&"1 ended Some(BacklogFull) after 1".to_owned()));
    // Its SYNs of 1 and 2 s are dropped, that of 4 s is taken.
    assert!(full(Overflow::Drop).contains(&"5 finished 0 response 4 waiting 3".to_owned()));
}

fn keepalived() -> HealthCheck {
    HealthCheck {
        asks: Asks::Connection,
        delay_loop: secs(6.0),
        connect_timeout: secs(5.0),
        retry: 1,
        delay_before_retry: secs(3.0),
        warm_up: Span::ZERO,
        inhibit_on_failure: false,
        quorum: 0,
        below_quorum: BelowQuorum::GoOn,
    }
}

#[test]
fn a_crash_is_detected_when_keepalived_detects_it() {
    for inhibit_on_failure in [false, true] {
        let health = Some(HealthCheck { inhibit_on_failure, ..keepalived() });
        let disturbances = Disturbances {
            health,
            ..faults(&[(13.0, Fault::Crash(SECOND)), (40.0, Fault::Recover(SECOND))])
        };
        let list: Vec<(f64, f64)> = (0..80).map(|second| (f64::from(second) + 0.5, 0.1)).collect();
        let (lines, _) = disturbed(&two(disturbances, 100.0), SchedulerKind::Rr, &list);
        // Checks at 0, 6, 12 s pass. That of 18 s fails at 23 s, its retry of 26 s at 31 s.
        assert!(lines.contains(&"31 detected 1 after 18".to_owned()), "{lines:?}");
        let given = |from: f64, to: f64| {
            let to_second = lines.iter().filter(|line| line.ends_with("assigned 1"));
            to_second
                .filter_map(|line| line.split(' ').next()?.parse::<f64>().ok())
                .filter(|&at| from <= at && at < to)
                .count()
        };
        // The next checks fail at 42 s (of 37 s): the retry of 45 s finds it up.
        assert!(given(13.0, 31.0) > 0);
        assert_eq!(given(31.0, 45.0), 0);
        assert!(given(45.0, 60.0) > 5);
    }
}

#[test]
fn a_reset_is_detected_without_waiting_for_a_time_out_and_a_hang_only_by_an_answer() {
    let detected = |fault: Fault, asks: Asks| {
        let health = Some(HealthCheck { asks, ..keepalived() });
        let disturbances = Disturbances { health, ..faults(&[(13.0, fault)]) };
        let (lines, _) = disturbed(&two(disturbances, 100.0), SchedulerKind::Rr, &[(99.0, 0.1)]);
        lines.into_iter().find(|line| line.contains("detected"))
    };
    // 18 s, and again at 21 s.
    assert_eq!(detected(Fault::Refuse(SECOND), Asks::Connection).as_deref(), Some("21 detected 1 after 8"));
    assert_eq!(detected(Fault::Hang(SECOND), Asks::Connection), None);
    assert_eq!(detected(Fault::Hang(SECOND), Asks::Answer).as_deref(), Some("31 detected 1 after 18"));
}

#[test]
fn without_a_quorum_a_service_may_be_closed() {
    let health = Some(HealthCheck { quorum: 2, below_quorum: BelowQuorum::Close, ..keepalived() });
    let disturbances = Disturbances { health, ..faults(&[(13.0, Fault::Crash(SECOND))]) };
    let (lines, _) = disturbed(&two(disturbances, 100.0), SchedulerKind::Rr, &[(1.0, 1.0), (50.0, 1.0)]);
    assert!(lines.contains(&"50 ended Some(NoServer) after 1".to_owned()), "{lines:?}");
}

#[test]
fn a_director_that_takes_over_cold_resets_connections_in_progress() {
    let list = [(0.0, 5.0), (0.1, 5.0), (2.0, 1.0)];
    let failover = |failover| {
        disturbed(&two(faults(&[(1.0, Fault::FailOver(0, failover))]), 20.0), SchedulerKind::Rr, &list)
    };
    let (cold, outcome) = failover(Failover::Cold);
    assert_eq!(cold[2..4], ["1 ended Some(Reset) after 1", "1 ended Some(Reset) after 1"]);
    // rr begins anew, at the head of the list, which is the second server.
    assert_eq!(cold[4], "2 assigned 1");
    assert_eq!((outcome.finished, outcome.requests.map(|requests| requests.reset)), (1, Some(2)));
    let (synchronised, outcome) = failover(Failover::Synchronised);
    assert_eq!(synchronised[2], "2 assigned 1");
    assert_eq!(outcome.finished, 3);
}

#[test]
fn a_started_server_gets_faster_in_twenty_steps() {
    let start = SlowStart { from: 0.5, ramp: secs(20.0) };
    let manners = vec![Behaviour { slow_start: Some(start), ..Behaviour::default() }];
    let faults = faults(&[(0.0, Fault::Refuse(FIRST)), (1.0, Fault::Recover(FIRST))]);
    let setup = one(Disturbances { manners, ..faults }, 100.0);
    let (lines, _) = disturbed(&setup, SchedulerKind::Rr, &[(1.0, 1.025), (30.0, 1.0)]);
    // 0.5 s of work in the first second, 0.525 in the second.
    assert!(lines.contains(&"3 finished 0 response 2 waiting 0".to_owned()), "{lines:?}");
    assert!(lines.contains(&"31 finished 0 response 1 waiting 0".to_owned()), "{lines:?}");
}

#[test]
fn a_newcomer_gets_its_weight_in_steps() {
    let newcomers = Some(Newcomers { from: 0.25, ramp: secs(30.0), steps: 3 });
    let late = RealServer { listed: false, ..server(2, FCFS_1) };
    let weight = Weight::new(8).expect("a small weight");
    let setup = setup(vec![server(1, FCFS_1), late], vec![(5.0, Intervention::Add(SECOND, weight))], 100.0);
    let setup = setup.disturbed(Disturbances { newcomers, ..Disturbances::default() }).expect("sound");
    let mut log = Log::default();
    let chances = RandomStreams::new(1, 0);
    simulate(
        &setup.sample_every(secs(10.0)),
        SchedulerKind::Wrr,
        chances,
        arrivals(&[(99.0, 0.1)]),
        &mut log,
    )
    .expect("arrivals in order");
    let weights: Vec<i32> = log.samples.iter().take(6).map(|(_, servers)| servers[1].weight).collect();
    assert_eq!(weights, [0, 2, 4, 6, 8, 8]);
}

/// The mean number in an M/M/1 queue whose server breaks down at rate ξ, idle or not, and is repaired at rate η (White and
/// Christie 1958; Mitrani, *Probabilistic Modelling*, 1998): λ((ξ+η)² + μξ) / ((ξ+η)(μη − λ(ξ+η))).
#[test]
fn breakdowns_lengthen_the_queue_as_white_and_christie_say() {
    let (lambda, mu, xi, eta) = (0.5, 1.0, 0.1, 0.4);
    let expected =
        lambda * ((xi + eta) * (xi + eta) + mu * xi) / ((xi + eta) * (mu * eta - lambda * (xi + eta)));
    let pauses =
        Pauses { every: secs(1.0 / xi), lasting: secs(1.0 / eta), law: PauseLaw::Exponential, speed: 0.0 };
    let manners = vec![Behaviour { pauses: Some(pauses), ..Behaviour::default() }];
    let count = 400_000_u32;
    let mut in_system = 0.0;
    for discipline in [FCFS_1, ipvslab_sim::Discipline::ProcessorSharing { cores: 1, workers: None }] {
        let setup = setup(vec![server(1, discipline)], vec![], f64::from(count) / lambda * 0.99);
        let disturbances = Disturbances { manners: manners.clone(), ..Disturbances::default() };
        let setup = setup.disturbed(disturbances).expect("sound");
        let chances = RandomStreams::new(1, 0);
        let arrivals = crate::support::poisson(5, lambda, count as usize);
        let outcome = simulate(&setup, SchedulerKind::Rr, chances, arrivals, &mut ()).expect("in order");
        in_system = outcome.servers[0].in_system_ns as f64 / outcome.window.as_nanos() as f64;
        assert!((in_system / expected - 1.0).abs() < 0.05, "{in_system} {expected}");
    }
    assert!(in_system > 2.0);
}

/// M/M/1 with a deadline of K for the whole stay: (μ−λ)e^(−(μ−λ)K) / (μ − λe^(−(μ−λ)K)) miss it. Below K the virtual
/// waiting time has the density of M/M/1, and none beyond (Barrer 1957, *Queuing with impatient customers and
/// indifferent clerks*; Gavish and Schweitzer 1977).
#[test]
fn a_deadline_is_missed_as_often_as_barrer_says() {
    let (lambda, mu, deadline) = (0.8, 1.0, 3.0);
    let left = libm::exp(-(mu - lambda) * deadline);
    let expected = (mu - lambda) * left / (mu - lambda * left);
    let patience = ClientPolicy {
        deadline: Some(secs(deadline)),
        abandoned: Abandoned::Cancelled,
        ..ClientPolicy::default()
    };
    let setup = one(Disturbances { patience: Some(patience), ..Disturbances::default() }, 1e9);
    let chances = RandomStreams::new(1, 0);
    let arrivals = crate::support::poisson(6, lambda, 400_000);
    let outcome = simulate(&setup, SchedulerKind::Rr, chances, arrivals, &mut ()).expect("in order");
    let missed = outcome.requests.expect("clients react").gave_up as f64 / outcome.arrived as f64;
    assert!((missed - expected).abs() < 0.005, "{missed} {expected}");
}
