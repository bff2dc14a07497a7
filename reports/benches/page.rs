//! What it takes to make the page of a large study: 14 schedulers, 30 replications, 100 real servers.

use std::hint::black_box;
use std::process::ExitCode;

use ipvslab_bench::{Criterion, Stopwatch, Work, measure};
use ipvslab_reports::{Collector, Design, Metric, Provenance, Run, Study, StudyServer, Summary, page_html};
use ipvslab_schedulers::{Rng, SchedulerKind, ServerId, Span, Time};
use ipvslab_sim::{ConnectionId, Finished, Observer, Outcome, ServerLoad, ServerTotals};

const SERVERS: u32 = 100;
const REPLICATIONS: u32 = 30;
const CONNECTIONS: u64 = 20_000;
const SAMPLES: u64 = 240;

fn cases(stopwatch: &mut Stopwatch) {
    let study = study();
    let work = Work { elements: 1, calls: 1 };
    stopwatch.repeated("page/fourteen_schedulers_thirty_replications_hundred_servers", work, || {
        let summary = Summary::new(black_box(&study), Metric::default());
        page_html(&study, &summary).expect("a page").len()
    });
}

fn study() -> Study {
    let server = |number: u32| StudyServer {
        name: format!("web-{number}"),
        group: if number < 60 { "old" } else { "new" }.to_owned(),
        weight: 1,
        mean_weight: 1.0,
        slots: 8,
        speed: 1.0,
    };
    let mut study = Study {
        classes: Vec::new(),
        title: "A large study".to_owned(),
        question: "How long does its page take?".to_owned(),
        name: "large".to_owned(),
        seed: 1,
        replications: REPLICATIONS,
        kernel: "7.2.10".to_owned(),
        accounting: "total".to_owned(),
        warm_up: Time::ZERO,
        horizon: Time::ZERO + Span::from_secs(240),
        servers: (1..=SERVERS).map(server).collect(),
        interventions: vec![(Time::ZERO + Span::from_secs(120), "web-1 quiesced".to_owned())],
        objectives: Vec::new(),
        provenance: Provenance::default(),
        schedulers: SchedulerKind::ALL.to_vec(),
        runs: Vec::new(),
        decision_costs: Vec::new(),
        design: Design::default(),
    };
    for (number, &scheduler) in SchedulerKind::ALL.iter().enumerate() {
        for replication in 0..REPLICATIONS {
            let run = run(&study, number as u64, replication);
            study.runs.push(Run { scheduler, replication, metrics: run });
        }
    }
    study
}

/// A run whose response times and loads are drawn; every run is sampled, as those of small studies are.
fn run(study: &Study, scheduler: u64, replication: u32) -> ipvslab_reports::RunMetrics {
    let mut rng = Rng::stream(scheduler, replication, "page");
    let mut collector = Collector::new(study.warm_up, study.horizon, study.servers.len()).following(&[]);
    let horizon = study.horizon.as_nanos();
    for number in 0..CONNECTIONS {
        let arrived = Time::from_nanos(horizon / CONNECTIONS * number);
        let response =
            Span::from_secs_f64(-0.02 * (1.0 + 0.1 * scheduler as f64) * libm::log(rng.unit_positive()));
        collector.finished(&Finished {
            connection: ConnectionId::new(0),
            server: ServerId::new(number as u32 % SERVERS),
            arrived,
            started: arrived,
            finished: arrived + response,
            work: response,
            class: 0,
        });
    }
    for sample in 0..SAMPLES {
        let mut load = || {
            let active = (20.0 * rng.unit()) as u32;
            ServerLoad {
                listed: true,
                weight: 1,
                active: active as i32,
                inactive: 5,
                in_system: active,
                in_service: active.min(8),
                assigned: sample * 10,
            }
        };
        let loads: Vec<ServerLoad> = (0..SERVERS).map(|_| load()).collect();
        collector.sampled(Time::from_nanos(horizon / SAMPLES * sample), &loads);
    }
    let totals = ServerTotals {
        assigned: CONNECTIONS / u64::from(SERVERS),
        busy_ns: 50_000_000_000,
        in_system_ns: 60_000_000_000,
        peak_active: 20,
        peak_total: 100,
        cache: None,
    };
    let outcome = Outcome {
        traffic: None,
        director: None,
        arrived: CONNECTIONS,
        finished: CONNECTIONS,
        refused_no_server: 0,
        refused_backlog: 0,
        lost: 0,
        overload: None,
        requests: None,
        peak_entries: 900,
        events: 0,
        window: study.window(),
        servers: vec![totals; SERVERS as usize],
        digest: scheduler << 32 | u64::from(replication),
    };
    collector.finish(&outcome, &study.servers)
}

fn main() -> ExitCode {
    measure("page", || Criterion::default().sample_size(10), cases)
}
