//! Small situations and hand-written arrivals.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{Flow, Rng, SchedulerKind, ServerId, Span, Thresholds, Time, Weight};
use ipvslab_sim::{
    Arrival, ConnectionId, Discipline, Finished, Intervention, Observer, Outcome, RandomStreams, RealServer,
    Refusal, RequestEnd, ServerLoad, Service, Setup, Timers, simulate,
};

pub(crate) const FCFS_1: Discipline = Discipline::FirstComeFirstServed { slots: 1 };

pub(crate) fn server(number: u8, discipline: Discipline) -> RealServer {
    RealServer {
        endpoint: SocketAddr::from(([10, 1, 0, number], 80)),
        weight: Weight::ONE,
        thresholds: Thresholds::NONE,
        discipline,
        speed: 1.0,
        backlog: None,
        listed: true,
    }
}

pub(crate) fn seconds(secs: f64) -> Time {
    Time::ZERO + Span::from_secs_f64(secs)
}

pub(crate) fn flow(client: u32) -> Flow {
    Flow {
        client: IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + client)),
        client_port: 40_000,
        destination: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        destination_port: 80,
        protocol: Flow::TCP,
    }
}

/// Arrivals at the given seconds, each with the given seconds of work.
pub(crate) fn arrivals(list: &[(f64, f64)]) -> Vec<Result<Arrival, Infallible>> {
    let arrival = |(client, &(at, work)): (usize, &(f64, f64))| {
        Ok(Arrival::new(seconds(at), Span::from_secs_f64(work), flow(client as u32)))
    };
    list.iter().enumerate().map(arrival).collect()
}

/// `count` Poisson arrivals at `rate` per second, with exponential work of mean 1 s.
pub(crate) fn poisson(seed: u64, rate: f64, count: usize) -> Vec<Result<Arrival, Infallible>> {
    let mut rng = Rng::stream(seed, 0, "test");
    let mut at = 0.0;
    (0..count as u32)
        .map(|client| {
            at -= libm::log(rng.unit_positive()) / rate;
            let work = Span::from_secs_f64(-libm::log(rng.unit_positive()));
            Ok(Arrival::new(seconds(at), work, flow(client)))
        })
        .collect()
}

/// Everything that was reported, as text lines.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<String>,
    pub(crate) samples: Vec<(Time, Vec<ServerLoad>)>,
}

impl Observer for Log {
    fn assigned(&mut self, now: Time, _: ConnectionId, server: ServerId) {
        self.lines.push(format!("{} assigned {}", now.as_secs_f64(), server.index()));
    }

    fn refused(&mut self, now: Time, refusal: Refusal) {
        self.lines.push(format!("{} refused {refusal:?}", now.as_secs_f64()));
    }

    fn finished(&mut self, done: &Finished) {
        let (response, waiting) = (done.response_time().as_secs_f64(), done.waiting_time().as_secs_f64());
        let (at, server) = (done.finished.as_secs_f64(), done.server.index());
        self.lines.push(format!("{at} finished {server} response {response} waiting {waiting}"));
    }

    fn lost(&mut self, now: Time, _: ConnectionId, server: ServerId, _: Time) {
        self.lines.push(format!("{} lost {}", now.as_secs_f64(), server.index()));
    }

    fn ended(&mut self, request: &RequestEnd) {
        let RequestEnd { ended, failure, attempts, .. } = request;
        self.lines.push(format!("{} ended {failure:?} after {attempts}", ended.as_secs_f64()));
    }

    fn detected(&mut self, now: Time, server: ServerId, broken: Time) {
        let since = now.since(broken).as_secs_f64();
        self.lines.push(format!("{} detected {} after {since}", now.as_secs_f64(), server.index()));
    }

    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        self.samples.push((now, servers.to_vec()));
    }
}

/// A plain service whose timeouts fire at instants that can be told by hand.
pub(crate) fn textbook() -> Service {
    Service { timers: Timers::Exact, ..Service::default() }
}

/// A situation of one such service until `horizon` seconds.
pub(crate) fn setup(servers: Vec<RealServer>, timeline: Vec<(f64, Intervention)>, horizon: f64) -> Setup {
    let timeline = timeline.into_iter().map(|(at, what)| (seconds(at), what)).collect();
    Setup::new(textbook(), servers, timeline, Time::ZERO, seconds(horizon)).expect("a sound situation")
}

pub(crate) fn run(
    setup: &Setup,
    kind: SchedulerKind,
    arrivals: Vec<Result<Arrival, Infallible>>,
    observer: &mut impl Observer,
) -> Outcome {
    let streams = RandomStreams::new(1, 0);
    simulate(setup, kind, streams, arrivals, observer).expect("all connections end within the clock")
}
