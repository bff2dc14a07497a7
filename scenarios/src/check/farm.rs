//! The service and its servers: what must fit together.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;

use ipvslab_schedulers::{HashFlags, SchedulerKind, Thresholds, Weight};
use ipvslab_sim::{Discipline, Forwarding, RealServer, Service, TcpTimeouts};

use super::Findings;
use crate::pool::Pool;
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::raw::{File, ServerGroup, Timeouts};
use crate::scenario::{ServerInfo, VirtualService};
use crate::words::{HashFlag, Protocol};

/// The most servers of a farm: those that 10.1.0.0/16 has addresses for.
const MOST_SERVERS: usize = 65_534;
/// The slots of `mh`, which can serve no more servers than that (kernel spec, section 1.14).
const MAGLEV_SLOTS: usize = 4093;

/// The version of IP that the service speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    pub(super) fn of_pool(pool: &Pool) -> Self {
        if pool.is_v4() { Self::V4 } else { Self::V6 }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

/// What a scenario takes from `[service]`.
pub(super) struct ServiceParts {
    pub(super) address: VirtualService,
    pub(super) protocol: Protocol,
    pub(super) schedulers: Vec<SchedulerKind>,
    pub(super) service: Service,
}

/// The family of the virtual address; of a fwmark service, that of its destinations, and IPv4 in case of doubt.
pub(super) fn family(file: &File) -> Family {
    let address = file.service.as_ref().and_then(|service| service.value.address.as_ref());
    if let Some(address) = address {
        return Family::of(address.value.ip());
    }
    let Some(destinations) = &file.destinations else { return Family::V4 };
    let destinations = &destinations.value;
    let network = None
        .or(destinations.uniform.as_ref().and_then(|uniform| uniform.value.network.as_ref()))
        .or(destinations.zipf.as_ref().and_then(|zipf| zipf.value.network.as_ref()))
        .or(destinations.trace.as_ref().and_then(|trace| trace.value.network.as_ref()));
    network.map_or(Family::V4, |network| Family::of_pool(&network.value))
}

/// Checks `[service]`.
pub(super) fn service(
    raw: &crate::raw::Service,
    file: &File,
    findings: &mut Findings,
) -> Option<ServiceParts> {
    let place = file.service.as_ref().map(|service| service.span.clone()).unwrap_or_default();
    let address = match (&raw.address, &raw.fwmark) {
        (Some(address), None) => Some(VirtualService::Address(address.value)),
        (None, Some(mark)) => Some(VirtualService::Fwmark(mark.value)),
        (Some(address), Some(mark)) => {
            let message = "found `address` and `fwmark` together, expected one of them";
            findings.report(
                Problem::error("service", message).at(&mark.span).also(&address.span, "the other one"),
            );
            None
        }
        (None, None) if findings.was_unreadable("service", &["address", "fwmark"]) => None,
        (None, None) => {
            let problem =
                Problem::error("service", "found neither `address` nor `fwmark`, expected one of them");
            findings.report(problem.at(&place).help("address = \"10.0.0.1:80\""));
            None
        }
    };
    let schedulers = raw.schedulers.as_ref().map(|list| schedulers(&list.value, findings));
    if let (Some(VirtualService::Address(_)), Some(list)) = (address, &raw.schedulers) {
        warn_of_one_destination(&list.value, findings);
    }
    let mut flags = HashFlags::default();
    for flag in raw.flags.iter().flat_map(|flags| &flags.value) {
        match flag.value {
            HashFlag::Fallback => flags.fallback = true,
            HashFlag::Port => flags.port = true,
        }
    }
    let service = Service {
        forwarding: raw.forwarding.as_ref().map_or(Forwarding::default(), |forwarding| forwarding.value),
        flags,
        profile: raw.kernel.as_ref().map_or_else(Default::default, |kernel| kernel.value),
        timeouts: timeouts(raw.timeouts.as_ref()),
    };
    let protocol = raw.protocol.as_ref().map_or(Protocol::Tcp, |protocol| protocol.value);
    Some(ServiceParts { address: address?, protocol, schedulers: schedulers?, service })
}

