//! Requests that follow others: closed loops and connections that stay open.

use ipvslab_schedulers::{Flow, Rng, SchedulerKind, ServerId, Span, Time, Weight};
use ipvslab_sim::{
    ChainPosition, ClientPolicy, Disturbances, Failover, Fault, FollowUp, FollowUps, Intervention, KeepAlive,
    Outcome, RandomStreams, RealServer, Retries, Service, Setup, Sizes, Sysctls, simulate_chains,
};

use crate::support::{FCFS_1, Log, arrivals, seconds, server, setup, textbook};

const FIRST: ServerId = ServerId::new(0);
const SECOND: ServerId = ServerId::new(1);

fn secs(secs: f64) -> Span {
    Span::from_secs_f64(secs)
}

/// Every request has work of 1 s, and the next one comes `wait` after it; a connection carries `on_each` of them.
#[derive(Clone, Copy)]
struct Steady {
    wait: f64,
    on_each: u32,
    /// Whether another connection follows the last request of one.
    comes_back: bool,
}

impl FollowUps for Steady {
    fn next(&mut self, link: ChainPosition, flow: &Flow) -> Option<FollowUp> {
        let ends = link.of_connection == self.on_each;
        let anew = ends.then(|| Flow { client_port: flow.client_port + 1, ..*flow });
        (!ends || self.comes_back).then(|| FollowUp {
            wait: secs(self.wait),
            work: secs(1.0),
            sizes: Sizes::default(),
            anew,
            keepalive: None,
        })
    }
}

fn run_all(setup: &Setup, times: &[f64], sequels: impl FollowUps + 'static) -> (Vec<String>, Outcome) {
    run_under(SchedulerKind::Rr, setup, times, sequels)
}

fn run_under(
    kind: SchedulerKind,
    setup: &Setup,
    times: &[f64],
    sequels: impl FollowUps + 'static,
) -> (Vec<String>, Outcome) {
    let mut log = Log::default();
    let list: Vec<(f64, f64)> = times.iter().map(|&at| (at, 1.0)).collect();
    let sequels: Option<Box<dyn FollowUps>> = Some(Box::new(sequels));
    let chances = RandomStreams::new(1, 0);
    let outcome =
        simulate_chains(setup, kind, chances, arrivals(&list), sequels, &mut log).expect("in order");
    (log.lines, outcome)
}

fn two() -> Vec<RealServer> {
    vec![server(1, FCFS_1), server(2, FCFS_1)]
}

fn alive(requests: u32, wait: f64) -> Steady {
    Steady { wait, on_each: requests, comes_back: false }
}

#[test]
fn a_user_thinks_and_comes_back_until_the_horizon() {
    let (lines, outcome) =
        run_all(&setup(two(), vec![], 10.0), &[0.0], Steady { wait: 2.0, on_each: 1, comes_back: true });
    let assigned: Vec<&String> = lines.iter().filter(|line| line.contains("assigned")).collect();
    assert_eq!(assigned, ["0 assigned 1", "3 assigned 0", "6 assigned 1", "9 assigned 0"]);
    assert_eq!((outcome.arrived, outcome.finished), (4, 4));
}

#[test]
fn connection_silent_for_20_minutes_is_forgotten_by_ipvs_and_not_by_connection_tracking() {
    // IPVS's 900 s are over before the second request; kube-proxy's day, nftables' five and Cilium's 8,000 s are not.
    let served = |name: &str, silent: f64| {
        let kind = SchedulerKind::named(name).expect("a scheduler");
        let (_, outcome) = run_under(kind, &setup(two(), vec![], 100_000.0), &[0.0], alive(2, silent));
        outcome.finished
    };
    assert_eq!(served("rr", 1_200.0), 1, "the second request is reset");
    for plane in ["iptables-random", "nft-random", "nft-inc", "cilium-random", "katran-maglev"] {
        assert_eq!(served(plane, 1_200.0), 2, "{plane}");
    }
    assert_eq!(served("cilium-random", 8_100.0), 1);
    assert_eq!(served("nft-random", 8_100.0), 2);
    assert_eq!(served("nft-random", 86_500.0), 1);
    assert_eq!(served("nft-inc", 86_500.0), 2);
}

