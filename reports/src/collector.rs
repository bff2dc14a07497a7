//! Watches one run and keeps what is reported of it, in memory that does not grow with the connections.

use hdrhistogram::Histogram;
use ipvslab_schedulers::{ServerId, Span, Time};
use ipvslab_sim::{ConnectionId, Finished, Observer, Outcome, Refusal, ServerLoad};

use crate::distribution::{Distribution, Quantile};
use crate::fairness::{jain_index, max_to_mean, relative_shares};
use crate::metrics::{RunMetrics, ServerMetrics};
use crate::server::StudyServer;
use crate::timeline::Timeline;

/// Counts and times the connections that arrive from the warm-up to the horizon, until each of them has ended.
#[derive(Clone, Debug)]
pub struct Collector {
    warm_up: Time,
    horizon: Time,
    responses: Histogram<u64>,
    /// Of connections that waited.
    waits: Histogram<u64>,
    response_ns: u128,
    wait_ns: u128,
    wait_ns2: u128,
    slowdown: f64,
    /// Connections with work: those a slowdown is defined for.
    with_work: u64,
    refused_no_server: u64,
    /// By server.
    refused_backlog: Vec<u64>,
    lost: u64,
    timeline: Timeline,
}

impl Collector {
    /// Ready to watch a run of `servers` real servers.
    pub fn new(warm_up: Time, horizon: Time, servers: usize) -> Self {
        // One hour, and it grows beyond.
        let histogram = || {
            let mut empty = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("bounds are in order");
            empty.auto(true);
            empty
        };
        Self {
            warm_up,
            horizon,
            responses: histogram(),
            waits: histogram(),
            response_ns: 0,
            wait_ns: 0,
            wait_ns2: 0,
            slowdown: 0.0,
            with_work: 0,
            refused_no_server: 0,
            refused_backlog: vec![0; servers],
            lost: 0,
            timeline: Timeline::new(servers),
        }
    }

    /// The run is over: what it comes to. `servers` are those of the run, by id.
    ///
    /// # Panics
    /// If `outcome` or `servers` are of another run, or connections of this one are still in the system.
    pub fn finish(self, outcome: &Outcome, servers: &[StudyServer]) -> RunMetrics {
        assert_eq!(outcome.servers.len(), servers.len(), "a total for every server");
        assert_eq!(self.refused_backlog.len(), servers.len(), "a count for every server");
        let assigned: Vec<u64> = outcome.servers.iter().map(|totals| totals.assigned).collect();
        let weights: Vec<f64> = servers.iter().map(|server| server.mean_weight).collect();
        let all_assigned = assigned.iter().sum::<u64>();
        let relative = relative_shares(&assigned, &weights);
        let window_ns = outcome.window.as_nanos() as f64;

        let finished = self.responses.len();
        let waited = self.waits.len();
        let response_times = Distribution::new(&self.responses, 0);
        let waiting_times = Distribution::new(&self.waits, finished - waited);
        let refused_backlog = self.refused_backlog.iter().sum::<u64>();
        let arrived = all_assigned + self.refused_no_server;

        let failed = self.refused_no_server + refused_backlog + self.lost;
        assert_eq!(arrived, finished + failed, "every connection of the window ends in one way");

        let per_finished = |sum: f64| (finished > 0).then(|| sum / finished as f64);
        let per_arrived = |count: u64| (arrived > 0).then(|| count as f64 / arrived as f64);
        let wait_ns_mean = per_finished(self.wait_ns as f64);
        let active = self.timeline.mean_active(self.warm_up, self.horizon);
        RunMetrics {
            arrived,
            finished,
            refused_no_server: self.refused_no_server,
            refused_backlog,
            lost: self.lost,
            refused_ratio: per_arrived(self.refused_no_server + refused_backlog),
            lost_ratio: per_arrived(self.lost),
            failed_ratio: per_arrived(failed),
            response_time_us_mean: per_finished(self.response_ns as f64).map(|nanos| nanos / 1e3),
            response_time_us_p50: response_times.quantile_us(Quantile::P50),
            response_time_us_p95: response_times.quantile_us(Quantile::P95),
            response_time_us_p99: response_times.quantile_us(Quantile::P99),
            response_time_us_p999: response_times.quantile_us(Quantile::P999),
            waiting_time_us_mean: wait_ns_mean.map(|nanos| nanos / 1e3),
            waiting_time_us_p95: waiting_times.quantile_us(Quantile::P95),
            waiting_time_us_p99: waiting_times.quantile_us(Quantile::P99),
            waiting_time_us2_variance: wait_ns_mean.zip(per_finished(self.wait_ns2 as f64)).map(
                // Rounding may leave a little less than nothing.
                |(mean, square)| ((square - mean * mean) / 1e6).max(0.0),
            ),
            waiting_probability: per_finished(waited as f64),
            slowdown_mean: (self.with_work > 0).then(|| self.slowdown / self.with_work as f64),
            in_system_mean: outcome.servers.iter().map(|totals| totals.in_system_ns as f64 / window_ns).sum(),
            imbalance_max_to_mean: max_to_mean(&relative),
            imbalance_jain_index: jain_index(&relative),
            table_entries_peak: outcome.peak_entries,
            digest: outcome.digest,
            servers: (0..servers.len())
                .map(|number| {
                    let (totals, server) = (&outcome.servers[number], &servers[number]);
                    ServerMetrics {
                        assigned: totals.assigned,
                        refused_backlog: self.refused_backlog[number],
                        share_ratio: (all_assigned > 0).then(|| totals.assigned as f64 / all_assigned as f64),
                        relative_share: relative[number],
                        utilisation_ratio: totals.busy_ns as f64 / window_ns / f64::from(server.slots),
                        in_system_mean: totals.in_system_ns as f64 / window_ns,
                        active_mean: active.as_ref().map(|means| means[number]),
                        active_peak: totals.peak_active,
                        total_peak: totals.peak_total,
                    }
                })
                .collect(),
            response_times,
            timeline: self.timeline,
        }
    }

    #[inline]
    fn is_measured(&self, arrived: Time) -> bool {
        self.warm_up <= arrived && arrived < self.horizon
    }
}

impl Observer for Collector {
    #[inline]
    fn refused(&mut self, now: Time, refusal: Refusal) {
        if self.is_measured(now) {
            match refusal {
                Refusal::NoServer => self.refused_no_server += 1,
                Refusal::BacklogFull { server, .. } => self.refused_backlog[server.index()] += 1,
            }
        }
    }

    #[inline]
    fn finished(&mut self, done: &Finished) {
        if !self.is_measured(done.arrived) {
            return;
        }
        let response = done.response_time();
        record(&mut self.responses, response);
        self.response_ns += u128::from(response.as_nanos());
        if done.work > Span::ZERO {
            self.slowdown += response.as_nanos() as f64 / done.work.as_nanos() as f64;
            self.with_work += 1;
        }
        let wait = done.waiting_time();
        if wait > Span::ZERO {
            record(&mut self.waits, wait);
            let nanos = u128::from(wait.as_nanos());
            self.wait_ns += nanos;
            self.wait_ns2 = self.wait_ns2.saturating_add(nanos * nanos);
        }
    }

    #[inline]
    fn lost(&mut self, _: Time, _: ConnectionId, _: ServerId, arrived: Time) {
        self.lost += u64::from(self.is_measured(arrived));
    }

    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        self.timeline.push(now, servers);
    }
}

#[inline]
fn record(histogram: &mut Histogram<u64>, span: Span) {
    histogram.record(span.as_nanos()).expect("the histogram grows");
}

#[cfg(test)]
#[path = "collector/tests.rs"]
mod tests;
