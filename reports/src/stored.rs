//! A study on disk, from which every report can be made again without running anything.
//!
//! A line with the name and version of the layout and the program that wrote it, then the study in postcard's wire
//! format, compressed by gzip, whose checksum tells a file that was cut short or edited.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use ipvslab_schedulers::{Span, Time};
use ipvslab_sim::ServerLoad;
use serde::{Deserialize, Serialize};

use crate::distribution::Distribution;
use crate::metrics::{CacheUse, Carried, Reactions, RunMetrics, ServerMetrics};
use crate::objective::Objective;
use crate::server::StudyServer;
use crate::study::{Provenance, Run, Study};
use crate::timeline::Timeline;

/// The name and version of the layout.
pub const STUDY_SCHEMA: &str = "ipvslab.study/1";

/// The most that a stored study may unpack to.
const LARGEST: u64 = 4 << 30;

/// Why a stored study cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// It begins otherwise.
    #[error("it is not a study that ipvslab stored")]
    NotAStudy,
    /// Another version of the layout.
    #[error(
        "it is of the layout {found}, written by ipvslab {version}, and this program reads {STUDY_SCHEMA}; run the scenario again, \
         or use that version"
    )]
    OtherSchema {
        /// The layout it says it has.
        found: String,
        /// The program that wrote it.
        version: String,
    },
    /// It unpacks to something else than what was stored.
    #[error("it was cut short or edited ({0}); run the scenario again")]
    Damaged(String),
}

/// The bytes of `study.bin`.
///
/// # Errors
/// If the study does not fit into memory twice.
pub fn store_study(study: &Study) -> io::Result<Vec<u8>> {
    let mut bytes = format!("{STUDY_SCHEMA} {}\n", study.provenance.version).into_bytes();
    let plain = postcard::to_allocvec(&Stored::of(study)).map_err(io::Error::other)?;
    let mut packed = GzEncoder::new(&mut bytes, Compression::default());
    packed.write_all(&plain)?;
    packed.finish()?;
    Ok(bytes)
}

/// The study in the bytes of `study.bin`.
///
/// # Errors
/// See [`StoredError`].
pub fn read_study(bytes: &[u8]) -> Result<Study, StoredError> {
    let line = bytes.split(|&byte| byte == b'\n').next().filter(|line| line.len() < 100);
    let line = line.and_then(|line| str::from_utf8(line).ok()).ok_or(StoredError::NotAStudy)?;
    let (schema, version) = line.split_once(' ').ok_or(StoredError::NotAStudy)?;
    if schema != STUDY_SCHEMA {
        return Err(match schema.starts_with("ipvslab.study/") {
            true => StoredError::OtherSchema { found: schema.to_owned(), version: version.to_owned() },
            false => StoredError::NotAStudy,
        });
    }
    let mut plain = Vec::new();
    let damaged = |error: &dyn ToString| StoredError::Damaged(error.to_string());
    let packed = &bytes[line.len() + 1..];
    GzDecoder::new(packed).take(LARGEST).read_to_end(&mut plain).map_err(|error| damaged(&error))?;
    let stored: Stored = postcard::from_bytes(&plain).map_err(|error| damaged(&error))?;
    stored.study().ok_or_else(|| damaged(&"its parts do not fit together"))
}

#[derive(Serialize, Deserialize)]
struct Stored {
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
    interventions: Vec<(u64, String)>,
    objectives: Vec<StoredObjective>,
    provenance: Provenance,
    schedulers: Vec<String>,
    runs: Vec<StoredRun>,
}

#[derive(Serialize, Deserialize)]
struct StoredRun {
    /// By its place among the schedulers.
    scheduler: u32,
    replication: u32,
    metrics: RunMetrics,
    servers: Vec<ServerMetrics>,
    reactions: Option<Reactions>,
    caches: Option<CacheUse>,
    carried: Option<Carried>,
    /// By server; empty if there are none.
    server_caches: Vec<Option<CacheUse>>,
    response_times: Distribution,
    samples_ns: Vec<u64>,
    loads: Vec<StoredLoad>,
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
    fn of(study: &Study) -> Self {
        let run = |run: &Run| StoredRun {
            scheduler: study.schedulers.iter().position(|&kind| kind == run.scheduler).unwrap_or(usize::MAX)
                as u32,
            replication: run.replication,
            metrics: RunMetrics {
                servers: Vec::new(),
                response_times: Distribution::default(),
                timeline: Timeline::default(),
                reactions: None,
                caches: None,
                carried: None,
                ..run.metrics
            },
            servers: run.metrics.servers.clone(),
            reactions: run.metrics.reactions,
            caches: run.metrics.caches,
            carried: run.metrics.carried,
            server_caches: match run.metrics.caches {
                Some(_) => run.metrics.servers.iter().map(|server| server.cache).collect(),
                None => Vec::new(),
            },
            response_times: run.metrics.response_times.clone(),
            samples_ns: run.metrics.timeline.samples().map(|(at, _)| at.as_nanos()).collect(),
            loads: run.metrics.timeline.samples().flat_map(|(_, loads)| loads).map(packed).collect(),
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
            interventions: study
                .interventions
                .iter()
                .map(|(at, what)| (at.as_nanos(), what.clone()))
                .collect(),
            objectives: study.objectives.iter().map(StoredObjective::of).collect(),
            provenance: study.provenance.clone(),
            schedulers: study.schedulers.iter().map(ToString::to_string).collect(),
            runs: study.runs.iter().map(run).collect(),
        }
    }

    /// `None` if something in it refers to what is not there.
    fn study(self) -> Option<Study> {
        let schedulers = self.schedulers.iter().map(|name| name.parse().ok()).collect::<Option<Vec<_>>>()?;
        let objectives =
            self.objectives.into_iter().map(StoredObjective::objective).collect::<Option<Vec<_>>>()?;
        let servers = self.servers.len();
        let run = |run: StoredRun| {
            let StoredRun { servers: mut of_servers, server_caches, .. } = run;
            let StoredRun { reactions, caches, carried, response_times, samples_ns, loads, .. } = run;
            let sampled = if samples_ns.is_empty() { 0 } else { servers };
            if of_servers.len() != servers || loads.len() != samples_ns.len() * sampled {
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
                    reactions,
                    caches,
                    carried,
                    response_times,
                    timeline,
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
            interventions: self.interventions.into_iter().map(|(at, what)| (instant(at), what)).collect(),
            objectives,
            provenance: self.provenance,
            schedulers,
            runs,
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
            schedulers: self.schedulers.iter().map(|name| name.parse().ok()).collect::<Option<_>>()?,
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
