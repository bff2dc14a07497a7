//! How a run goes: response times and failures by time. Kept only of runs in which something is done or breaks.

use ipvslab_schedulers::{Span, Time};
use serde::{Deserialize, Serialize};

/// Bins from the start to the horizon.
pub(crate) const BINS: usize = 240;

/// Response times and failures in equal bins of time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimeSeries {
    bin_ns: u64,
    bins: Vec<Bin>,
    /// Requests of clients that react which failed, by bin, until it is known whether clients do.
    failed_requests: Vec<u64>,
}

/// What happened in a bin of time, or in several together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Bin {
    /// Connections that came in it and were served to their end.
    pub(crate) finished: u64,
    /// Their response times together, in nanoseconds.
    pub(crate) response_ns: u64,
    /// Connections, or requests if clients react, that failed in it, whenever they came.
    pub(crate) failed: u64,
}

impl TimeSeries {
    pub(crate) fn new(horizon: Time) -> Self {
        let bin_ns = horizon.as_nanos().div_ceil(BINS as u64).max(1);
        Self { bin_ns, bins: vec![Bin::default(); BINS], failed_requests: vec![0; BINS] }
    }

    /// The run is over. If clients react, requests count as failed, not their attempts.
    pub(crate) fn settled(mut self, clients_react: bool) -> Self {
        for (bin, requests) in self.bins.iter_mut().zip(std::mem::take(&mut self.failed_requests)) {
            bin.failed = if clients_react { requests } else { bin.failed };
        }
        self
    }

    pub(crate) fn failed_request(&mut self, now: Time) {
        if let Some(requests) = self.failed_requests.get_mut((now.as_nanos() / self.bin_ns) as usize) {
            *requests += 1;
        }
    }

    pub(crate) fn finished(&mut self, arrived: Time, response: Span) {
        if let Some(bin) = self.bin(arrived) {
            bin.finished += 1;
            bin.response_ns = bin.response_ns.saturating_add(response.as_nanos());
        }
    }

    pub(crate) fn failed(&mut self, now: Time) {
        if let Some(bin) = self.bin(now) {
            bin.failed += 1;
        }
    }

    /// Each bin with its middle.
    pub(crate) fn bins(&self) -> impl Iterator<Item = (Time, Bin)> {
        let middle = |number: usize| Time::from_nanos(self.bin_ns * number as u64 + self.bin_ns / 2);
        self.bins.iter().enumerate().map(move |(number, &bin)| (middle(number), bin))
    }

    /// The bins that end at `to` or before and begin at `from` or later, together.
    pub(crate) fn between(&self, from: Time, to: Time) -> Bin {
        let first = from.as_nanos().div_ceil(self.bin_ns) as usize;
        let end = (to.as_nanos() / self.bin_ns) as usize;
        let within = self.bins.iter().take(end).skip(first);
        within.fold(Bin::default(), |sum, bin| Bin {
            finished: sum.finished + bin.finished,
            response_ns: sum.response_ns.saturating_add(bin.response_ns),
            failed: sum.failed + bin.failed,
        })
    }

    /// The start of the bin that an instant is in.
    pub(crate) fn floor(&self, at: Time) -> Time {
        Time::from_nanos(at.as_nanos() / self.bin_ns * self.bin_ns)
    }

    fn bin(&mut self, at: Time) -> Option<&mut Bin> {
        self.bins.get_mut((at.as_nanos() / self.bin_ns) as usize)
    }
}

impl Bin {
    /// The mean response time in microseconds; `None` if nothing was served.
    pub(crate) fn response_us(self) -> Option<f64> {
        (self.finished > 0).then(|| self.response_ns as f64 / self.finished as f64 / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_clients_that_react_requests_fail_and_not_attempts() {
        let mut series = TimeSeries::new(Time::ZERO + Span::from_secs(240));
        let at = Time::ZERO + Span::from_secs(10);
        series.failed(at);
        series.failed(at);
        series.failed_request(at);
        let failed = |series: TimeSeries| series.between(Time::ZERO, Time::ZERO + Span::from_secs(20)).failed;
        assert_eq!((failed(series.clone().settled(false)), failed(series.settled(true))), (2, 1));
    }

    #[test]
    fn what_comes_is_in_its_bin() {
        let at = |secs| Time::ZERO + Span::from_secs(secs);
        let mut series = TimeSeries::new(at(480));
        series.finished(at(100), Span::from_millis(10));
        series.finished(at(101), Span::from_millis(30));
        series.finished(at(102), Span::from_millis(500));
        series.failed(at(102));
        series.failed(at(480));
        assert_eq!(series.between(at(98), at(102)).response_us(), Some(20_000.0));
        assert_eq!(
            series.between(at(102), at(480)),
            Bin { finished: 1, response_ns: 500_000_000, failed: 1 }
        );
        assert_eq!(series.between(at(0), at(99)).response_us(), None);
        assert_eq!((series.floor(at(103)), series.bins().count()), (at(102), BINS));
    }
}
