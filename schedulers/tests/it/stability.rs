//! A fixed seed gives fixed decisions: an update of a dependency, or a rewrite, cannot move results unseen.

use std::net::{IpAddr, Ipv4Addr};

use ipvslab_schedulers::{
    Activity, AnyScheduler, Draws, Flow, HashFlags, KernelProfile, Rng, Scheduler, SchedulerKind,
    SchedulerOptions, ServerId, ServerTable, Span, Thresholds, Time, Weight,
};

use crate::service::endpoint;

/// FNV-1a over the numbers of the servers chosen in 20,000 steps on 40 servers, many of whose connections are inactive.
fn digest(kind: SchedulerKind, profile: KernelProfile) -> u64 {
    let mut rng = Rng::stream(42, 0, "stability");
    let mut table = ServerTable::new(profile.accounting);
    for number in 0..40 {
        let id = ServerId::new(number);
        let weight = Weight::new(rng.below(5)).expect("a small weight");
        let thresholds = Thresholds::new(400 * rng.below(3), 0).expect("no lower threshold");
        table.add(id, endpoint(id), weight, thresholds);
    }
    let options = SchedulerOptions {
        profile,
        flags: HashFlags { fallback: true, port: true },
        draws: Draws::Stream(Rng::stream(42, 0, "twos")),
    };
    let mut scheduler = AnyScheduler::new(kind, options, &table, Time::ZERO).expect("40 servers fit");
    let mut bound: Vec<(ServerId, Activity)> = Vec::new();
    let mut now = Time::ZERO;
    let mut digest = 0xcbf2_9ce4_8422_2325u64;
    for step in 0..20_000u32 {
        now += Span::from_millis(u64::from(rng.below(2_000)));
        let flow = Flow {
            client: Ipv4Addr::from_bits(rng.bits() as u32).into(),
            client_port: rng.bits() as u16,
            destination: IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + rng.below(20))),
            destination_port: 80,
            protocol: Flow::TCP,
        };
        let chosen = scheduler.schedule(&flow, &table, now).map(|at| table.id(at));
        digest = (digest ^ chosen.map_or(u64::MAX, |id| id.index() as u64)).wrapping_mul(0x100_0000_01b3);
        if let Some(id) = chosen {
            table.bind(id);
            table.wake(id);
            bound.push((id, Activity::Active));
            told(&mut scheduler, &table, id);
        }
        if bound.len() > 12_000 {
            let (id, activity) = bound.swap_remove(rng.below(bound.len() as u32) as usize);
            table.unbind(id, activity);
            told(&mut scheduler, &table, id);
        }
        if !bound.is_empty() {
            let at = rng.below(bound.len() as u32) as usize;
            let (id, activity) = &mut bound[at];
            if *activity == Activity::Active {
                *activity = Activity::Inactive;
                table.idle(*id);
                told(&mut scheduler, &table, *id);
            }
        }
        if step % 1_000 == 999 {
            let id = ServerId::new(rng.below(40));
            let change = table.set_weight(id, Weight::new(rng.below(5)).expect("a small weight"));
            scheduler.table_changed(change, &table);
        }
    }
    digest
}

fn told(scheduler: &mut AnyScheduler, table: &ServerTable, id: ServerId) {
    let at = table.position(id).expect("no server is removed here");
    scheduler.load_changed(at, table);
}

#[test]
fn fixed_seed_gives_fixed_decisions() {
    let mut found = String::new();
    for kind in SchedulerKind::ALL {
        let classic = digest(kind, KernelProfile::CLASSIC);
        let total = digest(kind, KernelProfile::TOTAL);
        found += &format!("{kind:<5} {classic:016x} {total:016x}\n");
    }
    assert_eq!(found, DECISIONS, "decisions have moved:\n{found}");
}

/// By scheduler: under classic accounting, under total accounting.
const DECISIONS: &str = "\
rr    a138d8b3ce538190 a138d8b3ce538190
wrr   5fb11dabd4dd1c60 5fb11dabd4dd1c60
lc    ff657e42048be013 ff657e42048be013
wlc   45f9ee1f88a18490 5087634220772d57
lblc  0ef352f07912ea53 0ef352f07912ea53
lblcr 9550b29289e1f64b 9550b29289e1f64b
dh    a0b98e65705a0064 a0b98e65705a0064
sh    7b27d2ae06bc2a9d 7b27d2ae06bc2a9d
sed   8ea326a9a76c24ce 8ea326a9a76c24ce
nq    9bc740cb54a9022f 9bc740cb54a9022f
fo    5753981045837ce7 5753981045837ce7
ovf   78ab74bce521739a 78ab74bce521739a
mh    76ff045b39ce5d4e 76ff045b39ce5d4e
twos  78f13b44ea4a9a44 78f13b44ea4a9a44
";
