//! What is shown of the servers over time, and a run's samples of it in bins.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::ServerLoad;

use crate::run::server::StudyServer;
use crate::study::{Run, Study};

/// What is shown of the servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OverTime {
    /// Connections in service or waiting, per slot; up to 1 that is the utilisation.
    Load,
    /// Active connections as IPVS counts them.
    Active,
    /// Inactive connections as IPVS counts them.
    Inactive,
}

impl OverTime {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Load => "Load of the real servers over time",
            Self::Active => "Active connections over time",
            Self::Inactive => "Inactive connections over time",
        }
    }

    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Load => {
                "Connections in service or waiting, per slot: 1 is all slots busy and nobody waiting; below, it is the \
                           utilisation."
            }
            Self::Active => "As IPVS counts them: half-open or established.",
            Self::Inactive => "As IPVS counts them: ended, and kept for their time-out.",
        }
    }

    pub(super) fn axis(self) -> &'static str {
        match self {
            Self::Load => "Connections per slot",
            Self::Active => "Active connections",
            Self::Inactive => "Inactive connections",
        }
    }

    /// What is shown brightest in a heat map, as is all above.
    pub(super) fn brightest(self) -> f64 {
        match self {
            Self::Load => 20.0,
            Self::Active | Self::Inactive => f64::MAX,
        }
    }

    /// Its value in a sample.
    pub(crate) fn of(self, load: &ServerLoad, server: &StudyServer) -> f64 {
        match self {
            Self::Load => f64::from(load.in_system) / f64::from(server.slots),
            Self::Active => f64::from(load.active),
            Self::Inactive => f64::from(load.inactive),
        }
    }
}

/// What is shown by row and time bin; `None` while a server is not in the list.
pub(super) struct Means {
    pub(super) scheduler: SchedulerKind,
    pub(super) rows: Vec<Vec<Option<f64>>>,
    /// The least and the most of any server at any sample of a bin.
    pub(super) spread: Vec<Option<[f64; 2]>>,
}

impl Means {
    /// A run's samples, averaged in time bins, merged servers by the greatest.
    pub(super) fn of(study: &Study, run: &Run, what: OverTime, merged: usize, bins: usize) -> Self {
        let servers = study.servers.len();
        let samples = run.metrics.timeline.samples().count();
        let bins = bins.min(samples.saturating_sub(1)).max(1);
        let end = study.horizon.as_nanos() as f64;
        let mut sums = vec![vec![(0.0, 0u32); bins]; servers];
        let mut spread: Vec<Option<[f64; 2]>> = vec![None; bins];
        for (at, loads) in run.metrics.timeline.samples() {
            let bin = ((at.as_nanos() as f64 / end * bins as f64) as usize).min(bins - 1);
            for ((sums, load), server) in sums.iter_mut().zip(loads).zip(&study.servers) {
                // A removed server that still works is shown until it is idle.
                if load.listed || load.in_system > 0 {
                    let value = what.of(load, server);
                    sums[bin].0 += value;
                    sums[bin].1 += 1;
                    let [least, most] = spread[bin].unwrap_or([value; 2]);
                    spread[bin] = Some([least.min(value), most.max(value)]);
                }
            }
        }
        let mean = |&(sum, count): &(f64, u32)| (count > 0).then(|| sum / f64::from(count));
        let greatest = |members: &[Vec<(f64, u32)>]| {
            let load = |bin: usize| members.iter().filter_map(|server| mean(&server[bin])).reduce(f64::max);
            (0..bins).map(load).collect()
        };
        let rows = sums.chunks(merged.max(1)).map(greatest).collect();
        Self { scheduler: run.scheduler, rows, spread }
    }

    /// The most that any row has.
    pub(super) fn peak(&self) -> f64 {
        self.rows.iter().flatten().flatten().copied().fold(0.0, f64::max)
    }
}
