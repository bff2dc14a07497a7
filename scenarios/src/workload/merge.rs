//! The streams of several classes, put in order of time.

use ipvslab_schedulers::Time;
use ipvslab_sim::Arrival;

use super::Stream;
use super::ports::Ports;
use crate::trace::TraceError;

/// Streams with the next arrival of each. Of arrivals at one instant, those of the class that comes first in the file
/// are first.
#[derive(Debug)]
pub(super) struct Merge {
    streams: Vec<Stream>,
    /// By stream; `None` once it has ended. Empty before the first arrival is asked for.
    heads: Vec<Option<Result<Arrival, TraceError>>>,
}

impl Merge {
    pub(super) fn new(streams: Vec<Stream>) -> Self {
        Self { streams, heads: Vec::new() }
    }

    pub(super) fn next(&mut self, ports: &mut Ports) -> Option<Result<Arrival, TraceError>> {
        if self.heads.is_empty() {
            self.heads = self.streams.iter_mut().map(|stream| stream.next(ports)).collect();
        }
        // Classes are few: looking at all of them is cheaper than keeping a heap.
        let heads = self.heads.iter().enumerate();
        let (first, _) = heads
            .filter_map(|(number, head)| Some((number, time(head.as_ref()?))))
            .min_by_key(|&(_, at)| at)?;
        let next = self.streams[first].next(ports);
        std::mem::replace(&mut self.heads[first], next)
    }
}

/// When an arrival is due; a fault of a trace at once.
fn time(head: &Result<Arrival, TraceError>) -> Time {
    head.as_ref().map_or(Time::ZERO, |arrival| arrival.at)
}
