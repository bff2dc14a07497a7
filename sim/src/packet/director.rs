//! What happens to a packet, from its service to its server.

use core::net::SocketAddr;

use alloc::vec::Vec;

use ipvslab_schedulers::{
    Activity, AnyScheduler, Draws, Flow, KernelProfile, Scheduler, SchedulerKind, SchedulerOptions, ServerId,
    ServerTable, Span, Thresholds, Time, Weight,
};

use super::entry::{Entries, Entry, Key, State, TemplateKey};
use super::persistence::{self, Found, HOLD_OVER};
use super::reuse::{Reuse, reuse};
use super::service::{FTP, FTP_DATA, Home, Service, Services};
use super::timers::Timers;
use super::{
    Choice, Destination, Packet, Payload, Protocol, ServiceId, ServiceKey, ServiceSettings, Sysctl, Sysctls,
    Timeouts, Verdict,
};
use crate::connection::ConnectionId;
use crate::director::Expired;
use crate::sctp::SctpState;
use crate::setup::Forwarding;
use crate::tcp::{Direction, TcpState, Transitions};
use crate::wheel::TimerClock;

/// Asked at each decision, with the servers as they are before it and what the scheduler chose: whom to bind the new
/// connection to.
pub type Steer<'a> = &'a mut dyn FnMut(&ServerTable, Option<ServerId>) -> Option<ServerId>;

/// A director with any number of services.
pub struct PacketDirector {
    profile: KernelProfile,
    draws: Draws,
    sysctls: Sysctls,
    timeouts: Timeouts,
    services: Services,
    entries: Entries,
    timers: Timers,
    /// Packets until one is dropped by `drop_packet`.
    until_drop: i64,
    /// When entries of servers that are gone are looked for, if they are.
    purge_at: Time,
}

