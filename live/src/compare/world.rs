//! The model's side: a director that takes a script's events at the jiffies at which the kernel took them.

use std::collections::HashMap;

use ipvslab_schedulers::{
    AnyScheduler, Draws, Flow, HashFlags, KernelProfile, PowerOfTwo, Rng, SchedulerKind, SchedulerOptions,
    ServerId, ServerIndex, Span, Time,
};
use ipvslab_sim::{
    ConnectionId, Direction, Director, Discipline, Packet, RealServer, TcpEvent, TcpTimeouts, TimerClock,
    Transport, Verdict, Wheel,
};

use super::law::LawTest;
use super::{Checkpoint, Divergence, Mode, ModelServer};
use crate::log::{Counters, Log, Outcome};
use crate::script::{Action, Flags, Reached, Script, Server, Side, Tuple};

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
}

/// A model director in the middle of a script.
pub(super) struct World<'a> {
    script: &'a Script,
    log: &'a Log,
    follows: Follows,
    director: Director<AnyScheduler>,
    servers: Vec<RealServer>,
    /// By number of the connection: its entry, while it has one.
    entries: Vec<Option<ConnectionId>>,
    /// By number of the connection: its addresses.
    tuples: Vec<Tuple>,
    numbers: HashMap<ConnectionId, u32>,
    answered: Answered,
    decisions: u64,
}

impl<'a> World<'a> {
    pub(super) fn new(script: &'a Script, log: &'a Log, profile: KernelProfile, follows: Follows) -> Self {
        let service = ipvslab_sim::Service {
            transport: script.service.transport,
            forwarding: script.service.forwarding,
            flags: HashFlags { fallback: script.service.fallback, port: script.service.hash_port },
            profile,
            timeouts: timeouts(script.service.timeouts_s),
        };
        let options = SchedulerOptions {
            profile,
            flags: service.flags,
            // Of no consequence: what twos chooses is held against its law, and the model follows the kernel.
            draws: Draws::Stream(Rng::stream(0, 0, "twos")),
        };
        let director = Director::new(&service, |servers| {
            AnyScheduler::new(script.service.scheduler, options, servers, Time::ZERO)
                .expect("an empty list suits every scheduler")
        });
        let clock = TimerClock::Wheel(Wheel::new(log.kernel.hz, log.first_jiffy as u64));
        let by_law = script.service.scheduler == SchedulerKind::Twos;
        let mut world = Self {
            script,
            log,
            follows,
            director: director.with_clock(clock),
            servers: script.servers.iter().map(real_server).collect(),
            entries: Vec::with_capacity(script.connections()),
            tuples: Vec::with_capacity(script.connections()),
            numbers: HashMap::new(),
            answered: Answered {
                mode: Mode::default(),
                segments: 0,
                decisions: 0,
                law: by_law.then(|| LawTest::new(script.servers.len())),
                assigned: vec![0; script.servers.len()],
                of_kernel: vec![0; script.servers.len()],
                checkpoints: Vec::new(),
            },
            decisions: 0,
        };
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
            self.expire(now);
            let kernel = self.log.outcomes[number];
            match event.action {
                Action::Open(tuple) => self.open(number, tuple, kernel, now),
                Action::Segment { connection, from, flags } => {
                    self.segment(number, connection, from, flags, kernel, now);
                }
                Action::SetWeight { server, weight } => {
                    self.director.set_weight(ServerId::new(server.into()), Script::weight(weight));
                }
                Action::Add { server, weight } => self.add(server, weight),
                Action::Remove { server } => self.director.remove(ServerId::new(server.into())),
                Action::Checkpoint => self.checkpoint(number, now),
            }
        }
        self.answered.decisions = self.decisions;
        self.answered
    }

    /// The begin of a jiffy, counted from the first.
    fn time(&self, jiffies: u64) -> Time {
        let nanos = (u128::from(jiffies) * 1_000_000_000).div_ceil(u128::from(self.log.kernel.hz));
        Time::from_nanos(nanos as u64)
    }

    fn expire(&mut self, now: Time) {
        let Self { director, entries, numbers, .. } = self;
        director.expire(now, |expired| {
            if let Some(number) = numbers.remove(&expired.connection) {
                entries[number as usize] = None;
            }
        });
    }

    fn add(&mut self, server: u16, weight: u32) {
        let id = ServerId::new(server.into());
        self.director.add(id, &self.servers[usize::from(server)], Script::weight(weight));
    }

    fn open(&mut self, event: usize, tuple: Tuple, kernel: Outcome, now: Time) {
        self.entries.push(None);
        self.tuples.push(tuple);
        self.schedule(event, self.entries.len() - 1, kernel, now);
    }

    /// A packet without an entry that may have one: a decision.
    fn schedule(&mut self, event: usize, number: usize, kernel: Outcome, now: Time) {
        let tuple = self.tuples[number];
        let of_kernel = match kernel {
            Outcome::Server(server) => Some(ServerId::new(server.into())),
            _ => None,
        };
        let chosen = self.decide(event, tuple, of_kernel, now);
        if let Some(chosen) = chosen {
            self.answered.assigned[chosen.index()] += 1;
        }
        if let Some(chosen) = of_kernel {
            self.answered.of_kernel[chosen.index()] += 1;
        }
        let bound = match self.follows {
            Follows::Itself => chosen,
            Follows::Kernel => of_kernel,
        };
        let entry = bound.map(|server| self.director.bind(server, TcpEvent::Syn, now));
        if let Some(entry) = entry {
            self.numbers.insert(entry, number as u32);
        }
        self.entries[number] = entry;
        self.decisions += 1;
    }

    /// The model's choice, held against the kernel's.
    fn decide(
        &mut self,
        event: usize,
        tuple: Tuple,
        of_kernel: Option<ServerId>,
        now: Time,
    ) -> Option<ServerId> {
        if let Some(law) = &mut self.answered.law {
            let table = self.director.servers();
            let odds: Vec<(usize, f64)> = PowerOfTwo::law(table)
                .into_iter()
                .map(|(at, probability)| (table.id(at).index(), probability))
                .collect();
            law.take(&odds, of_kernel.map(ServerId::index));
            return of_kernel;
        }
        let flow = Flow {
            client: tuple.client.ip(),
            client_port: tuple.client.port(),
            destination: tuple.destination.ip(),
        };
        let chosen = self.director.decide(&flow, now);
        if chosen != of_kernel {
            self.answered.mode.decisions_differ += 1;
            let named = |server: Option<ServerId>| {
                server.map_or_else(|| "no server".to_owned(), |server| format!("server {}", server.index()))
            };
            self.differs(event, now, named(chosen), named(of_kernel));
        }
        chosen
    }

    fn segment(
        &mut self,
        event: usize,
        connection: u32,
        from: Side,
        flags: Flags,
        kernel: Outcome,
        now: Time,
    ) {
        let packet = Packet {
            direction: match from {
                Side::Client => Direction::FromClient,
                Side::Server => Direction::FromServer,
            },
            event: match flags {
                Flags::Syn => TcpEvent::Syn,
                Flags::Ack => TcpEvent::Ack,
                Flags::Fin => TcpEvent::Fin,
                Flags::Rst => TcpEvent::Rst,
            },
        };
        let number = connection as usize;
        let is_new = self.script.service.transport == Transport::Udp && from == Side::Client;
        if is_new && self.entries[number].is_none() && kernel != Outcome::Skipped {
            return self.schedule(event, number, kernel, now);
        }
        let (verdict, server) = match self.entries[number] {
            None => (Verdict::NoEntry, None),
            Some(id) => {
                let server = self.director.server(id);
                (self.director.packet(id, packet, now), server)
            }
        };
        // Nobody sent this packet to the kernel: its connection was not let in there.
        if kernel == Outcome::Skipped {
            return;
        }
        self.answered.segments += 1;
        let model = match verdict {
            Verdict::Forwarded => {
                server.map_or(Outcome::Nothing, |server| Outcome::Server(server.index() as u16))
            }
            Verdict::Dropped => Outcome::Nothing,
            // A client's packet ends at the director itself; a server's is routed on as it is.
            Verdict::NoEntry if from == Side::Client => Outcome::Nothing,
            Verdict::NoEntry => Outcome::Untouched,
        };
        if model != kernel {
            self.answered.mode.segments_differ += 1;
            self.differs(event, now, format!("{model:?}"), format!("{kernel:?}"));
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
                decision: self.decisions,
                at_s: now.as_secs_f64(),
                action: describe(self.script, event),
                model,
                kernel,
                servers: self.list(),
            });
        }
    }

    /// All servers in the order of the list.
    fn list(&self) -> Vec<ModelServer> {
        let table = self.director.servers();
        let server = |(at, server): (usize, &ipvslab_schedulers::Server)| ModelServer {
            counters: Counters {
                server: table.id(ServerIndex::new(at)).index() as u16,
                weight: server.weight() as u32,
                active: server.active() as u32,
                inactive: server.inactive() as u32,
            },
            overloaded: server.overloaded(),
        };
        table.servers().iter().enumerate().map(server).collect()
    }
}

