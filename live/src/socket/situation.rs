//! What the socket engine builds and plays: a scenario's service, its servers at work, and the connections that come.

use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::{SchedulerKind, Span, Thresholds, Weight};
use ipvslab_sim::{Discipline, Forwarding, Protocol, RealServer};
use serde::{Deserialize, Serialize};

use crate::script::recorded::{NotPlayable, edit, timeouts};
use crate::script::{Action, Flow, Server, Service};

/// A scenario under one scheduler, for real TCP.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Situation {
    /// The virtual service.
    pub service: Service,
    /// `ipvsadm --set`: TCP ESTABLISHED, FIN_WAIT and UDP timeouts, seconds; 0 leaves the kernel's.
    pub timeouts_s: [u32; 3],
    /// The real servers, by number, in the order of `ipvsadm -a`; at least one.
    pub servers: Vec<WorkingServer>,
    /// Connections, in order of time.
    pub arrivals: Vec<Arrival>,
    /// Edits, in order of time; no other actions.
    pub edits: Vec<(u64, Action)>,
}

/// A real server that works.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct WorkingServer {
    /// As IPVS knows it.
    pub server: Server,
    /// Slots, first come first served; or cores, shared by all or by a number of workers.
    pub capacity: Capacity,
    /// Work done per second by one slot or core.
    pub speed: f64,
    /// Connections taken beyond slots, workers or cores; `None` for no limit.
    pub backlog: Option<u32>,
}

/// In what order a server works on its connections: [`Discipline`], as it travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Capacity {
    /// First come, first served.
    Slots(u32),
    /// Processor sharing: cores, and how many connections share them at most.
    Cores(u32, Option<u32>),
}

/// A connection to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// Nanoseconds since the start.
    pub at_ns: u64,
    /// From where to where.
    pub flow: Flow,
    /// Its time alone on a server of speed 1, nanoseconds.
    pub work_ns: u64,
}

impl Situation {
    /// The first `connections` connections of replication 0 of a scenario under `scheduler`.
    ///
    /// # Errors
    /// If the scenario cannot be played, or its trace not read.
    pub fn of(
        scenario: &Scenario,
        scheduler: SchedulerKind,
        connections: usize,
    ) -> Result<Self, NotPlayable> {
        let setup = scenario.setup();
        let service = Service::of(scenario, &setup, scheduler);
        let forwarding = setup.service().forwarding;
        if service.protocol != Protocol::Tcp {
            return Err(NotPlayable::NotTcp);
        }
        if let Some(server) = setup.servers().iter().find(|server| server.endpoint.is_ipv6()) {
            return Err(NotPlayable::Ipv6(server.endpoint));
        }
        let mut arrivals = Vec::new();
        for arrival in scenario.arrivals(0)?.take(connections) {
            let arrival = arrival?;
            if arrival.at >= setup.horizon() {
                break;
            }
            let flow = Flow::of(&arrival.flow, service.reached.port());
            if flow.client.is_ipv6() {
                return Err(NotPlayable::Ipv6(flow.client));
            }
            arrivals.push(Arrival { at_ns: arrival.at.as_nanos(), flow, work_ns: arrival.work.as_nanos() });
        }
        let edits = setup.interventions().iter().map(|&(at, what)| (at.as_nanos(), edit(&setup, what)));
        Ok(Self {
            service,
            timeouts_s: timeouts(&setup.service().timeouts)?,
            servers: setup.servers().iter().map(|server| WorkingServer::new(server, forwarding)).collect(),
            arrivals,
            edits: edits.collect(),
        })
    }
}

impl Situation {
    /// How packets reach the servers: all in one way.
    pub(crate) fn forwarding(&self) -> Forwarding {
        self.servers[0].server.forwarding
    }
}

impl Arrival {
    /// Its time alone on a server of speed 1.
    pub fn work(&self) -> Span {
        Span::from_nanos(self.work_ns)
    }
}

impl WorkingServer {
    /// A scenario's server.
    pub fn new(of: &RealServer, forwarding: Forwarding) -> Self {
        Self {
            server: Server {
                service: 0,
                forwarding,
                endpoint: of.endpoint,
                weight: of.weight.get() as u32,
                thresholds: [of.thresholds.upper(), of.thresholds.lower()],
                listed: of.listed,
            },
            capacity: match of.discipline {
                Discipline::FirstComeFirstServed { slots } => Capacity::Slots(slots),
                Discipline::ProcessorSharing { cores, workers } => Capacity::Cores(cores, workers),
            },
            speed: of.speed,
            backlog: of.backlog,
        }
    }

    /// As the simulator knows it.
    pub(crate) fn real_server(&self) -> RealServer {
        RealServer {
            endpoint: self.server.endpoint,
            weight: Weight::ONE,
            thresholds: Thresholds::NONE,
            discipline: match self.capacity {
                Capacity::Slots(slots) => Discipline::FirstComeFirstServed { slots },
                Capacity::Cores(cores, workers) => Discipline::ProcessorSharing { cores, workers },
            },
            speed: self.speed,
            backlog: self.backlog,
            listed: self.server.listed,
        }
    }
}
