//! The model's side of a script: a director that takes the script's actions, one by one, at whatever times its owner says.

mod words;

use std::net::SocketAddr;

use ipvslab_schedulers::{KernelProfile, ServerId, ServerTable, Span, Time};
use ipvslab_sim::{
    Choice, Direction, Packet, PacketDirector, Payload, RandomStreams, ServiceId, Steer, TcpFlags,
    TcpTimeouts, Timeouts, TimerClock, Verdict,
};

use serde::Serialize;

use crate::log::{Counters, Outcome};
use crate::script::{Action, Content, Script, Side, limits};
pub(crate) use words::{describe, key, named, only_in};
use words::{destination, settings};

/// A server as the model has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ModelServer {
    /// Its counters.
    #[serde(flatten)]
    pub counters: Counters,
    /// Whether it is closed by its threshold.
    pub overloaded: bool,
}

/// A model director in the middle of a script.
pub(crate) struct Model<'a> {
    script: &'a Script,
    director: PacketDirector,
    timeouts: Timeouts,
    /// Which services exist.
    listed: Vec<bool>,
    /// By flow: where its last packet that was passed on went, if by masquerading.
    arrived: Vec<Option<SocketAddr>>,
    by_template: u64,
}

impl<'a> Model<'a> {
    /// A director as it is before the script's first event.
    pub(crate) fn new(script: &'a Script, profile: KernelProfile, clock: TimerClock) -> Self {
        let mut model = Self {
            script,
            director: PacketDirector::new(profile, clock, RandomStreams::new(0, 0)),
            timeouts: Timeouts::default(),
            listed: vec![false; script.services.len()],
            arrived: vec![None; script.flows.len()],
            by_template: 0,
        };
        model.set_timeouts(script.timeouts_s);
        for (number, _) in script.services.iter().enumerate().filter(|(_, service)| service.listed) {
            model.add_service(number as u16, Time::ZERO);
        }
        for &(sysctl, value) in &script.sysctls {
            model.director.set_sysctl(sysctl, value, Time::ZERO);
        }
        for (number, server) in script.servers.iter().enumerate().filter(|(_, server)| server.listed) {
            model.add(number as u16, server.weight);
        }
        model
    }

    /// Lets go what has expired at `now`.
    pub(crate) fn expire(&mut self, now: Time) {
        self.director.expire(now, |_| {});
    }

    /// Takes an action at `now`; `steer` says which server a new connection is bound to. A packet that nobody would send
    /// is skipped.
    pub(crate) fn take(&mut self, action: Action, now: Time, steer: Steer<'_>) -> Outcome {
        self.expire(now);
        match action {
            Action::Packet { flow, from, content } => return self.packet(flow, from, content, now, steer),
            Action::EditServer { server, weight, thresholds } => {
                let forwarding = self.script.servers[usize::from(server)].forwarding;
                let (weight, limits) = (Script::weight(weight), limits(thresholds));
                self.director.edit_server(id(server), forwarding, weight, limits);
            }
            Action::Add { server, weight } => self.add(server, weight),
            Action::Remove { server } => self.director.remove_server(id(server), now),
            Action::AddService { service } => self.add_service(service, now),
            Action::EditService { service, settings: to } => {
                self.director.edit_service(ServiceId::new(service), settings(&to), now);
            }
            Action::RemoveService { service } => {
                self.listed[usize::from(service)] = false;
                self.director.remove_service(ServiceId::new(service), now);
            }
            Action::Sysctl(sysctl, value) => self.director.set_sysctl(sysctl, value, now),
            Action::Timeouts(to) => self.set_timeouts(to),
            Action::Checkpoint => {}
        }
        Outcome::Nothing
    }

    /// All servers of the services that exist, each service's in the order of its list.
    pub(crate) fn list(&self) -> Vec<ModelServer> {
        let existing = self.listed.iter().enumerate().filter(|&(_, &listed)| listed);
        existing
            .flat_map(|(number, _)| listed(self.director.servers(ServiceId::new(number as u16))))
            .collect()
    }

    /// The counters of [`list`](Self::list).
    pub(crate) fn counters(&self) -> Vec<Counters> {
        self.list().into_iter().map(|server| server.counters).collect()
    }

    /// How many packets began a connection to the server that a template named.
    pub(crate) fn by_template(&self) -> u64 {
        self.by_template
    }

