//! Workloads: arrivals as they are drawn, or as a trace has them.

mod chains;
mod demand;
mod law;
mod merge;
mod population;
mod ports;
mod process;
mod sizes;
mod streams;
mod zipf;

use std::num::NonZeroU16;
use std::sync::Arc;

use ipvslab_schedulers::{Flow, Rng, RngFamily, Span, Time};
use ipvslab_sim::{Arrival, Sizes};

pub use self::chains::Chains;
pub(crate) use self::chains::{Number, Requests};
use self::demand::Demand;
pub(crate) use self::demand::{Drawn, Objects};
pub(crate) use self::law::Law;
use self::merge::Merge;
pub(crate) use self::population::Population;
use self::ports::Ports;
use self::process::Clock;
pub(crate) use self::process::{BatchSize, Modulation, Point, Process, Profile, State, Steps};
use self::sizes::SizeDemand;
pub(crate) use self::sizes::SizeLaws;
use self::streams::Streams;
pub(crate) use self::zipf::Zipf;
use crate::trace::{Play, Played, Trace, TraceDesign, TraceError};

/// When connections arrive.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Drawn(Process),
    Trace(Arc<Trace>),
}

/// What connections go to, whatever their address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) port: u16,
    /// The number of the transport protocol.
    pub(crate) protocol: u8,
}

/// All about the connections of a class of clients. Where a row of the trace says something, it overrides what is drawn
/// here.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    /// `None` for the only class of a scenario without classes.
    pub(crate) name: Option<String>,
    pub(crate) source: Source,
    pub(crate) work: Drawn,
    pub(crate) sizes: SizeLaws,
    pub(crate) clients: Population,
    pub(crate) destinations: Population,
    /// `None` for one request on each connection.
    pub(crate) requests: Option<Requests>,
}

impl Class {
    /// The arrivals of one replication before `end`, without ports, of the class of this number.
    fn stream(
        &self,
        number: u16,
        (seed, replication): (u64, u32),
        design: TraceDesign,
        end: Time,
        target: Target,
    ) -> Result<Stream, TraceError> {
        let streams = Streams { seed, replication, class: self.name.as_deref() };
        let when = match &self.source {
            Source::Drawn(process) => When::Drawn(process.clock(streams, end)),
            Source::Trace(trace) => {
                let draws = Keyed {
                    work: streams.family("work"),
                    sizes: streams.family("sizes"),
                    clients: streams.family("clients"),
                    destinations: streams.family("destinations"),
                };
                When::Trace(Box::new(trace.play(design, (seed, replication))?), draws)
            }
        };
        let rest = Rest {
            class: number,
            end,
            work: self.work.demand(seed, "work", streams.stream("work")),
            sizes: self.sizes.demand(streams),
            clients: self.clients,
            client_draws: streams.stream("clients"),
            destinations: self.destinations,
            destination_draws: streams.stream("destinations"),
            target,
        };
        Ok(Stream { when, rest })
    }
}

/// All about the connections that come.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    /// In the order of the file; at least one.
    pub(crate) classes: Vec<Class>,
}

impl Workload {
    /// The arrivals of one replication before `end`, from clients with `client_ports` ports each if they have few.
    pub(crate) fn arrivals(
        &self,
        seed: u64,
        replication: u32,
        design: TraceDesign,
        end: Time,
        client_ports: Option<NonZeroU16>,
        target: Target,
    ) -> Result<Arrivals, TraceError> {
        let stream =
            |(class, number): (&Class, u16)| class.stream(number, (seed, replication), design, end, target);
        let mut streams = self.classes.iter().zip(0..).map(stream);
        let source = match (streams.next(), self.classes.len()) {
            (Some(only), 1) => Streamed::One(Box::new(only?)),
            (first, _) => {
                Streamed::Merged(Merge::new(first.into_iter().chain(streams).collect::<Result<_, _>>()?))
            }
        };
        let ports = match client_ports {
            Some(count) => Ports::in_turn(count),
            None => Ports::shuffled(Rng::stream(seed, replication, "ports")),
        };
        Ok(Arrivals { source, ports })
    }

