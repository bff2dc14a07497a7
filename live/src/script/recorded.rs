//! A scenario as a script: what the simulated director of one run takes, written down.
//!
//! The simulator runs the scenario under the scheduler, and every milestone of a connection becomes the packets that
//! stand for it. When a connection ends is thus the simulated servers' doing, whatever the kernel decides.

use std::cell::Cell;
use std::collections::HashMap;
use std::net::SocketAddr;

use ipvslab_scenarios::{Scenario, TraceError, VirtualService};
use ipvslab_schedulers::{Flow as Addresses, SchedulerKind, ServerId, Time};
use ipvslab_sim::{
    ConnectionId, Finished, Intervention, Observer, Protocol, RandomStreams, Refusal, RunError, Setup,
    TcpTimeouts, Timeouts, simulate,
};

use super::{Action, Content, Event, Flow, Persistent, Reached, Script, Server, Service, Settings, Side};

/// The port of a firewall-mark service's packets: the scenario names none.
const FWMARK_PORT: u16 = 80;
/// An established connection shows a sign of life this often, or its entry would expire after 900 s (UDP: 300 s).
const SIGN_OF_LIFE_NS: u64 = 250 * 1_000_000_000;
/// About how many checkpoints a script has.
const CHECKPOINTS: usize = 24;

/// Why a scenario cannot be played to a kernel.
#[derive(Debug, thiserror::Error)]
pub enum NotPlayable {
    /// The lab of real TCP speaks IPv4 only.
    #[error("the lab of real TCP is IPv4 only, and this scenario has {0}; use --engine packet")]
    Ipv6(SocketAddr),
    /// The lab of real TCP plays TCP only.
    #[error("the lab of real TCP plays TCP only; use --engine packet")]
    NotTcp,
    /// A timeout that no kernel lets anybody set.
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
    /// A settable timeout of less than a second, or a fraction.
    #[error("a kernel's {name} is a whole number of seconds, and this scenario has {value_s} s")]
    Fraction {
        /// The scenario's key.
        name: &'static str,
        /// The scenario's value, seconds.
        value_s: f64,
    },
    /// The kernel drops entries by lot.
    #[error(
        "drop_entry = 3 drops entries by lot, so no two kernels do the same; leave it out (`live conform` checks the number \
         of dropped entries)"
    )]
    DropEntry,
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
    if setup.service().sysctls.drop_entry == 3 {
        return Err(NotPlayable::DropEntry);
    }
    let service = Service::of(scenario, &setup, scheduler);
    let servers = setup.servers().iter().map(|server| Server {
        service: 0,
        endpoint: server.endpoint,
        forwarding: setup.service().forwarding,
        weight: server.weight.get() as u32,
        thresholds: [server.thresholds.upper(), server.thresholds.lower()],
        listed: server.listed,
    });
    let (flows, events) = Recorder::run(scenario, &setup, service, connections)?;
    Ok(Script {
        sysctls: setup.service().sysctls.changed().collect(),
        timeouts_s: timeouts(&setup.service().timeouts)?,
        services: vec![service],
        servers: servers.collect(),
        flows,
        events,
    })
}

impl Service {
    /// A scenario's service under `scheduler`.
    pub(crate) fn of(scenario: &Scenario, setup: &Setup, scheduler: SchedulerKind) -> Self {
        let of = setup.service();
        let reached = match scenario.virtual_service {
            VirtualService::Address(address) => Reached::Address(address),
            VirtualService::Fwmark(mark) => Reached::Fwmark { mark, port: FWMARK_PORT, ipv6: of.ipv6 },
        };
        let persistent = of.persistence.map(|persistence| Persistent {
            timeout_s: (persistence.timeout.as_nanos() / 1_000_000_000) as u32,
            prefix: persistence.prefix,
        });
        let settings = Settings {
            scheduler,
            fallback: of.flags.fallback,
            hash_port: of.flags.port,
            one_packet: of.one_packet,
            persistent,
        };
        Self { protocol: of.protocol, reached, settings, listed: true }
    }
}

/// What `ipvsadm --set` has to set; an error if that does not do.
pub(crate) fn timeouts(of: &Timeouts) -> Result<[u32; 3], NotPlayable> {
    let (udp, of, kernel) = (of.udp, &of.tcp, TcpTimeouts::default());
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
    Ok([settable("established", of.established)?, settable("fin_wait", of.fin_wait)?, settable("udp", udp)?])
}

