//! A scenario as a script: what the simulated director of one run takes, written down.
//!
//! The simulator runs the scenario under the scheduler, and every milestone of a connection becomes the packets that
//! stand for it. When a connection ends is thus the simulated servers' doing, whatever the kernel decides.

use std::cell::Cell;
use std::collections::HashMap;
use std::net::SocketAddr;

use ipvslab_scenarios::{Scenario, TraceError, VirtualService};
use ipvslab_schedulers::{AnyScheduler, Draws, Flow, Rng, SchedulerKind, SchedulerOptions, ServerId, Time};
use ipvslab_sim::{
    ConnectionId, Finished, Intervention, Observer, Refusal, RunError, Setup, Simulation, TcpTimeouts,
};

use super::{Action, Event, Flags, Reached, Script, Server, Service, Side, Tuple};

/// The port of a firewall-mark service's packets: the scenario names none.
const FWMARK_PORT: u16 = 80;
/// An established connection shows a sign of life this often, or its entry would expire after 900 s.
const SIGN_OF_LIFE_NS: u64 = 850 * 1_000_000_000;
/// About how many checkpoints a script has.
const CHECKPOINTS: usize = 24;

/// Why a scenario cannot be played to a kernel.
#[derive(Debug, thiserror::Error)]
pub enum NotPlayable {
    /// The lab speaks IPv4 only.
    #[error("the lab plays IPv4 only, and this scenario has {0}")]
    Ipv6(SocketAddr),
    /// A time-out that no kernel lets anybody set.
    #[error(
        "no kernel has {name} = {value_s} s: it is fixed at {kernel_s} s (ipvsadm --set sets two others only)"
    )]
    Timeout {
        /// The scenario's key.
        name: &'static str,
        /// The scenario's value, seconds.
        value_s: f64,
        /// The kernel's.
        kernel_s: f64,
    },
    /// A settable time-out of less than a second, or a fraction.
    #[error("a kernel's {name} is a whole number of seconds, and this scenario has {value_s} s")]
    Fraction {
        /// The scenario's key.
        name: &'static str,
        /// The scenario's value, seconds.
        value_s: f64,
    },
    /// Reading the trace failed.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The simulated servers never finish.
    #[error(
        "under {0} the last connections would still be in service after 584 years; lower the offered load"
    )]
    OutOfTime(SchedulerKind),
}

/// Records the first `connections` connections of replication 0 of a scenario under `scheduler`.
///
/// # Errors
/// If the scenario cannot be played, or its trace not read.
pub fn recorded(
    scenario: &Scenario,
    scheduler: SchedulerKind,
    connections: usize,
) -> Result<Script, NotPlayable> {
    let setup = scenario.setup();
    let service = Service::of(scenario, &setup, scheduler)?;
    let servers = setup.servers().iter().map(|server| Server {
        endpoint: server.endpoint,
        weight: server.weight.get() as u32,
        thresholds: [server.thresholds.upper(), server.thresholds.lower()],
        listed: server.listed,
    });
    let events = Recorder::run(scenario, &setup, service, connections)?;
    if let Some(client) = events.iter().find_map(|event| match event.action {
        Action::Open(tuple) if tuple.client.is_ipv6() => Some(tuple.client),
        _ => None,
    }) {
        return Err(NotPlayable::Ipv6(client));
    }
    Ok(Script { service, servers: servers.collect(), events })
}

impl Service {
    /// A scenario's service under `scheduler`.
    pub(crate) fn of(
        scenario: &Scenario,
        setup: &Setup,
        scheduler: SchedulerKind,
    ) -> Result<Self, NotPlayable> {
        let reached = match scenario.virtual_service {
            VirtualService::Address(address @ SocketAddr::V6(_)) => return Err(NotPlayable::Ipv6(address)),
            VirtualService::Address(address) => Reached::Address(address),
            VirtualService::Fwmark(mark) => Reached::Fwmark { mark, port: FWMARK_PORT },
        };
        if let Some(server) = setup.servers().iter().find(|server| server.endpoint.is_ipv6()) {
            return Err(NotPlayable::Ipv6(server.endpoint));
        }
        let of = setup.service();
        Ok(Self {
            transport: of.transport,
            reached,
            scheduler,
            forwarding: of.forwarding,
            fallback: of.flags.fallback,
            hash_port: of.flags.port,
            timeouts_s: timeouts(&of.timeouts)?,
        })
    }
}

/// What `ipvsadm --set` has to set; an error if that does not do.
fn timeouts(of: &TcpTimeouts) -> Result<[u32; 2], NotPlayable> {
    let kernel = TcpTimeouts::default();
    for (name, value, fixed) in [
        ("syn_recv", of.syn_recv, kernel.syn_recv),
        ("time_wait", of.time_wait, kernel.time_wait),
        ("close", of.close, kernel.close),
    ] {
        if value != fixed {
            let (value_s, kernel_s) = (value.as_secs_f64(), fixed.as_secs_f64());
            return Err(NotPlayable::Timeout { name, value_s, kernel_s });
        }
    }
    let settable = |name, value: ipvslab_schedulers::Span| {
        let whole = value.as_nanos() / 1_000_000_000;
        match u32::try_from(whole) {
            Ok(secs) if secs > 0 && u64::from(secs) * 1_000_000_000 == value.as_nanos() => Ok(secs),
            _ => Err(NotPlayable::Fraction { name, value_s: value.as_secs_f64() }),
        }
    };
    Ok([settable("established", of.established)?, settable("fin_wait", of.fin_wait)?])
}

