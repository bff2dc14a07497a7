//! What a director shows of itself, as a table: `ipvsadm -Ln` with its kin, and `/proc/net/ip_vs`.
//!
//! A listing has everything that a scenario needs but thresholds and timeouts, which `ipvsadm -Ln --thresholds` and `ipvsadm -Ln --timeout` show;
//! several outputs may stand in one file. What shows no schedulers, no weights, or not how servers are reached, is refused by its name,
//! with what to run instead; [`counts`](super::counts) reads its numbers.

pub(super) mod proc;
pub(super) mod row;
pub(super) mod section;
mod service;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::SocketAddr;

use ipvslab_schedulers::{SchedulerKind, Thresholds};
use ipvslab_sim::{Protocol, Reached, ServiceKey};

use self::row::{Row, Rows, ServerRow};
use self::section::Section;
use super::names::HostNames;
use super::rules::{Draft, Once};
use super::word::number;
use super::{Encapsulation, Imported, Method, Server, Service, SetTimeouts};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::sources::Sources;
use crate::table::refusal::Refusal;

/// What a reader should know of the order of a listing.
const SORTED: &str = "servers are in the order of the listing, which `ipvsadm -Ln` sorts by address, so the director may break ties differently; \
                      `ipvsadm -Ln --nosort` shows its own order";
const OWN_ORDER: &str = "servers are in the director's own order: the listing shows the head of its list first, and they are added from its end";

