//! Connections on their way: to the director, to a server, and back.
//!
//! The way of a connection whose client sends its SYN at `t`, with `c` from client to director, `s` from director to server and
//! `b` from server to client (`c + s` under masquerading):
//!
//! | instant | what |
//! |---|---|
//! | `t + c` | the SYN is at the director, and waits for it to be free; or it is dropped, and sent again as Linux does |
//! | `d`, when the director is through with it | the connection is scheduled; a full server resets it |
//! | `d + s + b + c + s` | handshake and request have come: the server takes the connection, and works on it until `e` |
//! | `e + b`, masquerading: `e + s`, when the director is through with it, and `c` | the answer is at the client |
//! | `c` later | the client's last packet passes the director, and the entry becomes inactive |
//!
//! Observers are told of a connection as of a request: it counts from when its client sent the first SYN to when the answer is
//! there. Its waiting time is what it waited at director and server.

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Time};

use crate::clients::requests::CallId;
use crate::director::Director;
use crate::director::connection::ConnectionId;
use crate::engine::Engine;
use crate::engine::agenda::Event;
use crate::farm::visits::{Job, JobId};
use crate::observer::{Failure, Finished, Observer, Refusal, RequestEnd};
use crate::path::line::{Line, Network};
use crate::path::packets::{Carried, sent_on};
use crate::request::Arrival;
use crate::setup::Setup;
use crate::setup::client::syn_wait;

/// How often a SYN is sent again: Linux' `tcp_syn_retries`.
const SYN_RETRIES: u32 = 6;

/// Where a connection is that is on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Stage {
    /// Its SYN comes to the director again.
    Knocks,
    /// The director is through with its SYN.
    Scheduled,
    /// Handshake and request have come to the server.
    Requested,
    /// The answer comes to a director that masquerades.
    Answered,
    /// The client's last packet comes to the director.
    Closed,
}

/// A connection on its way.
#[derive(Clone, Copy, Debug)]
struct Flight {
    arrival: Arrival,
    syns: u32,
    /// What it waited for the director.
    waited: Span,
    /// From when it was scheduled on.
    bound: Option<Bound>,
    done: Option<Finished>,
}

#[derive(Clone, Copy, Debug)]
struct Bound {
    connection: ConnectionId,
    server: ServerId,
}

/// All connections on their way, and the line in front of the director.
#[derive(Clone, Debug)]
pub(crate) struct Travels {
    network: Network,
    line: Option<Line>,
    /// Whether replies pass the director.
    passes_back: bool,
    /// Handshake and request, from the director on.
    opening: Span,
    flights: Vec<Option<Flight>>,
    free: Vec<u32>,
    /// Connections that are in a server's hands, by job.
    inside: Vec<Option<(Flight, Time)>>,
    /// By server: connections on their way to it.
    coming: Vec<u32>,
}

impl Travels {
    /// `None` if nothing lies between clients and servers.
    pub(crate) fn new(setup: &Setup) -> Option<Self> {
        let passage = setup.passage?;
        let Network { client, server, back } = passage.network;
        let passes_back = setup.service.forwarding.sees_replies();
        let back = if passes_back { server + client } else { back };
        let has_handshake = setup.service.protocol == crate::director::packets::Protocol::Tcp;
        let opening = if has_handshake { server + back + client + server } else { server };
        let window = (setup.warm_up, setup.horizon);
        Some(Self {
            network: Network { client, server, back },
            line: passage.capacity.map(|capacity| Line::new(capacity, window)),
            passes_back,
            opening,
            flights: Vec::new(),
            free: Vec::new(),
            inside: Vec::new(),
            coming: alloc::vec![0; setup.servers.len()],
        })
    }

    /// From the client to the director.
    pub(crate) fn lead(&self) -> Span {
        self.network.client
    }

    /// What the director did, if its capacity has bounds.
    pub(crate) fn director(&self) -> Option<crate::outcome::DirectorTotals> {
        self.line.as_ref().map(|line| line.totals)
    }

