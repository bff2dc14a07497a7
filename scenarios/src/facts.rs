//! What is known of a scenario's workload before anything is run: what a planner starts from.

use ipvslab_schedulers::Time;

use crate::scenario::Scenario;
use crate::trace::TraceError;
use crate::workload::{Class, Drawn, Law, Process, Source};

/// How many connections of a replication are looked at where the work follows no law.
const MOST_SEEN: usize = 1_000_000;

/// The work that connections bring, in seconds on a server of speed 1.
#[derive(Clone, Debug)]
pub struct WorkSeen {
    /// Of one connection on average.
    pub mean_s: f64,
    /// The squared coefficient of variation.
    pub scv: f64,
    parts: Parts,
}

#[derive(Clone, Debug)]
enum Parts {
    /// Laws in nanoseconds, by their shares.
    Laws(Vec<(f64, Law)>),
    /// Seconds, descending.
    Seen(Vec<f64>),
}

impl WorkSeen {
    /// The part of the connections that bring so much work or more.
    pub fn at_least(&self, seconds: f64) -> f64 {
        match &self.parts {
            Parts::Laws(laws) => laws.iter().map(|(share, law)| share * law.at_least(seconds * 1e9)).sum(),
            Parts::Seen(seen) => {
                seen.partition_point(|&work| work >= seconds) as f64 / seen.len().max(1) as f64
            }
        }
    }

    /// The work, in seconds, that at most this part of the connections exceeds.
    pub fn quantile(&self, beyond: f64) -> f64 {
        let mut high = self.mean_s.max(1e-9);
        while self.at_least(high) > beyond && high < 1e15 {
            high *= 2.0;
        }
        let mut low = 0.0;
        // A double has no more halves than that.
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if self.at_least(middle) > beyond { low = middle } else { high = middle }
        }
        high
    }
}

impl Scenario {
    /// What the work is like: by its laws, or as the first replication has it, of a trace without resampling exactly. `None`
    /// where connections carry several requests or clients come back, so that the arrivals do not tell.
    ///
    /// # Errors
    /// If the trace cannot be read.
    pub fn work_seen(&self) -> Result<Option<WorkSeen>, TraceError> {
        let has_chains = |class: &Class| class.requests.is_some() || class.think().is_some();
        if self.workload.classes.iter().any(has_chains) {
            return Ok(None);
        }
        let counted: Option<Vec<(f64, &Law)>> =
            self.workload.classes.iter().map(|class| law_of(class, self)).collect();
        let Some(counted) = counted.filter(|counted| counted.iter().any(|(count, _)| *count > 0.0)) else {
            return self.as_arrived().map(Some);
        };
        let all: f64 = counted.iter().map(|(count, _)| count).sum();
        let mean = counted.iter().map(|(count, law)| count / all * law.mean()).sum::<f64>();
        let square = |law: &Law| (1.0 + law.scv()) * law.mean() * law.mean();
        let squares = counted.iter().map(|(count, law)| count / all * square(law)).sum::<f64>();
        Ok(Some(WorkSeen {
            mean_s: mean / 1e9,
            scv: (squares / (mean * mean) - 1.0).max(0.0),
            parts: Parts::Laws(counted.into_iter().map(|(count, law)| (count / all, law.clone())).collect()),
        }))
    }

    /// The work of what arrives in the measured part of the first replication.
    fn as_arrived(&self) -> Result<WorkSeen, TraceError> {
        let from = Time::ZERO + self.warm_up;
        let mut seen = Vec::new();
        for arrival in self.arrivals(0)? {
            let arrival = arrival?;
            if arrival.at >= from {
                seen.push(arrival.work.as_secs_f64());
            }
            if seen.len() == MOST_SEEN {
                break;
            }
        }
        let count = seen.len().max(1) as f64;
        let mean = seen.iter().sum::<f64>() / count;
        let variance = seen.iter().map(|work| (work - mean) * (work - mean)).sum::<f64>() / count;
        seen.sort_by(|a, b| b.total_cmp(a));
        let scv = if mean > 0.0 { variance / (mean * mean) } else { 0.0 };
        Ok(WorkSeen { mean_s: mean, scv, parts: Parts::Seen(seen) })
    }

    /// The squared coefficient of variation of the times between arrivals; 1 where it is not known.
    pub fn arrivals_scv(&self) -> f64 {
        match self.workload.classes.as_slice() {
            [Class { source: Source::Drawn(Process::Deterministic { .. }), .. }] => 0.0,
            [Class { source: Source::Drawn(Process::Renewal { scv, .. }), .. }] => *scv,
            _ => 1.0,
        }
    }

    /// Whether arrivals come one by one, with nothing to do with each other.
    pub fn has_poisson_arrivals(&self) -> bool {
        let is_poisson = |class: &Class| matches!(class.source, Source::Drawn(Process::Poisson { .. }));
        self.workload.classes.iter().all(is_poisson)
    }

    /// Whether a run is a sample of an endless one: arrivals whose rate is the same all the time but for chance, and
    /// nothing that happens once. Otherwise the run itself is what is asked about.
    pub fn is_steady(&self) -> bool {
        let lasts = |class: &Class| match &class.source {
            Source::Trace(_) | Source::Drawn(Process::Piecewise(_) | Process::Profile(_)) => false,
            Source::Drawn(_) => true,
        };
        let happens = self.disturbances.as_ref().is_some_and(|disturbances| !disturbances.faults.is_empty());
        self.timeline.is_empty() && !happens && self.workload.classes.iter().all(lasts)
    }
}

/// How many connections of a class come in a replication, and the law of their work; `None` if it follows none.
fn law_of<'s>(class: &'s Class, scenario: &Scenario) -> Option<(f64, &'s Law)> {
    match (&class.source, &class.work) {
        (Source::Drawn(process), Drawn::Each(law)) => Some((process.expected(scenario.duration), law)),
        _ => None,
    }
}
