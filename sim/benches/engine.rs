//! Connections per second, end to end: 16 servers of speeds 1, 2, 3, 4, 8 slots each, Poisson arrivals at 90 % of
//! capacity, exponential work, full IPVS accounting.

use std::convert::Infallible;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ipvslab_schedulers::{
    AnyScheduler, Flow, Rng, SchedulerKind, SchedulerOptions, ServerTable, Span, Thresholds, Time, Weight,
};
use ipvslab_sim::{Arrival, Discipline, RandomStreams, RealServer, Service, Setup, simulate_with};

const CONNECTIONS: u64 = 1_000_000;

struct Workload {
    rng: Rng,
    at: f64,
    gap: f64,
    left: u64,
}

impl Iterator for Workload {
    type Item = Result<Arrival, Infallible>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        self.at -= libm::log(self.rng.unit_positive()) * self.gap;
        let work = -libm::log(self.rng.unit_positive()) * 1e9;
        let bits = self.rng.bits();
        let flow = Flow {
            client: IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | bits as u32 & 0xffff)),
            client_port: (bits >> 48) as u16,
            destination: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        };
        Some(Ok(Arrival::new(Time::from_nanos(self.at as u64), Span::from_nanos(work as u64), flow)))
    }
}

fn farm(discipline: Discipline, servers: usize) -> Setup {
    let server = |number: usize| {
        let power = number % 4 + 1;
        RealServer {
            endpoint: SocketAddr::from(([10, 1, (number / 256) as u8, (number % 256) as u8], 80)),
            weight: Weight::new(power as u32).expect("a small weight"),
            thresholds: Thresholds::NONE,
            discipline,
            speed: power as f64,
            backlog: None,
            listed: true,
        }
    };
    let servers = (0..servers).map(server).collect();
    let end = Time::from_nanos(u64::MAX / 4);
    Setup::new(Service::default(), servers, vec![], Time::ZERO, end).expect("a sound situation")
}

fn engine(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(CONNECTIONS)).sample_size(10);
    let fcfs = Discipline::FirstComeFirstServed { slots: 8 };
    let sharing = Discipline::ProcessorSharing { cores: 8, workers: None };
    let cases = [
        ("wlc/fcfs", SchedulerKind::Wlc, fcfs, 16),
        ("rr/fcfs", SchedulerKind::Rr, fcfs, 16),
        ("wlc/ps", SchedulerKind::Wlc, sharing, 16),
        ("wlc/fcfs/1000", SchedulerKind::Wlc, fcfs, 1000),
    ];
    for (name, kind, discipline, servers) in cases {
        let setup = farm(discipline, servers);
        let capacity: f64 = setup.servers().iter().map(|server| 8.0 * server.speed).sum();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let streams = RandomStreams::new(1, 0);
                let options = SchedulerOptions {
                    profile: setup.service().profile,
                    flags: setup.service().flags,
                    draws: streams.twos.clone(),
                };
                let workload = Workload {
                    rng: Rng::stream(1, 0, "arrivals"),
                    at: 0.0,
                    gap: 1e9 / (0.9 * capacity),
                    left: CONNECTIONS,
                };
                let scheduler = |table: &ServerTable| {
                    AnyScheduler::new(kind, options, table, Time::ZERO).expect("a short list")
                };
                let outcome = simulate_with(&setup, scheduler, &streams, workload, &mut ()).expect("it ends");
                black_box(outcome.digest)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
