//! Studies to report on: one made up, whose numbers nothing else can move, and others run by the engine.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipvslab_reports::{
    CacheUse, Collector, Design, Provenance, Run, SideBySide, SideBySideRow, Study, StudyServer,
    interventions as described,
};
use ipvslab_schedulers::{
    AnyScheduler, Flow, Rng, SchedulerKind, SchedulerOptions, ServerId, ServerTable, Span, Thresholds, Time,
    Weight,
};
use ipvslab_sim::{
    Arrival, ConnectionId, Discipline, Finished, Intervention, Observer, Outcome, RandomStreams, RealServer,
    Refusal, ServerLoad, ServerTotals, Service, Setup, Timers, simulate_with,
};

pub(crate) fn seconds(secs: f64) -> Time {
    Time::ZERO + Span::from_secs_f64(secs)
}

fn empty_study(servers: Vec<StudyServer>, schedulers: &[SchedulerKind], replications: u32) -> Study {
    Study {
        classes: Vec::new(),
        title: "Two generations of real servers".to_owned(),
        question: "Does wlc hold the p99 where rr does not?".to_owned(),
        name: "generations".to_owned(),
        seed: 1,
        replications,
        kernel: "6.12".to_owned(),
        accounting: "classic".to_owned(),
        warm_up: seconds(10.0),
        horizon: seconds(110.0),
        servers,
        interventions: Vec::new(),
        objectives: Vec::new(),
        provenance: Provenance::default(),
        schedulers: schedulers.to_vec(),
        runs: Vec::new(),
        decision_costs: Vec::new(),
        design: Design::default(),
    }
}

/// How a made-up scheduler does.
struct Manner {
    scheduler: SchedulerKind,
    /// Milliseconds.
    response_ms: f64,
    refused: u64,
    /// Part of the connections given to the first of three servers.
    first_share: f64,
    digest: u64,
}

/// A made-up study: `rr` is slow, `lc` and `wlc` are the same, `dh` refuses most connections.
pub(crate) fn made_up(replications: u32) -> Study {
    use SchedulerKind::{Dh, Lc, Rr, Sed, Wlc};
    let manner = |scheduler, response_ms, refused, first_share, digest| Manner {
        scheduler,
        response_ms,
        refused,
        first_share,
        digest,
    };
    let manners = [
        manner(Rr, 40.0, 0, 0.3333, 1),
        manner(Lc, 20.0, 0, 0.2, 2),
        manner(Wlc, 20.0, 0, 0.2, 2),
        manner(Sed, 20.1, 0, 0.21, 4),
        manner(Dh, 3.0, 9_000, 0.9, 5),
    ];
    let server = |(name, group, weight, slots): (&str, &str, i32, u32)| StudyServer {
        name: name.to_owned(),
        group: group.to_owned(),
        weight,
        mean_weight: f64::from(weight),
        slots,
        speed: 1.0,
    };
    let servers =
        [("old-1", "old", 1, 2), ("old-2", "old", 1, 2), ("new-1", "new", 3, 8)].map(server).to_vec();
    let mut study = empty_study(servers, &manners.each_ref().map(|manner| manner.scheduler), replications);
    study.interventions =
        vec![(seconds(50.0), "new-1 quiesced".to_owned()), (seconds(60.0), "new-1 weight 3".to_owned())];
    study.runs = manners
        .iter()
        .flat_map(|manner| (0..replications).map(move |replication| (manner, replication)))
        .map(|(manner, replication)| made_up_run(&study, manner, replication))
        .collect();
    study
}

/// The made-up study as if its second replication had gone through the kernel, where `new-1` gets a little more.
pub(crate) fn made_up_side_by_side() -> SideBySide {
    let mut results = side_by_side(&made_up(2));
    for row in &mut results.rows {
        let servers = &mut row.kernel.servers;
        servers[2].assigned += 30;
        servers[0].assigned -= 30;
        let all: u64 = servers.iter().map(|server| server.assigned).sum();
        for server in servers {
            server.share_ratio = Some(server.assigned as f64 / all as f64);
        }
    }
    results
}

