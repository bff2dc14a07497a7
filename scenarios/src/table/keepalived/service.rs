//! What keepalived makes of a virtual server once it has read it: `validate_check_config` of `check_data.c`, and what `ipvswrapper.c`
//! tells the kernel.

use std::net::SocketAddr;
use std::ops::Range;

use ipvslab_schedulers::{SchedulerKind, Span};
use ipvslab_sim::{Persistence, Protocol, Reached, ServiceKey};

use super::Reading;
use super::check;
use super::group::Place;
use super::real_server::RealServer;
use super::virtual_server::{DEFAULT_PERSISTENCE_S, VirtualServer};
use crate::problem::Problem;
use crate::table::{Method, Named, Server, Service};

/// Adds the services of a virtual server with their real servers, and says what keepalived changes on the way.
pub(super) fn add(mut server: VirtualServer, reading: &mut Reading) {
    let shown = server.shown.clone();
    if server.places.is_empty() {
        return;
    }
    if server.servers.is_empty() {
        reading.warn(&server.span, format!("`{shown}` has no real servers: keepalived ignores it"));
        return;
    }
    let by_address = server.places.iter().any(|place| matches!(place, Place::Address(_)));
    let protocol = protocol(&mut server, by_address, reading);
    let scheduler = server.scheduler.unwrap_or_else(|| {
        if !server.bad_scheduler {
            reading.warn(&server.span, format!("`{shown}` has no `lb_algo`: keepalived takes wlc"));
        }
        SchedulerKind::Wlc
    });
    without_duplicates(&mut server, reading);
    let method = method(&mut server, reading);
    quorum(&mut server, reading);
    if let Some((_, span)) = server.granularity.as_ref().filter(|_| server.is_group) {
        let message =
            "keepalived forgets the granularity of a group: clients are distinguished by their full address";
        reading.warn(span, message.to_owned());
    }
    let health = check::common(&server.checks, server.servers.iter().map(|server| &server.checked), reading);
    let ipv6 = server.ipv6.unwrap_or_else(|| tunnelled_family(&server.servers));
    for place in server.places.clone() {
        let (reached, protocol) = match place {
            Place::Address(address) => (Reached::Address(address), protocol),
            Place::Mark { mark, ipv6: own } => {
                (Reached::Mark { mark, ipv6: own.unwrap_or(ipv6) }, Protocol::Tcp)
            }
        };
        let key = ServiceKey { protocol, reached };
        let service = Service {
            scheduler,
            flags: server.flags,
            one_packet: server.one_packet.is_some(),
            health,
            ..Service::new(key)
        };
        let persistence = persistence(&server, service.is_ipv6());
        let engine = persistence.is_some().then(|| server.engine.clone()).flatten();
        add_service(Service { persistence, engine, ..service }, &server.span, reading);
        for real in &server.servers {
            add_server(real, key, method, server.weight, reading);
        }
    }
}

/// The protocol of services by address. Marks have none.
fn protocol(server: &mut VirtualServer, by_address: bool, reading: &mut Reading) -> Protocol {
    let (span, shown) = (server.span.clone(), server.shown.clone());
    if !by_address {
        if let Some((_, span)) = server.protocol.take() {
            reading
                .warn(&span, "a firewall mark is for all protocols: keepalived ignores the line".to_owned());
        }
        return Protocol::Tcp;
    }
    let protocol = server.protocol.as_ref().map(|&(protocol, _)| protocol).unwrap_or_else(|| {
        let problem = Problem::warning("", format!("`{shown}` has no `protocol`: keepalived takes UDP"));
        reading.warnings.push(problem.at(&span).help("`protocol TCP`, if that is meant"));
        Protocol::Udp
    });
    if protocol != Protocol::Udp
        && let Some(span) = server.one_packet.take()
    {
        reading
            .warn(&span, "one-packet scheduling is for UDP services only: keepalived removes it".to_owned());
    }
    let is_any_port = |place: &Place| matches!(place, Place::Address(address) if address.port() == 0);
    if server.persistence_s.is_none() && server.places.iter().any(is_any_port) {
        let message = format!(
            "`{shown}` has no port, and every port is for persistent services only: keepalived makes it persistent for \
             {DEFAULT_PERSISTENCE_S} s"
        );
        reading.warn(&server.span, message);
        server.persistence_s = Some(DEFAULT_PERSISTENCE_S);
    }
    protocol
}

