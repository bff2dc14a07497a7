//! What happens to a packet, from its service to its server.

use core::net::SocketAddr;

use ipvslab_schedulers::{
    Activity, Draws, KernelProfile, Seen, ServerId, ServerTable, Span, Time, TimerClock,
};

use super::defence::Defence;
use super::entries::Entries;
use super::entry::State;
use super::name::Name;
use super::packet::{Choice, Packet, Payload, Verdict};
use super::reuse::{Reuse, reuse};
use super::service::ServiceId;
use super::service::Services;
use super::timers::Timers;
use crate::director::connection::ConnectionId;
use crate::director::packets::sctp::SctpState;
use crate::director::streams::RandomStreams;
use crate::director::tcp::{Direction, TcpEvent, TcpFlags, TcpState, Transitions};
use crate::setup::{Protocol, Sysctls, Timeouts};

/// Asked at each decision, with the servers as they are before it and what the scheduler chose: which server to bind the new
/// connection to.
pub type Steer<'a> = &'a mut dyn FnMut(&ServerTable, Option<ServerId>) -> Option<ServerId>;

/// A director with unlimited of services.
pub struct PacketDirector {
    pub(super) profile: KernelProfile,
    pub(super) draws: Draws,
    pub(super) sysctls: Sysctls,
    pub(super) timeouts: Timeouts,
    pub(super) services: Services,
    pub(super) entries: Entries,
    pub(super) timers: Timers,
    pub(super) defence: Defence,
    /// When entries of servers that are gone are looked for, if they are.
    pub(super) purge_at: Time,
}

impl PacketDirector {
    /// A kernel of `profile` without services.
    pub fn new(profile: KernelProfile, clock: TimerClock, streams: RandomStreams) -> Self {
        let mut draws = streams.drop_entry;
        let entries = Entries::new(draws.bits());
        Self {
            profile,
            draws: streams.twos,
            sysctls: Sysctls::default(),
            timeouts: Timeouts::default(),
            services: Services::default(),
            entries,
            timers: Timers::new(clock),
            defence: Defence::new(profile.entry_scan, draws),
            purge_at: Time::NEVER,
        }
    }

    /// Shows a service's scheduler what no director can see, by server id.
    pub(crate) fn observe(&mut self, service: ServiceId, seen: &[Seen]) {
        self.services.get_mut(service).servers.observe(seen.iter().copied());
    }

    /// The servers of a service, with their counts.
    ///
    /// # Panics
    /// If the service was never added.
    pub fn servers(&self, service: ServiceId) -> &ServerTable {
        &self.services.get(service).servers
    }

    /// The state of an entry of TCP; `None` if it has expired or is of another protocol.
    pub fn tcp_state(&self, id: ConnectionId) -> Option<TcpState> {
        match self.entries.find(id)?.state {
            State::Tcp(state) => Some(state),
            _ => None,
        }
    }

    /// The entry that a client's packet belongs to, if there is one.
    pub fn entry_of(&self, protocol: Protocol, client: SocketAddr, at: SocketAddr) -> Option<ConnectionId> {
        self.entries.named(&Name::of_connection(protocol, client, at))
    }

    /// The most entries there ever were at once, templates included.
    pub fn peak_entries(&self) -> usize {
        self.entries.peak()
    }

    /// Takes a packet at `now`. Expires what is due.
    pub fn packet(&mut self, packet: &Packet, now: Time) -> Verdict {
        self.packet_steered(packet, now, &mut |_, chosen| chosen)
    }

    /// Takes a packet at `now`; `steer` says which server a new connection is bound to. Expires what is due.
    pub fn packet_steered(&mut self, packet: &Packet, now: Time, steer: Steer<'_>) -> Verdict {
        self.expire(now, |_| {});
        // The kernel takes its hooks down with the last service of a family.
        let idle = !self.services.serves(packet.destination.is_ipv6());
        match packet.from {
            Direction::FromServer if idle => Verdict::Foreign,
            Direction::FromClient if idle => Verdict::Local,
            Direction::FromServer => self.sent_by_server(packet, now),
            Direction::FromClient => self.sent_by_client(packet, now, After::Armed, steer).0,
        }
    }

    /// A packet of a client: what becomes of it, and the entry by which it was passed on.
    pub(super) fn sent_by_client(
        &mut self,
        packet: &Packet,
        now: Time,
        after: After,
        steer: Steer<'_>,
    ) -> (Verdict, Option<ConnectionId>) {
        let name = Name::of_connection(packet.payload.protocol(), packet.source, packet.destination);
        match self.entries.named(&name) {
            Some(id) => self.known(id, packet, now, after, steer),
            None => self.unknown(packet, now, after, steer),
        }
    }

