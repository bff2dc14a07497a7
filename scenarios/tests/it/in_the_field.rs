//! What people run in production, as they described it, with what their kernels do.

use std::path::Path;

use ipvslab_scenarios::parse;
use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{FollowUps, Outcome, RandomStreams, simulate_chains};

fn run(text: &str, kind: SchedulerKind) -> Outcome {
    let loaded = parse(text, "web.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}"));
    let scenario = loaded.scenario;
    let chains = scenario.chains(0).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
    let arrivals = scenario.arrivals(0).expect("drawn");
    simulate_chains(&scenario.setup(), kind, RandomStreams::new(1, 0), arrivals, chains, &mut ())
        .expect("drawn")
}

/// How many requests were reset when another director took over.
fn reset_at_takeover(kind: SchedulerKind, sloppy_tcp: u32) -> u64 {
    let text = format!(
        "[run]\nduration = \"30min\"\n[service]\naddress = \"192.0.2.1:80\"\nforwarding = \"tunnel\"\nschedulers = [\"mh\"]\n\
         flags = [\"mh-port\"]\n[service.sysctl]\nsloppy_tcp = {sloppy_tcp}\n[[servers]]\nname = \"w\"\ncount = 4\ncores = 16\n\
         [arrivals.poisson]\nrate = \"1/s\"\n[work.constant]\ntime = \"20ms\"\n[requests]\nmean = 20\n\
         idle.exponential.mean = \"10s\"\n[[faults]]\nat = \"15min\"\nkind = \"failover\"\n"
    );
    run(&text, kind).requests.expect("requests are followed").reset
}

/// The new director has the same servers, so the same Maglev table: a connection that it takes in the middle goes where it went
/// before. Under round robin it goes to its own one of four servers by chance.
#[test]
fn maglev_and_sloppy_tcp_keep_connections_when_another_director_takes_over() {
    let without = reset_at_takeover(SchedulerKind::Mh, 0);
    assert!(without > 100, "{without} requests found no entry");
    assert_eq!(reset_at_takeover(SchedulerKind::Mh, 1), 0);
    let by_turns = reset_at_takeover(SchedulerKind::Rr, 1) as f64 / without as f64;
    assert!((by_turns - 0.75).abs() < 0.1, "{by_turns} of the connections went to another server");
}

/// A socket of UDP sends the next datagram from its port whether or not the last one was answered.
#[test]
fn datagrams_of_one_port_go_to_one_server_and_none_is_refused() {
    let text = "[run]\nduration = \"10min\"\n[service]\naddress = \"192.0.2.1:5060\"\nprotocol = \"udp\"\nschedulers = [\"rr\"]\n\
         [[servers]]\nname = \"pod\"\ncount = 2\nslots = 50\n[arrivals.poisson]\nrate = \"50/s\"\n[work.constant]\ntime = \"5ms\"\n\
         [clients.uniform]\ncount = 1\nports = 1\n";
    let outcome = run(text, SchedulerKind::Rr);
    assert_eq!((outcome.finished, outcome.refused_no_server), (outcome.arrived, 0));
    let shares: Vec<u64> = outcome.servers.iter().map(|server| server.assigned).collect();
    assert_eq!(shares, [0, outcome.arrived]);
}

/// Idle for 1000 s, beyond the director's 900 s: the second and the third request of a connection are reset, unless the client's
/// TCP sends a keepalive in between.
#[test]
fn keepalives_renew_the_entries_of_idle_connections() {
    let reset = |keepalive: &str| {
        let text = format!(
            "[run]\nduration = \"2h\"\n[service]\naddress = \"192.0.2.1:5432\"\nschedulers = [\"rr\"]\n[[servers]]\nname = \"db\"\n\
             count = 2\ncores = 4\n[arrivals.poisson]\nrate = \"1/s\"\n[work.constant]\ntime = \"5ms\"\n[requests]\ncount = 3\n\
             idle.constant.time = \"1000s\"\n{keepalive}"
        );
        let outcome = run(&text, SchedulerKind::Rr);
        outcome.requests.expect("requests are followed").reset as f64 / outcome.arrived as f64
    };
    assert!(reset("") > 0.3);
    assert_eq!(reset("keepalive = \"600s\"\n"), 0.0);
    // One that comes too late is reset itself: its client knows, and makes the next request on a new connection.
    assert_eq!(reset("keepalive = \"950s\"\n"), 0.0);
}
