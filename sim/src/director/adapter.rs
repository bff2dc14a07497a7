//! The director of packets, told of milestones: each becomes the packets that it stands for.
//!
//! | milestone | packets of TCP | of UDP |
//! |---|---|---|
//! | open | the client's SYN | the client's datagram |
//! | establish | the server's SYN and ACK, the client's ACK | – |
//! | refusal | the server's RST | – |
//! | close | the server's FIN, the client's FIN | the server's datagram, the client's |
//! | silence | none: the timer runs again | none |
//! | reopen | the client's SYN again | the client's datagram again |
//! | revive | the client's ACK | the client's datagram |
//! | leave | the client's FIN | – |
//! | abort | the server's RST | – |
//!
//! What a server sends passes the director under masquerading only. A connection in progress sends packets more often
//! than its timeout, so no timer runs for it.

use core::net::SocketAddr;

use alloc::vec::Vec;

use ipvslab_schedulers::{Flow, SchedulerKind, Seen, ServerId, ServerIndex, Time, Weight};

use crate::director::Expired;
use crate::director::connection::ConnectionId;
use crate::director::packets::{
    After, Destination, Handle, Packet, PacketDirector, Payload, Reached, ServiceId, ServiceKey,
    ServiceSettings, Verdict,
};
use crate::director::ports::PortsInUse;
use crate::director::streams::RandomStreams;
use crate::director::tcp::{Direction, TcpFlags};
use crate::director::{Counts, Director, Reopened, Revived, Silent};
use crate::setup::Failover;
use crate::setup::Protocol;
use crate::setup::{Forwarding, RealServer, Service};

/// The one service there is. It is reached by a mark, so that unlimited of addresses can be.
const SERVICE: ServiceId = ServiceId::new(0);
/// The service's mark.
const MARK: u32 = 1;

/// A connection in progress.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    client: SocketAddr,
    destination: SocketAddr,
    /// Where its packets arrive.
    arrives: SocketAddr,
    /// Its entry, if it has one: a datagram that is scheduled by itself has none.
    entry: Option<Handle>,
}

/// A [`PacketDirector`] that is told of milestones. Its ids are of connections in progress, not of entries.
pub(crate) struct PacketAdapter {
    director: PacketDirector,
    /// What the director was started with, for the one that takes over.
    service: Service,
    scheduler: SchedulerKind,
    streams: RandomStreams,
    protocol: Protocol,
    forwarding: Forwarding,
    tickets: Vec<Ticket>,
    free: Vec<u32>,
    ports: PortsInUse,
    /// The most entries of the directors before this one.
    past_peak: usize,
}

fn settings(service: &Service, scheduler: SchedulerKind) -> ServiceSettings {
    ServiceSettings {
        scheduler,
        flags: service.flags,
        one_packet: service.one_packet,
        persistence: service.persistence,
    }
}

impl PacketAdapter {
    /// A service without servers.
    pub(crate) fn new(service: &Service, scheduler: SchedulerKind, streams: RandomStreams) -> Self {
        Self {
            director: Self::started(service, scheduler, streams.clone(), Time::ZERO),
            service: *service,
            scheduler,
            streams,
            protocol: service.protocol,
            forwarding: service.forwarding,
            tickets: Vec::new(),
            free: Vec::new(),
            // A socket of UDP sends its next datagram from its port, answered or not.
            ports: PortsInUse::new(service.client_ports.filter(|_| service.protocol == Protocol::Tcp)),
            past_peak: 0,
        }
    }

    /// A director with the service and nothing else.
    fn started(
        service: &Service,
        scheduler: SchedulerKind,
        streams: RandomStreams,
        now: Time,
    ) -> PacketDirector {
        let clock = streams.clock(service.timers);
        let mut director = PacketDirector::new(service.profile, clock, streams);
        director.set_timeouts(service.timeouts);
        for (sysctl, value) in service.sysctls.changed() {
            director.set_sysctl(sysctl, value, Time::ZERO);
        }
        let reached = Reached::Mark { ipv6: service.ipv6, mark: MARK };
        let key = ServiceKey { protocol: service.protocol, reached };
        director.add_service(SERVICE, key, settings(service, scheduler), now);
        director
    }

    fn keep(&mut self, ticket: Ticket) -> ConnectionId {
        self.ports.take(ticket.client, ticket.destination);
        if let Some(slot) = self.free.pop() {
            self.tickets[slot as usize] = ticket;
            return ConnectionId::new(slot);
        }
        self.tickets.push(ticket);
        ConnectionId::new(self.tickets.len() as u32 - 1)
    }

