//! Random situations: the engine checks its own totals at the end of every run, whatever was done to the servers.

use ipvslab_schedulers::{
    HashFlags, KernelProfile, Rng, SchedulerKind, ServerId, Span, Thresholds, Time, Weight,
};
use ipvslab_sim::{Discipline, Forwarding, Intervention, RealServer, Service, Setup, TcpTimeouts, Timeouts};

use crate::support::{Log, poisson, run, seconds, server};

fn random_server(rng: &mut Rng, number: u8) -> RealServer {
    let width = 1 + rng.below(4);
    let discipline = match rng.below(3) {
        0 => Discipline::FirstComeFirstServed { slots: width },
        which => {
            Discipline::ProcessorSharing { cores: width, workers: (which == 1).then(|| width + rng.below(4)) }
        }
    };
    let upper = if rng.below(3) == 0 { 1 + rng.below(30) } else { 0 };
    RealServer {
        weight: Weight::new(rng.below(5)).expect("a small weight"),
        thresholds: Thresholds::new(upper, rng.below(upper.max(1))).expect("lower below upper"),
        speed: 0.5 + rng.unit(),
        backlog: (rng.below(2) == 0).then(|| rng.below(10)),
        listed: rng.below(4) > 0,
        ..server(number, discipline)
    }
}

/// Interventions that can be carried out: nobody is added twice.
fn random_timeline(rng: &mut Rng, servers: &[RealServer]) -> Vec<(Time, Intervention)> {
    let mut listed: Vec<bool> = servers.iter().map(|server| server.listed).collect();
    (1..30)
        .map(|step| {
            let number = rng.below(servers.len() as u32);
            let id = ServerId::new(number);
            let weight = Weight::new(rng.below(4)).expect("a small weight");
            let flag = &mut listed[number as usize];
            let intervention = match (*flag, rng.below(2)) {
                (false, _) => Intervention::Add(id, weight),
                (true, 0) => Intervention::Remove(id),
                (true, _) => Intervention::SetWeight(id, weight),
            };
            *flag = !matches!(intervention, Intervention::Remove(_));
            (seconds(f64::from(step) * 7.0), intervention)
        })
        .collect()
}

#[test]
fn every_run_adds_up_and_repeats() {
    for seed in 0..60 {
        let mut rng = Rng::stream(seed, 0, "situation");
        let servers: Vec<RealServer> = (1..=5).map(|number| random_server(&mut rng, number)).collect();
        let timeline = random_timeline(&mut rng, &servers);
        let forwardings = [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel];
        let service = Service {
            forwarding: forwardings[rng.below(3) as usize],
            flags: HashFlags { fallback: rng.below(2) == 0, port: rng.below(2) == 0 },
            profile: if rng.below(2) == 0 { KernelProfile::CLASSIC } else { KernelProfile::TOTAL },
            timeouts: Timeouts {
                tcp: TcpTimeouts {
                    time_wait: Span::from_secs(u64::from(rng.below(20))),
                    established: Span::from_secs(30),
                    ..TcpTimeouts::default()
                },
                ..Timeouts::default()
            },
            ..Service::default()
        };
        let setup = Setup::new(service, servers, timeline, seconds(20.0), seconds(200.0))
            .expect("a timeline that can be carried out")
            .sample_every(Span::from_secs(10));
        for kind in SchedulerKind::ALL {
            let twice = [0, 1].map(|_| {
                let mut log = Log::default();
                let outcome = run(&setup, kind, poisson(seed, 6.0, 1_500), &mut log);
                for (at, loads) in &log.samples {
                    let negative = loads.iter().any(|load| load.active < 0 || load.inactive < 0);
                    assert!(!negative, "seed {seed}, {kind}: a count is below zero at {at:?}");
                }
                (outcome, log.lines)
            });
            assert_eq!(twice[0], twice[1], "seed {seed}, {kind}");
        }
    }
}
