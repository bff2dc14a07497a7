//! What the director of packets costs beside the fast one: the same work of 16 servers under wlc at 90 % of capacity, a service
//! each that only the former can run.
//!
//! For instruction counts, run one case under callgrind: `valgrind --tool=callgrind BINARY --test CASE`.

mod farm;

use std::hint::black_box;
use std::num::NonZeroU16;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use farm::{Workload, capacity, farm};
use ipvslab_schedulers::{SchedulerKind, Span};
use ipvslab_sim::{Discipline, Persistence, Protocol, RandomStreams, Service, Setup, Sysctls, simulate};

const CONNECTIONS: u64 = 300_000;

/// The services, by name; the first is run by the fast director.
fn cases() -> Vec<(&'static str, Setup)> {
    let setup = |service| farm(Discipline::FirstComeFirstServed { slots: 8 }, 16, service);
    let plain = Service::default();
    let persistence = Some(Persistence { timeout: Span::from_secs(300), prefix: 32 });
    let defended = Sysctls { drop_entry: 3, ..Sysctls::default() };
    vec![
        ("plain", setup(plain)),
        ("by_packets", setup(plain).by_packets()),
        ("persistence", setup(Service { persistence, ..plain })),
        ("udp", setup(Service { protocol: Protocol::Udp, ..plain })),
        ("drop_entry", setup(Service { sysctls: defended, ..plain })),
        ("few_ports", setup(Service { client_ports: NonZeroU16::new(100), ..plain })),
    ]
}

fn directors(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("directors");
    group.throughput(Throughput::Elements(CONNECTIONS)).sample_size(10);
    for (name, setup) in cases() {
        let load = 0.9 * capacity(&setup);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let workload = Workload::<10_000>::new(CONNECTIONS, load);
                let outcome =
                    simulate(&setup, SchedulerKind::Wlc, RandomStreams::new(1, 0), workload, &mut ());
                black_box(outcome.expect("it ends").digest)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, directors);
criterion_main!(benches);
