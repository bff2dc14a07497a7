use ipvslab_schedulers::{KernelProfile, SchedulerKind};
use ipvslab_sim::{Forwarding, Protocol};

use super::*;
use crate::log::{Generation, KernelFacts, Look, Outcome};
use crate::script::{Content, Event, Flow, Reached, Server, Service, Settings, Side};

/// Two servers of weight 1 under rr, four connections, of which the first is closed.
fn script() -> Script {
    let settings = Settings {
        scheduler: SchedulerKind::Rr,
        fallback: false,
        hash_port: false,
        one_packet: false,
        persistent: None,
    };
    let destination = ([192, 168, 0, 89], 80).into();
    let protocol = Protocol::Tcp;
    let service = Service { protocol, reached: Reached::Address(destination), settings, listed: true };
    let server = |host| Server {
        service: 0,
        forwarding: Forwarding::DirectRoute,
        endpoint: ([192, 168, 0, host], 80).into(),
        weight: 1,
        thresholds: [0, 0],
        listed: true,
    };
    let flow = |port| Flow { protocol, client: ([10, 0, 0, 1], port).into(), destination };
    let packet =
        |flow, content| Event { at_ns: 0, action: Action::Packet { flow, from: Side::Client, content } };
    let checkpoint = |at_ns| Event { at_ns, action: Action::Checkpoint };
    let opened = (0..4).map(|number| packet(number, Content::Syn));
    let closed = [packet(0, Content::Ack), packet(0, Content::Fin), checkpoint(0), checkpoint(1000)];
    Script {
        sysctls: Vec::new(),
        timeouts_s: [0; 3],
        services: vec![service],
        servers: vec![server(93), server(94)],
        flows: (1024..1028).map(flow).collect(),
        events: opened.chain(closed).collect(),
    }
}

fn counters(server: u16, active: u32, inactive: u32) -> Counters {
    Counters { server, weight: 1, active, inactive, persistent: 0 }
}

/// What a kernel does with it: the server added last comes first; after three minutes, half-open and closed
/// connections are gone.
fn log() -> Log {
    let server = |host| Outcome::Server { host, port: 80 };
    Log {
        kernel: KernelFacts {
            release: "6.1".to_owned(),
            version: String::new(),
            hz: 250,
            accounting: Generation::Classic,
        },
        configuration: Vec::new(),
        first_jiffy: 4_294_893_664,
        jiffies: vec![0, 0, 0, 0, 0, 0, 0, 180 * 250],
        outcomes: vec![
            server(1),
            server(0),
            server(1),
            server(0),
            server(1),
            server(1),
            Outcome::Nothing,
            Outcome::Nothing,
        ],
        checkpoints: vec![
            look(vec![counters(1, 1, 1), counters(0, 2, 0)]),
            look(vec![counters(1, 0, 0), counters(0, 0, 0)]),
        ],
        straddled: 0,
    }
}

fn look(servers: Vec<Counters>) -> Look {
    Look { servers, lasted: 0 }
}

fn compared(log: &Log) -> Comparison {
    compare(&script(), log, KernelProfile::CLASSIC).expect("the log is the script's")
}

#[test]
fn the_kernels_answer_is_the_models() {
    let found = compared(&log());
    assert!(found.is_equal(), "{found:?}");
    assert_eq!((found.decisions, found.segments), (4, 2));
    assert_eq!(found.shares, [Share { model: 2, kernel: 2 }; 2]);
}

#[test]
fn another_decision_counts_once_and_is_shown() {
    let mut log = log();
    log.outcomes[1] = Outcome::Nothing;
    let found = compared(&log);
    assert!(!found.is_equal());
    assert_eq!(found.resynchronised.decisions_differ, 1);
    let first = found.resynchronised.first.expect("a difference");
    assert_eq!((first.event, first.decision), (1, 1));
    assert_eq!((first.model.as_str(), first.kernel.as_str()), ("server 0", "no server"));
}

#[test]
fn a_dropped_packet_is_a_difference() {
    let mut log = log();
    log.outcomes[4] = Outcome::Nothing;
    assert_eq!(compared(&log).resynchronised.segments_differ, 1);
}

#[test]
fn a_count_a_weight_or_the_order_is_a_difference() {
    for change in [0, 1, 2] {
        let mut log = log();
        match change {
            0 => log.checkpoints[1].servers[0].inactive = 1,
            1 => log.checkpoints[0].servers[1].weight = 2,
            _ => log.checkpoints[0].servers.swap(0, 1),
        }
        assert_eq!(compared(&log).resynchronised.checkpoints_differ, 1, "change {change}");
    }
}

#[test]
fn a_timer_that_fires_a_jiffy_early_is_a_difference() {
    // 60 s of a half-open connection are 15,000 jiffies, in buckets of 512: gone at the end of its bucket, not before.
    let mut log = log();
    let fires = (((log.first_jiffy + 15_000) >> 9) + 1) << 9;
    log.jiffies[7] = (fires - log.first_jiffy) as u32 - 1;
    log.checkpoints[1] = look(vec![counters(1, 1, 1), counters(0, 2, 0)]);
    assert!(compared(&log).is_equal(), "all are still there");
    log.jiffies[7] += 1;
    assert_eq!(compared(&log).resynchronised.checkpoints_differ, 1, "half-open ones are gone");
}

#[test]
fn a_log_of_another_script_is_refused() {
    let mut log = log();
    log.outcomes.pop();
    let error = compare(&script(), &log, KernelProfile::CLASSIC).expect_err("it is one short");
    assert!(error.to_string().contains("7 outcomes"), "{error}");
}

#[test]
fn a_list_longer_than_a_jiffy_is_seen_before_or_after_its_timers() {
    // It begins a jiffy before the half-open connections end. The first server was listed before that, the other after.
    let mut log = log();
    let fires = (((log.first_jiffy + 15_000) >> 9) + 1) << 9;
    log.jiffies[7] = (fires - log.first_jiffy) as u32 - 1;
    log.checkpoints[1] = look(vec![counters(1, 1, 1), counters(0, 0, 0)]);
    assert_eq!(compared(&log).resynchronised.checkpoints_differ, 1, "within a jiffy all are there");
    log.checkpoints[1].lasted = 1;
    assert!(compared(&log).is_equal());
    log.checkpoints[1].servers[1].active = 3;
    assert_eq!(compared(&log).resynchronised.checkpoints_differ, 1, "there were never three");
}