/// Reads a listing that messages call `origin`.
///
/// # Errors
/// What cannot be read as a table, all of it at once.
pub(super) fn read(text: &str, origin: &str, names: &HostNames) -> Result<Imported, Problems> {
    let mut listing = Listing::default();
    let mut rows: Vec<(Section, Row<'_>)> = Rows::new(text, names).collect();
    marks(&mut rows);
    if let Err(refusal) = section::has_a_table(rows.iter().map(|(section, _)| *section), text) {
        return Err(Problems::new(ProblemKind::Invalid, origin, text, vec![refusal.into()]));
    }
    for (section, row) in &rows {
        listing.take(*section, row);
    }
    let sources = Sources::one(origin, text);
    if listing.problems.is_empty() {
        let order = listing.finish();
        Ok(Imported { table: listing.draft.table, warnings: listing.warnings, order, sources })
    } else {
        Err(Problems::within(ProblemKind::Invalid, sources, listing.problems))
    }
}

/// What is collected on the way.
#[derive(Default)]
struct Listing {
    draft: Draft,
    /// The service whose servers come; `None` if it could not be read.
    current: Option<ServiceKey>,
    thresholds: HashMap<(ServiceKey, SocketAddr), Thresholds>,
    is_proc: bool,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    warned: Once,
}

impl Listing {
    fn take(&mut self, section: Section, row: &Row<'_>) {
        let taken = match row {
            Row::Timeouts(words) => self.timeouts(words),
            Row::Service(service) => {
                self.current = None;
                service.as_ref().map_err(Refusal::clone).and_then(|service| {
                    if section.is_table() {
                        self.is_proc |= section == Section::Proc;
                        let read = service::read(service, section, &mut self.warned, &mut self.warnings)?;
                        let key = read.key;
                        self.draft.add_service(read, &service.span)?;
                        self.current = Some(key);
                    } else {
                        self.current = Some(service.key);
                    }
                    Ok(())
                })
            }
            Row::Server(server) => match (server, self.current) {
                (Err(refusal), _) => Err(refusal.clone()),
                // The service is at fault, and that was said.
                (Ok(_), None) if !self.problems.is_empty() => Ok(()),
                (Ok(server), None) => {
                    Err(Refusal::new("a server stands before any service").at(&server.span))
                }
                (Ok(server), Some(key)) => self.server(section, key, server),
            },
            Row::Other(word) if section.is_table() || section == Section::Unknown => {
                Err(Refusal::new("this is not a line of a listing")
                    .at(&word.span)
                    .help("a service is `TCP  10.0.0.1:80 wlc`, a server `  -> 10.1.0.1:80 Masq 1 0 0`"))
            }
            Row::Connection(_) | Row::Numbers(_) | Row::Other(_) => Ok(()),
        };
        self.problems.extend(taken.err().map(Problem::from));
    }

    fn server(&mut self, section: Section, key: ServiceKey, row: &ServerRow<'_>) -> Result<(), Refusal> {
        match section {
            Section::Thresholds => {
                let [upper, lower, ..] = row.columns.as_slice() else { return Err(row.too_short(4)) };
                let limit = |word| number(word, "a number of connections", 0..=i32::MAX as u32);
                if let Some(thresholds) = Thresholds::new(limit(upper)?, limit(lower)?) {
                    self.thresholds.insert((key, row.endpoint), thresholds);
                }
            }
            section if section.is_table() => {
                let server = server(section, row)?;
                let odd = self.draft.add_server(key, server, &row.span)?;
                self.warnings.extend(odd);
            }
            _ => {}
        }
        Ok(())
    }

    fn timeouts(&mut self, words: &[super::Word<'_>]) -> Result<(), Refusal> {
        let [tcp, tcp_fin, udp] = words else { return Ok(()) };
        let seconds = |word| number(word, "seconds", 0..=super::LONGEST_S);
        let set = SetTimeouts { tcp_s: seconds(tcp)?, tcp_fin_s: seconds(tcp_fin)?, udp_s: seconds(udp)? };
        // These are the kernel's own.
        let own = SetTimeouts { tcp_s: 900, tcp_fin_s: 120, udp_s: 300 };
        self.draft.table.timeouts = (set != own).then_some(set);
        Ok(())
    }

    /// Puts servers into the order in which they were added, as far as the listing tells. What to know of it.
    fn finish(&mut self) -> &'static str {
        for service in &mut self.draft.table.services {
            for server in &mut service.servers {
                if let Some(&thresholds) = self.thresholds.get(&(service.key, server.endpoint)) {
                    server.thresholds = thresholds;
                }
            }
        }
        let place = |server: &Server| (server.endpoint.is_ipv6(), server.endpoint);
        let is_sorted = |service: &Service| service.servers.is_sorted_by_key(place);
        let services = &mut self.draft.table.services;
        if self.is_proc || !services.iter().all(is_sorted) {
            services.iter_mut().for_each(|service| service.servers.reverse());
            OWN_ORDER
        } else {
            SORTED
        }
    }
}

/// The kernel does not show the family of a mark; its first server has it, unless behind a tunnel.
fn marks(rows: &mut [(Section, Row<'_>)]) {
    for at in 1..rows.len() {
        let (before, from) = rows.split_at_mut(at);
        if let (Some((Section::Proc, Row::Service(Ok(service)))), Some((_, Row::Server(Ok(server))))) =
            (before.last_mut(), from.first())
            && let Reached::Mark { ipv6, .. } = &mut service.key.reached
            && server.columns.first().is_some_and(|forward| forward.text != "Tunnel")
        {
            *ipv6 = server.endpoint.is_ipv6();
        }
    }
}

/// `Masq 1 0 0`, or `Tunnel gue:6080:-c 1 0 0`.
fn server(section: Section, row: &ServerRow<'_>) -> Result<Server, Refusal> {
    let (forward, info, weight) = match (section, row.columns.as_slice()) {
        (Section::Tunnels, [forward, info, weight, _, _]) => (forward, Some(info), weight),
        (Section::List | Section::Proc, [forward, weight, _, _]) => (forward, None, weight),
        (Section::Tunnels, _) => return Err(row.too_short(5)),
        _ => return Err(row.too_short(4)),
    };
    let method = match forward.text {
        "Masq" => Method::Masquerade,
        "Route" | "Local" | "LocalNode" => Method::DirectRoute,
        "Tunnel" => Method::Tunnel(info.map_or(Ok(Encapsulation::Ipip), service::encapsulation)?),
        _ => {
            return Err(super::word::unknown(
                forward,
                "way to reach a server",
                &["Masq", "Route", "Tunnel", "Local"],
            ));
        }
    };
    let weight = number(weight, "a weight", 0..=65_535)? as u16;
    Ok(Server { method, weight, ..Server::new(row.endpoint) })
}

/// A service without any settings yet.
fn plain(key: ServiceKey, scheduler: SchedulerKind) -> Service {
    let protocol = if matches!(key.reached, Reached::Mark { .. }) { Protocol::Tcp } else { key.protocol };
    Service { scheduler, ..Service::new(ServiceKey { protocol, ..key }) }
}
