//! The same seed gives the same run, forever.

use ipvslab_schedulers::{SchedulerKind, Time, Weight};
use ipvslab_sim::{Discipline, RealServer, Service, Setup};

use crate::support::{poisson, run, seconds, server};

fn digest(kind: SchedulerKind, discipline: Discipline) -> u64 {
    let servers = (1..=4u8)
        .map(|number| RealServer {
            weight: Weight::new(u32::from(number)).expect("within range"),
            speed: f64::from(number),
            backlog: Some(50),
            ..server(number, discipline)
        })
        .collect();
    let setup = Setup::new(Service::default(), servers, vec![], Time::ZERO, seconds(1e6)).expect("sound");
    run(&setup, kind, poisson(11, 9.0, 20_000), &mut ()).digest
}

/// A changed number here changes published results: say why in the commit.
#[test]
fn fixed_seed_gives_fixed_runs() {
    let fcfs = Discipline::FirstComeFirstServed { slots: 1 };
    let ps = Discipline::ProcessorSharing { cores: 1, workers: None };
    let table: String = SchedulerKind::ALL
        .into_iter()
        .map(|kind| format!("{kind:5} {:016x} {:016x}\n", digest(kind, fcfs), digest(kind, ps)))
        .collect();
    assert_eq!(table, include_str!("digests.txt"), "\n{table}");
}
