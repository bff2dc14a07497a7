//! The bytes that connections carry.

use std::net::IpAddr;

use ipvslab_schedulers::Rng;
use ipvslab_sim::Sizes;

use super::demand::{Demand, Drawn};
use super::streams::Streams;
use crate::trace::Row;

/// Where sizes come from; what is `None` is never drawn, and 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct SizeLaws {
    pub(crate) request: Option<Drawn>,
    pub(crate) response: Option<Drawn>,
}

impl SizeLaws {
    /// Whether replications differ in them.
    pub(crate) fn is_random(&self) -> bool {
        [&self.request, &self.response].into_iter().flatten().any(Drawn::is_random)
    }

    /// Whether anything is said of them.
    pub(crate) fn are_there(&self) -> bool {
        self.request.is_some() || self.response.is_some()
    }

    /// The mean sizes, to the byte.
    pub(crate) fn means(&self) -> Sizes {
        let mean = |of: &Option<Drawn>| of.as_ref().map_or(0, |of| bytes(of.law().mean()));
        Sizes { request: mean(&self.request), response: mean(&self.response) }
    }

    /// Those of one replication; `None` if nothing is said of them.
    pub(super) fn demand(&self, streams: Streams<'_>) -> Option<Box<SizeDemand>> {
        let one = |of: &Option<Drawn>, what: &'static str, stream: &str| {
            of.as_ref().map(|of| of.demand(streams.seed, what, streams.stream(stream)))
        };
        let request = one(&self.request, "request", "request-sizes");
        let response = one(&self.response, "response", "response-sizes");
        (request.is_some() || response.is_some()).then(|| Box::new(SizeDemand { request, response }))
    }
}

/// The sizes of one replication.
#[derive(Debug)]
pub(super) struct SizeDemand {
    request: Option<Demand>,
    response: Option<Demand>,
}

impl SizeDemand {
    pub(super) fn draw(&mut self, destination: IpAddr) -> Sizes {
        let one = |of: &mut Option<Demand>| of.as_mut().map_or(0, |of| bytes(of.draw(destination)));
        Sizes { request: one(&mut self.request), response: one(&mut self.response) }
    }

    /// The same from other draws.
    pub(super) fn with(&self, destination: IpAddr, draws: &mut Rng) -> Sizes {
        let mut one = |of: &Option<Demand>| of.as_ref().map_or(0, |of| bytes(of.with(destination, draws)));
        Sizes { request: one(&self.request), response: one(&self.response) }
    }

    /// What the trace's row says, and what it does not say from a stream of its own.
    pub(super) fn of_row(&self, row: &Row, destination: IpAddr, draws: impl FnOnce() -> Rng) -> Sizes {
        if let (Some(request), Some(response)) = (row.request, row.response) {
            return Sizes { request, response };
        }
        let drawn = self.with(destination, &mut draws());
        Sizes {
            request: row.request.unwrap_or(drawn.request),
            response: row.response.unwrap_or(drawn.response),
        }
    }
}

/// To the nearest byte, and at most 4 GiB.
fn bytes(size: f64) -> u32 {
    (size + 0.5) as u32
}
