//! What the director of packets costs beside the fast one: the same work of 16 servers under wlc at 90 % of capacity, a service
//! each that only the former can run.

mod farm;

use std::num::NonZeroU16;
use std::process::ExitCode;

use farm::{Workload, capacity, farm};
use ipvslab_bench::{Criterion, Stopwatch, Work, measure};
use ipvslab_schedulers::{SchedulerKind, Span};
use ipvslab_sim::{Discipline, Persistence, Protocol, RandomStreams, Service, Setup, Sysctls, simulate};

/// The services, by name; the first is run by the fast director.
fn services() -> Vec<(&'static str, Setup)> {
    let setup = |service| farm(Discipline::FirstComeFirstServed { slots: 8 }, 16, service);
    let plain = Service::default();
    let persistence = Some(Persistence { timeout: Span::from_secs(300), prefix: 32 });
    let defended = Sysctls { drop_entry: 3, ..Sysctls::default() };
    vec![
        ("directors/plain", setup(plain)),
        ("directors/by_packets", setup(plain).by_packets()),
        ("directors/persistence", setup(Service { persistence, ..plain })),
        ("directors/udp", setup(Service { protocol: Protocol::Udp, ..plain })),
        ("directors/drop_entry", setup(Service { sysctls: defended, ..plain })),
        ("directors/few_ports", setup(Service { client_ports: NonZeroU16::new(100), ..plain })),
    ]
}

fn cases(stopwatch: &mut Stopwatch) {
    let connections = stopwatch.elements(300_000, 50_000);
    for (name, setup) in services() {
        let load = 0.9 * capacity(&setup);
        stopwatch.repeated(name, Work { elements: connections, calls: 1 }, || {
            let (streams, workload) = (RandomStreams::new(1, 0), Workload::<10_000>::new(connections, load));
            simulate(&setup, SchedulerKind::Wlc, streams, workload, &mut ()).expect("it ends").digest
        });
    }
}

fn main() -> ExitCode {
    measure("directors", || Criterion::default().sample_size(10), cases)
}