impl PacketDirector {
    /// A kernel of `profile` without services. `twos` gets its random integers from `draws`, which each service starts
    /// anew.
    pub fn new(profile: KernelProfile, clock: TimerClock, draws: Draws) -> Self {
        Self {
            profile,
            draws,
            sysctls: Sysctls::default(),
            timeouts: Timeouts::default(),
            services: Services::default(),
            entries: Entries::default(),
            timers: Timers::new(clock),
            until_drop: 0,
            purge_at: Time::NEVER,
        }
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

    /// `sysctl -w net.ipv4.vs.…`
    pub fn set_sysctl(&mut self, sysctl: Sysctl, value: u32) {
        self.sysctls.set(sysctl, value);
        for service in self.services.slots.iter_mut().flatten() {
            if let Some(scheduler) = &mut service.scheduler {
                let expiration = locality_expiration(&self.sysctls, scheduler.kind());
                scheduler.set_locality_expiration(expiration);
            }
        }
    }

    /// `ipvsadm --set`: in force from an entry's next packet on.
    pub fn set_timeouts(&mut self, timeouts: Timeouts) {
        self.timeouts = timeouts;
    }

    /// `ipvsadm -A`.
    ///
    /// # Panics
    /// If the service exists already.
    pub fn add_service(&mut self, id: ServiceId, key: ServiceKey, settings: ServiceSettings, now: Time) {
        let slots = &mut self.services.slots;
        if slots.len() <= id.index() {
            slots.resize_with(id.index() + 1, || None);
        }
        let accounting = self.profile.accounting;
        let service = slots[id.index()].get_or_insert_with(|| Service {
            key,
            settings,
            scheduler: None,
            servers: ServerTable::new(accounting),
        });
        assert!(service.scheduler.is_none(), "service {id:?} exists already");
        service.settings = settings;
        self.bind(id, now);
    }

    /// `ipvsadm -E`. Another scheduler starts from scratch; the same one keeps its state.
    ///
    /// # Panics
    /// If the service does not exist.
    pub fn edit_service(&mut self, id: ServiceId, settings: ServiceSettings, now: Time) {
        let service = self.services.get_mut(id);
        let scheduler = service.scheduler.as_mut().expect("an edited service exists");
        service.settings = settings;
        if scheduler.kind() == settings.scheduler {
            scheduler.set_flags(settings.flags);
        } else {
            self.bind(id, now);
        }
    }

    /// `ipvsadm -D`: its servers go too; its entries stay until they expire.
    ///
    /// # Panics
    /// If the service was never added.
    pub fn remove_service(&mut self, id: ServiceId, now: Time) {
        let service = self.services.get_mut(id);
        service.scheduler = None;
        let listed: Vec<ServerId> = service.servers.ids().collect();
        for server in listed {
            service.servers.remove(server);
        }
        self.schedule_purge(now);
    }

    /// `ipvsadm -a`: a server joins at the head of the list; one that was there before has the counts that it kept.
    ///
    /// # Panics
    /// If the service does not exist, or the server is in its list.
    pub fn add_server(&mut self, id: ServerId, service: ServiceId, server: &Destination) {
        let homes = &mut self.services.homes;
        if homes.len() <= id.index() {
            homes.resize(id.index() + 1, None);
        }
        let (endpoint, forwarding) = (server.endpoint, server.forwarding);
        homes[id.index()] = Some(Home { service, endpoint, forwarding });
        let service = self.services.get_mut(service);
        let scheduler = service.scheduler.as_mut().expect("a service that gets a server exists");
        let hashed = service.key.sees(endpoint);
        let change = service.servers.add(id, hashed, server.weight, server.thresholds);
        scheduler.table_changed(change, &service.servers);
    }

    /// `ipvsadm -e`.
    ///
    /// # Panics
    /// If the server is not in the list of its service.
    pub fn edit_server(&mut self, id: ServerId, forwarding: Forwarding, weight: Weight, limits: Thresholds) {
        let home = self.services.homes[id.index()].as_mut().expect("an edited server was added");
        home.forwarding = forwarding;
        let service = self.services.of_mut(id);
        let change = service.servers.edit(id, weight, limits);
        if let Some(scheduler) = &mut service.scheduler {
            scheduler.table_changed(change, &service.servers);
        }
    }

    /// `ipvsadm -d`: the server leaves the list; its entries stay until they expire.
    ///
    /// # Panics
    /// If the server is not in the list of its service.
    pub fn remove_server(&mut self, id: ServerId, now: Time) {
        let service = self.services.of_mut(id);
        let change = service.servers.remove(id);
        if let Some(scheduler) = &mut service.scheduler {
            scheduler.table_changed(change, &service.servers);
        }
        self.schedule_purge(now);
    }

    /// Lets every entry go whose timer has run out at `now`, and names each connection (not templates).
    pub fn expire(&mut self, now: Time, mut expired: impl FnMut(Expired)) {
        loop {
            if self.purge_at <= now && self.purge_at <= self.timers.next() {
                self.purge_at = Time::NEVER;
                self.purge(&mut expired);
            }
            let Some((id, fired)) = self.timers.pop_due(now) else { break };
            let entry = self.entries.entry(id);
            entry.turn = None;
            if entry.controls > 0 {
                entry.timeout = HOLD_OVER;
                self.arm(id, fired);
            } else {
                expired_as(self.end(id), &mut expired);
            }
        }
    }

    /// When something is due next: the next call of [`expire`](Self::expire) that does something.
    pub fn next_expiry(&self) -> Time {
        self.timers.next().min(self.purge_at)
    }

    /// Takes a packet at `now`. Expires what is due.
    pub fn packet(&mut self, packet: &Packet, now: Time) -> Verdict {
        self.packet_steered(packet, now, &mut |_, chosen| chosen)
    }

    /// Takes a packet at `now`; whom a new connection is bound to is for `steer` to say. Expires what is due.
    pub fn packet_steered(&mut self, packet: &Packet, now: Time, steer: Steer<'_>) -> Verdict {
        self.expire(now, |_| {});
        let tuple = (packet.payload.protocol(), packet.source, packet.destination);
        match packet.from {
            Direction::FromServer if !self.services.serve(packet.source.is_ipv6()) => Verdict::Foreign,
            Direction::FromClient if !self.services.serve(packet.source.is_ipv6()) => Verdict::Local,
            Direction::FromServer => {
                let Some(id) = self.entries.answered(&tuple) else { return Verdict::Foreign };
                let server = self.entries.entry(id).server;
                self.proceed(id, packet, now);
                Verdict::Answered(server)
            }
            Direction::FromClient => match self.entries.connection(&tuple) {
                Some(id) => self.known(id, packet, now, steer),
                None => self.unknown(packet, now, steer),
            },
        }
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
        if self.drops() {
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
        match old.map_or(Found::Nothing, |id| self.judge(id)) {
            Found::Usable(server) => return Some((server, Choice::Template, old)),
            Found::Stale => old.into_iter().for_each(|id| self.entries.hide_template(id)),
            Found::Nothing => {}
        }
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
            control: None,
            controls: 0,
        });
        self.services.of_mut(server).servers.bind_template(server);
        self.load_changed(server);
        Some((server, Choice::Scheduler, Some(template)))
    }