#[test]
fn a_connection_carries_its_requests_to_one_server_and_is_active_between_them() {
    let setup = setup(two(), vec![], 20.0).sample_every(secs(1.5));
    let mut log = Log::default();
    let sequels: Option<Box<dyn FollowUps>> = Some(Box::new(alive(3, 2.0)));
    let list = arrivals(&[(0.0, 1.0)]);
    let outcome =
        simulate_chains(&setup, SchedulerKind::Rr, RandomStreams::new(1, 0), list, sequels, &mut log)
            .expect("in order");
    // At work from 0 to 1, 3 to 4 and 6 to 7 s.
    assert_eq!(log.lines.iter().filter(|line| line.contains("assigned")).count(), 1);
    assert_eq!(log.lines.iter().filter(|line| line.contains("response 1 waiting 0")).count(), 3);
    let active: Vec<i32> = log.samples.iter().map(|(_, servers)| servers[1].active).collect();
    assert_eq!(active[..7], [0, 1, 1, 1, 1, 0, 0], "looks at 0, 1.5 … 9 s");
    let requests = outcome.requests.expect("requests are followed");
    assert_eq!((outcome.arrived, requests.attempts), (3, 1));
}

/// Two requests on one connection, 10 s apart, which sends a keepalive after 2 s of silence.
struct KeptAlive;

impl FollowUps for KeptAlive {
    fn next(&mut self, link: ChainPosition, flow: &Flow) -> Option<FollowUp> {
        let keepalive = Some(KeepAlive { idle: secs(2.0), interval: secs(2.0) });
        alive(2, 10.0).next(link, flow).map(|next| FollowUp { keepalive, ..next })
    }
}

#[test]
fn a_connection_that_was_reset_sends_no_keepalive() {
    // Open from 0 s on, reset at 2 s; a keepalive would have come at 3 s, and the next request comes at 11 s.
    let faults = vec![(seconds(2.0), Fault::Refuse(SECOND)), (seconds(5.0), Fault::Recover(SECOND))];
    let disturbances = Disturbances { faults, ..Disturbances::default() };
    let setup = setup(two(), vec![], 20.0).disturbed(disturbances).expect("sound");
    let (lines, outcome) = run_all(&setup, &[0.0], KeptAlive);
    let assigned: Vec<&String> = lines.iter().filter(|line| line.contains("assigned")).collect();
    assert_eq!(assigned, ["0 assigned 1", "11 assigned 0"]);
    let requests = outcome.requests.expect("requests are followed");
    assert_eq!((outcome.arrived, outcome.finished, requests.attempts, requests.reset), (2, 2, 2, 0));
}

#[test]
fn what_is_open_at_the_horizon_is_closed_then() {
    let (lines, outcome) = run_all(&setup(two(), vec![], 10.0), &[0.0], alive(100, 30.0));
    assert_eq!((outcome.arrived, lines.len()), (1, 3));
    // The connection counts as active to the end of the window: 10 s.
    assert_eq!(outcome.servers[1].peak_active, 1);
}

#[test]
fn the_director_forgets_a_connection_that_is_silent_for_longer_than_its_timeout() {
    for (wait, expected) in [(899.0, 2), (901.0, 1)] {
        for service in [textbook(), told()] {
            let setup = Setup::new(service, two(), vec![], Time::ZERO, seconds(2_000.0)).expect("sound");
            let (lines, outcome) = run_all(&setup, &[0.0], alive(2, wait));
            assert_eq!(outcome.finished, expected, "{lines:?}");
            assert_eq!(
                lines.iter().any(|line| line.contains("Some(Reset) after 0")),
                expected == 1,
                "{lines:?}"
            );
        }
    }
}

#[test]
fn a_request_that_is_reset_goes_to_a_new_connection_if_clients_retry() {
    let retries = Retries { most: 1, backoff: secs(0.5), factor: 1.0, jitter: 0.0, budget: None };
    let patience = Some(ClientPolicy { retries: Some(retries), ..ClientPolicy::default() });
    let setup = setup(two(), vec![], 2_000.0);
    let setup = setup.disturbed(Disturbances { patience, ..Disturbances::default() }).expect("sound");
    let (lines, _) = run_all(&setup, &[0.0], alive(2, 901.0));
    assert_eq!(lines.last().map(String::as_str), Some("903.5 ended None after 1"), "{lines:?}");
    assert!(lines.contains(&"902.5 assigned 0".to_owned()), "{lines:?}");
}

/// A service that the director of packets has to serve.
fn told() -> Service {
    let sysctls = Sysctls { conn_reuse_mode: 0, ..Sysctls::default() };
    Service { sysctls, ..textbook() }
}

