//! The engine with the director of packets: on a plain service it must do as with the fast director, and what only it
//! knows must be in force.

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::{
    Discipline, Forwarding, Intervention, Outcome, Persistence, Protocol, RandomStreams, Service, Setup,
    Sysctls, Timers, simulate,
};

use crate::support::{FCFS_1, arrivals, poisson, seconds, server};

fn farm(service: Service, edits: Vec<(Time, Intervention)>) -> Setup {
    let discipline = Discipline::FirstComeFirstServed { slots: 2 };
    let servers = (1..=4).map(|number| {
        let mut server = server(number, discipline);
        server.backlog = Some(3);
        server
    });
    Setup::new(service, servers.collect(), edits, Time::ZERO, seconds(400.0)).expect("sound")
}

fn run(setup: &Setup, kind: SchedulerKind, rate: f64) -> Outcome {
    simulate(setup, kind, RandomStreams::new(1, 0), poisson(7, rate, 3_000), &mut ())
        .expect("arrivals in order")
}

#[test]
fn both_directors_make_the_same_run_of_a_plain_service() {
    let forwardings = [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel];
    let both = |forwarding| [Timers::default(), Timers::Exact].map(|timers| (forwarding, timers));
    for (forwarding, timers) in forwardings.into_iter().flat_map(both) {
        for kind in SchedulerKind::ALL {
            let plain = Service { forwarding, timers, ..Service::default() };
            let edits = || {
                use ipvslab_schedulers::{ServerId, Weight};
                let id = ServerId::new;
                vec![
                    (seconds(50.0), Intervention::SetWeight(id(2), Weight::QUIESCED)),
                    (seconds(90.0), Intervention::SetWeight(id(2), Weight::ONE)),
                    (seconds(120.0), Intervention::Remove(id(1))),
                    (seconds(180.0), Intervention::Add(id(1), Weight::ONE)),
                ]
            };
            let fast = run(&farm(plain, edits()), kind, 7.5);
            let whole = run(&farm(plain, edits()).by_packets(), kind, 7.5);
            assert_eq!(fast.digest, whole.digest, "{kind} {forwarding:?} {timers:?}");
            assert_eq!(fast.servers, whole.servers, "{kind} {forwarding:?} {timers:?}");
        }
    }
}

/// One client comes again and again: persistence keeps it at its server, until it has stayed away for long enough.
#[test]
fn a_persistent_client_keeps_its_server() {
    let persistence = Some(Persistence { timeout: Span::from_secs(60), prefix: 0 });
    let service = Service { persistence, ..Service::default() };
    let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
    let times = [(0.0, 0.1), (50.0, 0.1), (100.0, 0.1), (300.0, 0.1), (301.0, 0.1)];
    let setup = Setup::new(service, servers, vec![], Time::ZERO, seconds(400.0)).expect("sound");
    let chances = RandomStreams::new(1, 0);
    let outcome = simulate(&setup, SchedulerKind::Rr, chances, arrivals(&times), &mut ()).expect("in order");
    // The first three to the server added last. Its template was held over by entries in TIME_WAIT, and is gone after
    // 200 s of silence; then it is the other's turn.
    let assigned: Vec<u64> = outcome.servers.iter().map(|server| server.assigned).collect();
    assert_eq!(assigned, [2, 3]);
}

#[test]
fn datagrams_scheduled_by_themselves_are_never_counted() {
    for (one_packet, peak) in [(true, 1), (false, 40)] {
        let service = Service { protocol: Protocol::Udp, one_packet, ..Service::default() };
        let servers = vec![server(1, FCFS_1), server(2, FCFS_1)];
        let times: Vec<(f64, f64)> = (0..40).map(|number| (f64::from(number), 0.1)).collect();
        let setup = Setup::new(service, servers, vec![], Time::ZERO, seconds(400.0)).expect("sound");
        let chances = RandomStreams::new(1, 0);
        let outcome =
            simulate(&setup, SchedulerKind::Rr, chances, arrivals(&times), &mut ()).expect("in order");
        assert_eq!((outcome.finished, outcome.peak_entries), (40, peak));
    }
}

#[test]
fn every_third_connection_is_dropped() {
    let sysctls = Sysctls { drop_packet: 3, am_droprate: 3, ..Sysctls::default() };
    let setup = farm(Service { sysctls, ..Service::default() }, vec![]);
    let outcome = run(&setup, SchedulerKind::Rr, 1.0);
    assert_eq!(outcome.refused_no_server, outcome.arrived.div_ceil(3));
}
