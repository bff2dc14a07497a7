//! A study on disk, from which every report can be made again without running anything.

use std::io;

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::ServerLoad;
use serde::{Deserialize, Serialize};

use crate::run::classes::ClassMetrics;
use crate::run::distribution::Distribution;
use crate::run::kept::Kept;
use crate::run::metrics::{CacheUse, DirectorUse, OverloadMetrics, Reactions, RunMetrics, ServerMetrics};
use crate::run::server::StudyServer;
use crate::run::time_series::TimeSeries;
use crate::run::timeline::Timeline;
use crate::study::design::Design;
use crate::study::envelope::{StoredError, pack, unpack};
use crate::study::objective::Objective;
use crate::study::{DecisionCost, Provenance, Run, Study};

/// The name and version of the layout.
pub const STUDY_SCHEMA: &str = "ipvslab.study/5";

/// The bytes of `study.bin`.
///
/// # Errors
/// If the study does not fit into memory twice.
pub fn store_study(study: &Study) -> io::Result<Vec<u8>> {
    pack(STUDY_SCHEMA, &study.provenance.version, &Stored::of(study))
}

/// The study in the bytes of `study.bin`.
///
/// # Errors
/// See [`StoredError`].
pub fn read_study(bytes: &[u8]) -> Result<Study, StoredError> {
    let stored: Stored = unpack(STUDY_SCHEMA, bytes)?;
    stored.study().ok_or_else(misfit)
}

pub(crate) fn misfit() -> StoredError {
    StoredError::Damaged("its parts do not fit together".to_owned())
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    title: String,
    question: String,
    name: String,
    seed: u64,
    replications: u32,
    kernel: String,
    accounting: String,
    warm_up_ns: u64,
    horizon_ns: u64,
    servers: Vec<StudyServer>,
    classes: Vec<String>,
    interventions: Vec<(u64, String)>,
    objectives: Vec<StoredObjective>,
    provenance: Provenance,
    schedulers: Vec<String>,
    runs: Vec<StoredRun>,
    decision_costs: Vec<StoredCost>,
    design: Design,
}

/// Scheduler; median, lower and upper quartile in nanoseconds.
type StoredCost = (String, f64, f64, f64);

#[derive(Serialize, Deserialize)]
struct StoredRun {
    /// By its place among the schedulers.
    scheduler: u32,
    replication: u32,
    metrics: RunMetrics,
    servers: Vec<ServerMetrics>,
    classes: Vec<ClassMetrics>,
    reactions: Option<Reactions>,
    caches: Option<CacheUse>,
    carried: Option<DirectorUse>,
    overload: Option<OverloadMetrics>,
    /// By server; empty if there are none.
    server_caches: Vec<Option<CacheUse>>,
    response_times: Distribution,
    kept: Kept,
    samples_ns: Vec<u64>,
    loads: Vec<StoredLoad>,
    time_series: Option<TimeSeries>,
}

#[derive(Serialize, Deserialize)]
struct StoredObjective {
    metric: String,
    below: bool,
    limit: f64,
    text: String,
    schedulers: Vec<String>,
}

/// Listed, weight, active, inactive, in system, in service, assigned.
type StoredLoad = (bool, i32, i32, i32, u32, u32, u64);

impl Stored {
    pub(crate) fn of(study: &Study) -> Self {
        let run = |run: &Run| StoredRun {
            scheduler: study.schedulers.iter().position(|&kind| kind == run.scheduler).unwrap_or(usize::MAX)
                as u32,
            replication: run.replication,
            metrics: RunMetrics {
                servers: Vec::new(),
                classes: Vec::new(),
                response_times: Distribution::default(),
                kept: Kept::default(),
                timeline: Timeline::default(),
                time_series: None,
                reactions: None,
                caches: None,
                carried: None,
                overload: None,
                ..run.metrics
            },
            servers: run.metrics.servers.clone(),
            classes: run.metrics.classes.clone(),
            reactions: run.metrics.reactions,
            caches: run.metrics.caches,
            carried: run.metrics.carried,
            overload: run.metrics.overload,
            server_caches: match run.metrics.caches {
                Some(_) => run.metrics.servers.iter().map(|server| server.cache).collect(),
                None => Vec::new(),
            },
            response_times: run.metrics.response_times.clone(),
            kept: run.metrics.kept.clone(),
            samples_ns: run.metrics.timeline.samples().map(|(at, _)| at.as_nanos()).collect(),
            loads: run.metrics.timeline.samples().flat_map(|(_, loads)| loads).map(packed).collect(),
            time_series: run.metrics.time_series.clone(),
        };
        Self {
            title: study.title.clone(),
            question: study.question.clone(),
            name: study.name.clone(),
            seed: study.seed,
            replications: study.replications,
            kernel: study.kernel.clone(),
            accounting: study.accounting.clone(),
            warm_up_ns: study.warm_up.as_nanos(),
            horizon_ns: study.horizon.as_nanos(),
            servers: study.servers.clone(),
            classes: study.classes.clone(),
            interventions: study
                .interventions
                .iter()
                .map(|(at, what)| (at.as_nanos(), what.clone()))
                .collect(),
            objectives: study.objectives.iter().map(StoredObjective::of).collect(),
            provenance: study.provenance.clone(),
            schedulers: study.schedulers.iter().map(ToString::to_string).collect(),
            runs: study.runs.iter().map(run).collect(),
            decision_costs: study
                .decision_costs
                .iter()
                .map(|cost| (cost.scheduler.to_string(), cost.ns_median, cost.ns_lower, cost.ns_upper))
                .collect(),
            design: study.design.clone(),
        }
    }

