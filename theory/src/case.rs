//! From a set-up of the theory to a scenario file: the same file format, the same engine that users run.

mod bursts;
mod caches;
mod drain;
mod instants;
mod law;
mod queues;

use std::fmt::Write;

use ipvslab_schedulers::SchedulerKind;

use super::reference::Reference;

/// Who watches the runs of a set-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Watch {
    /// [`Probe`](super::probe::Probe): every connection, and the number in the system all the time.
    Connections,
    /// [`Samples`](super::samples::Samples): the servers at some instants.
    Instants,
    /// [`Hits`](super::watch::Hits): what the servers had in their caches.
    Caches,
    /// [`Drain`](super::samples::Drain): how long after its last arrival a run ends.
    Drain,
}

/// How a set-up is simulated.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The scenario, without its `[run]` section.
    pub(crate) body: String,
    pub(crate) scheduler: SchedulerKind,
    /// How many values there are, each from runs of their own.
    pub(crate) replications: u32,
    /// How many runs make one value.
    pub(crate) runs: u32,
    /// Seconds of a run.
    pub(crate) duration: f64,
    /// Seconds to leave out at the start of a run.
    pub(crate) warm_up: f64,
    /// How busy the servers are.
    pub(crate) load: f64,
    pub(crate) watch: Watch,
    /// Seconds between two looks at the servers, for [`Watch::Instants`].
    pub(crate) every: f64,
}

impl Case {
    /// `None` for a family that is not simulated.
    pub(crate) fn of(reference: &Reference) -> Option<Self> {
        match reference.family() {
            "mxm1" | "mmpp" => Some(bursts::case(reference)),
            "mm1tr" | "mminf" | "mtminf" | "inact" => Some(instants::case(reference)),
            "drain" => Some(drain::case(reference)),
            "lru" | "farm" => Some(caches::case(reference)),
            _ => queues::farm(reference).map(|farm| farm.case(&reference.id)),
        }
    }

    /// The scenario file of this case.
    pub(crate) fn scenario(&self) -> String {
        format!(
            "title = \"theory\"\n[run]\nduration = \"{}s\"\nwarm_up = \"{}s\"\nreplications = {}\nseed = 1\n{}",
            self.duration, self.warm_up, self.replications, self.body
        )
    }
}

/// A farm being written down. Servers are given in list order, head first.
pub(crate) struct Farm {
    kind: SchedulerKind,
    servers: Vec<String>,
    arrivals: String,
    work: String,
    rate: f64,
    load: f64,
}

impl Farm {
    /// One server of `slots` slots under exponential work of mean 1 s.
    fn single(slots: f64, arrivals: String, rate: f64, load: f64) -> Self {
        Self {
            kind: SchedulerKind::Rr,
            servers: vec![format!("slots = {slots}\n")],
            arrivals,
            work: "[work.exponential]\nmean = \"1s\"\n".to_owned(),
            rate,
            load,
        }
    }

    /// The scenario but for its `[run]` section; connections that have ended are kept for `time_wait`.
    fn body(&self, time_wait: &str) -> String {
        let kind = self.kind;
        let others = match kind {
            SchedulerKind::Plane(rule) => format!("planes = [\"{rule}\"]\n"),
            _ if kind.is_baseline() => format!("baselines = [\"{kind}\"]\n"),
            _ => String::new(),
        };
        let named = if kind.is_kernels() { kind } else { SchedulerKind::Rr };
        let mut body = format!(
            "[service]\naddress = \"192.0.2.1:80\"\nschedulers = [\"{named}\"]\ntimers = \"exact\"\n{others}[service.timeouts]\ntime_wait = \"{time_wait}\"\nclose = \"0s\"\n"
        );
        // The server added last is at the head of the list.
        for (number, server) in self.servers.iter().enumerate().rev() {
            write!(body, "[[servers]]\nname = \"server{number}\"\n{server}").expect("memory");
        }
        body + &self.arrivals + &self.work
    }

    /// A long run in the steady state.
    fn case(self, id: &str) -> Case {
        let (replications, warm_up) = (replications(id), warm_up(id, self.load));
        let duration = warm_up + arrivals(id, self.load) / f64::from(replications) / self.rate;
        Case {
            body: self.body("0s"),
            scheduler: self.kind,
            replications,
            runs: 1,
            duration: duration.round(),
            warm_up: warm_up.round(),
            load: self.load,
            watch: Watch::Connections,
            every: 0.0,
        }
    }
}

/// Seconds until a system has forgotten that it began empty: those of M/M/1, or fewer where many servers share the load.
fn warm_up(id: &str, load: f64) -> f64 {
    if id.starts_with("p2c-inf") { 300.0 } else { (20.0 / (1.0 - load).powi(2)).max(100.0) }
}

/// How many replications a set-up gets: more where one would take longer than the year a scenario may last.
fn replications(id: &str) -> u32 {
    if id == "mg1-logn1.5-r0.8" { 80 } else { 40 }
}

/// How many arrivals it takes for a standard error of half of the tolerance: found by trial, as Whitt (1989) leads one
/// to expect for light tails.
fn arrivals(id: &str, load: f64) -> f64 {
    match id {
        "mg1-logn1.5-r0.8" => 1.6e9,
        "mg1-bp1.5-r0.8" => 4e8,
        "mg1-h2c10-r0.8" | "mph1-h2c10-r0.8" | "mg1-bp1.1-r0.5-ps" => 2e8,
        "mg1-bp1.5-r0.8-ps" => 1.2e8,
        "p2c-inf-l0.9" => 1e7,
        "mm1-r0.8" | "mmc-c4-r0.8" | "ovf-a5-w9_4" => 6e7,
        _ if load > 0.92 => 2.5e8,
        _ if load > 0.87 => 6e7,
        _ if load < 0.6 && !id.contains("weib") && !id.contains("h2") => 1e7,
        _ => 3e7,
    }
}
