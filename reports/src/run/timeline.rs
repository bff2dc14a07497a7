//! The servers at regular instants of one run.

use ipvslab_schedulers::Time;
use ipvslab_sim::ServerLoad;

/// Samples of all servers' loads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Timeline {
    servers: usize,
    times: Vec<Time>,
    /// By time, then by server.
    loads: Vec<ServerLoad>,
}

impl Timeline {
    pub(crate) fn new(servers: usize) -> Self {
        Self { servers, ..Self::default() }
    }

    pub(crate) fn push(&mut self, now: Time, servers: &[ServerLoad]) {
        assert_eq!(servers.len(), self.servers, "a sample shows every server");
        self.times.push(now);
        self.loads.extend_from_slice(servers);
    }

    /// Whether nothing was sampled.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Each instant with the loads by server id.
    pub fn samples(&self) -> impl Iterator<Item = (Time, &[ServerLoad])> {
        self.times.iter().copied().zip(self.loads.chunks(self.servers.max(1)))
    }

    /// Each server's active connections, averaged over the samples from `from` to before `to`; `None` if none is.
    pub(crate) fn mean_active(&self, from: Time, to: Time) -> Option<Vec<f64>> {
        let mut sums = vec![0.0; self.servers];
        let mut count = 0.0;
        for (_, loads) in self.samples().filter(|&(at, _)| from <= at && at < to) {
            count += 1.0;
            for (sum, load) in sums.iter_mut().zip(loads) {
                *sum += f64::from(load.active);
            }
        }
        (count > 0.0).then(|| sums.into_iter().map(|sum| sum / count).collect())
    }
}
