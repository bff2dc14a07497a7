//! The real servers: what must fit together.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;

use ipvslab_schedulers::{SchedulerKind, Thresholds, Weight};
use ipvslab_sim::{Behaviour, Forwarding, ObjectCache, RealServer};

use super::class::sections;
use super::findings::Findings;
use super::{cache, discipline, disturbances};
use crate::pool::Pool;
use crate::problem::Problem;
use crate::quoted::At;
use crate::raw::{File, ServerGroup};
use crate::scenario::ServerInfo;

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

/// The family of the virtual address; of a fwmark service, that of its destinations, and IPv4 in case of doubt.
pub(super) fn family(file: &File) -> Family {
    let address = file.service.as_ref().and_then(|service| service.value.address.as_ref());
    if let Some(address) = address {
        return Family::of(address.value.ip());
    }
    let network = sections(file).into_iter().find_map(|class| {
        let destinations = &class.destinations?.value;
        None.or(destinations.uniform.as_ref().and_then(|uniform| uniform.value.network.as_ref()))
            .or(destinations.zipf.as_ref().and_then(|zipf| zipf.value.network.as_ref()))
            .or(destinations.trace.as_ref().and_then(|trace| trace.value.network.as_ref()))
    });
    network.map_or(Family::V4, |network| Family::of_pool(&network.value))
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

/// What a server takes over from its service.
#[derive(Clone, Copy)]
pub(super) struct Surroundings {
    pub(super) family: Family,
    pub(super) port: u16,
    pub(super) forwarding: Forwarding,
}

impl Surroundings {
    /// Whether the kernel takes a server of this address: one of the other family is reached by a tunnel only.
    fn allow(&self, address: IpAddr) -> bool {
        Family::of(address) == self.family || self.forwarding == Forwarding::Tunnel
    }
}

/// A server and the place of its group.
pub(super) struct PlacedServer {
    pub(super) info: ServerInfo,
    pub(super) manner: Behaviour,
    pub(super) cache: Option<ObjectCache>,
    pub(super) group_span: Range<usize>,
}

/// Checks `[[servers]]` and takes the groups apart into servers.
pub(super) fn servers(
    groups: &At<Vec<At<ServerGroup>>>,
    surroundings: Surroundings,
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
        let cached = group.value.cache.as_ref();
        let cache = cached.map(|raw| cache::cache(&format!("{path}.cache"), raw, findings));
        sound &= cache.is_none_or(|cache| cache.is_some());
        match one_of_group(&path, group, surroundings, servers.len(), findings) {
            Some((name, server)) => servers.extend((0..count).map(|member| PlacedServer {
                manner: disturbances::manner(&group.value),
                cache: cache.flatten(),
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
    surroundings: Surroundings,
    position: usize,
    findings: &mut Findings,
) -> Option<(&'a str, RealServer)> {
    let At { value: raw, span } = group;
    let Surroundings { family, port, .. } = surroundings;
    let discipline = discipline::discipline(path, group, findings);
    let number = |field: &Option<At<u32>>| field.as_ref().map_or(0, |field| field.value);
    let (upper, lower) = (number(&raw.u_threshold), number(&raw.l_threshold));
    let thresholds = Thresholds::new(upper, lower);
    if thresholds.is_none() {
        let message = format!("found {lower}, expected 0..={upper}, no more than `u_threshold`");
        let problem = Problem::error(format!("{path}.l_threshold"), message);
        findings.report(problem.at(raw.l_threshold.as_ref().map_or(span, |lower| &lower.span)));
    }
    let endpoint = match &raw.address {
        Some(address) if !surroundings.allow(address.value.ip()) => {
            let message =
                format!("found {}, expected an {} address, like the service's", address.value, family.name());
            let problem = Problem::error(format!("{path}.address"), message).at(&address.span);
            findings.report(problem.help("`forwarding = \"tunnel\"` reaches servers of either family"));
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