/// Places of a list at which another one has something else, in words.
fn only_in(list: &[Counters], other: &[Counters]) -> String {
    let differing = list.iter().enumerate().filter(|&(place, counters)| other.get(place) != Some(counters));
    let each = differing.map(|(place, Counters { server, weight, active, inactive })| {
        format!("place {place}: server {server}, weight {weight}, {active} active, {inactive} inactive")
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { format!("{} servers", list.len()) } else { each.join("; ") }
}

/// An event in words.
fn describe(script: &Script, event: usize) -> String {
    match script.events[event].action {
        Action::Open(Tuple { client, destination }) => match script.service.reached {
            Reached::Address(_) => format!("SYN from {client}"),
            Reached::Fwmark { .. } => format!("SYN from {client} to {destination}"),
        },
        Action::Segment { connection, from, flags } => {
            format!("{flags:?} from the {from:?} of connection {connection}")
        }
        other => format!("{other:?}"),
    }
}

fn timeouts([established, fin_wait]: [u32; 2]) -> TcpTimeouts {
    let kernel = TcpTimeouts::default();
    let or = |secs: u32, default| if secs == 0 { default } else { Span::from_secs(secs.into()) };
    TcpTimeouts {
        established: or(established, kernel.established),
        fin_wait: or(fin_wait, kernel.fin_wait),
        ..kernel
    }
}

/// As the director's model takes a server; how it works is not its concern.
fn real_server(server: &Server) -> RealServer {
    RealServer {
        endpoint: server.endpoint,
        weight: Script::weight(server.weight),
        thresholds: server.limits(),
        discipline: Discipline::FirstComeFirstServed { slots: 1 },
        speed: 1.0,
        backlog: None,
        listed: server.listed,
    }
}
