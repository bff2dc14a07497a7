//! The model's side: a director that takes a script's events at the jiffies at which the kernel took them.

use std::net::SocketAddr;

use ipvslab_schedulers::{
    Draws, KernelProfile, PowerOfTwo, Rng, SchedulerKind, ServerId, ServerTable, Span, Time,
};
use ipvslab_sim::{
    Choice, Direction, Packet, PacketDirector, Payload, ServiceId, TcpTimeouts, Timeouts, TimerClock,
    Verdict, Wheel,
};

use super::law::LawTest;
use super::words::{describe, destination, key, named, only_in, payload, settings};
use super::{Checkpoint, Divergence, Mode, ModelServer};
use crate::log::{Counters, Log, Outcome};
use crate::script::{Action, Content, Script, Side, limits};

/// Which server the model binds a connection to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Follows {
    /// The one that it chose.
    Itself,
    /// The one that the kernel chose.
    Kernel,
}

/// What a world came to.
pub(super) struct Answered {
    pub(super) mode: Mode,
    pub(super) segments: u64,
    pub(super) decisions: u64,
    pub(super) law: Option<LawTest>,
    /// By server: connections that the model chose it for.
    pub(super) assigned: Vec<u64>,
    /// By server: connections that the kernel chose it for.
    pub(super) of_kernel: Vec<u64>,
    pub(super) checkpoints: Vec<Checkpoint>,
    /// Packets that went where a template said.
    pub(super) by_template: u64,
    /// By event: what came of a packet; `None` for other events and packets that were not played.
    pub(super) outcomes: Vec<Option<Outcome>>,
}

/// A model director in the middle of a script.
pub(super) struct World<'a> {
    script: &'a Script,
    log: &'a Log,
    follows: Follows,
    director: PacketDirector,
    timeouts: Timeouts,
    /// Which services exist.
    listed: Vec<bool>,
    /// By flow: where its last packet that was passed on went, if by masquerading.
    arrived: Vec<Option<SocketAddr>>,
    answered: Answered,
}

impl<'a> World<'a> {
    pub(super) fn new(script: &'a Script, log: &'a Log, profile: KernelProfile, follows: Follows) -> Self {
        let clock = TimerClock::Wheel(Wheel::new(log.kernel.hz, log.first_jiffy as u64));
        // Of no consequence: what twos chooses is held against its law, and the model follows the kernel.
        let draws = Draws::Stream(Rng::stream(0, 0, "twos"));
        let by_law = script.scheduler() == SchedulerKind::Twos;
        let mut world = Self {
            script,
            log,
            follows,
            director: PacketDirector::new(profile, clock, draws),
            timeouts: Timeouts::default(),
            listed: vec![false; script.services.len()],
            arrived: vec![None; script.flows.len()],
            answered: Answered {
                mode: Mode::default(),
                segments: 0,
                decisions: 0,
                law: by_law.then(|| LawTest::new(script.servers.len())),
                assigned: vec![0; script.servers.len()],
                of_kernel: vec![0; script.servers.len()],
                checkpoints: Vec::new(),
                by_template: 0,
                outcomes: vec![None; script.events.len()],
            },
        };
        world.set_timeouts(script.timeouts_s);
        for (number, _) in script.services.iter().enumerate().filter(|(_, service)| service.listed) {
            world.add_service(number as u16, Time::ZERO);
        }
        for &(sysctl, value) in &script.sysctls {
            world.director.set_sysctl(sysctl.0, value);
        }
        for (number, server) in script.servers.iter().enumerate().filter(|(_, server)| server.listed) {
            world.add(number as u16, server.weight);
        }
        world
    }

    /// Takes the whole script.
    pub(super) fn run(mut self) -> Answered {
        let mut jiffies = 0;
        for (number, event) in self.script.events.iter().enumerate() {
            jiffies += u64::from(self.log.jiffies[number]);
            let now = self.time(jiffies);
            self.director.expire(now, |_| {});
            match event.action {
                Action::Packet { flow, from, content } => self.packet(number, flow, from, content, now),
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
                Action::Sysctl(sysctl, value) => self.director.set_sysctl(sysctl.0, value),
                Action::Timeouts(to) => self.set_timeouts(to),
                Action::Checkpoint => self.checkpoint(number, now),
            }
        }
        self.answered
    }