fn schedulers(list: &[Quoted<SchedulerKind>], findings: &mut Findings) -> Vec<SchedulerKind> {
    let mut kinds = Vec::new();
    for (at, kind) in list.iter().enumerate() {
        kinds.push(kind.value);
        if let Some(first) = list[..at].iter().find(|earlier| earlier.value == kind.value) {
            let problem = Problem::error("service.schedulers", format!("`{}` is listed twice", kind.value));
            findings.report(problem.at(&kind.span).also(&first.span, "first listed here"));
        }
    }
    kinds
}

fn warn_of_one_destination(list: &[Quoted<SchedulerKind>], findings: &mut Findings) {
    let keyed = [SchedulerKind::Dh, SchedulerKind::Lblc, SchedulerKind::Lblcr];
    if let Some(kind) = list.iter().find(|kind| keyed.contains(&kind.value)) {
        let message =
            format!("`{}` goes by the destination, and all connections have the same one", kind.value);
        let help = "a service by `fwmark` has many destinations, which [destinations] gives";
        findings.report(Problem::warning("service.schedulers", message).at(&kind.span).help(help));
    }
}

/// Reports `mh` for more servers than the kernel binds it to.
pub(super) fn fits_maglev(file: &File, servers: &[PlacedServer], findings: &mut Findings) {
    let list = file.service.as_ref().and_then(|service| service.value.schedulers.as_ref());
    let maglev = list.and_then(|list| list.value.iter().find(|kind| kind.value == SchedulerKind::Mh));
    if let Some(kind) = maglev.filter(|_| servers.len() > MAGLEV_SLOTS) {
        let message = format!("`mh` serves at most {MAGLEV_SLOTS} servers, and there are {}", servers.len());
        findings.report(Problem::error("service.schedulers", message).at(&kind.span));
    }
}

fn timeouts(raw: Option<&At<Timeouts>>) -> TcpTimeouts {
    let mut timeouts = TcpTimeouts::default();
    let Some(At { value: raw, .. }) = raw else { return timeouts };
    let set = |field: &mut _, given: &Option<Quoted<Duration>>| {
        if let Some(given) = given {
            *field = given.value.span();
        }
    };
    set(&mut timeouts.syn_recv, &raw.syn_recv);
    set(&mut timeouts.established, &raw.established);
    set(&mut timeouts.fin_wait, &raw.fin_wait);
    set(&mut timeouts.time_wait, &raw.time_wait);
    set(&mut timeouts.close, &raw.close);
    timeouts
}

/// A server and the place of its group.
pub(super) struct PlacedServer {
    pub(super) info: ServerInfo,
    pub(super) group_span: Range<usize>,
}

/// Checks `[[servers]]` and takes the groups apart into servers.
pub(super) fn servers(
    groups: &At<Vec<At<ServerGroup>>>,
    family: Family,
    port: u16,
    findings: &mut Findings,
) -> Option<Vec<PlacedServer>> {
    let mut servers: Vec<PlacedServer> = Vec::new();
    let mut sound = true;
    for (number, group) in groups.value.iter().enumerate() {
        let path = format!("servers[{number}]");
        let count = group.value.count.as_ref().map_or(1, |count| count.value) as usize;
        if servers.len() + count > MOST_SERVERS {
            let message = format!("the farm has more than {MOST_SERVERS} servers");
            findings.report(Problem::error(path, message).at(&group.span));
            return None;
        }
        match one_of_group(&path, group, family, port, servers.len(), findings) {
            Some((name, server)) => servers.extend((0..count).map(|member| PlacedServer {
                info: ServerInfo {
                    name: if count == 1 { name.to_owned() } else { format!("{name}-{}", member + 1) },
                    group: name.to_owned(),
                    server: RealServer { endpoint: following(server.endpoint, member as u32), ..server },
                },
                group_span: group.span.clone(),
            })),
            None => sound = false,
        }
    }
    sound &= are_distinct(&servers, findings);
    (sound && !servers.is_empty()).then_some(servers)
}