fn without_duplicates(server: &mut VirtualServer, reading: &mut Reading) {
    let mut seen: Vec<SocketAddr> = Vec::new();
    server.servers.retain(|real| {
        let is_new = !seen.contains(&real.endpoint);
        if is_new {
            seen.push(real.endpoint);
        } else {
            let message =
                format!("the real server {} already exists: keepalived takes the first", real.checked.name);
            reading.warn(&real.span, message);
        }
        is_new
    });
}

/// How servers are reached that do not say it.
fn method(server: &mut VirtualServer, reading: &mut Reading) -> Method {
    if server.method.is_none() && server.servers.iter().any(|real| real.method.is_none()) {
        let message = format!("`{}` has no `lb_kind`: keepalived takes NAT", server.shown);
        reading.warn(&server.span, message);
    }
    server.method.unwrap_or(Method::Masquerade)
}

/// keepalived lowers a quorum that all servers together do not reach, and a hysteresis that is not below it.
fn quorum(server: &mut VirtualServer, reading: &mut Reading) {
    let weights = server.servers.iter().map(|real| u32::from(real.weight.unwrap_or(server.weight)));
    let sum = weights.fold(0, u32::saturating_add);
    if server.checks.quorum > sum {
        let message = format!(
            "the quorum {} is more than all weights together, {sum}: keepalived lowers it",
            server.checks.quorum
        );
        let span = server.quorum.as_ref().unwrap_or(&server.span).clone();
        reading.warn(&span, message);
        server.checks.quorum = sum;
    }
    if let Some((hysteresis, span)) = &server.hysteresis
        && *hysteresis >= server.checks.quorum
    {
        let quorum = server.checks.quorum;
        let message =
            format!("the hysteresis {hysteresis} is not below the quorum, {quorum}: keepalived lowers it");
        reading.warn(span, message);
    }
}

/// The family of a mark whose servers are all behind tunnels: theirs, if it is the same for all, or IPv4.
fn tunnelled_family(servers: &[RealServer]) -> bool {
    servers.iter().all(|server| server.endpoint.is_ipv6())
}

/// keepalived gives the kernel the granularity of a virtual server, and forgets it for a group.
fn persistence(server: &VirtualServer, ipv6: bool) -> Option<Persistence> {
    let timeout = Span::from_secs(server.persistence_s?.into());
    let all = if ipv6 { 128 } else { 32 };
    let prefix = server.granularity.as_ref().filter(|_| !server.is_group).map_or(all, |&(prefix, _)| prefix);
    Some(Persistence { timeout, prefix })
}

/// The kernel has a service once; what keepalived adds to it again goes to the one that is there.
fn add_service(service: Service, span: &Range<usize>, reading: &mut Reading) {
    let key = service.key;
    match reading.draft.has_service(key) {
        Some(first) => {
            let message = format!(
                "the service {} already exists: the kernel keeps its settings, and adds the servers",
                Named(key)
            );
            reading.warnings.push(Problem::warning("", message).at(span).also(&first, "first given here"));
        }
        None => {
            if let Err(refusal) = reading.draft.add_service(service, span) {
                reading.problems.push(refusal.into());
            }
        }
    }
}

fn add_server(real: &RealServer, key: ServiceKey, method: Method, weight: u16, reading: &mut Reading) {
    let method = real.method.unwrap_or(method);
    let mut endpoint = real.endpoint;
    let own = endpoint.port();
    match key.reached {
        Reached::Address(address) if own == 0 => endpoint.set_port(address.port()),
        Reached::Address(address) if method != Method::Masquerade && own != address.port() => {
            let message = format!("port {own} is taken for {}: only NAT changes ports", address.port());
            reading.warn(&real.span, message);
            endpoint.set_port(address.port());
        }
        Reached::Mark { .. } if method != Method::Masquerade && own != 0 => {
            let message = format!("port {own} is left out: behind a firewall mark, only NAT changes ports");
            reading.warn(&real.span, message);
            endpoint.set_port(0);
        }
        _ => {}
    }
    let server =
        Server { endpoint, method, weight: real.weight.unwrap_or(weight), thresholds: real.thresholds };
    match reading.draft.add_server(key, server, &real.span) {
        Ok(odd) => reading.warnings.extend(odd),
        Err(refusal) => reading.warnings.push(refusal.passed_over("the kernel refuses it")),
    }
}
