//! A scheduler of your own, through the same trait as the kernel's: uniformly random choice, as kube-proxy's iptables mode
//! makes it, against round robin and least connection.
//!
//!     cargo run --release --example own_scheduler
//!
//! Four servers, Poisson arrivals at a load of 0.9, exponential work. Of random choice the answer is known: four
//! independent M/M/1 queues, so the mean response time is 1 / (1 - 0.9) = 10 times that of an idle server.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{
    Flow, LeastConnection, Rng, RoundRobin, Scheduler, ServerIndex, ServerTable, Span, Thresholds, Time,
    Weight,
};
use ipvslab_sim::{
    Arrival, Discipline, Finished, Observer, RandomStreams, RealServer, Service, Setup, TcpTimeouts,
    Timeouts, Timers, simulate_with,
};

/// Any server that takes connections, each as likely.
#[derive(Clone)]
struct Random(Rng);

impl Scheduler for Random {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let is_open = |at: &ServerIndex| servers.server(*at).is_open();
        let open: Vec<ServerIndex> =
            servers.ids().filter_map(|id| servers.position(id)).filter(is_open).collect();
        if open.is_empty() { None } else { Some(open[self.0.below(open.len() as u32) as usize]) }
    }
}

/// The mean response time, in seconds.
#[derive(Default)]
struct Mean {
    sum: f64,
    count: f64,
}

impl Observer for Mean {
    fn finished(&mut self, done: &Finished) {
        self.sum += done.response_time().as_secs_f64();
        self.count += 1.0;
    }
}

const SERVERS: u32 = 4;
const LOAD: f64 = 0.9;

fn main() {
    let random = run(|_| Random(Rng::stream(1, 0, "random")));
    let rr = run(|_| RoundRobin::default());
    let lc = run(|_| LeastConnection::default());
    println!("mean response time, in units of the mean work");
    println!("  random {random:6.2}   10.00 by theory");
    println!("  rr     {rr:6.2}    6.38 by theory");
    println!("  lc     {lc:6.2}    3.24 by theory, if it is as good as joining the shortest queue");
}

fn run<S: Scheduler + Clone>(scheduler: impl FnOnce(&ServerTable) -> S) -> f64 {
    let server = |number: u32| RealServer {
        endpoint: SocketAddr::from(([10, 1, 0, number as u8 + 1], 80)),
        weight: Weight::ONE,
        thresholds: Thresholds::NONE,
        discipline: Discipline::FirstComeFirstServed { slots: 1 },
        speed: 1.0,
        backlog: None,
        listed: true,
    };
    // Ended connections leave at once, as in the theory.
    let tcp = TcpTimeouts { time_wait: Span::ZERO, ..TcpTimeouts::default() };
    let timeouts = Timeouts { tcp, ..Timeouts::default() };
    let service = Service { timeouts, timers: Timers::Exact, ..Service::default() };
    let horizon = Time::ZERO + Span::from_secs(1_000_000);
    let servers = (0..SERVERS).map(server).collect();
    let setup = Setup::new(service, servers, Vec::new(), Time::ZERO, horizon).expect("a sound situation");

    let mut rng = Rng::stream(1, 0, "arrivals");
    let mut at = 0.0;
    let arrivals = std::iter::repeat_with(|| {
        at -= rng.unit_positive().ln() / (LOAD * f64::from(SERVERS));
        let flow = Flow {
            client: IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)),
            client_port: 40_000,
            destination: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            destination_port: 80,
            protocol: Flow::TCP,
        };
        let work = Span::from_secs_f64(-rng.unit_positive().ln());
        Ok::<_, Infallible>(Arrival::new(Time::ZERO + Span::from_secs_f64(at), work, flow))
    });
    let mut mean = Mean::default();
    simulate_with(&setup, scheduler, &RandomStreams::new(1, 0), arrivals, &mut mean)
        .expect("all connections end within the clock");
    mean.sum / mean.count
}
