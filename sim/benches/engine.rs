//! Connections per second, end to end: 16 servers of speeds 1, 2, 3, 4, 8 slots each, Poisson arrivals at 90 % of
//! capacity, exponential work, full IPVS accounting.

mod farm;

use std::process::ExitCode;

use farm::{Workload, capacity, farm};
use ipvslab_bench::{Criterion, Stopwatch, Work, measure};
use ipvslab_schedulers::{AnyScheduler, SchedulerKind, SchedulerOptions, ServerTable, Time};
use ipvslab_sim::{Discipline, RandomStreams, Service, simulate_with};

fn cases(stopwatch: &mut Stopwatch) {
    let connections = stopwatch.elements(1_000_000, 200_000);
    let fcfs = Discipline::FirstComeFirstServed { slots: 8 };
    let sharing = Discipline::ProcessorSharing { cores: 8, workers: None };
    let cases = [
        ("engine/wlc/fcfs", SchedulerKind::Wlc, fcfs, 16),
        ("engine/rr/fcfs", SchedulerKind::Rr, fcfs, 16),
        ("engine/wlc/ps", SchedulerKind::Wlc, sharing, 16),
        ("engine/wlc/fcfs/1000", SchedulerKind::Wlc, fcfs, 1000),
    ];
    for (name, kind, discipline, servers) in cases {
        let setup = farm(discipline, servers, Service::default());
        let load = 0.9 * capacity(&setup);
        stopwatch.repeated(name, Work { elements: connections, calls: 1 }, || {
            let streams = RandomStreams::new(1, 0);
            let options = SchedulerOptions {
                profile: setup.service().profile,
                flags: setup.service().flags,
                draws: streams.twos.clone(),
            };
            let workload = Workload::<65_536>::new(connections, load);
            let scheduler = |table: &ServerTable| {
                AnyScheduler::new(kind, options, table, Time::ZERO).expect("a short list")
            };
            simulate_with(&setup, scheduler, &streams, workload, &mut ()).expect("it ends").digest
        });
    }
}

fn main() -> ExitCode {
    measure("engine", || Criterion::default().sample_size(10), cases)
}
