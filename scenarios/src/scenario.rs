//! A scenario that can be run.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::{Directors, Disturbances, Intervention, ObjectCache, Passage, RealServer, Service, Setup};

use crate::load::{Loaded, parse_changed};
use crate::objective::{Objective, StopWhen};
use crate::problem::Problems;
use crate::setting::Setting;
use crate::trace::Resample;
use crate::trace::TraceError;
use crate::workload::{Arrivals, Chains, Source, Target, Workload};

/// A scenario, checked: what it says can be run.
///
/// The public fields are there to be looked at, and to be changed where a command line overrides the file (seed,
/// replications, schedulers).
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Title of the scenario, in one line.
    pub title: String,
    /// The question that it answers.
    pub question: Option<String>,
    /// The name of its file, without directory and ending.
    pub name: String,
    /// The schedulers to compare, in the order of the file.
    pub schedulers: Vec<SchedulerKind>,
    /// How many times it is run under each scheduler; of a trace that is resampled in two ways, as many times in each.
    pub replications: u32,
    /// What replications draw from a trace, if that is said.
    pub resample: Option<Resample>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// With how many connections or requests in progress a run is ended, since it cannot keep up.
    pub max_in_progress: u32,
    /// Length of a run: how long connections arrive.
    pub duration: Span,
    /// Warm-up period, excluded from the results; shorter than `duration`.
    pub warm_up: Span,
    /// How the virtual service is reached.
    pub virtual_service: VirtualService,
    /// How the director treats the service, whatever the scheduler.
    pub service: Service,
    /// The real servers, by server id, in the order of `ipvsadm -a`.
    pub servers: Vec<ServerInfo>,
    /// What is done when, in the order of the file.
    pub timeline: Vec<(Time, Intervention)>,
    /// An objective that the results must meet.
    pub objectives: Vec<Objective>,
    /// When fewer replications than [`replications`](Self::replications) are enough.
    pub stop_when: Option<StopWhen>,
    /// Whether the warm-up is to be found by MSER-5, instead of being [`warm_up`](Self::warm_up).
    pub finds_warm_up: bool,
    /// What it was warned of, in words.
    pub warnings: Vec<String>,
    /// The text of its file.
    pub source: String,
    /// What was said otherwise than in its file.
    pub settings: Vec<Setting>,
    /// What messages call its file.
    pub(crate) origin: String,
    /// What the paths in its file are relative to.
    pub(crate) base_dir: PathBuf,
    /// What disturbs each run, if anything does.
    pub disturbances: Option<Disturbances>,
    /// Several directors or services, if there are.
    pub directors: Option<Directors>,
    /// The caches of the servers, by server id.
    pub caches: Vec<Option<ObjectCache>>,
    /// What lies between clients and servers, if anything does.
    pub passage: Option<Passage>,
    pub(crate) workload: Workload,
    pub(crate) offered_load: f64,
    /// Mean number of arrivals per replication.
    pub(crate) expected_connections: f64,
}

/// How clients reach a virtual service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VirtualService {
    /// At one address and port.
    Address(SocketAddr),
    /// By a firewall mark, at whatever address the mark stands for.
    Fwmark(u32),
}

/// A real server and what it is called.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerInfo {
    /// `old-3`, or `old` if the group has one server only.
    pub name: String,
    /// The group's name.
    pub group: String,
    /// What it is.
    pub server: RealServer,
}

impl ServerInfo {
    /// The work it does per second when all its slots or cores are busy.
    pub fn capacity(&self) -> f64 {
        f64::from(self.server.discipline.width()) * self.server.speed
    }
}

impl Scenario {
    /// The situation as the engine takes it.
    ///
    /// # Panics
    /// If the public fields were changed to something that cannot be run, such as a warm-up longer than the duration.
    pub fn setup(&self) -> Setup {
        let servers = self.servers.iter().map(|info| info.server).collect();
        let (warm_up, end) = (Time::ZERO + self.warm_up, Time::ZERO + self.duration);
        let setup = Setup::new(self.service, servers, self.timeline.clone(), warm_up, end);
        let setup = setup.map(|setup| if self.classes().len() > 1 { setup.with_classes() } else { setup });
        let disturb = |setup: Setup| match &self.disturbances {
            Some(disturbances) => setup.disturbed(disturbances.clone()),
            None => Ok(setup),
        };
        let direct = |setup: Setup| match &self.directors {
            Some(directors) => setup.directed(directors.clone()),
            None => Ok(setup),
        };
        let pass = |setup: Setup| match self.passage {
            Some(passage) => setup.passing(passage),
            None => Ok(setup),
        };
        let setup = setup.and_then(disturb).and_then(direct).and_then(pass);
        let setup = setup.expect("a loaded scenario was checked for everything that a setup is");
        let setup = setup.caching(self.caches.clone()).at_most_in_progress(self.max_in_progress);
        let has_sizes = self.workload.classes.iter().any(|class| class.sizes.are_there());
        let has_bounds = self.passage.is_some_and(|passage| passage.capacity.is_some());
        if has_sizes || has_bounds { setup.counting_traffic() } else { setup }
    }

    /// The names of the classes of clients, by their numbers; none without classes.
    pub fn classes(&self) -> Vec<&str> {
        self.workload.classes.iter().filter_map(|class| class.name.as_deref()).collect()
    }

