//! `[clients]` and `[destinations]`: populations of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::class::Sections;
use super::farm::Family;
use super::findings::Findings;
use crate::pool::Pool;
use crate::problem::Problem;
use crate::quoted::{At, Quoted};
use crate::raw::{self, File};
use crate::workload::{Population, Zipf};

/// Clients when the scenario says nothing of them.
const DEFAULT_CLIENTS: u32 = 10_000;

/// Where connections come from, or a stand-in where the trace says it.
pub(super) fn clients(class: &Sections<'_>, family: Family, findings: &mut Findings) -> Option<Population> {
    let default = default_clients(family);
    let Some(At { value: raw, .. }) = class.clients else {
        return Some(Population::Uniform { pool: default, count: DEFAULT_CLIENTS });
    };
    if let Some(nat) = &raw.nat {
        return crowd(&class.path("clients.nat"), &nat.value, default, family, findings);
    }
    if let Some(trace) = &raw.trace {
        let path = class.path("clients.trace");
        let pool = pool(&path, trace.value.network.as_ref(), default, family, findings);
        let is_traced = is_traced(class, &path, &trace.span, findings);
        return (is_traced && pool.is_some()).then_some(Population::FROM_TRACE);
    }
    let uniform = raw.uniform.as_ref().map(|At { value, .. }| (&value.count, &value.network));
    let zipf = raw.zipf.as_ref().map(|At { value, .. }| (&value.count, &value.exponent, &value.network));
    population(&class.path("clients"), uniform, zipf, default, family, findings)
}

/// How many ports each client has, if they come again.
pub(super) fn ports<'a>(class: &Sections<'a>) -> Option<&'a At<u32>> {
    let At { value: raw, .. } = class.clients?;
    let uniform = raw.uniform.as_ref().and_then(|uniform| uniform.value.ports.as_ref());
    let zipf = raw.zipf.as_ref().and_then(|zipf| zipf.value.ports.as_ref());
    uniform.or(zipf).or(raw.nat.as_ref().and_then(|nat| nat.value.ports.as_ref()))
}

/// Where connections go to, or a stand-in where the trace says it.
pub(super) fn destinations(
    file: &File,
    class: &Sections<'_>,
    family: Family,
    findings: &mut Findings,
) -> Option<Population> {
    let service = &file.service.as_ref()?.value;
    let path = class.path("destinations");
    match (&service.address, &service.fwmark, class.destinations) {
        (Some(address), None, None) => Some(Population::One(address.value.ip())),
        (Some(address), None, Some(destinations)) => {
            let message = "the service has one destination, its `address`";
            let problem = Problem::error(path, message).at(&destinations.span);
            findings.report(
                problem
                    .also(&address.span, "the only destination")
                    .help("for many of them: `fwmark = 1` instead of `address`"),
            );
            None
        }
        (None, Some(_), None) if findings.was_unreadable(&path, &[]) => None,
        (None, Some(mark), None) => {
            let problem =
                Problem::error("service.fwmark", "a service by firewall mark needs its destinations")
                    .at(&mark.span);
            findings
                .report(problem.help("for example:\n\n[destinations.zipf]\ncount = 10_000\nexponent = 0.9"));
            None
        }
        (None, Some(_), Some(At { value: raw, .. })) => {
            let default = default_destinations(family);
            if let Some(trace) = &raw.trace {
                let path = class.path("destinations.trace");
                let is_traced = is_traced(class, &path, &trace.span, findings);
                let network = trace.value.network.as_ref();
                let pool = pool(&path, network, default, family, findings);
                return (is_traced && pool.is_some()).then_some(Population::FROM_TRACE);
            }
            let uniform = raw.uniform.as_ref().map(|At { value, .. }| (&value.count, &value.network));
            let zipf =
                raw.zipf.as_ref().map(|At { value, .. }| (&value.count, &value.exponent, &value.network));
            population(&path, uniform, zipf, default, family, findings)
        }
        _ => None,
    }
}

