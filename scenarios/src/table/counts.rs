//! How busy a director is and was, by what it shows: connections, packets and bytes of services and servers.
//!
//! Read are `ipvsadm -Ln` alone and with `--stats`, `--rate`, `--persistent-conn` or `--thresholds`, `ipvsadm -Lnc`, `/proc/net/ip_vs`, `ip_vs_conn` and
//! `ip_vs_stats`, and what node_exporter says of IPVS; several of them may stand in one text.

mod connections;
mod exporter;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use ipvslab_sim::ServiceKey;

use self::connections::Entry;
use super::Word;
use super::listing::row::{Row, Rows, ServerRow};
use super::listing::section::Section;
use super::names::HostNames;
use super::refusal::Refusal;
use super::word::number_of;
use crate::problem::{Problem, ProblemKind, Problems};
use crate::suggest::printable;

/// What a director shows of its traffic. What is `None` was not shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DirectorCounts {
    /// By service, in the order in which they are shown first.
    pub services: Vec<ServiceCounts>,
    /// Of the whole director, since it was started or its counters were zeroed.
    pub total: Option<TrafficCounts>,
    /// Of the whole director, per second.
    pub rate: Option<TrafficCounts>,
}

/// What is shown of a service.
#[derive(Clone, PartialEq, Debug)]
pub struct ServiceCounts {
    /// How it is reached.
    pub key: ServiceKey,
    /// Since its counters were zeroed.
    pub total: Option<TrafficCounts>,
    /// Per second, as the kernel estimates it.
    pub rate: Option<TrafficCounts>,
    /// Its servers.
    pub servers: Vec<ServerCounts>,
}

/// What is shown of a server.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerCounts {
    /// Its address and port.
    pub endpoint: SocketAddr,
    /// Its weight.
    pub weight: Option<u32>,
    /// Its connections that count as active.
    pub active: Option<u64>,
    /// Those that do not.
    pub inactive: Option<u64>,
    /// Its persistence templates.
    pub persistent: Option<u64>,
    /// Its entries in the connection table.
    pub entries: Option<Entries>,
    /// Since its counters were zeroed.
    pub total: Option<TrafficCounts>,
    /// Per second, as the kernel estimates it.
    pub rate: Option<TrafficCounts>,
}

/// Entries of the connection table, by what the kernel takes their states for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Entries {
    /// On their way to being open, or open; of UDP none.
    pub active: u64,
    /// All others.
    pub inactive: u64,
    /// Persistence templates.
    pub persistent: u64,
}

/// Sums, or rates per second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TrafficCounts {
    /// New connections.
    pub connections: Count,
    /// Packets from clients.
    pub packets_in: Count,
    /// Packets to clients; with masquerading only.
    pub packets_out: Count,
    /// Bytes from clients.
    pub bytes_in: Count,
    /// Bytes to clients; with masquerading only.
    pub bytes_out: Count,
}

/// A number as it is shown: ipvsadm cuts large ones off, unless it is told `--exact`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// What is shown.
    pub shown: u64,
    /// How much may have been cut off, less than this; 1 for a number that is exact.
    pub unit: u64,
}

/// Reads what a director shows; messages call it `origin`.
///
/// # Errors
/// Lines that cannot be read, and texts in which there are no counts.
pub fn read(text: &str, origin: &str, names: &HostNames) -> Result<DirectorCounts, Problems> {
    let mut reading = Reading::default();
    for (section, row) in Rows::new(text, names) {
        let taken = reading.take(section, row, names);
        reading.problems.extend(taken.err().map(Problem::from));
    }
    let Reading { counts, mut problems, .. } = reading;
    if problems.is_empty() && counts == DirectorCounts::default() {
        let help = "`ipvsadm -Ln`, with `--stats` or `--rate`, `ipvsadm -Lnc`, and /proc/net/ip_vs show some";
        problems.push(Problem::error("", "it has no counters of a director").help(help));
    }
    if problems.is_empty() {
        Ok(counts)
    } else {
        Err(Problems::new(ProblemKind::Invalid, origin, text, problems))
    }
}

/// What is collected on the way.
#[derive(Default)]
struct Reading {
    counts: DirectorCounts,
    /// The service whose servers come.
    current: Option<ServiceKey>,
    /// How many lines of numbers the section had.
    numbers: usize,
    section: Option<Section>,
    problems: Vec<Problem>,
}

impl Reading {
    fn take(&mut self, section: Section, row: Row<'_>, names: &HostNames) -> Result<(), Refusal> {
        if self.section != Some(section) {
            (self.section, self.numbers) = (Some(section), 0);
        }
        match row {
            Row::Service(service) => {
                self.current = None;
                let service = service?;
                self.current = Some(service.key);
                let of = self.service(service.key);
                match section {
                    Section::Stats => of.total = Some(traffic(&service.rest, decimal)?),
                    Section::Rate => of.rate = Some(traffic(&service.rest, decimal)?),
                    _ => {}
                }
            }
            Row::Server(server) => {
                let server = server?;
                match self.current {
                    Some(key) => take_server(self.server(key, server.endpoint), section, &server)?,
                    None if self.problems.is_empty() => {
                        return Err(Refusal::new("a server stands before any service").at(&server.span));
                    }
                    None => {}
                }
            }
            Row::Connection(words) => {
                if let Some(Entry { key, endpoint, kind }) = connections::read(section, &words, names)? {
                    let entries = self.server(key, endpoint).entries.get_or_insert_default();
                    *kind.field(entries) += 1;
                }
            }
            Row::Numbers(words) if section == Section::Exporter => exporter::take(&words, &mut self.counts)?,
            Row::Numbers(words) => self.director(section, &words)?,
            Row::Timeouts(_) => {}
            Row::Other(word) => {
                return Err(Refusal::new("this is not a line of a director's output").at(&word.span));
            }
        }
        Ok(())
    }

