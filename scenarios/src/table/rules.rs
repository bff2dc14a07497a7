//! What neither ipvsadm nor the kernel takes, in every format.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::ops::Range;

use ipvslab_sim::{Protocol, Reached, ServiceKey};

use super::{Method, Named, Server, Service, Table};
use crate::problem::Problem;
use crate::table::refusal::Refusal;

/// The longest time that ipvsadm takes, of persistence and of `--set`: 31 days.
pub(crate) const LONGEST_S: u32 = 31 * 86_400;

/// A table that grows, with the places where its parts were given.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) table: Table,
    services: HashMap<ServiceKey, (usize, Range<usize>)>,
    servers: HashMap<(usize, SocketAddr), Range<usize>>,
}

impl Draft {
    /// Where the service of this key was given, if it was.
    pub(super) fn has_service(&self, key: ServiceKey) -> Option<Range<usize>> {
        self.services.get(&key).map(|(_, span)| span.clone())
    }

    /// Adds a service without servers, given at `span`.
    pub(super) fn add_service(&mut self, service: Service, span: &Range<usize>) -> Result<(), Refusal> {
        check_service(&service).map_err(|(message, help)| Refusal::new(message).at(span).help(help))?;
        if let Some((_, first)) = self.services.get(&service.key) {
            let message = format!("the service {} already exists", Named(service.key));
            return Err(Refusal::new(message).at(span).also(first, "first given here"));
        }
        self.services.insert(service.key, (self.table.services.len(), span.clone()));
        self.table.services.push(service);
        Ok(())
    }

    /// Adds a server to the service of this key, given at `span`. `Ok` with what is odd about it, if anything.
    pub(super) fn add_server(
        &mut self,
        key: ServiceKey,
        mut server: Server,
        span: &Range<usize>,
    ) -> Result<Option<Problem>, Refusal> {
        let Some(&(index, _)) = self.services.get(&key) else {
            let message = format!("there is no service {} before this line", Named(key));
            return Err(Refusal::new(message).at(span).help("a service comes before its servers"));
        };
        let service = &mut self.table.services[index];
        if server.endpoint.is_ipv6() != service.is_ipv6() && !matches!(server.method, Method::Tunnel(_)) {
            let message = format!("the server {} is of another IP version than its service", server.endpoint);
            return Err(Refusal::new(message).at(span).help("the kernel reaches it by a tunnel only"));
        }
        let mut odd = None;
        if let Reached::Address(address) = key.reached {
            let port = server.endpoint.port();
            if server.method != Method::Masquerade && port != address.port() {
                server.endpoint.set_port(address.port());
                let message = format!(
                    "port {port} is stored as {}: only masquerading changes ports, and ipvsadm says nothing",
                    address.port()
                );
                odd = Some(Problem::warning("", message).at(span));
            }
        }
        if let Some(first) = self.servers.get(&(index, server.endpoint)) {
            let message = format!("the server {} already exists", server.endpoint);
            return Err(Refusal::new(message).at(span).also(first, "first given here"));
        }
        self.servers.insert((index, server.endpoint), span.clone());
        service.servers.push(server);
        Ok(odd)
    }
}

/// # Errors
/// What is wrong, and what to do.
fn check_service(service: &Service) -> Result<(), (String, &'static str)> {
    let Reached::Address(address) = service.key.reached else { return Ok(()) };
    if address.port() == 0 && service.persistence.is_none() {
        let message = "port 0, every port, is for persistent services only";
        return Err((message.to_owned(), "name a port, or make the service persistent"));
    }
    if service.one_packet && service.key.protocol != Protocol::Udp {
        let message = "one-packet scheduling is for UDP services only";
        return Err((message.to_owned(), "leave it out: it has no effect on others"));
    }
    Ok(())
}

/// Keeps what is said once a kind.
#[derive(Default)]
pub(super) struct Once(HashSet<&'static str>);

impl Once {
    /// Whether this kind is new.
    pub(super) fn is_first(&mut self, kind: &'static str) -> bool {
        self.0.insert(kind)
    }
}