    fn keep(&mut self, flight: Flight) -> u32 {
        match self.free.pop() {
            Some(number) => {
                self.flights[number as usize] = Some(flight);
                number
            }
            None => {
                self.flights.push(Some(flight));
                self.flights.len() as u32 - 1
            }
        }
    }

    fn take(&mut self, number: u32) -> Flight {
        self.free.push(number);
        self.flights[number as usize].take().expect("a flight has one event at a time")
    }
}

impl<D: Director> Engine<D> {
    fn travels(&mut self) -> &mut Travels {
        self.travels.as_mut().expect("connections are on their way in this run")
    }

    fn later(&mut self, at: Time, flight: Flight, stage: Stage) {
        let flight = self.travels().keep(flight);
        self.agenda.note(at, Event::Travel { flight, stage });
    }

    /// A connection's first SYN is at the director.
    #[inline(never)]
    pub(crate) fn set_out(&mut self, arrival: &Arrival, observer: &mut impl Observer) {
        observer.arrived(arrival.at, arrival.class);
        self.ledger.requests.attempts += 1;
        let flight = Flight { arrival: *arrival, syns: 0, waited: Span::ZERO, bound: None, done: None };
        self.knock_at_director(flight, observer);
    }

    /// A connection on its way gets to where it is going.
    pub(crate) fn travel(&mut self, flight: u32, stage: Stage, observer: &mut impl Observer) {
        let flight = self.travels().take(flight);
        match stage {
            Stage::Knocks => self.knock_at_director(flight, observer),
            Stage::Scheduled => self.schedule(flight, observer),
            Stage::Requested => self.request(flight, observer),
            Stage::Answered => self.answer_passes(flight, observer),
            Stage::Closed => self.last_packet(flight),
        }
    }

    fn knock_at_director(&mut self, mut flight: Flight, observer: &mut impl Observer) {
        let now = self.now;
        let (service, forwarding) = (self.service, self.service.forwarding);
        let Some(line) = &mut self.travels().line else { return self.schedule(flight, observer) };
        if line.drops(now) {
            flight.syns += 1;
            if flight.syns > SYN_RETRIES {
                return self.fail_flight(&flight, Failure::NoAnswer, observer);
            }
            self.ledger.requests.syns_again += 1;
            return self.later(now + syn_wait(flight.syns - 1), flight, Stage::Knocks);
        }
        let load = Carried::of(&service, flight.arrival.sizes).request;
        let (begins, through) = line.take(sent_on(forwarding, load), now);
        flight.waited = flight.waited + begins.since(now);
        self.later(through, flight, Stage::Scheduled);
    }

    /// Nothing comes of a connection.
    fn fail_flight(&mut self, flight: &Flight, failure: Failure, observer: &mut impl Observer) {
        self.ledger.failed(failure);
        let arrived = flight.arrival.at;
        observer.ended(&RequestEnd { arrived, ended: self.now, attempts: 1, failure: Some(failure) });
    }

    fn schedule(&mut self, mut flight: Flight, observer: &mut impl Observer) {
        let now = self.now;
        let Arrival { work, flow, class, .. } = flight.arrival;
        if self.director.is_clairvoyant() {
            self.show(work);
        }
        let opened = self.director.open(&flow, class, now);
        let Some((connection, server)) = opened else {
            self.digest.add(u64::MAX);
            observer.refused(now, Refusal::NoServer);
            return self.fail_flight(&flight, Failure::NoServer, observer);
        };
        observer.assigned(now, connection, server);
        self.totals.assigned(server);
        self.digest.add(server.index() as u64);
        let coming = self.travels().coming[server.index()];
        if self.queues[server.index()].is_full_with(coming) {
            self.director.reset(connection, now);
            self.measure(server);
            observer.refused(now, Refusal::BacklogFull { connection, server });
            return self.fail_flight(&flight, Failure::BacklogFull, observer);
        }
        self.measure(server);
        flight.bound = Some(Bound { connection, server });
        let travels = self.travels();
        travels.coming[server.index()] += 1;
        let opening = travels.opening;
        self.later(now + opening, flight, Stage::Requested);
    }