    fn give_back(&mut self, id: ConnectionId) -> Ticket {
        self.free.push(id.index() as u32);
        let ticket = self.tickets[id.index()];
        self.ports.give_back(ticket.client, ticket.destination);
        ticket
    }

    /// A client's packet. What `flags` are is of no consequence to a datagram.
    fn sent_by_client(&self, ticket: &Ticket, flags: TcpFlags) -> Packet {
        let &Ticket { client: source, destination, .. } = ticket;
        Packet { from: Direction::FromClient, source, destination, mark: MARK, payload: self.payload(flags) }
    }

    /// A server's packet, which passes the director under masquerading only.
    fn server_sends(&mut self, ticket: &Ticket, entry: Handle, flags: TcpFlags, now: Time, after: After) {
        if self.forwarding.sees_replies() {
            let &Ticket { client: destination, arrives: source, .. } = ticket;
            let payload = self.payload(flags);
            let packet = Packet { from: Direction::FromServer, source, destination, mark: 0, payload };
            self.director.server_sends(entry, &packet, now, after);
        }
    }

    fn client_sends(
        &mut self,
        ticket: &Ticket,
        entry: Handle,
        flags: TcpFlags,
        now: Time,
        after: After,
    ) -> Verdict {
        let packet = self.sent_by_client(ticket, flags);
        self.director.client_sends(entry, &packet, now, after)
    }

    fn payload(&self, flags: TcpFlags) -> Payload {
        if self.protocol == Protocol::Udp { Payload::Udp } else { Payload::Tcp(flags) }
    }

    /// The entry of a connection, if it is still there at `now`, and still its own.
    fn entry(&mut self, ticket: &Ticket, now: Time) -> Option<Handle> {
        self.director.expire(now, |_| {});
        ticket.entry.filter(|&entry| self.director.is_found(entry))
    }

    /// A packet of a client comes that may make an entry; its timer does not run.
    fn enter(
        &mut self,
        client: SocketAddr,
        destination: SocketAddr,
        flags: TcpFlags,
        now: Time,
    ) -> Option<(ConnectionId, ServerId)> {
        let mut ticket = Ticket { client, destination, arrives: destination, entry: None };
        let packet = self.sent_by_client(&ticket, flags);
        let (verdict, entry) = self.director.begin(&packet, now);
        let Verdict::Forwarded { server, destination: arrives, .. } = verdict else { return None };
        (ticket.arrives, ticket.entry) = (arrives, entry);
        Some((self.keep(ticket), server))
    }

    /// The server ends a connection that it has not closed: with a reset, which the director may not see.
    fn refuse(&mut self, id: ConnectionId, now: Time) {
        let ticket = self.give_back(id);
        let Some(entry) = self.entry(&ticket, now) else { return };
        if self.protocol == Protocol::Tcp && self.forwarding.sees_replies() {
            self.server_sends(&ticket, entry, TcpFlags::RST, now, After::Armed);
        } else {
            self.director.release(entry, now);
        }
    }
}

impl Director for PacketAdapter {
    fn counts(&self, server: ServerId) -> Option<Counts> {
        self.director.servers(SERVICE).find(server).map(Counts::of)
    }

    fn is_listed(&self, server: ServerId) -> bool {
        self.director.servers(SERVICE).position(server).is_some()
    }

    fn peak_entries(&self) -> usize {
        self.director.peak_entries().max(self.past_peak)
    }

    fn add(&mut self, id: ServerId, server: &RealServer, weight: Weight) {
        let (endpoint, forwarding, thresholds) = (server.endpoint, self.forwarding, server.thresholds);
        self.director.add_server(id, SERVICE, &Destination { endpoint, forwarding, weight, thresholds });
    }

    fn set_weight(&mut self, id: ServerId, weight: Weight) {
        self.director.set_weight(id, weight);
    }

    fn remove(&mut self, id: ServerId, now: Time) {
        self.director.remove_server(id, now);
    }

    fn observe(&mut self, seen: &[Seen]) {
        self.director.observe(SERVICE, seen);
    }

    fn open(&mut self, flow: &Flow, _: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        let destination = SocketAddr::new(flow.destination, flow.destination_port);
        let client = self.ports.free_one(SocketAddr::new(flow.client, flow.client_port), destination)?;
        self.enter(client, destination, TcpFlags::SYN, now)
    }

    fn adopt(&mut self, flow: &Flow, _: u16, now: Time) -> Option<(ConnectionId, ServerId)> {
        let destination = SocketAddr::new(flow.destination, flow.destination_port);
        self.enter(SocketAddr::new(flow.client, flow.client_port), destination, TcpFlags::ACK, now)
    }

