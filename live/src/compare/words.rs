//! A script's words as the model's director takes them, and as people read them.

use ipvslab_schedulers::{HashFlags, Span};
use ipvslab_sim::{
    Destination, Payload, Persistence, Protocol, Reached, ServiceKey, ServiceSettings, TcpFlags,
};

use crate::log::{Counters, Outcome};
use crate::script::{self, Action, Content, Script, Server, Service, Settings, Side};

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

pub(super) fn payload(content: Content) -> Payload {
    match content {
        Content::Syn => Payload::Tcp(TcpFlags::SYN),
        Content::SynAck => Payload::Tcp(TcpFlags::SYN | TcpFlags::ACK),
        Content::Ack => Payload::Tcp(TcpFlags::ACK),
        Content::Fin => Payload::Tcp(TcpFlags::FIN | TcpFlags::ACK),
        Content::Rst => Payload::Tcp(TcpFlags::RST),
        Content::Bare => Payload::Tcp(TcpFlags::default()),
        Content::Datagram => Payload::Udp,
        Content::Sctp(event) => Payload::Sctp(event),
    }
}

/// An outcome in words.
pub(super) fn named(outcome: Outcome) -> String {
    match outcome {
        Outcome::Server { host, port } => format!("to server {host}, port {port}"),
        Outcome::Nothing => "nothing came out".to_owned(),
        Outcome::Answered => "answered in the service's name".to_owned(),
        Outcome::Untouched => "came out as it went in".to_owned(),
        Outcome::Refused => "port unreachable".to_owned(),
        Outcome::Reset => "answered by the director itself".to_owned(),
        Outcome::Skipped => "not played".to_owned(),
    }
}

/// Places of a list at which another one has something else, in words.
pub(super) fn only_in(list: &[Counters], other: &[Counters]) -> String {
    let differing = list.iter().enumerate().filter(|&(place, counters)| other.get(place) != Some(counters));
    let each = differing.map(|(place, Counters { server, weight, active, inactive, persistent })| {
        format!(
            "place {place}: server {server}, weight {weight}, {active} active, {inactive} inactive, {persistent} \
             persistent"
        )
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { format!("{} servers", list.len()) } else { each.join("; ") }
}

/// An event in words.
pub(super) fn describe(script: &Script, event: usize) -> String {
    match script.events[event].action {
        Action::Packet { flow, from, content } => {
            let spec = &script.flows[flow as usize];
            let sender = if from == Side::Client { "client" } else { "server" };
            format!(
                "{content:?} of the {sender}, {} {} to {}",
                protocol(spec.protocol),
                spec.client,
                spec.destination
            )
        }
        other => format!("{other:?}"),
    }
}

fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "TCP",
        Protocol::Udp => "UDP",
        Protocol::Sctp => "SCTP",
    }
}