/// The first server of a group, and the group's name.
fn one_of_group<'a>(
    path: &str,
    group: &'a At<ServerGroup>,
    family: Family,
    port: u16,
    position: usize,
    findings: &mut Findings,
) -> Option<(&'a str, RealServer)> {
    let At { value: raw, span } = group;
    let discipline = match (&raw.slots, &raw.cores) {
        (Some(slots), None) => Some(Discipline::FirstComeFirstServed { slots: slots.value }),
        (None, Some(cores)) => Some(Discipline::ProcessorSharing { cores: cores.value }),
        (Some(slots), Some(cores)) => {
            let problem = Problem::error(path, "found `slots` and `cores` together, expected one of them");
            findings.report(problem.at(&cores.span).also(&slots.span, "the other one"));
            None
        }
        (None, None) if findings.was_unreadable(path, &["slots", "cores"]) => None,
        (None, None) => {
            let problem =
                Problem::error(path, "found neither `slots` nor `cores`, expected one of them").at(span);
            findings.report(problem.help("`slots = 16` serves 16 connections at a time, first come, first served; `cores = 4` shares 4 cores among all"));
            None
        }
    };
    let number = |field: &Option<At<u32>>| field.as_ref().map_or(0, |field| field.value);
    let (upper, lower) = (number(&raw.u_threshold), number(&raw.l_threshold));
    let thresholds = Thresholds::new(upper, lower);
    if thresholds.is_none() {
        let message = format!("found {lower}, expected 0..={upper}, no more than `u_threshold`");
        let problem = Problem::error(format!("{path}.l_threshold"), message);
        findings.report(problem.at(raw.l_threshold.as_ref().map_or(span, |lower| &lower.span)));
    }
    let endpoint = match &raw.address {
        Some(address) if Family::of(address.value.ip()) != family => {
            let message =
                format!("found {}, expected an {} address, like the service's", address.value, family.name());
            findings.report(Problem::error(format!("{path}.address"), message).at(&address.span));
            None
        }
        Some(address) => Some(address.value),
        None => Some(default_endpoint(family, position as u32, port)),
    };
    let server = RealServer {
        endpoint: endpoint?,
        weight: Weight::new(raw.weight.as_ref().map_or(1, |weight| weight.value))?,
        thresholds: thresholds?,
        discipline: discipline?,
        speed: raw.speed.as_ref().map_or(1.0, |speed| speed.value),
        backlog: raw.backlog.as_ref().map(|backlog| backlog.value),
        listed: raw.listed.as_ref().is_none_or(|listed| listed.value),
    };
    Some((&raw.name.as_ref()?.value.0, server))
}

/// 10.1.0.1, 10.1.0.2 …, or 2001:db8:1::1 … by the position among all servers.
fn default_endpoint(family: Family, position: u32, port: u16) -> SocketAddr {
    let first = match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::new(10, 1, 0, 1)),
        Family::V6 => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1)),
    };
    following(SocketAddr::new(first, port), position)
}

/// The endpoint `steps` addresses after this one.
fn following(endpoint: SocketAddr, steps: u32) -> SocketAddr {
    let address = match endpoint.ip() {
        IpAddr::V4(address) => IpAddr::V4(u32::from(address).wrapping_add(steps).into()),
        IpAddr::V6(address) => IpAddr::V6(u128::from(address).wrapping_add(u128::from(steps)).into()),
    };
    SocketAddr::new(address, endpoint.port())
}

/// Whether all names and endpoints differ; reports the first pair that does not.
fn are_distinct(servers: &[PlacedServer], findings: &mut Findings) -> bool {
    let mut names: HashMap<&str, &PlacedServer> = HashMap::new();
    let mut endpoints: HashMap<SocketAddr, &PlacedServer> = HashMap::new();
    for placed in servers {
        let info = &placed.info;
        // A group's name and a server's name may be referred to alike.
        for name in [info.name.as_str(), info.group.as_str()] {
            let first = *names.entry(name).or_insert(placed);
            if first.group_span != placed.group_span {
                let problem = Problem::error("servers", format!("two servers or groups are called `{name}`"));
                findings.report(problem.at(&placed.group_span).also(&first.group_span, "the first one"));
                return false;
            }
        }
        let first = *endpoints.entry(info.server.endpoint).or_insert(placed);
        if first.info.name != info.name {
            let message = format!(
                "`{}` and `{}` have the same address {}",
                first.info.name, info.name, info.server.endpoint
            );
            let problem = Problem::error("servers", message).at(&placed.group_span);
            findings.report(problem.also(&first.group_span, "the first one"));
            return false;
        }
    }
    true
}