    fn judge(&self, template: ConnectionId) -> Found {
        let Some(server) = self.entries.find(template).map(|entry| entry.server) else {
            return Found::Nothing;
        };
        let servers = &self.services.of(server).servers;
        match servers.position(server).map(|at| servers.server(at).weight()) {
            None => Found::Stale,
            Some(0) if self.sysctls.expire_quiescent_template != 0 => Found::Stale,
            Some(_) => Found::Usable(server),
        }
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
            self.entries.entry(template).controls += 1;
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
            Direction::FromClient if entry.no_output => Transitions::InputOnly,
            Direction::FromClient => Transitions::Input,
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
        let established = match state {
            State::Tcp(TcpState::Established) | State::Sctp(SctpState::Established) => true,
            State::Udp => packet.from == Direction::FromServer,
            _ => false,
        };
        if let Some(template) = control.filter(|_| established) {
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

    /// `drop_packet`: whether this packet is one of those that are dropped.
    fn drops(&mut self) -> bool {
        if self.sysctls.drop_packet != 3 || self.sysctls.am_droprate == 0 {
            return false;
        }
        self.until_drop -= 1;
        let drops = self.until_drop <= 0;
        if drops {
            self.until_drop = self.sysctls.am_droprate.into();
        }
        drops
    }

    /// Binds a service's scheduler to its list.
    fn bind(&mut self, id: ServiceId, now: Time) {
        let draws = self.draws.clone();
        let service = self.services.get_mut(id);
        let kind = service.settings.scheduler;
        let mut profile = self.profile;
        profile.locality_expiration = locality_expiration(&self.sysctls, kind);
        let options = SchedulerOptions { profile, flags: service.settings.flags, draws };
        let scheduler = AnyScheduler::new(kind, options, &service.servers, now);
        service.scheduler = Some(scheduler.expect("the owner keeps mh's list shorter than its table"));
    }

    fn arm(&mut self, id: ConnectionId, now: Time) {
        let timeout = self.entries.entry(id).timeout;
        self.arm_for(id, now, timeout);
    }

    fn arm_for(&mut self, id: ConnectionId, now: Time, timeout: Span) {
        let entry = self.entries.entry(id);
        entry.turn = Some(self.timers.arm(id, entry.turn, now, timeout));
    }

    /// Takes an entry out of the table and of the counts.
    fn end(&mut self, id: ConnectionId) -> (ConnectionId, Entry) {
        let entry = self.entries.remove(id);
        if let Some(turn) = entry.turn {
            self.timers.disarm(id, turn);
        }
        if let Some(template) = entry.control {
            self.entries.entry(template).controls -= 1;
        }
        let servers = &mut self.services.of_mut(entry.server).servers;
        if entry.is_template() {
            servers.unbind_template(entry.server);
        } else {
            servers.unbind(entry.server, entry.state.activity());
        }
        self.load_changed(entry.server);
        (id, entry)
    }

    /// Entries of servers that are gone are looked for by a timer of one jiffy.
    fn schedule_purge(&mut self, now: Time) {
        if self.sysctls.expire_nodest_conn != 0 {
            self.purge_at = self.purge_at.min(self.timers.fires_at(now, Span::from_nanos(1)));
        }
    }

    /// Ends all entries of servers that are gone, and with the last entry of a template the template.
    fn purge(&mut self, expired: &mut impl FnMut(Expired)) {
        for id in self.entries.ids() {
            let Some(&entry) = self.entries.find(id) else { continue };
            if entry.controls > 0 || self.services.is_available(entry.server) {
                continue;
            }
            expired_as(self.end(id), expired);
            let Some(template) = entry.control else { continue };
            if self.entries.entry(template).controls == 0 {
                self.end(template);
            }
        }
    }

    fn load_changed(&mut self, server: ServerId) {
        let Service { scheduler, servers, .. } = self.services.of_mut(server);
        if let (Some(at), Some(scheduler)) = (servers.position(server), scheduler) {
            scheduler.load_changed(at, servers);
        }
    }
}

/// Names an entry that has ended, unless it was a template.
fn expired_as((connection, entry): (ConnectionId, Entry), expired: &mut impl FnMut(Expired)) {
    if !entry.is_template() {
        expired(Expired { connection, server: entry.server, was: entry.state.activity() });
    }
}

fn locality_expiration(sysctls: &Sysctls, kind: SchedulerKind) -> Span {
    let [lblc, lblcr] = sysctls.locality_expiration();
    if kind == SchedulerKind::Lblcr { lblcr } else { lblc }
}
