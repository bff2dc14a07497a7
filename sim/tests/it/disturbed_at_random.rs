//! Random faults, clients and checkers: every run audits itself, repeats, and is the same under both directors.

use ipvslab_schedulers::{Rng, SchedulerKind, ServerId, Span, Weight};
use ipvslab_sim::{
    Abandoned, Asks, Behaviour, BelowQuorum, Budget, ClientPolicy, Controller, Discipline, Disturbances,
    Failover, Fault, Forwarding, HealthCheck, Intervention, Newcomers, Outcome, Overflow, PauseLaw, Pauses,
    RandomStreams, RealServer, Retries, Service, Setup, SlowStart, Timers, simulate,
};
use proptest::prelude::*;

use crate::support::{poisson, seconds, server};

const SERVERS: u32 = 4;

fn span(rng: &mut Rng, most: f64) -> Span {
    Span::from_secs_f64(0.01 + rng.unit() * most)
}

fn some<T>(rng: &mut Rng, make: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    (rng.below(2) == 0).then(|| make(rng))
}

fn fault(rng: &mut Rng) -> Fault {
    let server = ServerId::new(rng.below(SERVERS));
    match rng.below(9) {
        0 => Fault::Crash(server),
        1 => Fault::Refuse(server),
        2 => Fault::Hang(server),
        3 => Fault::Slow(server, f64::from(rng.below(5)) / 4.0),
        4 => Fault::FailOver(0, Failover::Cold),
        5 => Fault::FailOver(0, Failover::Synchronised),
        _ => Fault::Recover(server),
    }
}

fn manner(rng: &mut Rng) -> Behaviour {
    Behaviour {
        overflow: if rng.below(2) == 0 { Overflow::Drop } else { Overflow::Reset },
        slow_start: some(rng, |rng| SlowStart { from: 0.1 + 0.9 * rng.unit(), ramp: span(rng, 20.0) }),
        pauses: some(rng, |rng| Pauses {
            every: span(rng, 30.0),
            lasting: span(rng, 5.0),
            law: if rng.below(2) == 0 { PauseLaw::Constant } else { PauseLaw::Exponential },
            speed: f64::from(rng.below(3)) / 2.0,
        }),
    }
}

fn patience(rng: &mut Rng) -> ClientPolicy {
    ClientPolicy {
        syn_retries: rng.below(7),
        connect_timeout: some(rng, |rng| span(rng, 5.0)),
        deadline: some(rng, |rng| span(rng, 20.0)),
        abandoned: if rng.below(2) == 0 { Abandoned::WorkedOn } else { Abandoned::Cancelled },
        retries: some(rng, |rng| Retries {
            most: rng.below(5),
            backoff: span(rng, 2.0),
            factor: 1.0 + rng.unit(),
            jitter: rng.unit(),
            budget: some(rng, |rng| Budget { share: rng.unit(), burst: 10.0 }),
        }),
    }
}

fn disturbances(rng: &mut Rng) -> Disturbances {
    Disturbances {
        patience: some(rng, patience),
        manners: (0..SERVERS).map(|_| manner(rng)).collect(),
        faults: (0..rng.below(20)).map(|_| (seconds(rng.unit() * 220.0), fault(rng))).collect(),
        health: some(rng, |rng| HealthCheck {
            asks: if rng.below(2) == 0 { Asks::Connection } else { Asks::Answer },
            delay_loop: span(rng, 5.0),
            connect_timeout: span(rng, 3.0),
            retry: rng.below(3),
            delay_before_retry: span(rng, 2.0),
            warm_up: span(rng, 5.0),
            inhibit_on_failure: rng.below(2) == 0,
            quorum: rng.below(3),
            below_quorum: if rng.below(2) == 0 { BelowQuorum::GoOn } else { BelowQuorum::Close },
        }),
        controller: some(rng, |rng| Controller {
            every: span(rng, 10.0),
            target: some(rng, |rng| 0.1 + rng.unit()),
            gain: 0.1 + rng.unit(),
            least: 1,
            most: 50,
        }),
        newcomers: some(rng, |rng| Newcomers { from: 0.2, ramp: span(rng, 20.0), steps: 1 + rng.below(5) }),
        seed: rng.bits(),
        replication: 0,
    }
}

