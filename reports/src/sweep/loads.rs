//! A sweep: the same study at several loads.

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::confidence::Estimate;
use crate::study::{Run, Study};

/// The same study at several loads.
#[derive(Clone, PartialEq, Debug)]
pub struct Sweep {
    /// From the least load to the greatest; at least one, of the same scenario and schedulers.
    pub loads: Vec<LoadStudy>,
}

/// A study at one of the loads of a sweep.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadStudy {
    /// How many times as often as in the scenario file connections come.
    pub factor: f64,
    /// Connections per second, on average over the run.
    pub arrivals_per_s: f64,
    /// The offered load over the capacity of the servers in the list at the start: 1 is as much as they can do.
    pub load_ratio: f64,
    /// What was run. Response times and servers over time may be left out of its runs.
    pub study: Study,
}

impl Sweep {
    /// What all loads have in common: title, question, servers, objectives.
    ///
    /// # Panics
    /// If there is no load.
    pub fn head(&self) -> &Study {
        &self.loads.first().expect("a sweep has a load").study
    }

    /// The load after the last one: one step further, but half of what is left where that would be the capacity or more. `None`
    /// after a single load, and at the capacity.
    pub fn next_load(&self) -> Option<f64> {
        let [.., before, last] = &*self.loads else { return None };
        let next = 2.0 * last.load_ratio - before.load_ratio;
        let below = if next < 1.0 - 1e-9 { next } else { 0.5 * (last.load_ratio + 1.0) };
        (last.load_ratio < 1.0).then_some(below)
    }

    /// The load over the capacity at a rate between two loads, in a straight line.
    pub(crate) fn load_ratio_at(&self, arrivals_per_s: f64) -> f64 {
        let after = self.loads.iter().position(|load| load.arrivals_per_s >= arrivals_per_s);
        let after = after.unwrap_or(self.loads.len() - 1).max(1).min(self.loads.len() - 1);
        let (from, to) = (&self.loads[after.saturating_sub(1)], &self.loads[after]);
        let span = to.arrivals_per_s - from.arrivals_per_s;
        if span <= 0.0 {
            return from.load_ratio;
        }
        from.load_ratio + (to.load_ratio - from.load_ratio) * (arrivals_per_s - from.arrivals_per_s) / span
    }

    /// Schedulers whose every run at every load has the same digest, together.
    pub(super) fn classes(&self) -> Vec<Vec<SchedulerKind>> {
        let digests = |kind: SchedulerKind| -> Vec<Vec<(u32, u64)>> {
            let of_load = |load: &LoadStudy| {
                let runs = load.study.runs_of(kind);
                runs.map(|run| (run.replication, run.metrics.digest)).collect()
            };
            self.loads.iter().map(of_load).collect()
        };
        let mut classes: Vec<Vec<SchedulerKind>> = Vec::new();
        for &kind in &self.head().schedulers {
            match classes.iter_mut().find(|class| digests(class[0]) == digests(kind)) {
                Some(class) => class.push(kind),
                None => classes.push(vec![kind]),
            }
        }
        classes
    }
}

/// The busy part of all slots and cores in each run of a scheduler, over the replications.
pub(crate) fn utilisation(study: &Study, scheduler: SchedulerKind) -> Option<Estimate> {
    let slots: f64 = study.servers.iter().map(|server| f64::from(server.slots)).sum();
    let of_run = |run: &Run| {
        let servers = study.servers.iter().zip(&run.metrics.servers);
        servers.map(|(server, found)| f64::from(server.slots) * found.utilisation_ratio).sum::<f64>() / slots
    };
    Estimate::of(&study.runs_of(scheduler).map(of_run).collect::<Vec<_>>())
}
