//! The same scenario in the model and in the kernel: how far apart both are.
//!
//! The kernel's side is real TCP through IPVS in network namespaces, watched by the same [`Collector`](crate::Collector);
//! so both sides are the same numbers of the same window, one run each.

pub(crate) mod files;
pub(crate) mod text;

use ipvslab_schedulers::{SchedulerKind, Span, Time};

use crate::run::metrics::RunMetrics;
use crate::run::server::{self, StudyServer};

/// A scenario in the model and in the kernel, under one scheduler or several.
#[derive(Clone, PartialEq, Debug)]
pub struct SideBySide {
    /// What the scenario is about, in a line.
    pub title: String,
    /// What it is meant to answer; may be empty.
    pub question: String,
    /// The scenario's name.
    pub name: String,
    /// Which kernel it is and how it counts connections, in words.
    pub kernel: String,
    /// The seed that both sides come from.
    pub seed: u64,
    /// The real servers by id.
    pub servers: Vec<StudyServer>,
    /// From when on the runs are measured.
    pub warm_up: Time,
    /// Until when arrivals are taken.
    pub horizon: Time,
    /// In the order of the plan.
    pub rows: Vec<SideBySideRow>,
}

/// Both sides under one scheduler.
#[derive(Clone, PartialEq, Debug)]
pub struct SideBySideRow {
    /// Who chose the servers.
    pub scheduler: SchedulerKind,
    /// What the simulated run came to.
    pub model: RunMetrics,
    /// What the run through the kernel came to.
    pub kernel: RunMetrics,
}

impl SideBySide {
    /// The measured time of each run.
    pub fn window(&self) -> Span {
        self.horizon.since(self.warm_up)
    }

    /// The largest [`SideBySideRow::share_difference`]; `None` if it is missing under one of the schedulers, since the
    /// others alone would be a biased choice, or if there is no scheduler.
    pub fn share_difference(&self) -> Option<f64> {
        let differences: Option<Vec<f64>> = self.rows.iter().map(SideBySideRow::share_difference).collect();
        differences?.into_iter().reduce(f64::max)
    }

    pub(crate) fn weight_shares(&self) -> Vec<Option<f64>> {
        server::weight_shares(&self.servers)
    }

    pub(crate) fn groups(&self) -> Vec<(&str, Vec<usize>)> {
        server::groups(&self.servers)
    }
}

impl SideBySideRow {
    /// Each server's share of the connections in the kernel less that in the model, by server id; 0.01 is a percentage
    /// point. `None` if a side gave no server a connection.
    pub fn share_differences(&self) -> Vec<Option<f64>> {
        let both = self.model.servers.iter().zip(&self.kernel.servers);
        both.map(|(model, kernel)| Some(kernel.share_ratio? - model.share_ratio?)).collect()
    }

    /// The largest difference of a server's share, whichever way; 0.01 is a percentage point. `None` if a side gave no
    /// server a connection, so that nothing can be said: that is not agreement.
    pub fn share_difference(&self) -> Option<f64> {
        self.furthest().map(|(_, difference)| difference.abs())
    }

    /// Which server's share differs most, the earlier if several do, and by how much.
    pub(crate) fn furthest(&self) -> Option<(usize, f64)> {
        furthest(self.share_differences().into_iter().enumerate())
    }

    pub(crate) fn sides(&self) -> [(&'static str, &RunMetrics); 2] {
        [("model", &self.model), ("kernel", &self.kernel)]
    }
}

/// Which of several servers differs most, the earlier if several do, and by how much.
fn furthest(differences: impl Iterator<Item = (usize, Option<f64>)>) -> Option<(usize, f64)> {
    let known = differences.filter_map(|(server, difference)| Some((server, difference?)));
    known.reduce(|furthest, next| if next.1.abs() > furthest.1.abs() { next } else { furthest })
}

/// The kernel's over the model's less 1; `None` if one is missing, or the model's is 0 and the kernel's is not.
pub(crate) fn relative_difference(model: Option<f64>, kernel: Option<f64>) -> Option<f64> {
    match (model?, kernel?) {
        (model, kernel) if model == kernel => Some(0.0),
        (model, kernel) => (model > 0.0).then(|| kernel / model - 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn furthest_is_the_earlier_of_equals_whichever_way() {
        let differences = [None, Some(0.01), Some(-0.02), Some(0.02)];
        assert_eq!(furthest(differences.into_iter().enumerate()), Some((2, -0.02)));
        assert_eq!(furthest([None].into_iter().enumerate()), None);
    }

    #[test]
    fn relative_difference_needs_something_to_relate_to() {
        assert_eq!(relative_difference(Some(2.0), Some(3.0)), Some(0.5));
        assert_eq!(relative_difference(Some(0.0), Some(0.0)), Some(0.0));
        assert_eq!(relative_difference(Some(0.0), Some(3.0)), None);
        assert_eq!(relative_difference(None, Some(3.0)), None);
    }
}
