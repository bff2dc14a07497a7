//! Workloads: arrivals as they are drawn, or as a trace has them.

mod law;
mod population;
mod ports;
mod process;
mod zipf;

use std::sync::Arc;

use ipvslab_schedulers::{Flow, Rng, Span, Time};
use ipvslab_sim::Arrival;

pub(crate) use self::law::Law;
pub(crate) use self::population::Population;
use self::ports::Ports;
use self::process::Clock;
pub(crate) use self::process::{Process, Steps};
pub(crate) use self::zipf::Zipf;
use crate::trace::{Spread, Trace, TraceError};

/// When connections arrive.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Drawn(Process),
    Trace(Arc<Trace>),
}

/// All about the connections that come. Where a row of the trace says something, it overrides what is drawn here.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    pub(crate) source: Source,
    pub(crate) work: Law,
    pub(crate) clients: Population,
    pub(crate) destinations: Population,
}

impl Workload {
    /// The arrivals of one replication before `end`.
    pub(crate) fn arrivals(&self, seed: u64, replication: u32, end: Time) -> Result<Arrivals, TraceError> {
        let stream = |name| Rng::stream(seed, replication, name);
        let when = match &self.source {
            Source::Drawn(process) => When::Drawn(process.clock(stream("arrivals"))),
            Source::Trace(trace) => When::Trace(Box::new(trace.spread(stream("spread"))?)),
        };
        let rest = Rest {
            end,
            work: self.work,
            works: stream("work"),
            clients: self.clients,
            client_draws: stream("clients"),
            destinations: self.destinations,
            destination_draws: stream("destinations"),
            ports: Ports::shuffled(stream("ports")),
        };
        Ok(Arrivals { when, rest })
    }
}

/// The arrivals of one replication, in order of time: the same for every scheduler.
#[derive(Debug)]
pub struct Arrivals {
    when: When,
    rest: Rest,
}

#[derive(Debug)]
enum When {
    Drawn(Clock),
    Trace(Box<Spread>),
}

/// What is drawn for each arrival: one stream of random numbers for each purpose.
#[derive(Debug)]
struct Rest {
    end: Time,
    work: Law,
    works: Rng,
    clients: Population,
    client_draws: Rng,
    destinations: Population,
    destination_draws: Rng,
    ports: Ports,
}

impl Rest {
    #[inline]
    fn draw(&mut self, at: Time) -> Option<Arrival> {
        if at >= self.end {
            return None;
        }
        Some(Arrival {
            at,
            work: Span::from_nanos((self.work.draw(&mut self.works) + 0.5) as u64),
            flow: Flow {
                client: self.clients.draw(&mut self.client_draws),
                client_port: self.ports.next(),
                destination: self.destinations.draw(&mut self.destination_draws),
            },
        })
    }
}

impl Iterator for Arrivals {
    type Item = Result<Arrival, TraceError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.when {
            When::Drawn(clock) => self.rest.draw(clock.next()?).map(Ok),
            When::Trace(rows) => next_of_trace(rows, &mut self.rest),
        }
    }
}

fn next_of_trace(rows: &mut Spread, rest: &mut Rest) -> Option<Result<Arrival, TraceError>> {
    let (at, row) = match rows.next()? {
        Ok(next) => next,
        Err(error) => return Some(Err(error)),
    };
    let mut arrival = rest.draw(at)?;
    arrival.work = row.work.unwrap_or(arrival.work);
    arrival.flow.client = row.client.unwrap_or(arrival.flow.client);
    arrival.flow.client_port = row.port.unwrap_or(arrival.flow.client_port);
    arrival.flow.destination = row.destination.unwrap_or(arrival.flow.destination);
    Some(Ok(arrival))
}
