//! A study: the same situation under several schedulers, several times.

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::Intervention;

use crate::distribution::Distribution;
use crate::metrics::RunMetrics;
use crate::server::{self, StudyServer};

/// What was run, and what each run came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Study {
    /// What the scenario is about, in a line.
    pub title: String,
    /// What it is meant to answer; may be empty.
    pub question: String,
    /// The scenario's name.
    pub name: String,
    /// The seed all replications come from.
    pub seed: u64,
    /// How many replications were planned.
    pub replications: u32,
    /// Which kernel is modelled, in words.
    pub kernel: String,
    /// How it counts connections, in words.
    pub accounting: String,
    /// From when on the runs are measured.
    pub warm_up: Time,
    /// Until when arrivals are taken.
    pub horizon: Time,
    /// The real servers by id.
    pub servers: Vec<StudyServer>,
    /// What was done during each run.
    pub interventions: Vec<(Time, Intervention)>,
    /// In the order of the plan.
    pub schedulers: Vec<SchedulerKind>,
    /// In the order of the plan: by scheduler, then by replication.
    pub runs: Vec<Run>,
}

/// One run of a study.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// Who chose the servers.
    pub scheduler: SchedulerKind,
    /// Which of the replications, from 0.
    pub replication: u32,
    /// What it came to.
    pub metrics: RunMetrics,
}

impl Study {
    /// The measured time of each run.
    pub fn window(&self) -> Span {
        self.horizon.since(self.warm_up)
    }

    /// The runs of one scheduler.
    pub fn runs_of(&self, scheduler: SchedulerKind) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.scheduler == scheduler)
    }

    /// The run whose servers are shown over time: the earliest replication that was sampled.
    pub fn sampled_run(&self, scheduler: SchedulerKind) -> Option<&Run> {
        self.runs_of(scheduler)
            .filter(|run| !run.metrics.timeline.is_empty())
            .min_by_key(|run| run.replication)
    }

    /// The response times of all replications together.
    pub fn pooled_response_times(&self, scheduler: SchedulerKind) -> Distribution {
        Distribution::pool(self.runs_of(scheduler).map(|run| &run.metrics.response_times))
    }

    /// Each server's part of all weights, averaged over the window; `None` if no server has any.
    pub fn weight_shares(&self) -> Vec<Option<f64>> {
        server::weight_shares(&self.servers)
    }

    /// Servers that share a group, groups in the order they first appear.
    pub(crate) fn groups(&self) -> Vec<(&str, Vec<usize>)> {
        server::groups(&self.servers)
    }

    /// What an intervention does, in words.
    pub(crate) fn describe(&self, intervention: Intervention) -> String {
        let name = &self.servers[intervention.server().index()].name;
        match intervention {
            Intervention::SetWeight(_, weight) if weight.get() == 0 => format!("{name} quiesced"),
            Intervention::SetWeight(_, weight) => format!("{name} weight {}", weight.get()),
            Intervention::Add(_, weight) => format!("{name} added, weight {}", weight.get()),
            Intervention::Remove(_) => format!("{name} removed"),
        }
    }
}
