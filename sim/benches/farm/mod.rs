//! What the benchmarks run: servers of speeds 1, 2, 3, 4 in turn, Poisson arrivals, exponential work of mean 1 s.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{Exponentials, Flow, Rng, Span, Thresholds, Time, Weight};
use ipvslab_sim::{Arrival, Discipline, RealServer, Service, Setup};

/// Arrivals from `CLIENTS` addresses, equally likely, drawn as those of a scenario are: each purpose from a stream of its own.
pub(crate) struct Workload<const CLIENTS: u32> {
    gaps: Exponentials,
    work: Exponentials,
    clients: Rng,
    at: f64,
    gap: f64,
    left: u64,
}

impl<const CLIENTS: u32> Workload<CLIENTS> {
    /// `count` arrivals at `rate` per second.
    pub(crate) fn new(count: u64, rate: f64) -> Self {
        let stream = |name| Rng::stream(1, 0, name);
        let (gaps, work) = (Exponentials::of(stream("arrivals")), Exponentials::of(stream("work")));
        Self { gaps, work, clients: stream("clients"), at: 0.0, gap: 1e9 / rate, left: count }
    }
}

impl<const CLIENTS: u32> Iterator for Workload<CLIENTS> {
    type Item = Result<Arrival, Infallible>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        self.at += self.gaps.draw() * self.gap;
        let work = self.work.draw() * 1e9;
        let bits = self.clients.bits();
        let flow = Flow {
            client: IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | (bits as u32 % CLIENTS))),
            client_port: (bits >> 48) as u16,
            destination: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            destination_port: 80,
            protocol: Flow::TCP,
        };
        Some(Ok(Arrival::new(Time::from_nanos(self.at as u64), Span::from_nanos(work as u64), flow)))
    }
}

/// `servers` servers before a service, each as its discipline says.
pub(crate) fn farm(discipline: Discipline, servers: usize, service: Service) -> Setup {
    let server = |number: usize| {
        let power = number % 4 + 1;
        RealServer {
            endpoint: SocketAddr::from(([10, 1, (number / 256) as u8, (number % 256) as u8], 80)),
            weight: Weight::new(power as u32).expect("a small weight"),
            thresholds: Thresholds::NONE,
            discipline,
            speed: power as f64,
            backlog: None,
            listed: true,
        }
    };
    let servers = (0..servers).map(server).collect();
    // Long after the last arrival.
    let end = Time::ZERO + Span::from_secs(7_200);
    Setup::new(service, servers, vec![], Time::ZERO, end).expect("a sound situation")
}

/// Work that all servers together do per second.
pub(crate) fn capacity(setup: &Setup) -> f64 {
    setup.servers().iter().map(|server| f64::from(server.discipline.width()) * server.speed).sum()
}