    fn packet(&mut self, flow: u32, from: Side, content: Content, now: Time, steer: Steer<'_>) -> Outcome {
        let Some(packet) = self.crafted(flow, from, content) else { return Outcome::Skipped };
        let verdict = self.director.packet_steered(&packet, now, steer);
        if let Verdict::Forwarded { server, destination, by } = verdict {
            self.by_template += u64::from(by == Choice::Template);
            // A server that is reached without its own address answers the client directly, past the director.
            let ip = self.script.servers[server.index()].endpoint.ip();
            self.arrived[flow as usize] = (destination.ip() == ip).then_some(destination);
        }
        self.outcome(&packet, verdict)
    }

    fn add_service(&mut self, service: u16, now: Time) {
        let spec = &self.script.services[usize::from(service)];
        self.listed[usize::from(service)] = true;
        self.director.add_service(ServiceId::new(service), key(spec), settings(&spec.settings), now);
    }

    fn add(&mut self, server: u16, weight: u32) {
        let spec = &self.script.servers[usize::from(server)];
        self.director.add_server(id(server), ServiceId::new(spec.service), &destination(spec, weight));
    }

    fn set_timeouts(&mut self, [established, fin_wait, udp]: [u32; 3]) {
        let or = |secs: u32, old| if secs == 0 { old } else { Span::from_secs(secs.into()) };
        let old = self.timeouts;
        self.timeouts = Timeouts {
            tcp: TcpTimeouts {
                established: or(established, old.tcp.established),
                fin_wait: or(fin_wait, old.tcp.fin_wait),
                ..old.tcp
            },
            udp: or(udp, old.udp),
        };
        self.director.set_timeouts(self.timeouts);
    }

    /// A script's packet; `None` for the answer to a flow of which nothing has come out.
    fn crafted(&self, flow: u32, from: Side, content: Content) -> Option<Packet> {
        let spec = &self.script.flows[flow as usize];
        let (from, source, destination, mark) = match from {
            Side::Client => (Direction::FromClient, spec.client, spec.destination, self.script.mark(spec)),
            Side::Server => (Direction::FromServer, self.arrived[flow as usize]?, spec.client, 0),
        };
        Some(Packet { from, source, destination, mark, payload: payload(content) })
    }

    /// What of a verdict shows outside.
    fn outcome(&self, packet: &Packet, verdict: Verdict) -> Outcome {
        match verdict {
            Verdict::Forwarded { server, destination, .. } => {
                Outcome::Server { host: self.script.host(server.index() as u16), port: destination.port() }
            }
            Verdict::Answered(_) => Outcome::Answered,
            Verdict::Foreign => Outcome::Untouched,
            Verdict::Dropped => Outcome::Nothing,
            Verdict::Unreachable => Outcome::Refused,
            Verdict::Local => match packet.payload {
                // Nobody answers a reset.
                Payload::Tcp(flags) if flags.event() == ipvslab_sim::TcpEvent::Rst => Outcome::Nothing,
                Payload::Tcp(_) => Outcome::Reset,
                Payload::Udp => Outcome::Refused,
                // IPv6 complains of the header instead.
                Payload::Sctp(_) if packet.source.is_ipv6() => Outcome::Nothing,
                Payload::Sctp(_) => Outcome::Reset,
            },
        }
    }
}

fn listed(table: &ServerTable) -> Vec<ModelServer> {
    let server = |id: ServerId| {
        let at = table.position(id).expect("a server of the list");
        let server = table.server(at);
        ModelServer {
            counters: Counters {
                server: id.index() as u16,
                weight: server.weight() as u32,
                active: server.active() as u32,
                inactive: server.inactive() as u32,
                persistent: table.templates(at) as u32,
            },
            overloaded: server.overloaded(),
        }
    };
    table.ids().map(server).collect()
}

fn id(server: u16) -> ServerId {
    ServerId::new(server.into())
}

fn payload(content: Content) -> Payload {
    match content {
        Content::Syn => Payload::Tcp(TcpFlags::SYN),
        Content::SynAck => Payload::Tcp(TcpFlags::SYN | TcpFlags::ACK),
        Content::Ack => Payload::Tcp(TcpFlags::ACK),
        Content::Fin => Payload::Tcp(TcpFlags::FIN | TcpFlags::ACK),
        Content::Rst => Payload::Tcp(TcpFlags::RST),
        Content::Bare => Payload::Tcp(TcpFlags::default()),
        Content::Datagram => Payload::Udp,
        Content::Sctp(event) => Payload::Sctp(event),
    }
}
