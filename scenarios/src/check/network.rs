//! `[network]` and `[director]`: what lies between clients and servers.

use ipvslab_schedulers::Span;
use ipvslab_sim::{Capacity, Forwarding, Network, Passage};

use super::Findings;
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::raw::{self, File};

/// How long a new connection waits for the director if the file does not say.
const QUEUE: Span = Span::from_millis(10);

/// What a connection has to pass; `None` within if there is nothing.
pub(super) fn passage(
    file: &File,
    forwarding: Forwarding,
    is_disturbed: bool,
    findings: &mut Findings,
) -> Option<Option<Passage>> {
    let (network, director) = (file.network.as_ref(), file.director.as_ref());
    let first = network.map(|network| ("network", &network.span));
    let Some((section, span)) = first.or(director.map(|director| ("director", &director.span))) else {
        return Some(None);
    };
    let distances =
        network.map_or(Some(Network::default()), |network| distances(network, forwarding, findings));
    let capacity = director.map(|director| capacity(director, findings));
    if is_disturbed {
        let message = "found together with faults, `patience`, `health` or what else disturbs a run";
        let problem = Problem::error(section, message).at(span);
        findings.report(problem.help("clients that react are next to their servers in the model"));
        return None;
    }
    if follows(file) {
        let message = "found together with requests that follow others: `[requests]` or `[arrivals.closed]`";
        let problem = Problem::error(section, message).at(span);
        findings.report(problem.help("clients that come back are next to their servers in the model"));
        return None;
    }
    let several = file
        .directors
        .as_ref()
        .filter(|several| several.value.count.as_ref().is_some_and(|count| count.value > 1));
    if let (Some(director), Some(several)) = (director, several) {
        let problem = Problem::error("director", "found the bounds of one director, and several of them")
            .at(&director.span);
        findings.report(problem.also(&several.span, "the several"));
        return None;
    }
    let capacity = match capacity {
        Some(capacity) => Some(capacity?),
        None => None,
    };
    Some(Some(Passage { network: distances?, capacity }))
}

/// Whether requests follow others.
fn follows(file: &File) -> bool {
    let closed = |arrivals: &Option<At<raw::Arrivals>>| {
        arrivals.as_ref().is_some_and(|arrivals| arrivals.value.closed.is_some())
    };
    let classes = file.classes.iter().flat_map(|classes| &classes.value);
    file.requests.is_some()
        || closed(&file.arrivals)
        || classes.into_iter().any(|class| class.value.requests.is_some() || closed(&class.value.arrivals))
}

fn distances(
    At { value: raw, .. }: &At<raw::Network>,
    forwarding: Forwarding,
    findings: &mut Findings,
) -> Option<Network> {
    let span = |given: &Option<Quoted<Duration>>| given.as_ref().map(|given| given.value.span());
    let client = span(&raw.client).unwrap_or(Span::ZERO);
    let server = span(&raw.server).unwrap_or(Span::ZERO);
    if let Some(back) = raw.back.as_ref().filter(|_| forwarding == Forwarding::Masquerade) {
        let message = "found `back`, but under `masq` replies pass the director";
        let problem = Problem::error("network.back", message).at(&back.span);
        findings.report(problem.help("they take `server` and `client`; `back` is for `gate` and `tunnel`"));
        return None;
    }
    Some(Network { client, server, back: span(&raw.back).unwrap_or(client + server) })
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