pub(crate) fn situation(rng: &mut Rng, service: Service) -> Setup {
    let servers: Vec<RealServer> = (0..SERVERS)
        .map(|number| {
            let width = 1 + rng.below(3);
            let discipline = match rng.below(3) {
                0 => Discipline::FirstComeFirstServed { slots: width },
                which => Discipline::ProcessorSharing {
                    cores: width,
                    workers: (which == 1).then(|| width + rng.below(4)),
                },
            };
            RealServer {
                speed: 0.5 + rng.unit(),
                backlog: some(rng, |rng| rng.below(6)),
                weight: Weight::new(1 + rng.below(9)).expect("a small weight"),
                ..server(number as u8 + 1, discipline)
            }
        })
        .collect();
    let id = ServerId::new(rng.below(SERVERS));
    let timeline = vec![
        (seconds(40.0), Intervention::SetWeight(id, Weight::QUIESCED)),
        (seconds(60.0), Intervention::Remove(id)),
        (seconds(110.0), Intervention::Add(id, Weight::ONE)),
    ];
    let setup = Setup::new(service, servers, timeline, seconds(20.0), seconds(200.0)).expect("sound");
    setup.disturbed(disturbances(rng)).expect("sound")
}

/// A random run of a service, and the same one by packets.
fn both(seed: u64, service: Service, rate: f64) -> [Outcome; 2] {
    let mut rng = Rng::stream(seed, 0, "disturbed");
    let kind = SchedulerKind::ALL[rng.below(14) as usize];
    let setup = situation(&mut rng, service);
    [setup.clone(), setup.by_packets()].map(|setup| {
        let chances = RandomStreams::new(seed, 0);
        simulate(&setup, kind, chances, poisson(seed, rate, 1_500), &mut ()).expect("ends within the clock")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The engine stops if a request is lost or counted twice, or if time or work does not add up.
    #[test]
    fn every_disturbed_run_adds_up_and_repeats(seed: u64, rate in 1.0f64..12.0, which in 0usize..3) {
        let forwarding = [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel][which];
        let service = Service { forwarding, ..Service::default() };
        prop_assert_eq!(both(seed, service, rate), both(seed, service, rate));
    }

    /// The director of packets, told the same, does the same.
    #[test]
    fn both_directors_make_the_same_disturbed_run(
        seed: u64, rate in 1.0f64..12.0, which in 0usize..3, is_exact: bool
    ) {
        let forwarding = [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel][which];
        let timers = if is_exact { Timers::Exact } else { Timers::default() };
        let [fast, whole] = both(seed, Service { forwarding, timers, ..Service::default() }, rate);
        prop_assert_eq!(fast.digest, whole.digest);
        prop_assert_eq!(fast.servers, whole.servers);
        prop_assert_eq!(fast.requests, whole.requests);
    }
}

/// Entries that expire between the start of the window and the next event of their server were counted in its peak by one only.
#[test]
fn peaks_begin_with_what_there_is_when_the_window_opens() {
    for (seed, rate) in [(1305, 8.0), (1738, 1.0), (628, 2.0)] {
        let [fast, whole] = both(seed, Service::default(), rate);
        assert_eq!(fast.servers, whole.servers, "{seed}");
    }
}

#[test]
fn pauses_and_checks_are_the_same_under_every_scheduler_and_change_with_the_replication() {
    let pauses = Pauses {
        every: Span::from_secs(5),
        lasting: Span::from_secs(1),
        law: PauseLaw::Exponential,
        speed: 0.0,
    };
    let disturbances = Disturbances {
        manners: vec![Behaviour { pauses: Some(pauses), ..Behaviour::default() }],
        ..Disturbances::default()
    };
    let setup = crate::support::setup(vec![server(1, crate::support::FCFS_1)], vec![], 1e3);
    let setup = setup.disturbed(disturbances).expect("sound");
    let digest = |kind, replication| {
        let setup = setup.clone().seeded(9, replication);
        let chances = RandomStreams::new(1, 0);
        simulate(&setup, kind, chances, poisson(3, 0.5, 300), &mut ()).expect("in order").digest
    };
    assert_eq!(digest(SchedulerKind::Rr, 0), digest(SchedulerKind::Wlc, 0));
    assert_ne!(digest(SchedulerKind::Rr, 0), digest(SchedulerKind::Rr, 1));
}