    /// `None` if something in it refers to what is not there.
    pub(crate) fn study(self) -> Option<Study> {
        let schedulers =
            self.schedulers.iter().map(|name| SchedulerKind::named(name)).collect::<Option<Vec<_>>>()?;
        let objectives =
            self.objectives.into_iter().map(StoredObjective::objective).collect::<Option<Vec<_>>>()?;
        let cost = |(name, ns_median, ns_lower, ns_upper): StoredCost| {
            Some(DecisionCost { scheduler: SchedulerKind::named(&name)?, ns_median, ns_lower, ns_upper })
        };
        let decision_costs = self.decision_costs.into_iter().map(cost).collect::<Option<Vec<_>>>()?;
        let (servers, classes) = (self.servers.len(), self.classes.len());
        let run = |run: StoredRun| {
            let StoredRun { servers: mut of_servers, classes: of_classes, server_caches, .. } = run;
            let StoredRun {
                reactions,
                caches,
                carried,
                overload,
                response_times,
                kept,
                samples_ns,
                loads,
                time_series,
                ..
            } = run;
            let sampled = if samples_ns.is_empty() { 0 } else { servers };
            if of_servers.len() != servers
                || of_classes.len() != classes
                || kept.class_times.len() != classes
                || loads.len() != samples_ns.len() * sampled
            {
                return None;
            }
            of_servers.iter_mut().zip(server_caches).for_each(|(server, cache)| server.cache = cache);
            let mut timeline = Timeline::new(servers);
            for (at, loads) in samples_ns.into_iter().zip(loads.chunks(servers.max(1))) {
                let loads: Vec<ServerLoad> = loads.iter().map(unpacked).collect();
                timeline.push(instant(at), &loads);
            }
            Some(Run {
                scheduler: *schedulers.get(run.scheduler as usize)?,
                replication: run.replication,
                metrics: RunMetrics {
                    servers: of_servers,
                    classes: of_classes,
                    reactions,
                    caches,
                    carried,
                    overload,
                    response_times,
                    kept,
                    timeline,
                    time_series,
                    ..run.metrics
                },
            })
        };
        let runs = self.runs.into_iter().map(run).collect::<Option<Vec<Run>>>()?;
        (servers > 0 && self.warm_up_ns < self.horizon_ns).then_some(Study {
            title: self.title,
            question: self.question,
            name: self.name,
            seed: self.seed,
            replications: self.replications,
            kernel: self.kernel,
            accounting: self.accounting,
            warm_up: instant(self.warm_up_ns),
            horizon: instant(self.horizon_ns),
            servers: self.servers,
            classes: self.classes,
            interventions: self.interventions.into_iter().map(|(at, what)| (instant(at), what)).collect(),
            objectives,
            provenance: self.provenance,
            schedulers,
            runs,
            decision_costs,
            design: self.design,
        })
    }
}

impl StoredObjective {
    fn of(objective: &Objective) -> Self {
        Self {
            metric: objective.metric.key().to_owned(),
            below: objective.below,
            limit: objective.limit,
            text: objective.text.clone(),
            schedulers: objective.schedulers.iter().map(ToString::to_string).collect(),
        }
    }

    fn objective(self) -> Option<Objective> {
        Some(Objective {
            metric: self.metric.parse().ok()?,
            below: self.below,
            limit: self.limit,
            text: self.text,
            schedulers: self
                .schedulers
                .iter()
                .map(|name| SchedulerKind::named(name))
                .collect::<Option<_>>()?,
        })
    }
}

fn instant(nanos: u64) -> Time {
    Time::ZERO + Span::from_nanos(nanos)
}

fn packed(load: &ServerLoad) -> StoredLoad {
    let ServerLoad { listed, weight, active, inactive, in_system, in_service, assigned } = *load;
    (listed, weight, active, inactive, in_system, in_service, assigned)
}

fn unpacked(&(listed, weight, active, inactive, in_system, in_service, assigned): &StoredLoad) -> ServerLoad {
    ServerLoad { listed, weight, active, inactive, in_system, in_service, assigned }
}
