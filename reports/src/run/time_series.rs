//! How a run goes: arrivals, response times and failures by time.
//!
//! Bins are equal but where something is done or breaks: there one ends and the next begins, so that nothing that follows from
//! it is shown before it.

use ipvslab_schedulers::{Span, Time};
use serde::{Deserialize, Serialize};

use crate::run::sketch::{BUCKETS, Sketch, bucket};

/// Equal bins from the start to the horizon, before they are cut.
pub(crate) const BINS: usize = 120;
/// More cuts than this are not made.
const CUTS: usize = 80;

/// Arrivals, response times and failures in bins of time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimeSeries {
    /// Where bins begin, in nanoseconds, and where the last ends.
    edges_ns: Vec<u64>,
    bins: Vec<Bin>,
    /// Response times by bin, once the run is over.
    sketches: Vec<Sketch>,
}

/// What happened in a bin of time, or in several together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Bin {
    /// Connections that came in it.
    pub(crate) arrived: u64,
    /// Of these, those that were served to their end.
    pub(crate) finished: u64,
    /// Their response times together, in nanoseconds.
    pub(crate) response_ns: u64,
    /// Connections, or requests if clients react, that failed in it, whenever they came.
    pub(crate) failed: u64,
}

/// A time series of a run that goes on.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    series: TimeSeries,
    /// The bin that the begin of each equal bin is in.
    first: Vec<usize>,
    step_ns: u64,
    /// By bin, then by bucket.
    times: Vec<u32>,
    /// Requests of clients that react, by bin: which came, and which failed, until it is known whether clients do.
    requests: Vec<[u64; 2]>,
}

impl Recorder {
    /// Of a run up to `horizon`, with bins cut at `instants`.
    pub(crate) fn new(horizon: Time, instants: &[Time]) -> Self {
        let step_ns = horizon.as_nanos().div_ceil(BINS as u64).max(1);
        let cuts = instants.iter().map(|at| at.as_nanos()).filter(|&at| at < horizon.as_nanos()).take(CUTS);
        let mut edges_ns: Vec<u64> = (0..=BINS as u64).map(|bin| bin * step_ns).chain(cuts).collect();
        edges_ns.sort_unstable();
        edges_ns.dedup();
        let count = edges_ns.len() - 1;
        let first =
            (0..BINS as u64).map(|bin| edges_ns.partition_point(|&edge| edge <= bin * step_ns) - 1).collect();
        Self {
            series: TimeSeries { edges_ns, bins: vec![Bin::default(); count], sketches: Vec::new() },
            first,
            step_ns,
            times: vec![0; count * BUCKETS],
            requests: vec![[0; 2]; count],
        }
    }

    /// The run is over. If clients react, requests count, not their attempts.
    pub(crate) fn settled(self, clients_react: bool) -> TimeSeries {
        let Self { mut series, times, requests, .. } = self;
        if clients_react {
            for (bin, [came, failed]) in series.bins.iter_mut().zip(requests) {
                (bin.arrived, bin.failed) = (came, failed);
            }
        }
        series.sketches = times.chunks(BUCKETS).map(Sketch::of).collect();
        series
    }

    /// A request of a client that reacts came to its end, or failed.
    pub(crate) fn ended_request(&mut self, arrived: Time, failed: Option<Time>) {
        if let Some(bin) = self.at(arrived) {
            self.requests[bin][0] += 1;
        }
        if let Some(bin) = failed.and_then(|failed| self.at(failed)) {
            self.requests[bin][1] += 1;
        }
    }

    #[inline]
    pub(crate) fn finished(&mut self, arrived: Time, response: Span) {
        if let Some(at) = self.at(arrived) {
            let bin = &mut self.series.bins[at];
            bin.arrived += 1;
            bin.finished += 1;
            bin.response_ns = bin.response_ns.saturating_add(response.as_nanos());
            self.times[at * BUCKETS + bucket(response.as_nanos())] += 1;
        }
    }