    fn request(&mut self, flight: Flight, observer: &mut impl Observer) {
        let Bound { connection, server } = flight.bound.expect("scheduled before");
        self.travels().coming[server.index()] -= 1;
        if !self.director.is_listed(server) {
            self.director.cut(connection, self.now);
            self.measure(server);
            return self.fail_flight(&flight, Failure::Lost, observer);
        }
        let now = self.now;
        let job = self.accept(server, connection, &flight.arrival, CallId::NONE);
        self.jobs.came(job, flight.arrival.at);
        // It is in the system from now on only.
        self.ledger.transit_ns += u128::from(now.since(flight.arrival.at).as_nanos());
        let inside = &mut self.travels().inside;
        let number = job.bits() as usize;
        if inside.len() <= number {
            inside.resize(number + 1, None);
        }
        inside[number] = Some((flight, now));
    }

    /// The server is done with a connection.
    #[inline(never)]
    pub(crate) fn done(&mut self, server: ServerId, id: JobId, job: &Job, observer: &mut impl Observer) {
        let now = self.now;
        self.measure(server);
        self.ledger.finished += 1;
        self.digest.add(now.as_nanos());
        let travels = self.travels();
        let (mut flight, came) = travels.inside[id.bits() as usize].take().expect("it came by this way");
        let started = job.arrived + flight.waited + job.started.since(came);
        let done = Finished {
            connection: job.connection,
            server,
            arrived: job.arrived,
            started,
            finished: now,
            work: job.work,
            class: flight.arrival.class,
        };
        flight.done = Some(done);
        let Network { client, server: to_server, back } = travels.network;
        if travels.passes_back {
            self.later(now + to_server, flight, Stage::Answered);
        } else {
            self.tell(&flight, now + back, observer);
            self.later(now + back + client, flight, Stage::Closed);
        }
    }

    fn answer_passes(&mut self, mut flight: Flight, observer: &mut impl Observer) {
        let now = self.now;
        let service = self.service;
        let travels = self.travels();
        let client = travels.network.client;
        let mut through = now;
        if let Some(line) = &mut travels.line {
            let carried = Carried::of(&service, flight.arrival.sizes);
            let mut load = carried.response;
            load += carried.acknowledgements;
            let (begins, until) = line.take(load, now);
            through = until;
            let waited = begins.since(now);
            if let Some(done) = &mut flight.done {
                done.started += waited;
            }
        }
        self.tell(&flight, through + client, observer);
        self.later(through + client + client, flight, Stage::Closed);
    }

    /// The answer is with the client at `at`.
    fn tell(&mut self, flight: &Flight, at: Time, observer: &mut impl Observer) {
        let done = flight.done.expect("served");
        observer.finished(&Finished { finished: at, ..done });
        let arrived = flight.arrival.at;
        observer.ended(&RequestEnd { arrived, ended: at, attempts: 1, failure: None });
    }

    fn last_packet(&mut self, flight: Flight) {
        let now = self.now;
        let (service, forwarding) = (self.service, self.service.forwarding);
        let Bound { connection, server, .. } = flight.bound.expect("scheduled before");
        let travels = self.travels();
        if let Some(line) = travels.line.as_mut().filter(|_| !forwarding.sees_replies()) {
            let load = Carried::of(&service, flight.arrival.sizes).acknowledgements;
            line.take(sent_on(forwarding, load), now);
        }
        if self.director.is_listed(server) {
            self.director.close(connection, now);
        } else {
            // What a client sends to a server that was removed is dropped.
            self.director.cut(connection, now);
        }
        self.measure(server);
    }
}
