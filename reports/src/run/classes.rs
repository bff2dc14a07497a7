//! Classes of clients, told apart.

use hdrhistogram::Histogram;
use ipvslab_schedulers::Span;
use serde::{Deserialize, Serialize};

use crate::run::distribution::{Distribution, Quantile, empty_histogram, record};

/// What one run meant for one class of clients: of what it sent within the window.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// Connections that came; of clients whose requests are followed, requests.
    pub arrived: u64,
    /// Served to their end.
    pub finished: u64,
    /// All others, of those that came.
    pub failed_ratio: Option<f64>,
    /// From arrival to end.
    pub response_time_us_mean: Option<f64>,
    /// Its median.
    pub response_time_us_p50: Option<f64>,
    /// Its 95 % quantile.
    pub response_time_us_p95: Option<f64>,
    /// Its 99 % quantile.
    pub response_time_us_p99: Option<f64>,
}

/// What is kept of a class during a run.
#[derive(Clone, Debug)]
pub(crate) struct ClassCollector {
    arrived: u64,
    responses: Histogram<u64>,
    response_ns: u128,
}

impl ClassCollector {
    pub(crate) fn new() -> Self {
        Self { arrived: 0, responses: empty_histogram(), response_ns: 0 }
    }

    pub(crate) fn arrived(&mut self) {
        self.arrived += 1;
    }

    pub(crate) fn finished(&mut self, response: Span) {
        record(&mut self.responses, response);
        self.response_ns += u128::from(response.as_nanos());
    }

    pub(crate) fn times(&self) -> Distribution {
        Distribution::new(&self.responses, 0)
    }

    pub(crate) fn metrics(&self) -> ClassMetrics {
        let times = self.times();
        let (arrived, finished) = (self.arrived, self.responses.len());
        ClassMetrics {
            arrived,
            finished,
            failed_ratio: (arrived > 0).then(|| (arrived - finished) as f64 / arrived as f64),
            response_time_us_mean: (finished > 0).then(|| self.response_ns as f64 / finished as f64 / 1e3),
            response_time_us_p50: times.quantile_us(Quantile::P50),
            response_time_us_p95: times.quantile_us(Quantile::P95),
            response_time_us_p99: times.quantile_us(Quantile::P99),
        }
    }
}