/// Watches the simulator and writes packets down.
struct Recorder<'a> {
    events: Vec<Event>,
    sees_replies: bool,
    /// The flow of the arrival that the engine has taken last.
    arriving: &'a Cell<Option<Flow>>,
    port: u16,
    opened: u32,
    /// Connections in progress: their number, and since when.
    live: HashMap<ConnectionId, (u32, Time)>,
    /// A connection whose server has not answered yet.
    unanswered: Option<(u32, Time)>,
}

impl Recorder<'_> {
    fn run(
        scenario: &Scenario,
        setup: &Setup,
        service: Service,
        connections: usize,
    ) -> Result<Vec<Event>, NotPlayable> {
        let arriving = Cell::new(None);
        let mut recorder = Recorder {
            events: Vec::new(),
            sees_replies: service.forwarding.sees_replies(),
            arriving: &arriving,
            port: service.reached.port(),
            opened: 0,
            live: HashMap::new(),
            unanswered: None,
        };
        let options = SchedulerOptions {
            profile: setup.service().profile,
            flags: setup.service().flags,
            draws: Draws::Stream(Rng::stream(scenario.seed, 0, "twos")),
        };
        let simulation = Simulation::new(setup, |servers| {
            AnyScheduler::new(service.scheduler, options, servers, Time::ZERO)
                .expect("an empty list suits every scheduler")
        });
        let arrivals = scenario.arrivals(0)?.take(connections).inspect(|arrival| {
            arriving.set(arrival.as_ref().ok().map(|arrival| arrival.flow));
        });
        simulation.run(arrivals, &mut recorder).map_err(|error| match error {
            RunError::Arrivals(error) => NotPlayable::Trace(error),
            RunError::OutOfTime => NotPlayable::OutOfTime(service.scheduler),
        })?;
        recorder.answer();
        let mut events = recorder.events;
        let edits = setup
            .interventions()
            .iter()
            .map(|&(at, what)| Event { at_ns: at.as_nanos(), action: what.into() });
        // Stable: at one instant edits come first, as in the engine.
        let mut all: Vec<Event> = edits.chain(events.drain(..)).collect();
        all.sort_by_key(|event| event.at_ns);
        Ok(with_checkpoints(all))
    }

    fn push(&mut self, at: Time, action: Action) {
        self.events.push(Event { at_ns: at.as_nanos(), action });
    }

    fn segment(&mut self, at: Time, connection: u32, from: Side, flags: Flags) {
        if from == Side::Client || self.sees_replies {
            self.push(at, Action::Segment { connection, from, flags });
        }
    }

    fn open(&mut self, now: Time) -> u32 {
        let flow = self.arriving.get().expect("an arrival was taken before it is scheduled");
        self.push(now, Action::Open(Tuple::of(&flow, self.port)));
        self.opened += 1;
        self.opened - 1
    }

    /// The server of the connection opened last has taken it.
    fn answer(&mut self) {
        if let Some((connection, at)) = self.unanswered.take() {
            self.segment(at, connection, Side::Server, Flags::Syn);
            self.segment(at, connection, Side::Client, Flags::Ack);
        }
    }

    /// Signs of life while a connection was in progress.
    fn signs_of_life(&mut self, connection: u32, since: Time, until: Time) {
        let (mut at, end) = (since.as_nanos() + SIGN_OF_LIFE_NS, until.as_nanos());
        while at < end {
            self.segment(Time::from_nanos(at), connection, Side::Client, Flags::Ack);
            at += SIGN_OF_LIFE_NS;
        }
    }
}

impl Observer for Recorder<'_> {
    fn assigned(&mut self, now: Time, connection: ConnectionId, _: ServerId) {
        self.answer();
        let number = self.open(now);
        self.live.insert(connection, (number, now));
        self.unanswered = Some((number, now));
    }

    fn refused(&mut self, now: Time, refusal: Refusal) {
        match refusal {
            Refusal::NoServer => {
                self.answer();
                self.open(now);
            }
            Refusal::BacklogFull { connection, .. } => {
                self.unanswered = None;
                if let Some((number, _)) = self.live.remove(&connection) {
                    self.segment(now, number, Side::Server, Flags::Rst);
                }
            }
        }
    }

    fn finished(&mut self, done: &Finished) {
        self.answer();
        if let Some((number, since)) = self.live.remove(&done.connection) {
            self.signs_of_life(number, since, done.finished);
            self.segment(done.finished, number, Side::Server, Flags::Fin);
            self.segment(done.finished, number, Side::Client, Flags::Fin);
        }
    }

    fn lost(&mut self, now: Time, connection: ConnectionId, _: ServerId, _: Time) {
        self.answer();
        if let Some((number, since)) = self.live.remove(&connection) {
            self.signs_of_life(number, since, now);
        }
    }
}

impl From<Intervention> for Action {
    fn from(what: Intervention) -> Self {
        let server = what.server().index() as u16;
        match what {
            Intervention::SetWeight(_, weight) => Self::SetWeight { server, weight: weight.get() as u32 },
            Intervention::Add(_, weight) => Self::Add { server, weight: weight.get() as u32 },
            Intervention::Remove(_) => Self::Remove { server },
        }
    }
}

/// Puts checkpoints between the events.
fn with_checkpoints(events: Vec<Event>) -> Vec<Event> {
    let every = (events.len() / CHECKPOINTS).max(1);
    let mut all = Vec::with_capacity(events.len() + CHECKPOINTS + 2);
    for (number, event) in events.into_iter().enumerate() {
        all.push(event);
        if (number + 1).is_multiple_of(every) {
            all.push(Event { at_ns: event.at_ns, action: Action::Checkpoint });
        }
    }
    if let Some(&last) = all.last().filter(|last| last.action != Action::Checkpoint) {
        all.push(Event { at_ns: last.at_ns, action: Action::Checkpoint });
    }
    all
}