/// The first two replications of a study, the second taken for the kernel's.
pub(crate) fn side_by_side(study: &Study) -> SideBySide {
    let row = |&scheduler: &SchedulerKind| {
        let mut runs = study.runs_of(scheduler).map(|run| run.metrics.clone());
        Some(SideBySideRow { scheduler, model: runs.next()?, kernel: runs.next()? })
    };
    SideBySide {
        title: study.title.clone(),
        question: study.question.clone(),
        name: study.name.clone(),
        kernel: "6.18.5, classic accounting".to_owned(),
        seed: study.seed,
        servers: study.servers.clone(),
        warm_up: study.warm_up,
        horizon: study.horizon,
        rows: study.schedulers.iter().filter_map(row).collect(),
    }
}

fn made_up_run(study: &Study, manner: &Manner, replication: u32) -> Run {
    const CONNECTIONS: u64 = 12_000;
    let mut collector = Collector::new(study.warm_up, study.horizon, study.servers.len());
    if replication == 0 {
        for tick in 0..=11u32 {
            let load = |number: u32| ServerLoad {
                listed: true,
                weight: 1,
                active: (tick * (number + 1)) as i32,
                inactive: 5,
                in_system: tick * (number + 1),
                in_service: tick.min(4),
                assigned: u64::from(tick * 1_000),
            };
            collector.sampled(seconds(f64::from(tick) * 10.0), &[load(0), load(1), load(2)]);
        }
    }
    for number in 0..CONNECTIONS {
        let arrived = seconds(10.0 + 100.0 * number as f64 / CONNECTIONS as f64);
        if number < manner.refused {
            collector.refused(arrived, Refusal::NoServer);
            continue;
        }
        // A tail like an exponential's, a bit different in each replication.
        let rank = ((number * 7_919) % CONNECTIONS) as f64 + 0.5;
        let tail = (CONNECTIONS as f64 / rank).log2() / 1.44;
        let jitter = 1.0 + 0.01 * f64::from((replication * 7 + manner.digest as u32 * 3) % 5);
        let response = Span::from_secs_f64(manner.response_ms / 1e3 * tail * jitter);
        let waits = number % 4 == 0;
        let started =
            if waits { arrived + Span::from_secs_f64(response.as_secs_f64() / 2.0) } else { arrived };
        collector.finished(&Finished {
            connection: ConnectionId::new(number as u32),
            server: ServerId::new((number % 3) as u32),
            arrived,
            started,
            finished: arrived + response,
            work: Span::from_millis(2),
            class: 0,
        });
    }
    let served = CONNECTIONS - manner.refused;
    let first = (served as f64 * manner.first_share) as u64;
    let rest = served - first;
    let totals = |assigned: u64| ServerTotals {
        assigned,
        busy_ns: u128::from(assigned) * 10_000_000,
        in_system_ns: u128::from(assigned) * 20_000_000,
        peak_active: 12,
        peak_total: 340,
        ..ServerTotals::default()
    };
    let outcome = Outcome {
        arrived: CONNECTIONS,
        finished: served,
        refused_no_server: manner.refused,
        refused_backlog: 0,
        lost: 0,
        overload: None,
        requests: None,
        peak_entries: 900,
        events: 0,
        traffic: None,
        director: None,
        window: study.window(),
        servers: vec![totals(first), totals(rest / 4), totals(rest - rest / 4)],
        digest: manner.digest * 1_000 + u64::from(replication),
    };
    let metrics = collector.finish(&outcome, &study.servers);
    Run { scheduler: manner.scheduler, replication, metrics }
}