    pub(super) fn sent_by_server(&mut self, packet: &Packet, now: Time) -> Verdict {
        let protocol = packet.payload.protocol();
        let found = self.entries.answered(protocol, packet.source, packet.destination);
        let Some(id) = found else { return Verdict::Foreign };
        let server = self.entries.entry(id).server;
        self.proceed(id, packet.from, packet.payload, now, After::Armed);
        Verdict::Answered(server)
    }

    /// A client's packet for which there is an entry.
    pub(super) fn known(
        &mut self,
        id: ConnectionId,
        packet: &Packet,
        now: Time,
        after: After,
        steer: Steer<'_>,
    ) -> (Verdict, Option<ConnectionId>) {
        let entry = self.entries.entry(id);
        let server = entry.server;
        let servers = &self.services.of(server).servers;
        let weight = servers.find(server).map_or(0, ipvslab_schedulers::Server::weight);
        let available = servers.position(server).is_some();
        match reuse(entry, packet.payload, &self.sysctls, weight, available) {
            Reuse::Keep => {
                let destination = self.entries.destination(id, packet.destination);
                self.proceed(id, packet.from, packet.payload, now, after);
                (Verdict::Forwarded { server, destination, by: Choice::Entry }, Some(id))
            }
            Reuse::Drop => (Verdict::Dropped, None),
            Reuse::Replace => {
                // It still counts when its successor is scheduled: it goes at the next tick.
                self.arm_for(id, now, Span::ZERO);
                self.unknown(packet, now, after, steer)
            }
        }
    }

    /// The director's own stack answers a client's TCP packet with a reset, which leaves as a server's packet would: an entry
    /// that goes, and is not masqueraded, closes and lives on.
    pub(super) fn reset_locally(&mut self, packet: &Packet, now: Time) {
        let Payload::Tcp(flags) = packet.payload else { return };
        if flags.event() == TcpEvent::Rst {
            return;
        }
        let reset = Payload::Tcp(TcpFlags::RST);
        if let Some(id) = self.entries.answered(Protocol::Tcp, packet.destination, packet.source) {
            self.proceed(id, Direction::FromServer, reset, now, After::Armed);
        }
    }

    /// Looks a packet up in its table, moves the entry on, and starts its timer. Says whether its activity changed.
    pub(super) fn proceed(
        &mut self,
        id: ConnectionId,
        from: Direction,
        payload: Payload,
        now: Time,
        after: After,
    ) -> bool {
        let secure = self.sysctls.secure_tcp == 3;
        let entry = self.entries.entry_mut(id);
        let table = match from {
            Direction::FromServer => {
                entry.no_output = false;
                Transitions::Output
            }
            Direction::FromClient => {
                entry.packets = entry.packets.saturating_add(1);
                if entry.no_output { Transitions::InputOnly } else { Transitions::Input }
            }
        };
        let before = entry.state;
        (entry.state, entry.timeout) = match (before, payload) {
            (State::Tcp(state), Payload::Tcp(flags)) => {
                let after = if secure { TcpState::after_secure } else { TcpState::after };
                let state = after(state, flags.event(), table);
                (State::Tcp(state), self.timeouts.tcp.of(state))
            }
            (State::Sctp(state), Payload::Sctp(event)) => {
                let state = state.after(event, table);
                (State::Sctp(state), state.timeout())
            }
            _ => (State::Udp, self.timeouts.udp),
        };
        let (state, server, control) = (entry.state, entry.server, entry.control);
        let assures = match state {
            State::Tcp(state) => state == TcpState::Established,
            State::Sctp(state) => state == SctpState::Established,
            State::Udp => from == Direction::FromServer,
            State::Template { .. } => false,
        };
        if let Some(template) = control.filter(|_| assures) {
            self.entries.entry_mut(template).state = State::Template { assured: true };
        }
        let changed = before.activity() != state.activity();
        if changed {
            let servers = &mut self.services.of_mut(server).servers;
            match state.activity() {
                Activity::Active => servers.wake(server),
                Activity::Inactive => servers.idle(server),
            };
            self.load_changed(server);
        }
        match after {
            After::Armed => self.arm(id, now),
            After::Held => self.hold(id),
        }
        changed
    }
}

/// What a packet does with the timer of its entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum After {
    /// It starts anew.
    Armed,
    /// It stops: the next packet comes before it could run out.
    Held,
}
