//! What happens to a packet, from its service to its server.

use core::net::SocketAddr;

use ipvslab_schedulers::{
    Activity, Draws, Flow, KernelProfile, Scheduler, Seen, ServerId, ServerTable, Span, Time, TimerClock,
};

use super::defence::Defence;
use super::entry::{Entries, Entry, Key, State, TemplateKey};
use super::persistence;
use super::reuse::{Reuse, reuse};
use super::service::{FTP, FTP_DATA, Service, Services};
use super::timers::Timers;
use super::{Choice, Packet, Payload, ServiceId, Verdict};
use crate::director::connection::ConnectionId;
use crate::director::packets::sctp::SctpState;
use crate::director::streams::RandomStreams;
use crate::director::tcp::{Direction, TcpEvent, TcpFlags, TcpState, Transitions};
use crate::setup::{Protocol, Sysctls, Timeouts};

/// Asked at each decision, with the servers as they are before it and what the scheduler chose: whom to bind the new
/// connection to.
pub type Steer<'a> = &'a mut dyn FnMut(&ServerTable, Option<ServerId>) -> Option<ServerId>;

/// A director with any number of services.
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
    pub fn new(profile: KernelProfile, clock: TimerClock, chances: RandomStreams) -> Self {
        Self {
            profile,
            draws: chances.twos,
            sysctls: Sysctls::default(),
            timeouts: Timeouts::default(),
            services: Services::default(),
            entries: Entries::default(),
            timers: Timers::new(clock),
            defence: Defence::new(profile.entry_scan, chances.drop_entry),
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
        self.entries.connection(&(protocol, client, at))
    }

    /// The most entries there ever were at once, templates included.
    pub fn peak_entries(&self) -> usize {
        self.entries.peak()
    }

    /// Takes a packet at `now`. Expires what is due.
    pub fn packet(&mut self, packet: &Packet, now: Time) -> Verdict {
        self.packet_steered(packet, now, &mut |_, chosen| chosen)
    }

    /// Takes a packet at `now`; whom a new connection is bound to is for `steer` to say. Expires what is due.
    pub fn packet_steered(&mut self, packet: &Packet, now: Time, steer: Steer<'_>) -> Verdict {
        self.expire(now, |_| {});
        let tuple = (packet.payload.protocol(), packet.source, packet.destination);
        // The kernel takes its hooks down with the last service of a family.
        let idle = !self.services.serves(packet.destination.is_ipv6());
        match packet.from {
            Direction::FromServer if idle => Verdict::Foreign,
            Direction::FromClient if idle => Verdict::Local,
            Direction::FromServer => {
                let Some(id) = self.entries.answered(&tuple) else { return Verdict::Foreign };
                let server = self.entries.entry(id).server;
                self.proceed(id, packet, now);
                Verdict::Answered(server)
            }
            Direction::FromClient => {
                let verdict = match self.entries.connection(&tuple) {
                    Some(id) => self.known(id, packet, now, steer),
                    None => self.unknown(packet, now, steer),
                };
                if verdict == Verdict::Local {
                    self.reset_locally(packet, now);
                }
                verdict
            }
        }
    }

    /// The director's own stack answers a client's TCP packet with a reset, which leaves as a server's packet would: an entry
    /// that goes, and is not masqueraded, closes and lives on.
    fn reset_locally(&mut self, packet: &Packet, now: Time) {
        let Payload::Tcp(flags) = packet.payload else { return };
        let answer = (Protocol::Tcp, packet.destination, packet.source);
        let Some(id) = self.entries.answered(&answer).filter(|_| flags.event() != TcpEvent::Rst) else {
            return;
        };
        let reset = Packet {
            from: Direction::FromServer,
            source: packet.destination,
            destination: packet.source,
            mark: 0,
            payload: Payload::Tcp(TcpFlags::RST),
        };
        self.proceed(id, &reset, now);
    }

    /// A client's packet for which there is an entry.
    fn known(&mut self, id: ConnectionId, packet: &Packet, now: Time, steer: Steer<'_>) -> Verdict {
        let entry = *self.entries.entry(id);
        let servers = &self.services.of(entry.server).servers;
        let weight = servers.find(entry.server).map_or(0, ipvslab_schedulers::Server::weight);
        let available = servers.position(entry.server).is_some();
        match reuse(&entry, packet.payload, &self.sysctls, weight, available) {
            Reuse::Keep => {
                self.proceed(id, packet, now);
                let Entry { server, destination, .. } = entry;
                Verdict::Forwarded { server, destination, by: Choice::Entry }
            }
            Reuse::Drop => Verdict::Dropped,
            Reuse::Replace => {
                // It still counts when its successor is scheduled: it goes at the next tick.
                self.arm_for(id, now, Span::ZERO);
                self.unknown(packet, now, steer)
            }
        }
    }

    /// A client's packet without an entry: a decision, if it may make one.
    fn unknown(&mut self, packet: &Packet, now: Time, steer: Steer<'_>) -> Verdict {
        if !packet.payload.may_open(&self.sysctls) {
            return Verdict::Local;
        }
        let Some(id) = self.services.lookup(packet) else { return Verdict::Local };
        if self.defence.drops_packet(&self.sysctls) {
            return Verdict::Dropped;
        }
        if packet.source.port() == FTP_DATA {
            return Verdict::Local;
        }
        let service = self.services.get(id);
        let chosen = match service.settings.persistence {
            Some(persistence) => {
                let key = persistence::key(&service.key, persistence, packet);
                self.through_template(id, key, persistence.timeout, packet, now, steer)
            }
            // Only persistence makes a service of other ports than its own.
            None if !service.key.is_mark() && service.key.port() != packet.destination.port() => None,
            None => self.decide(id, packet, now, steer).map(|server| (server, Choice::Scheduler, None)),
        };
        let service = self.services.get(id);
        let Some((server, by, template)) = chosen else {
            let passive = service.key.port() == FTP && packet.destination.port() != FTP;
            return if passive { Verdict::Local } else { Verdict::Unreachable };
        };
        let one_packet = service.settings.one_packet && packet.payload == Payload::Udp;
        let destination = self.connect(id, server, template, one_packet, packet, now);
        Verdict::Forwarded { server, destination, by }
    }

    /// The server of the client's template, or that of a new one.
    fn through_template(
        &mut self,
        service: ServiceId,
        key: TemplateKey,
        timeout: Span,
        packet: &Packet,
        now: Time,
        steer: Steer<'_>,
    ) -> Option<(ServerId, Choice, Option<ConnectionId>)> {
        let old = self.entries.template(&key);
        if let Some(server) = old.and_then(|template| self.leads_to(template)) {
            return Some((server, Choice::Template, old));
        }
        self.entries.hide_template(&key);
        let server = self.decide(service, packet, now, steer)?;
        let template = self.entries.insert(Entry {
            key: Key::Template(key),
            answers: None,
            server,
            destination: packet.destination,
            state: State::Template { assured: false },
            no_output: false,
            timeout,
            turn: None,
            armed_at: now,
            packets: 0,
            control: None,
            controls: 0,
        });
        self.services.of_mut(server).servers.bind_template(server);
        self.load_changed(server);
        Some((server, Choice::Scheduler, Some(template)))
    }

    /// The server of a template; `None` if that is gone, or quiesced with `expire_quiescent_template` on.
    fn leads_to(&self, template: ConnectionId) -> Option<ServerId> {
        let server = self.entries.find(template).expect("a template that is found lives").server;
        let servers = &self.services.of(server).servers;
        let weight = servers.server(servers.position(server)?).weight();
        (weight != 0 || self.sysctls.expire_quiescent_template == 0).then_some(server)
    }

    fn decide(&mut self, id: ServiceId, packet: &Packet, now: Time, steer: Steer<'_>) -> Option<ServerId> {
        let flow = Flow {
            client: packet.source.ip(),
            client_port: packet.source.port(),
            destination: packet.destination.ip(),
        };
        let Service { scheduler, servers, .. } = self.services.get_mut(id);
        let scheduler = scheduler.as_mut().expect("a service that was looked up exists");
        let chosen = scheduler.schedule(&flow, servers, now).map(|at| servers.id(at));
        steer(servers, chosen)
    }

    /// Makes an entry, with its first packet; says with which destination that leaves.
    fn connect(
        &mut self,
        service: ServiceId,
        server: ServerId,
        template: Option<ConnectionId>,
        one_packet: bool,
        packet: &Packet,
        now: Time,
    ) -> SocketAddr {
        let home = self.services.home(server);
        let (named, asked) = (self.services.get(service).key.port(), packet.destination.port());
        let own = template.is_none() || asked == named;
        let port = if home.endpoint.port() != 0 && own { home.endpoint.port() } else { asked };
        let protocol = packet.payload.protocol();
        let endpoint = SocketAddr::new(home.endpoint.ip(), port);
        let rewrites = home.forwarding.sees_replies();
        let destination = if rewrites { endpoint } else { packet.destination };
        // Without rewriting the server answers in the service's name, if its answers pass here at all.
        let answers = Some((protocol, destination, packet.source));
        let entry = Entry {
            key: Key::Connection((protocol, packet.source, packet.destination)),
            answers,
            server,
            destination,
            state: match protocol {
                Protocol::Tcp => State::Tcp(TcpState::None),
                Protocol::Udp => State::Udp,
                Protocol::Sctp => State::Sctp(SctpState::None),
            },
            no_output: !rewrites,
            timeout: Span::ZERO,
            turn: None,
            armed_at: now,
            packets: 0,
            control: template,
            controls: 0,
        };
        let id = match one_packet {
            true => self.entries.insert_hidden(entry),
            false => self.entries.insert(entry),
        };
        self.services.of_mut(server).servers.bind(server);
        self.load_changed(server);
        if let Some(template) = template {
            let template_entry = self.entries.entry(template);
            template_entry.controls += 1;
            // What is gone at once has its packet counted there.
            template_entry.packets = template_entry.packets.saturating_add(one_packet.into());
            self.arm(template, now);
        }
        if one_packet {
            self.end(id);
        } else {
            self.proceed(id, packet, now);
        }
        destination
    }

    /// Looks a packet up in its table, moves the entry on, and starts its timer.
    fn proceed(&mut self, id: ConnectionId, packet: &Packet, now: Time) {
        let secure = self.sysctls.secure_tcp == 3;
        let entry = self.entries.entry(id);
        let table = match packet.from {
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
        (entry.state, entry.timeout) = match (before, packet.payload) {
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
            State::Udp => packet.from == Direction::FromServer,
            State::Template { .. } => false,
        };
        if let Some(template) = control.filter(|_| assures) {
            self.entries.entry(template).state = State::Template { assured: true };
        }
        match (before.activity(), state.activity()) {
            (Activity::Active, Activity::Inactive) => self.services.of_mut(server).servers.idle(server),
            (Activity::Inactive, Activity::Active) => self.services.of_mut(server).servers.wake(server),
            _ => {}
        }
        self.load_changed(server);
        self.arm(id, now);
    }
}
