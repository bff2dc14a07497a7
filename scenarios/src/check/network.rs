//! `[network]` and `[director]`: what lies between clients and servers.

use ipvslab_schedulers::Span;
use ipvslab_sim::{Capacity, Network, Passage};

use super::findings::Findings;
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::raw::{self, File};

/// How long a new connection waits for the director if the file does not say.
const QUEUE: Span = Span::from_millis(10);

/// What a connection has to pass; `None` within if there is nothing.
pub(super) fn passage(file: &File, findings: &mut Findings) -> Option<Option<Passage>> {
    let (network, director) = (file.network.as_ref(), file.director.as_ref());
    if network.is_none() && director.is_none() {
        return Some(None);
    }
    let distances = network.map_or_else(Network::default, |network| distances(&network.value));
    let capacity = director.map(|director| capacity(director, findings));
    let capacity = match capacity {
        Some(capacity) => Some(capacity?),
        None => None,
    };
    Some(Some(Passage { network: distances, capacity }))
}

fn distances(raw: &raw::Network) -> Network {
    let span = |given: &Option<Quoted<Duration>>| given.as_ref().map(|given| given.value.span());
    let client = span(&raw.client).unwrap_or(Span::ZERO);
    let server = span(&raw.server).unwrap_or(Span::ZERO);
    Network { client, server, back: span(&raw.back).unwrap_or(client + server) }
}

fn capacity(At { value: raw, span }: &At<raw::Director>, findings: &mut Findings) -> Option<Capacity> {
    if raw.packets.is_none() && raw.bits.is_none() {
        if !findings.was_unreadable("director", &["packets", "bits"]) {
            let problem = Problem::error("director", "found neither `packets` nor `bits`").at(span);
            findings.report(problem.help("packets = \"1M/s\", bits = \"10Gbit/s\", or both"));
        }
        return None;
    }
    Some(Capacity {
        packets_per_s: raw.packets.as_ref().map(|packets| packets.value.per_second()),
        bits_per_s: raw.bits.as_ref().map(|bits| bits.value.per_second()),
        queue: raw.queue.as_ref().map_or(QUEUE, |queue| queue.value.span()),
    })
}