/// A study that the engine runs: `groups` of (name, servers, weight, slots, speed), Poisson arrivals that take
/// `load` of all slots, exponential work of mean 20 ms.
pub(crate) fn simulated(
    groups: &[(&str, u32, u32, u32, f64)],
    load: f64,
    schedulers: &[SchedulerKind],
    replications: u32,
    interventions: Vec<(Time, Intervention)>,
) -> Study {
    const MEAN_WORK: f64 = 0.02;
    let mut names = Vec::new();
    let mut specs = Vec::new();
    for &(group, count, weight, slots, speed) in groups {
        for number in 1..=count {
            names.push((format!("{group}-{number}"), group.to_owned()));
            specs.push(RealServer {
                endpoint: SocketAddr::from(([10, 1, 0, names.len() as u8], 80)),
                weight: Weight::new(weight).expect("a small weight"),
                thresholds: Thresholds::NONE,
                discipline: Discipline::FirstComeFirstServed { slots },
                speed,
                backlog: Some(64),
                listed: true,
            });
        }
    }
    let rate = load * specs.iter().map(|spec| f64::from(spec.discipline.width()) * spec.speed).sum::<f64>()
        / MEAN_WORK;
    let (warm_up, horizon) = (seconds(5.0), seconds(65.0));
    let service = Service { timers: Timers::Exact, ..Service::default() };
    let setup = Setup::new(service, specs, interventions, warm_up, horizon).expect("a sound situation");
    let servers = StudyServer::of(&setup, |id| names[id.index()].clone());
    let mut study = empty_study(servers, schedulers, replications);
    (study.warm_up, study.horizon) = (warm_up, horizon);
    study.interventions = described(&setup, &study.servers);
    for &scheduler in schedulers {
        for replication in 0..replications {
            let setup = if replication == 0 {
                setup.clone().sample_every(Span::from_millis(250))
            } else {
                setup.clone()
            };
            let collector = Collector::new(warm_up, horizon, study.servers.len());
            let instants: Vec<Time> = study.interventions.iter().map(|(at, _)| *at).collect();
            let mut collector = if instants.is_empty() { collector } else { collector.following(&instants) };
            let outcome = run(&setup, scheduler, replication, rate, MEAN_WORK, &mut collector);
            let metrics = collector.finish(&outcome, &study.servers);
            study.runs.push(Run { scheduler, replication, metrics });
        }
    }
    study
}

fn run(
    setup: &Setup,
    kind: SchedulerKind,
    replication: u32,
    rate: f64,
    mean_work: f64,
    observer: &mut impl Observer,
) -> Outcome {
    let mut rng = Rng::stream(7, replication, "arrivals");
    let mut at = 0.0;
    let arrivals = std::iter::from_fn(|| {
        at -= libm::log(rng.unit_positive()) / rate;
        let work = Span::from_secs_f64(-libm::log(rng.unit_positive()) * mean_work);
        let client = (rng.unit_positive() * 5_000.0) as u32;
        let flow = Flow {
            client: IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + client)),
            client_port: 40_000,
            destination: IpAddr::V4(Ipv4Addr::from(0xc000_0200 + client % 64)),
            destination_port: 80,
            protocol: Flow::TCP,
        };
        Some(Ok::<_, Infallible>(Arrival::new(seconds(at), work, flow)))
    });
    let streams = RandomStreams::new(7, replication);
    let options = SchedulerOptions {
        profile: setup.service().profile,
        flags: setup.service().flags,
        draws: streams.twos.clone(),
    };
    let scheduler = |table: &ServerTable| {
        AnyScheduler::new(kind, options, table, Time::ZERO).expect("a short list of servers")
    };
    simulate_with(setup, scheduler, &streams, arrivals, observer)
        .expect("all connections end within the clock")
}

/// The same study, had all servers but the first a cache.
pub(crate) fn with_caches(mut study: Study) -> Study {
    let found = CacheUse { cache_hits: 750, cache_misses: 250, hit_ratio: Some(0.75) };
    for run in &mut study.runs {
        run.metrics.caches = Some(found);
        run.metrics.servers.iter_mut().skip(1).for_each(|server| server.cache = Some(found));
    }
    study
}
