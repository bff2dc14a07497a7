//! Closed loops and connections that carry several requests.

use std::path::Path;

use ipvslab_scenarios::{Scenario, parse};
use ipvslab_schedulers::{SchedulerKind, ServerId, Span, Time};
use ipvslab_sim::{
    ConnectionId, Finished, FollowUps, Observer, Outcome, RandomStreams, ServerLoad, simulate_chains,
};

const FARM: &str = "[run]\nduration = \"1000s\"\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n\
                    [[servers]]\nname = \"web\"\ncount = 2\ncores = 4\n[work.exponential]\nmean = \"20ms\"\n";

fn scenario(text: &str) -> Scenario {
    parse(text, "web.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

#[derive(Default)]
struct Watch {
    work: Vec<Span>,
    connections: u64,
    active: Vec<i32>,
}

impl Observer for Watch {
    fn assigned(&mut self, _: Time, _: ConnectionId, _: ServerId) {
        self.connections += 1;
    }

    fn finished(&mut self, done: &Finished) {
        self.work.push(done.work);
    }

    fn sampled(&mut self, _: Time, servers: &[ServerLoad]) {
        self.active.push(servers.iter().map(|server| server.active).sum());
    }
}

fn run(scenario: &Scenario, kind: SchedulerKind) -> (Watch, Outcome) {
    let mut watch = Watch::default();
    let setup = scenario.setup().sample_every(Span::from_secs(10));
    let chains = scenario.chains(0).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
    let arrivals = scenario.arrivals(0).expect("drawn");
    let outcome =
        simulate_chains(&setup, kind, RandomStreams::new(1, 0), arrivals, chains, &mut watch).expect("drawn");
    (watch, outcome)
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found} instead of {expected}");
}

#[test]
fn a_scenario_of_single_requests_has_no_chains() {
    assert!(scenario(&format!("{FARM}[arrivals.poisson]\nrate = \"10/s\"\n")).chains(0).is_none());
}

#[test]
fn users_come_back_after_thinking() {
    let loops =
        scenario(&format!("{FARM}[arrivals.closed]\nusers = 100\nthink.exponential.mean = \"980ms\"\n"));
    let (watch, outcome) = run(&loops, SchedulerKind::Rr);
    // Hardly anybody waits: a round of 1 s each.
    near(outcome.finished as f64, 100_000.0, 0.01);
    near(loops.offered_load(), 2.0, 1e-9);
    assert_eq!(watch.connections, outcome.arrived);
}

#[test]
fn the_announced_load_of_a_closed_loop_is_no_more_than_the_farm_carries() {
    let loops =
        scenario(&format!("{FARM}[arrivals.closed]\nusers = 1_000_000\nthink.constant.time = \"1s\"\n"));
    assert_eq!(loops.offered_load(), loops.capacity());
}

#[test]
fn connections_carry_as_many_requests_as_they_are_to() {
    for (requests, tolerance) in [("count = 5", 0.003f64), ("mean = 5.0", 0.03)] {
        let text = format!(
            "{FARM}[arrivals.poisson]\nrate = \"10/s\"\n[requests]\n{requests}\nidle.exponential.mean = \"500ms\"\n"
        );
        let alive = scenario(&text);
        near(alive.offered_load(), 1.0, 1e-9);
        let (watch, outcome) = run(&alive, SchedulerKind::Wlc);
        // What the end of the run cuts short is less than one in 300.
        near(outcome.arrived as f64 / watch.connections as f64, 5.0, tolerance);
        // Little's law: 10 connections a second, of five requests and four idle times.
        let steady = &watch.active[10..];
        let mean = f64::from(steady.iter().sum::<i32>()) / steady.len() as f64;
        near(mean, 10.0 * (5.0 * 0.02 + 4.0 * 0.5), 0.1);
    }
}

#[test]
fn endless_connections_stay_to_the_end() {
    let text = format!(
        "{FARM}[arrivals.closed]\nusers = 50\nthink.constant.time = \"1s\"\n\
         [requests]\nendless = true\nidle.constant.time = \"10s\"\n"
    );
    let (watch, outcome) = run(&scenario(&text), SchedulerKind::Lc);
    assert_eq!(watch.connections, 50);
    assert!(watch.active[1..100].iter().all(|&active| active == 50), "{:?}", watch.active);
    near(outcome.arrived as f64, 50.0 * 999.0 / 10.02, 0.01);
}

#[test]
fn what_follows_does_not_depend_on_the_scheduler() {
    let text = format!(
        "{FARM}[arrivals.poisson]\nrate = \"20/s\"\n[requests]\ncount = 3\nidle.exponential.mean = \"300ms\"\n"
    );
    let alive = scenario(&text);
    let work = |kind| {
        let mut work = run(&alive, kind).0.work;
        work.sort_unstable();
        work
    };
    assert_eq!(work(SchedulerKind::Rr), work(SchedulerKind::Wlc));
}