    fn establish(&mut self, id: ConnectionId, now: Time) {
        let ticket = self.tickets[id.index()];
        let Some(entry) = self.entry(&ticket, now) else { return };
        if self.protocol == Protocol::Tcp {
            self.server_sends(&ticket, entry, TcpFlags::SYN | TcpFlags::ACK, now, After::Held);
            self.client_sends(&ticket, entry, TcpFlags::ACK, now, After::Held);
        } else {
            self.director.stop(entry);
        }
    }

    fn reset(&mut self, id: ConnectionId, now: Time) {
        self.refuse(id, now);
    }

    fn close(&mut self, id: ConnectionId, now: Time) {
        let ticket = self.give_back(id);
        if let Some(entry) = self.entry(&ticket, now) {
            let closing = TcpFlags::FIN | TcpFlags::ACK;
            self.server_sends(&ticket, entry, closing, now, After::Held);
            self.client_sends(&ticket, entry, closing, now, After::Armed);
        }
    }

    fn silence(&mut self, id: ConnectionId, now: Time) -> Silent {
        let ticket = self.tickets[id.index()];
        if let Some(entry) = self.entry(&ticket, now) {
            self.director.release(entry, now);
        }
        Silent { id, armed: 0 }
    }

    fn reopen(&mut self, silent: Silent, flow: &Flow, class: u16, now: Time) -> Reopened {
        let ticket = self.give_back(silent.id);
        let lived = self.entry(&ticket, now).is_some();
        let same = Flow { client_port: ticket.client.port(), ..*flow };
        if let Some((connection, server)) = self.open(&same, class, now) {
            let is_anew = !lived || self.tickets[connection.index()].entry != ticket.entry;
            return Reopened::Passed { connection, server, is_anew };
        }
        if lived { Reopened::Dropped(Silent { id: self.keep(ticket), armed: 0 }) } else { Reopened::NoServer }
    }

    fn revive(&mut self, silent: Silent, now: Time) -> Revived {
        let ticket = self.tickets[silent.id.index()];
        let verdict = self
            .entry(&ticket, now)
            .map(|entry| self.client_sends(&ticket, entry, TcpFlags::ACK, now, After::Held));
        match verdict {
            Some(Verdict::Forwarded { .. }) => Revived::Passed(silent.id),
            Some(_) if self.entry(&ticket, now).is_some() => Revived::Dropped(silent),
            _ => {
                self.give_back(silent.id);
                Revived::Gone
            }
        }
    }

    fn forget(&mut self, silent: Silent) {
        self.give_back(silent.id);
    }

    fn leave(&mut self, id: ConnectionId, now: Time) {
        let ticket = self.give_back(id);
        let Some(entry) = self.entry(&ticket, now) else { return };
        if self.protocol == Protocol::Tcp {
            self.client_sends(&ticket, entry, TcpFlags::FIN | TcpFlags::ACK, now, After::Armed);
        } else {
            self.director.release(entry, now);
        }
    }

    fn leave_silent(&mut self, silent: Silent, now: Time) {
        let ticket = self.give_back(silent.id);
        if let Some(entry) = self.entry(&ticket, now).filter(|_| self.protocol == Protocol::Tcp) {
            self.client_sends(&ticket, entry, TcpFlags::FIN | TcpFlags::ACK, now, After::Armed);
        }
    }

    fn abort(&mut self, id: ConnectionId, now: Time) {
        self.refuse(id, now);
    }

    fn fail_over(&mut self, _: u32, failover: Failover, now: Time) {
        let table = self.director.servers(SERVICE);
        let listed: Vec<(ServerId, Destination)> = (0..table.len())
            .map(ServerIndex::new)
            .map(|at| {
                let weight = Weight::new(table.server(at).weight() as u32).expect("was a weight");
                let (endpoint, thresholds) = (table.endpoint(at), table.thresholds(at));
                (table.id(at), Destination { endpoint, forwarding: self.forwarding, weight, thresholds })
            })
            .collect();
        match failover {
            Failover::Cold => {
                self.past_peak = self.peak_entries();
                self.director = Self::started(&self.service, self.scheduler, self.streams.clone(), now);
                self.tickets.iter_mut().for_each(|ticket| ticket.entry = None);
            }
            Failover::Synchronised => {
                for &(id, _) in &listed {
                    self.director.remove_server(id, now);
                }
                self.director.rebind(SERVICE, now);
            }
        }
        for (id, destination) in listed.iter().rev() {
            self.director.add_server(*id, SERVICE, destination);
        }
    }

    fn next_active_timeout(&self) -> Time {
        self.director.next_active_expiry()
    }

    fn expire(&mut self, now: Time, expired: impl FnMut(Expired)) {
        self.director.expire(now, expired);
    }
}
