//! A script's words as the model's director takes them.

use ipvslab_schedulers::{HashFlags, Span};
use ipvslab_sim::{Destination, Persistence, Reached, ServiceKey, ServiceSettings};

use crate::script::{self, Script, Server, Service, Settings};

/// What a service is known by.
pub(super) fn key(service: &Service) -> ServiceKey {
    let reached = match service.reached {
        script::Reached::Address(address) => Reached::Address(address),
        script::Reached::Fwmark { mark, ipv6, .. } => Reached::Mark { ipv6, mark },
    };
    ServiceKey { protocol: service.protocol, reached }
}

/// What can be changed of a service.
pub(super) fn settings(of: &Settings) -> ServiceSettings {
    ServiceSettings {
        scheduler: of.scheduler,
        flags: HashFlags { fallback: of.fallback, port: of.hash_port },
        one_packet: of.one_packet,
        persistence: of.persistent.map(|persistent| Persistence {
            timeout: Span::from_secs(persistent.timeout_s.into()),
            prefix: persistent.prefix,
        }),
    }
}

/// A server with its weight.
pub(super) fn destination(server: &Server, weight: u32) -> Destination {
    Destination {
        endpoint: server.endpoint,
        forwarding: server.forwarding,
        weight: Script::weight(weight),
        thresholds: server.limits(),
    }
}