/// Watches the simulator and writes packets down.
struct Recorder<'a> {
    flows: Vec<Flow>,
    events: Vec<Event>,
    protocol: Protocol,
    sees_replies: bool,
    /// The flow of the arrival that the engine has taken last.
    arriving: &'a Cell<Option<Addresses>>,
    port: u16,
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
    ) -> Result<(Vec<Flow>, Vec<Event>), NotPlayable> {
        let arriving = Cell::new(None);
        let mut recorder = Recorder {
            flows: Vec::new(),
            events: Vec::new(),
            protocol: service.protocol,
            sees_replies: setup.service().forwarding.sees_replies(),
            arriving: &arriving,
            port: service.reached.port(),
            live: HashMap::new(),
            unanswered: None,
        };
        let chances = RandomStreams::new(scenario.seed, 0);
        let arrivals = scenario.arrivals(0)?.take(connections).inspect(|arrival| {
            arriving.set(arrival.as_ref().ok().map(|arrival| arrival.flow));
        });
        let scheduler = service.settings.scheduler;
        simulate(setup, scheduler, chances, arrivals, &mut recorder).map_err(|error| match error {
            RunError::Arrivals(error) => NotPlayable::Trace(error),
            RunError::OutOfTime => NotPlayable::OutOfTime(scheduler),
        })?;
        recorder.answer();
        let Recorder { flows, mut events, .. } = recorder;
        let edits = setup
            .interventions()
            .iter()
            .map(|&(at, what)| Event { at_ns: at.as_nanos(), action: edit(setup, what) });
        // Stable: at one instant edits come first, as in the engine.
        let mut all: Vec<Event> = edits.chain(events.drain(..)).collect();
        all.sort_by_key(|event| event.at_ns);
        Ok((flows, with_checkpoints(all)))
    }

    fn push(&mut self, at: Time, action: Action) {
        self.events.push(Event { at_ns: at.as_nanos(), action });
    }

    fn segment(&mut self, at: Time, flow: u32, from: Side, content: Content) {
        if from == Side::Client || self.sees_replies {
            let content = if self.protocol == Protocol::Udp { Content::Datagram } else { content };
            self.push(at, Action::Packet { flow, from, content });
        }
    }

    fn open(&mut self, now: Time) -> u32 {
        let addresses = self.arriving.get().expect("an arrival was taken before it is scheduled");
        let number = self.flows.len() as u32;
        self.flows.push(Flow { protocol: self.protocol, ..Flow::of(&addresses, self.port) });
        self.segment(now, number, Side::Client, Content::Syn);
        number
    }

    /// The server of the connection opened last has taken it.
    fn answer(&mut self) {
        if let Some((flow, at)) = self.unanswered.take()
            && self.protocol == Protocol::Tcp
        {
            self.segment(at, flow, Side::Server, Content::SynAck);
            self.segment(at, flow, Side::Client, Content::Ack);
        }
    }

    /// Signs of life while a connection was in progress.
    fn signs_of_life(&mut self, connection: u32, since: Time, until: Time) {
        let (mut at, end) = (since.as_nanos() + SIGN_OF_LIFE_NS, until.as_nanos());
        while at < end {
            self.segment(Time::from_nanos(at), connection, Side::Client, Content::Ack);
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
                    self.segment(now, number, Side::Server, Content::Rst);
                }
            }
        }
    }

    fn finished(&mut self, done: &Finished) {
        self.answer();
        if let Some((number, since)) = self.live.remove(&done.connection) {
            self.signs_of_life(number, since, done.finished);
            self.segment(done.finished, number, Side::Server, Content::Fin);
            if self.protocol == Protocol::Tcp {
                self.segment(done.finished, number, Side::Client, Content::Fin);
            }
        }
    }

    fn lost(&mut self, now: Time, connection: ConnectionId, _: ServerId, _: Time) {
        self.answer();
        if let Some((number, since)) = self.live.remove(&connection) {
            self.signs_of_life(number, since, now);
        }
    }
}

/// An administrator's edit as a script's.
pub(crate) fn edit(setup: &Setup, what: Intervention) -> Action {
    let server = what.server().index() as u16;
    let limits = setup.servers()[what.server().index()].thresholds;
    match what {
        Intervention::SetWeight(_, weight) => Action::EditServer {
            server,
            weight: weight.get() as u32,
            thresholds: [limits.upper(), limits.lower()],
        },
        Intervention::Add(_, weight) => Action::Add { server, weight: weight.get() as u32 },
        Intervention::Remove(_) => Action::Remove { server },
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
