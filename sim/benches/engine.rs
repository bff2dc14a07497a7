//! Connections per second, end to end: 16 servers of speeds 1, 2, 3, 4, 8 slots each, Poisson arrivals at 90 % of
//! capacity, exponential work, full IPVS accounting.

mod farm;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use farm::{Workload, capacity, farm};
use ipvslab_schedulers::{AnyScheduler, SchedulerKind, SchedulerOptions, ServerTable, Time};
use ipvslab_sim::{Discipline, RandomStreams, Service, simulate_with};

const CONNECTIONS: u64 = 1_000_000;

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
        let setup = farm(discipline, servers, Service::default());
        let load = 0.9 * capacity(&setup);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let streams = RandomStreams::new(1, 0);
                let options = SchedulerOptions {
                    profile: setup.service().profile,
                    flags: setup.service().flags,
                    draws: streams.twos.clone(),
                };
                let workload = Workload::<65_536>::new(CONNECTIONS, load);
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