#[test]
fn after_a_server_was_started_anew_its_connections_are_on_others_and_stay_there() {
    for service in [textbook(), told()] {
        let setup = Setup::new(service, two(), vec![], Time::ZERO, seconds(60.0)).expect("sound");
        let faults = vec![(seconds(5.5), Fault::Refuse(SECOND)), (seconds(7.9), Fault::Recover(SECOND))];
        let setup = setup.disturbed(Disturbances { faults, ..Disturbances::default() }).expect("sound");
        // The first goes to the second server, whose reset breaks it between two requests: at 8 s it has to connect anew.
        let (lines, outcome) = run_all(&setup, &[0.0, 1.5], alive(8, 3.0));
        assert_eq!(outcome.finished, 16, "{lines:?}");
        let assigned: Vec<&String> = lines.iter().filter(|line| line.contains("assigned")).collect();
        assert_eq!(assigned, ["0 assigned 1", "1.5 assigned 0", "8 assigned 1"], "{lines:?}");
    }
}

#[test]
fn a_server_that_crashed_and_came_back_does_not_know_its_connections() {
    let faults = vec![(seconds(1.5), Fault::Crash(SECOND)), (seconds(2.5), Fault::Recover(SECOND))];
    let setup = setup(two(), vec![], 60.0);
    let setup = setup.disturbed(Disturbances { faults, ..Disturbances::default() }).expect("sound");
    let (lines, outcome) = run_all(&setup, &[0.0], alive(3, 3.0));
    // Reset at 4 s; the chain's third request opens a connection at 7 s.
    assert!(lines.contains(&"4 ended Some(Reset) after 0".to_owned()), "{lines:?}");
    assert!(lines.contains(&"7 assigned 0".to_owned()), "{lines:?}");
    assert_eq!((outcome.arrived, outcome.finished), (3, 2));
}

#[test]
fn on_a_removed_server_open_connections_hang_and_on_a_quiesced_one_they_go_on() {
    let quiesce = Intervention::SetWeight(SECOND, Weight::new(0).expect("zero"));
    for (what, finished) in [(Intervention::Remove(SECOND), 1), (quiesce, 2)] {
        for service in [textbook(), told()] {
            let timeline = vec![(seconds(2.0), what)];
            let setup = Setup::new(service, two(), timeline, Time::ZERO, seconds(60.0)).expect("sound");
            let (lines, outcome) = run_all(&setup, &[0.0], alive(2, 3.0));
            assert_eq!((outcome.finished, outcome.lost), (finished, 2 - finished), "{lines:?}");
        }
    }
}

#[test]
fn a_director_that_takes_over_without_sync_resets_what_was_open() {
    for (failover, finished) in [(Failover::Cold, 1), (Failover::Synchronised, 2)] {
        for service in [textbook(), told()] {
            let setup = Setup::new(service, two(), vec![], Time::ZERO, seconds(60.0)).expect("sound");
            let faults = vec![(seconds(2.0), Fault::FailOver(0, failover))];
            let setup = setup.disturbed(Disturbances { faults, ..Disturbances::default() }).expect("sound");
            let (lines, outcome) = run_all(&setup, &[0.0], alive(2, 3.0));
            assert_eq!(outcome.finished, finished, "{lines:?}");
        }
    }
}

/// Exponential work and thinking times.
struct Users(Rng);

impl FollowUps for Users {
    fn next(&mut self, _: ChainPosition, of: &Flow) -> Option<FollowUp> {
        let mut time = |mean: f64| secs(-libm::log(self.0.unit_positive()) * mean);
        let (wait, work) = (time(1.0), time(1.0));
        Some(FollowUp { wait, work, sizes: Sizes::default(), anew: Some(*of), keepalive: None })
    }
}

#[test]
fn ten_users_of_one_server_wait_as_mean_value_analysis_says() {
    // Reiser and Lavenberg 1980: think time 1, service 1, N = 10: response 9.000001, throughput 1.000000.
    let horizon = 40_000.0;
    let setup = setup(vec![server(1, FCFS_1)], vec![], horizon);
    let (_, outcome) = run_all(&setup, &[0.0; 10], Users(Rng::stream(1, 0, "users")));
    let in_system = outcome.servers[FIRST.index()].in_system_ns as f64 / 1e9 / horizon;
    let throughput = outcome.finished as f64 / horizon;
    assert!((throughput - 1.0).abs() < 0.02, "{throughput}");
    assert!((in_system / throughput - 9.0).abs() < 0.1, "{}", in_system / throughput);
}
