//! Watches one run and keeps what is reported of it, in memory that does not grow with the connections.

use hdrhistogram::Histogram;
use ipvslab_schedulers::{ServerId, Span, Time};
use ipvslab_sim::{
    self as sim, ConnectionId, Failure, Finished, Observer, Outcome, Refusal, RequestEnd, ServerLoad,
};

use crate::run::classes::{ClassCollector, ClassMetrics};
use crate::run::distribution::{Distribution, Quantile, empty_histogram, record};
use crate::run::fairness::{jain_index, max_to_mean, relative_shares};
use crate::run::kept::{Kept, TimeLimit};
use crate::run::metrics::{CacheUse, DirectorUse, OverloadMetrics, Reactions, RunMetrics, ServerMetrics};
use crate::run::server::StudyServer;
use crate::run::time_series::Recorder;
use crate::run::timeline::Timeline;

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
    requests: Requests,
    timeline: Timeline,
    /// By class; none in a situation without classes.
    classes: Vec<ClassCollector>,
    series: Option<Recorder>,
    /// With how many connections took as long or longer.
    limits: Vec<(TimeLimit, u64)>,
}

/// What is counted of clients that react.
#[derive(Clone, Debug, Default)]
struct Requests {
    ended: u64,
    attempts: u64,
    /// By [`Failure::ALL`].
    failed: [u64; Failure::ALL.len()],
    detections: u64,
    detection_ns: u128,
}

impl Requests {
    fn failed(&self, failure: Failure) -> u64 {
        self.failed[failure as usize]
    }

    /// What is reported of them, where clients react.
    fn reactions(&self, totals: sim::Requests) -> Reactions {
        let per_request = |count: u64| (self.ended > 0).then(|| count as f64 / self.ended as f64);
        let timed_out = self.failed(Failure::NoAnswer) + self.failed(Failure::Deadline);
        let detected = self.detections > 0;
        Reactions {
            attempts: self.attempts,
            failed_reset: self.failed(Failure::Reset),
            failed_gone: self.failed(Failure::Lost),
            failed_no_answer: self.failed(Failure::NoAnswer),
            failed_deadline: self.failed(Failure::Deadline),
            syns_again: totals.syns_again,
            served_in_vain: totals.in_vain,
            detections: self.detections,
            detection_time_us_mean: detected.then(|| self.detection_ns as f64 / self.detections as f64 / 1e3),
            timed_out_ratio: per_request(timed_out),
            attempts_per_request: per_request(self.attempts),
            availability_ratio: per_request(self.ended - self.failed.iter().sum::<u64>()),
        }
    }
}

impl Collector {
    /// Ready to watch a run of `servers` real servers.
    pub fn new(warm_up: Time, horizon: Time, servers: usize) -> Self {
        Self {
            warm_up,
            horizon,
            responses: empty_histogram(),
            waits: empty_histogram(),
            response_ns: 0,
            wait_ns: 0,
            wait_ns2: 0,
            slowdown: 0.0,
            with_work: 0,
            refused_no_server: 0,
            refused_backlog: vec![0; servers],
            lost: 0,
            requests: Requests::default(),
            timeline: Timeline::new(servers),
            classes: Vec::new(),
            series: None,
            limits: Vec::new(),
        }
    }

    /// Tells `classes` classes of clients apart.
    #[must_use]
    pub fn with_classes(self, classes: usize) -> Self {
        Self { classes: vec![ClassCollector::new(); classes], ..self }
    }

    /// Counts the connections beyond these times exactly, which a histogram does not.
    #[must_use]
    pub fn with_limits(self, limits: impl IntoIterator<Item = TimeLimit>) -> Self {
        Self { limits: limits.into_iter().map(|limit| (limit, 0)).collect(), ..self }
    }

    /// Keeps arrivals, response times and failures over time too. At each of `instants` something is done or breaks.
    #[must_use]
    pub fn following(self, instants: &[Time]) -> Self {
        Self { series: Some(Recorder::new(self.horizon, instants)), ..self }
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
        let reactions = outcome.requests.map(|totals| self.requests.reactions(totals));
        // Of clients that react, what was assigned and refused are attempts.
        let [refused_no_server, refused_backlog, lost, timed_out, arrived] = match reactions {
            None => {
                let refused_backlog = self.refused_backlog.iter().sum::<u64>();
                let arrived = all_assigned + self.refused_no_server;
                [self.refused_no_server, refused_backlog, self.lost, 0, arrived]
            }
            Some(Reactions { failed_reset, failed_gone, failed_no_answer, failed_deadline, .. }) => [
                self.requests.failed(Failure::NoServer),
                self.requests.failed(Failure::BacklogFull),
                failed_reset + failed_gone,
                failed_no_answer + failed_deadline,
                self.requests.ended,
            ],
        };

        let failed = refused_no_server + refused_backlog + lost + timed_out;
        let is_whole = outcome.overload.is_none();
        assert!(arrived == finished + failed || !is_whole, "every connection of the window ends in one way");

        let per_finished = |sum: f64| (finished > 0).then(|| sum / finished as f64);
        let per_arrived = |count: u64| (arrived > 0).then(|| count as f64 / arrived as f64);
        let wait_ns_mean = per_finished(self.wait_ns as f64);
        let active = self.timeline.mean_active(self.warm_up, self.horizon);
        RunMetrics {
            arrived,
            finished,
            refused_no_server,
            refused_backlog,
            lost,
            overload: outcome.overload.map(|overload| OverloadMetrics {
                overloaded_since_s: overload.since.as_secs_f64(),
                in_progress: overload.in_progress,
                arrivals_per_s: overload.arrived_per_s,
                finished_per_s: overload.finished_per_s,
            }),
            refused_ratio: per_arrived(refused_no_server + refused_backlog),
            lost_ratio: per_arrived(lost),
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
            reactions,
            caches: caches(outcome),
            carried: carried(outcome),
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
                        cache: totals.cache.map(|cache| CacheUse::new(cache.hits, cache.misses)),
                    }
                })
                .collect(),
            classes: self.classes.iter().map(ClassCollector::metrics).collect::<Vec<ClassMetrics>>(),
            response_times,
            kept: Kept {
                waiting_times,
                class_times: self.classes.iter().map(ClassCollector::times).collect(),
                with_work: self.with_work,
                syns: outcome.director.map_or(0, |totals| totals.came),
                beyond: self.limits.iter().map(|&(_, count)| count).collect(),
            },
            timeline: self.timeline,
            time_series: self.series.map(|series| series.settled(reactions.is_some())),
        }
    }

    #[inline]
    fn failed(&mut self, now: Time, arrived: Time) {
        if let Some(series) = &mut self.series {
            series.failed(now, arrived);
        }
    }

    #[inline]
    fn is_measured(&self, arrived: Time) -> bool {
        self.warm_up <= arrived && arrived < self.horizon
    }
}