    /// The begin of a jiffy, counted from the first.
    fn time(&self, jiffies: u64) -> Time {
        let nanos = (u128::from(jiffies) * 1_000_000_000).div_ceil(u128::from(self.log.kernel.hz));
        Time::from_nanos(nanos as u64)
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

    fn packet(&mut self, event: usize, flow: u32, from: Side, content: Content, now: Time) {
        let kernel = self.log.outcomes[event];
        // Nobody sent this packet to the kernel.
        if kernel == Outcome::Skipped {
            return;
        }
        let Some(packet) = self.crafted(flow, from, content) else {
            self.answered.segments += 1;
            self.answered.mode.segments_differ += 1;
            return self.differs(event, now, "nothing to answer".to_owned(), named(kernel));
        };
        let (script, follows) = (self.script, self.follows);
        let Answered { law, assigned, of_kernel, .. } = &mut self.answered;
        let mut chosen_by = None;
        let verdict = self.director.packet_steered(&packet, now, &mut |table, chosen| {
            let kernels = host(kernel)
                .and_then(|host| table.ids().find(|server| script.host(server.index() as u16) == host));
            let chosen = if let Some(law) = law.as_mut() {
                law.take(&odds(table), kernels.map(ServerId::index));
                kernels
            } else {
                chosen
            };
            chosen_by = Some((chosen, kernels));
            for (counts, server) in [(&mut *assigned, chosen), (&mut *of_kernel, kernels)] {
                if let Some(server) = server {
                    counts[server.index()] += 1;
                }
            }
            match follows {
                Follows::Itself => chosen,
                Follows::Kernel => kernels,
            }
        });
        if let Verdict::Forwarded { server, destination, by } = verdict {
            self.answered.by_template += u64::from(by == Choice::Template);
            // Whoever is reached without its own address answers the client directly, past the director.
            let ip = self.script.servers[server.index()].endpoint.ip();
            self.arrived[flow as usize] = (destination.ip() == ip).then_some(destination);
        }
        let model = self.outcome(&packet, verdict);
        self.answered.outcomes[event] = Some(model);
        let Some((chosen, kernels)) = chosen_by else {
            self.answered.segments += 1;
            return self.hold(event, now, model, kernel);
        };
        if chosen == kernels {
            self.hold(event, now, model, kernel);
        } else {
            self.answered.mode.decisions_differ += 1;
            let server = |server: Option<ServerId>| {
                server.map_or_else(|| "no server".to_owned(), |server| format!("server {}", server.index()))
            };
            self.differs(event, now, server(chosen), server(kernels));
        }
        self.answered.decisions += 1;
    }

    /// What became of a packet on both sides, apart from whom the scheduler chose.
    fn hold(&mut self, event: usize, now: Time, model: Outcome, kernel: Outcome) {
        if model != kernel {
            self.answered.mode.segments_differ += 1;
            self.differs(event, now, named(model), named(kernel));
        }
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

    fn checkpoint(&mut self, event: usize, now: Time) {
        let model: Vec<Counters> = self.list().into_iter().map(|server| server.counters).collect();
        let kernel = self.log.checkpoints[self.answered.checkpoints.len()].clone();
        if model != kernel {
            self.answered.mode.checkpoints_differ += 1;
            let (of_model, of_kernel) = (only_in(&model, &kernel), only_in(&kernel, &model));
            self.differs(event, now, of_model, of_kernel);
        }
        self.answered.checkpoints.push(Checkpoint { at_s: now.as_secs_f64(), model, kernel });
    }

    /// Notes the first difference. A decision or a packet that is passed on as it should changes the list by one
    /// connection at most, so the list is shown as it is after it.
    fn differs(&mut self, event: usize, now: Time, model: String, kernel: String) {
        if self.answered.mode.first.is_none() {
            self.answered.mode.first = Some(Divergence {
                event,
                decision: self.answered.decisions,
                at_s: now.as_secs_f64(),
                action: describe(self.script, event),
                model,
                kernel,
                servers: self.list(),
            });
        }
    }

    /// All servers of the services that exist, each service's in the order of its list.
    fn list(&self) -> Vec<ModelServer> {
        let existing = self.listed.iter().enumerate().filter(|&(_, &listed)| listed);
        existing
            .flat_map(|(number, _)| listed(self.director.servers(ServiceId::new(number as u16))))
            .collect()
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

/// With which probability `twos` chooses which server.
fn odds(table: &ServerTable) -> Vec<(usize, f64)> {
    PowerOfTwo::law(table).into_iter().map(|(at, probability)| (table.id(at).index(), probability)).collect()
}

fn id(server: u16) -> ServerId {
    ServerId::new(server.into())
}

fn host(outcome: Outcome) -> Option<u16> {
    match outcome {
        Outcome::Server { host, .. } => Some(host),
        _ => None,
    }
}