    pub(crate) fn failed(&mut self, now: Time, arrived: Time) {
        if let Some(bin) = self.at(arrived) {
            self.series.bins[bin].arrived += 1;
        }
        if let Some(bin) = self.at(now) {
            self.series.bins[bin].failed += 1;
        }
    }

    /// The bin that an instant is in; `None` after the last.
    #[inline]
    fn at(&self, at: Time) -> Option<usize> {
        let nanos = at.as_nanos();
        let mut bin = *self.first.get((nanos / self.step_ns) as usize)?;
        while nanos >= self.series.edges_ns[bin + 1] {
            bin += 1;
        }
        Some(bin)
    }
}

impl TimeSeries {
    /// Each bin with its begin and its end.
    pub(crate) fn bins(&self) -> impl Iterator<Item = ([Time; 2], Bin)> {
        let edges =
            self.edges_ns.windows(2).map(|ends| [Time::from_nanos(ends[0]), Time::from_nanos(ends[1])]);
        edges.zip(self.bins.iter().copied())
    }

    /// The response times of each bin.
    pub(crate) fn sketches(&self) -> &[Sketch] {
        &self.sketches
    }

    /// The bins that end at `to` or before and begin at `from` or later, together.
    pub(crate) fn between(&self, from: Time, to: Time) -> Bin {
        let within = self.bins().filter(|([begin, end], _)| from <= *begin && *end <= to);
        within.fold(Bin::default(), |sum, (_, bin)| sum.and(bin))
    }
}

impl Bin {
    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            arrived: self.arrived + other.arrived,
            finished: self.finished + other.finished,
            response_ns: self.response_ns.saturating_add(other.response_ns),
            failed: self.failed + other.failed,
        }
    }

    /// The mean response time in microseconds; `None` if nothing was served.
    pub(crate) fn response_us(self) -> Option<f64> {
        (self.finished > 0).then(|| self.response_ns as f64 / self.finished as f64 / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Time {
        Time::ZERO + Span::from_secs(secs)
    }

    #[test]
    fn of_clients_that_react_requests_fail_and_not_attempts() {
        let mut series = Recorder::new(at(240), &[]);
        series.failed(at(10), at(10));
        series.failed(at(10), at(10));
        series.ended_request(at(8), Some(at(10)));
        let failed = |series: TimeSeries| series.between(at(0), at(20)).failed;
        assert_eq!((failed(series.clone().settled(false)), failed(series.settled(true))), (2, 1));
    }

    #[test]
    fn what_comes_is_in_its_bin() {
        let mut series = Recorder::new(at(480), &[]);
        series.finished(at(100), Span::from_millis(10));
        series.finished(at(101), Span::from_millis(30));
        series.finished(at(104), Span::from_millis(500));
        series.failed(at(104), at(101));
        series.failed(at(480), at(480));
        let series = series.settled(false);
        let early = series.between(at(100), at(104));
        assert_eq!((early.response_us(), early.arrived), (Some(20_000.0), 3), "one of them fails later");
        assert_eq!(
            series.between(at(104), at(480)),
            Bin { arrived: 1, finished: 1, response_ns: 500_000_000, failed: 1 }
        );
        assert_eq!(series.between(at(0), at(99)).response_us(), None);
        assert_eq!((series.bins().count(), series.sketches().len()), (BINS, BINS));
    }

    #[test]
    fn nothing_that_follows_an_instant_is_in_a_bin_before_it() {
        let crash = at(241);
        let mut series = Recorder::new(at(480), &[crash, at(480), crash]);
        let just_before = Time::from_nanos(crash.as_nanos() - 1);
        for instant in [just_before, crash, crash] {
            series.failed(instant, instant);
        }
        let series = series.settled(false);
        let failed: Vec<([Time; 2], u64)> =
            series.bins().map(|(ends, bin)| (ends, bin.failed)).filter(|&(_, failed)| failed > 0).collect();
        assert_eq!(failed, [([at(240), crash], 1), ([crash, at(244)], 2)]);
        assert_eq!((series.between(at(240), crash).failed, series.between(crash, at(480)).failed), (1, 2));
    }
}