/// The network that stands for the names of clients or destinations.
pub(super) fn default_clients(family: Family) -> Pool {
    match family {
        Family::V4 => Pool::CLIENTS,
        Family::V6 => Pool::CLIENTS_V6,
    }
}

/// The network that destinations are in when the scenario does not say.
pub(super) fn default_destinations(family: Family) -> Pool {
    match family {
        Family::V4 => Pool::DESTINATIONS,
        Family::V6 => Pool::DESTINATIONS_V6,
    }
}

/// Whether there is a trace, which the table at `path` is about; reports that there is none.
pub(super) fn is_traced(
    class: &Sections<'_>,
    path: &str,
    span: &Range<usize>,
    findings: &mut Findings,
) -> bool {
    // Without `[arrivals]` the file has a graver problem, which was reported.
    let is_traced = class.arrivals.is_none_or(|arrivals| arrivals.value.trace.is_some());
    if !is_traced {
        let problem = Problem::error(path, "there is no trace: arrivals are drawn").at(span);
        findings.report(problem.help("[arrivals.trace] names one"));
    }
    is_traced
}

type Count = Option<At<u32>>;
type Network = Option<Quoted<Pool>>;

fn population(
    path: &str,
    uniform: Option<(&Count, &Network)>,
    zipf: Option<(&Count, &Option<At<f64>>, &Network)>,
    default: Pool,
    family: Family,
    findings: &mut Findings,
) -> Option<Population> {
    if let Some((count, network)) = uniform {
        let path = format!("{path}.uniform");
        let pool = pool(&path, network.as_ref(), default, family, findings)?;
        let count = fitting(&path, count.as_ref()?, pool, network.as_ref(), findings)?;
        return Some(Population::Uniform { pool, count });
    }
    let (count, exponent, network) = zipf?;
    let path = format!("{path}.zipf");
    let pool = pool(&path, network.as_ref(), default, family, findings)?;
    let count = fitting(&path, count.as_ref()?, pool, network.as_ref(), findings)?;
    Some(Population::Zipf { pool, zipf: Zipf::new(count, exponent.as_ref()?.value) })
}

fn crowd(
    path: &str,
    raw: &raw::Nat,
    default: Pool,
    family: Family,
    findings: &mut Findings,
) -> Option<Population> {
    let crowd = match (&raw.address, family) {
        (Some(address), _) if address.value.is_ipv4() != (family == Family::V4) => {
            let message =
                format!("found {}, expected an {} address, like the service's", address.value, family.name());
            findings.report(Problem::error(format!("{path}.address"), message).at(&address.span));
            return None;
        }
        (Some(address), _) => address.value,
        (None, Family::V4) => IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)),
        (None, Family::V6) => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0, 0, 1)),
    };
    let pool = pool(path, raw.network.as_ref(), default, family, findings)?;
    let count = fitting(path, raw.count.as_ref()?, pool, raw.network.as_ref(), findings)?;
    Some(Population::Nat { share: raw.share.as_ref()?.value, crowd, pool, count })
}

/// The network given, if it is of the service's family, or the default.
fn pool(
    path: &str,
    given: Option<&Quoted<Pool>>,
    default: Pool,
    family: Family,
    findings: &mut Findings,
) -> Option<Pool> {
    match given {
        Some(given) if Family::of_pool(&given.value) != family => {
            let message = format!("expected an {} network, like the service's address", family.name());
            findings.report(Problem::error(format!("{path}.network"), message).at(&given.span));
            None
        }
        Some(given) => Some(given.value),
        None => Some(default),
    }
}

/// The count, if the pool has that many addresses.
fn fitting(
    path: &str,
    count: &At<u32>,
    pool: Pool,
    network: Option<&Quoted<Pool>>,
    findings: &mut Findings,
) -> Option<u32> {
    if count.value > pool.count() {
        let message = format!("found {}, but the network has {} usable addresses", count.value, pool.count());
        let problem = Problem::error(format!("{path}.count"), message).at(&count.span);
        findings.report(match network {
            Some(network) => problem.also(&network.span, "the network"),
            None => problem.help("`network` names a larger one"),
        });
        return None;
    }
    Some(count.value)
}