    /// The arrivals of one replication: the same for every scheduler.
    ///
    /// # Errors
    /// If a trace cannot be opened or has changed since the scenario was loaded; reading on may fail likewise.
    pub fn arrivals(&self, replication: u32) -> Result<Arrivals, TraceError> {
        let end = Time::ZERO + self.duration;
        let design = self.resampling().design(replication);
        self.workload.arrivals(self.seed, replication, design, end, self.service.client_ports, self.target())
    }

    /// What replications draw from a trace: nothing without one, and by default both its stretches and its clients, if there is
    /// more than one replication.
    pub fn resampling(&self) -> Resample {
        if !self.has_trace() {
            return Resample::None;
        }
        let default = if self.replications > 1 { Resample::Both } else { Resample::None };
        self.resample.unwrap_or(default)
    }

    /// How many runs there are under each scheduler: the replications of every way of resampling.
    pub fn runs(&self) -> u32 {
        self.replications.saturating_mul(self.resampling().designs())
    }

    /// The same scenario with its traces as they were recorded.
    pub fn as_recorded(&self) -> Self {
        Self { resample: Some(Resample::None), ..self.clone() }
    }

    /// Whether connections arrive as a trace has them.
    pub fn has_trace(&self) -> bool {
        self.workload.classes.iter().any(|class| matches!(class.source, Source::Trace(_)))
    }

    /// What connections go to: a service of every port, or by a mark, is reached at port 80.
    fn target(&self) -> Target {
        let port = match self.virtual_service {
            VirtualService::Address(address) if address.port() != 0 => address.port(),
            _ => 80,
        };
        Target { port, protocol: self.service.protocol.number() }
    }

    /// What follows each request of one replication, for [`simulate_chains`](ipvslab_sim::simulate_chains); `None` if
    /// every connection carries one request and nobody comes back.
    pub fn chains(&self, replication: u32) -> Option<Chains> {
        self.workload.chains(self.seed, replication, self.service.client_ports)
    }

    /// Whether servers may find what is asked for in a cache.
    pub fn has_caches(&self) -> bool {
        self.caches.iter().any(Option::is_some)
    }

    /// The same scenario with connections that come `factor` times as often: every rate is that much higher, closed loops have
    /// that many more users, every trace has that many copies of each of its clients, for as long as before. What else the file
    /// says is as it is. Schedulers, replications and seed are those of this scenario, everything else that of its
    /// file.
    ///
    /// # Errors
    /// What is wrong with the file at that load: too many connections, a trace that cannot be read any more.
    ///
    /// # Panics
    /// If `factor` is not finite or not above 0.
    pub fn scaled(&self, factor: f64) -> Result<Loaded, Problems> {
        self.changed(&[], factor)
    }

    /// As [`scaled`](Self::scaled), with settings beyond those that it has.
    ///
    /// # Errors
    /// What is wrong with the file with these settings and at that load.
    ///
    /// # Panics
    /// If `factor` is not finite or not above 0.
    pub fn changed(&self, settings: &[Setting], factor: f64) -> Result<Loaded, Problems> {
        assert!(factor.is_finite() && factor > 0.0, "{factor} times as many connections");
        let settings = [&self.settings, settings].concat();
        let mut loaded = parse_changed(&self.source, &self.origin, &self.base_dir, &settings, factor)?;
        loaded.scenario.schedulers.clone_from(&self.schedulers);
        (loaded.scenario.replications, loaded.scenario.seed) = (self.replications, self.seed);
        Ok(loaded)
    }

    /// The text of its file, and under it, as comments, what was said otherwise: all that there is to know.
    pub fn provenance(&self) -> String {
        let said = self.settings.iter().map(|setting| format!("# --set {setting}\n"));
        let break_line = if self.settings.is_empty() || self.source.ends_with('\n') { "" } else { "\n" };
        format!("{}{break_line}{}", self.source, said.collect::<String>())
    }

    /// How many connections arrive per second, on average over the run.
    pub fn arrival_rate(&self) -> f64 {
        self.expected_connections / self.duration.as_secs_f64()
    }

    /// The mean work that arrives per time, in erlang: the slots of speed 1 that it keeps busy, if nothing is found in a
    /// cache. Of closed loops, what they bring if nobody waits, up to what the farm can carry.
    pub fn offered_load(&self) -> f64 {
        self.offered_load
    }

    /// The work that the servers of positive weight that are in the list at the start can do per time, in erlang; of all
    /// servers, if none of them is open then.
    pub fn capacity(&self) -> f64 {
        let open = |info: &&ServerInfo| info.server.listed && info.server.weight.get() > 0;
        let opened: f64 = self.servers.iter().filter(open).map(ServerInfo::capacity).sum();
        if opened > 0.0 { opened } else { self.servers.iter().map(ServerInfo::capacity).sum() }
    }

    /// Whether there are users who wait for their answers, so that the load follows from what the farm can carry.
    pub fn has_closed_loops(&self) -> bool {
        self.workload.classes.iter().any(|class| class.think().is_some())
    }

    /// Offered load over capacity: above 1, queues grow without bound.
    pub fn utilisation(&self) -> f64 {
        self.offered_load / self.capacity()
    }
}