    /// A line of `ip_vs_stats`: first sums, then rates; of all processors together.
    fn director(&mut self, section: Section, words: &[Word<'_>]) -> Result<(), Refusal> {
        let words = match (section, words) {
            (Section::ProcStatsPerCpu, [first, rest @ ..]) if words.len() == 6 => {
                if first.text != "~" {
                    return Ok(());
                }
                rest
            }
            _ => words,
        };
        let traffic = Some(traffic(words, hexadecimal)?);
        match self.numbers {
            0 => self.counts.total = traffic,
            _ => self.counts.rate = traffic,
        }
        self.numbers += 1;
        Ok(())
    }

    fn service(&mut self, key: ServiceKey) -> &mut ServiceCounts {
        service_of(&mut self.counts, key)
    }

    fn server(&mut self, key: ServiceKey, endpoint: SocketAddr) -> &mut ServerCounts {
        server_of(self.service(key), endpoint)
    }
}

/// The counts of a service, which are begun if there are none.
fn service_of(counts: &mut DirectorCounts, key: ServiceKey) -> &mut ServiceCounts {
    let services = &mut counts.services;
    let at = services.iter().position(|service| service.key == key).unwrap_or_else(|| {
        services.push(ServiceCounts { key, total: None, rate: None, servers: Vec::new() });
        services.len() - 1
    });
    &mut services[at]
}

/// The counts of a server, which are begun if there are none.
fn server_of(service: &mut ServiceCounts, endpoint: SocketAddr) -> &mut ServerCounts {
    let servers = &mut service.servers;
    let at = servers.iter().position(|server| server.endpoint == endpoint).unwrap_or_else(|| {
        servers.push(ServerCounts {
            endpoint,
            weight: None,
            active: None,
            inactive: None,
            persistent: None,
            entries: None,
            total: None,
            rate: None,
        });
        servers.len() - 1
    });
    &mut servers[at]
}

fn take_server(of: &mut ServerCounts, section: Section, row: &ServerRow<'_>) -> Result<(), Refusal> {
    match (section, row.columns.as_slice()) {
        (Section::Stats, columns) => of.total = Some(traffic(columns, decimal)?),
        (Section::Rate, columns) => of.rate = Some(traffic(columns, decimal)?),
        (Section::List | Section::Proc, [_, weight, active, inactive])
        | (Section::Tunnels, [_, _, weight, active, inactive]) => {
            of.weight = Some(weight_of(weight)?);
            (of.active, of.inactive) = (Some(whole(active)?), Some(whole(inactive)?));
        }
        (Section::Persistent, [weight, persistent, active, inactive]) => {
            of.weight = Some(weight_of(weight)?);
            of.persistent = Some(whole(persistent)?);
            (of.active, of.inactive) = (Some(whole(active)?), Some(whole(inactive)?));
        }
        (Section::Thresholds, [_, _, active, inactive]) => {
            (of.active, of.inactive) = (Some(whole(active)?), Some(whole(inactive)?));
        }
        (Section::Tunnels, _) => return Err(row.too_short(5)),
        _ => return Err(row.too_short(4)),
    }
    Ok(())
}

/// Connections, packets in and out, bytes in and out.
fn traffic(words: &[Word<'_>], read: fn(&str) -> Option<Count>) -> Result<TrafficCounts, Refusal> {
    let [connections, packets_in, packets_out, bytes_in, bytes_out] = words else {
        let place = words.first().map_or(0..0, |first| first.span.clone());
        let message = format!(
            "found {} numbers, expected connections, packets in and out, bytes in and out",
            words.len()
        );
        return Err(Refusal::new(message).at(&place));
    };
    let count = |word: &Word<'_>| read(word.text).ok_or_else(|| no_number(word));
    Ok(TrafficCounts {
        connections: count(connections)?,
        packets_in: count(packets_in)?,
        packets_out: count(packets_out)?,
        bytes_in: count(bytes_in)?,
        bytes_out: count(bytes_out)?,
    })
}

/// `12345`, or `12345K`, `M`, `G`, `T`.
fn decimal(text: &str) -> Option<Count> {
    let units = [('K', 1_000), ('M', 1_000_000), ('G', 1_000_000_000), ('T', 1_000_000_000_000)];
    let (digits, unit) = match units.into_iter().find(|(letter, _)| text.ends_with(*letter)) {
        Some((_, unit)) => (&text[..text.len() - 1], unit),
        None => (text, 1),
    };
    let value = number_of(digits).filter(|_| !digits.is_empty())?;
    Some(Count { shown: value.checked_mul(unit)?, unit })
}

fn hexadecimal(text: &str) -> Option<Count> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = is_number.then(|| u64::from_str_radix(text, 16).ok()).flatten()?;
    Some(Count { shown: value, unit: 1 })
}

fn whole(word: &Word<'_>) -> Result<u64, Refusal> {
    number_of(word.text).ok_or_else(|| no_number(word))
}

fn weight_of(word: &Word<'_>) -> Result<u32, Refusal> {
    number_of(word.text).and_then(|weight| u32::try_from(weight).ok()).ok_or_else(|| no_number(word))
}

fn no_number(word: &Word<'_>) -> Refusal {
    Refusal::new(format!("found `{}`, expected a number", printable(word.text, 60))).at(&word.span)
}