impl Observer for Collector {
    #[inline]
    fn arrived(&mut self, now: Time, class: u16) {
        if !self.classes.is_empty() && self.is_measured(now) {
            self.classes[usize::from(class)].arrived();
        }
    }

    #[inline]
    fn refused(&mut self, now: Time, refusal: Refusal) {
        self.failed(now, now);
        if self.is_measured(now) {
            match refusal {
                Refusal::NoServer => self.refused_no_server += 1,
                Refusal::BacklogFull { server, .. } => self.refused_backlog[server.index()] += 1,
            }
        }
    }

    #[inline]
    fn finished(&mut self, done: &Finished) {
        if let Some(series) = &mut self.series {
            series.finished(done.arrived, done.response_time());
        }
        if !self.is_measured(done.arrived) {
            return;
        }
        let response = done.response_time();
        record(&mut self.responses, response);
        self.response_ns += u128::from(response.as_nanos());
        if let Some(class) = self.classes.get_mut(usize::from(done.class)) {
            class.finished(response);
        }
        if done.work > Span::ZERO {
            self.slowdown += response.as_nanos() as f64 / done.work.as_nanos() as f64;
            self.with_work += 1;
        }
        let wait = done.waiting_time();
        for (limit, count) in &mut self.limits {
            let took = if limit.is_of_waiting { wait } else { response };
            *count += u64::from(took >= limit.from);
        }
        if wait > Span::ZERO {
            record(&mut self.waits, wait);
            let nanos = u128::from(wait.as_nanos());
            self.wait_ns += nanos;
            self.wait_ns2 = self.wait_ns2.saturating_add(nanos * nanos);
        }
    }

    #[inline]
    fn lost(&mut self, now: Time, _: ConnectionId, _: ServerId, arrived: Time) {
        self.failed(now, arrived);
        self.lost += u64::from(self.is_measured(arrived));
    }

    fn ended(&mut self, request: &RequestEnd) {
        if self.is_measured(request.arrived) {
            self.requests.ended += 1;
            self.requests.attempts += u64::from(request.attempts);
            if let Some(failure) = request.failure {
                self.requests.failed[failure as usize] += 1;
            }
        }
        if let Some(series) = &mut self.series {
            series.ended_request(request.arrived, request.failure.map(|_| request.ended));
        }
    }

    fn detected(&mut self, now: Time, _: ServerId, broken: Time) {
        self.requests.detections += 1;
        self.requests.detection_ns += u128::from(now.since(broken).as_nanos());
    }

    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        self.timeline.push(now, servers);
    }
}

/// What all caches did together, if there are any.
fn caches(outcome: &Outcome) -> Option<CacheUse> {
    let all = outcome.servers.iter().filter_map(|totals| totals.cache);
    let sum = all
        .reduce(|sum, one| sim::CacheTotals { hits: sum.hits + one.hits, misses: sum.misses + one.misses });
    sum.map(|sum| CacheUse::new(sum.hits, sum.misses))
}

/// What passed the director, if that was counted.
fn carried(outcome: &Outcome) -> Option<DirectorUse> {
    let sim::Traffic { inbound, outbound, .. } = outcome.traffic?;
    let window_ns = outcome.window.as_nanos() as f64;
    let director = outcome.director;
    Some(DirectorUse {
        packets_in: inbound.packets,
        packets_out: outbound.packets,
        bytes_in: inbound.bytes,
        bytes_out: outbound.bytes,
        director_utilisation_ratio: director.map(|totals| totals.busy_ns as f64 / window_ns),
        director_dropped_ratio: director
            .filter(|totals| totals.came > 0)
            .map(|totals| totals.dropped as f64 / totals.came as f64),
    })
}

#[cfg(test)]
#[path = "collector/tests.rs"]
mod tests;