    /// What follows each request of one replication; `None` if nothing does.
    pub(crate) fn chains(
        &self,
        seed: u64,
        replication: u32,
        client_ports: Option<NonZeroU16>,
    ) -> Option<Chains> {
        Chains::new(&self.classes, seed, replication, client_ports)
    }
}

/// The arrivals of one replication, in order of time: the same for every scheduler.
#[derive(Debug)]
pub struct Arrivals {
    source: Streamed,
    ports: Ports,
}

#[derive(Debug)]
enum Streamed {
    One(Box<Stream>),
    Merged(Merge),
}

/// The arrivals of one class.
#[derive(Debug)]
struct Stream {
    when: When,
    rest: Rest,
}

#[derive(Debug)]
enum When {
    Drawn(Clock),
    Trace(Box<Play>, Keyed),
}

/// What is drawn for each arrival: one stream of random numbers for each purpose.
#[derive(Debug)]
struct Rest {
    class: u16,
    end: Time,
    work: Demand,
    sizes: Option<Box<SizeDemand>>,
    clients: Population,
    client_draws: Rng,
    destinations: Population,
    destination_draws: Rng,
    target: Target,
}

impl Rest {
    #[inline]
    fn draw(&mut self, at: Time, ports: &mut Ports) -> Option<Arrival> {
        if at >= self.end {
            return None;
        }
        let destination = self.destinations.draw(&mut self.destination_draws);
        let work = nearest(self.work.draw(destination));
        let sizes = self.sizes.as_mut().map_or(Sizes::default(), |sizes| sizes.draw(destination));
        let client = self.clients.draw(&mut self.client_draws);
        let Target { port: destination_port, protocol } = self.target;
        let client_port = ports.next(client);
        let flow = Flow { client, client_port, destination, destination_port, protocol };
        Some(Arrival { at, work, flow, class: self.class, sizes })
    }
}

impl Stream {
    #[inline]
    fn next(&mut self, ports: &mut Ports) -> Option<Result<Arrival, TraceError>> {
        match &mut self.when {
            When::Drawn(clock) => self.rest.draw(clock.next()?, ports).map(Ok),
            When::Trace(rows, draws) => next_of_trace(rows, *draws, &mut self.rest, ports),
        }
    }
}

impl Iterator for Arrivals {
    type Item = Result<Arrival, TraceError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Streamed::One(stream) => stream.next(&mut self.ports),
            Streamed::Merged(merge) => merge.next(&mut self.ports),
        }
    }
}

/// What a trace's rows lack, drawn for each by itself: what is drawn for a row goes by its number and by which copy of it is
/// played, so that neither another load nor another scheduler moves anybody's.
#[derive(Clone, Copy, Debug)]
struct Keyed {
    work: RngFamily,
    sizes: RngFamily,
    clients: RngFamily,
    destinations: RngFamily,
}

#[inline]
fn next_of_trace(
    rows: &mut Play,
    draws: Keyed,
    rest: &mut Rest,
    ports: &mut Ports,
) -> Option<Result<Arrival, TraceError>> {
    let Played { at, row, number, occurrence } = match rows.next()? {
        Ok(next) => next,
        Err(error) => return Some(Err(error)),
    };
    if at >= rest.end {
        return None;
    }
    let of = |family: RngFamily| family.member(number, occurrence);
    let destination = row.destination.unwrap_or_else(|| rest.destinations.drawn(|| of(draws.destinations)));
    let work = row.work.unwrap_or_else(|| nearest(rest.work.drawn(destination, || of(draws.work))));
    let sizes = rest
        .sizes
        .as_ref()
        .map_or(Sizes::default(), |sizes| sizes.of_row(&row, destination, || of(draws.sizes)));
    let client = row.client.unwrap_or_else(|| rest.clients.drawn(|| of(draws.clients)));
    let client_port = row.port.unwrap_or_else(|| ports.next(client));
    let Target { port: destination_port, protocol } = rest.target;
    let flow = Flow { client, client_port, destination, destination_port, protocol };
    Some(Ok(Arrival { at, work, flow, class: rest.class, sizes }))
}

#[inline]
fn nearest(nanos: f64) -> Span {
    Span::from_nanos((nanos + 0.5) as u64)
}
