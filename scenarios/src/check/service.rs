//! The service: how it is reached, and what the director does for it.

use std::num::NonZeroU32;
use std::ops::Range;

use ipvslab_schedulers::{HashFlags, KernelProfile, SchedulerKind, Span};
use ipvslab_sim::{Forwarding, Persistence, Protocol, Service, Sysctl, Sysctls, Timers, ipv4_mask};

use super::farm::{Family, family};
use super::findings::Findings;
use crate::netmask::Netmask;
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::raw::{self, File, SysctlTable, Timeouts};
use crate::scenario::VirtualService;
use crate::table::LONGEST_S;
use crate::words::{Baseline, HashFlag, Plane, TimerKind};

/// What a scenario takes from `[service]`.
pub(super) struct ServiceParts {
    pub(super) address: VirtualService,
    pub(super) schedulers: Vec<SchedulerKind>,
    pub(super) service: Service,
}

/// Checks `[service]`.
pub(super) fn service(raw: &raw::Service, file: &File, findings: &mut Findings) -> Option<ServiceParts> {
    let address = address(raw, file, findings);
    let schedulers = raw.schedulers.as_ref().map(|list| schedulers(&list.value, findings));
    if let (Some(VirtualService::Address(_)), Some(list)) = (address, &raw.schedulers) {
        warn_of_one_destination(&list.value, findings);
    }
    let family = family(file);
    let persistence = persistence(raw, family, findings);
    let protocol = raw.protocol.as_ref().map_or(Protocol::Tcp, |protocol| protocol.value);
    let sysctls = sysctls(raw.sysctl.as_ref(), findings);
    if let Some(one_packet) = raw.one_packet.as_ref().filter(|one| one.value && protocol != Protocol::Udp) {
        let message = "has no effect: only datagrams are scheduled one by one";
        let problem = Problem::warning("service.one_packet", message).at(&one_packet.span);
        findings.report(problem.help("protocol = \"udp\""));
    }
    let service = Service {
        protocol,
        ipv6: family == Family::V6,
        forwarding: raw.forwarding.as_ref().map_or(Forwarding::default(), |forwarding| forwarding.value),
        flags: flags(raw),
        persistence: persistence?,
        one_packet: raw.one_packet.as_ref().is_some_and(|one_packet| one_packet.value),
        profile: profile(raw, findings),
        timeouts: timeouts(raw.timeouts.as_ref()),
        timers: timers(raw, findings),
        sysctls,
        client_ports: None,
    };
    let mut schedulers = schedulers?;
    schedulers.extend(not_ipvs(raw, findings));
    Some(ServiceParts { address: address?, schedulers, service })
}

/// The rules of the director's kernel. Warns if nobody looked what the releases of its line do.
fn profile(raw: &raw::Service, findings: &mut Findings) -> KernelProfile {
    let Some(Quoted { value: kernel, span }) = &raw.kernel else { return KernelProfile::default() };
    let profile = kernel.profile();
    if let Some((major, minor)) = kernel.assumed_line() {
        let message = format!(
            "is assumed to have {} accounting, like mainline kernels before 7.2: which releases of the {major}.{minor} line \
             count connections in the new way has not been checked",
            profile.accounting
        );
        let problem = Problem::warning("service.kernel", message).at(span);
        let help = "stable kernels from August 2026 on probably count in the new way: kernel = \"total\"; \
                    `ipvslab live validate` finds out which way a running kernel counts";
        findings.report(problem.help(help));
    }
    profile
}

/// What is compared besides IPVS's schedulers.
fn not_ipvs(raw: &raw::Service, findings: &mut Findings) -> Vec<SchedulerKind> {
    let baselines = raw.baselines.iter().flat_map(|list| &list.value);
    let baselines = baselines.map(|Quoted { value: Baseline(kind), span }| (kind, span, "service.baselines"));
    let planes = raw.planes.iter().flat_map(|list| &list.value);
    let planes = planes.map(|Quoted { value: Plane(kind), span }| (kind, span, "service.planes"));
    let mut kinds: Vec<SchedulerKind> = Vec::new();
    for (kind, span, path) in baselines.chain(planes) {
        if kinds.contains(kind) {
            findings.report(Problem::error(path, format!("`{kind}` is listed twice")).at(span));
        }
        kinds.push(*kind);
    }
    kinds
}

fn address(raw: &raw::Service, file: &File, findings: &mut Findings) -> Option<VirtualService> {
    match (&raw.address, &raw.fwmark) {
        (Some(address), None) if address.value.port() == 0 && !is_persistent(raw, findings) => {
            let message = "found port 0, every port, expected one port unless the service is `persistent`";
            findings.report(Problem::error("service.address", message).at(&address.span));
            None
        }
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
            let place = file.service.as_ref().map(|service| service.span.clone()).unwrap_or_default();
            let problem =
                Problem::error("service", "found neither `address` nor `fwmark`, expected one of them");
            findings.report(problem.at(&place).help("address = \"10.0.0.1:80\""));
            None
        }
    }
}

/// Whether it is meant to be persistent, even if for how long cannot be read.
fn is_persistent(raw: &raw::Service, findings: &Findings) -> bool {
    raw.persistent.is_some() || findings.was_unreadable("service", &["persistent"])
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
            format!("`{}` hashes the destination, but all connections have the same one", kind.value);
        let help = "a service by `fwmark` has many destinations, which [destinations] gives";
        findings.report(Problem::warning("service.schedulers", message).at(&kind.span).help(help));
    }
}

fn flags(raw: &raw::Service) -> HashFlags {
    let mut flags = HashFlags::default();
    for flag in raw.flags.iter().flat_map(|flags| &flags.value) {
        match flag.value {
            HashFlag::Fallback => flags.fallback = true,
            HashFlag::Port => flags.port = true,
        }
    }
    flags
}

/// What `persistent` and `netmask` say together; `None` if they cannot be.
fn persistence(raw: &raw::Service, family: Family, findings: &mut Findings) -> Option<Option<Persistence>> {
    let Some(persistent) = &raw.persistent else {
        if let Some(netmask) = raw.netmask.as_ref().filter(|_| !is_persistent(raw, findings)) {
            let problem = Problem::error("service.netmask", "found a netmask, but no `persistent`");
            findings.report(problem.at(&netmask.span).help("persistent = \"300s\""));
            return None;
        }
        return Some(None);
    };
    let timeout = persistent.value.span();
    let seconds = timeout.as_nanos() / Span::from_secs(1).as_nanos();
    if timeout != Span::from_secs(seconds) || !(1..=u64::from(LONGEST_S)).contains(&seconds) {
        let found = timeout.as_secs_f64();
        let message =
            format!("found {found} s, expected whole seconds, \"1s\" to \"31d\", as ipvsadm takes them");
        findings.report(Problem::error("service.persistent", message).at(&persistent.span));
        return None;
    }
    let prefix = match (&raw.netmask, family) {
        (None, Family::V4) => 32,
        (None, Family::V6) => 128,
        (Some(At { value: Netmask::Mask(prefix), .. }), Family::V4) => *prefix,
        (Some(At { value: Netmask::Prefix(prefix), .. }), Family::V6) => *prefix,
        (Some(At { value: Netmask::Prefix(prefix), span }), Family::V4) => {
            let help = format!("netmask = \"{}\"", ipv4_mask(*prefix));
            return mismatched(
                "found the length of an IPv6 prefix, but the service is of IPv4",
                span,
                &help,
                findings,
            );
        }
        (Some(At { value: Netmask::Mask(_), span }), Family::V6) => {
            return mismatched(
                "found an IPv4 mask, but the service is of IPv6",
                span,
                "netmask = 64",
                findings,
            );
        }
    };
    Some(Some(Persistence { timeout, prefix }))
}

fn mismatched<T>(message: &str, span: &Range<usize>, help: &str, findings: &mut Findings) -> Option<T> {
    findings.report(Problem::error("service.netmask", message).at(span).help(help));
    None
}

fn timeouts(raw: Option<&At<Timeouts>>) -> ipvslab_sim::Timeouts {
    let mut timeouts = ipvslab_sim::Timeouts::default();
    let Some(At { value: raw, .. }) = raw else { return timeouts };
    let set = |field: &mut _, given: &Option<Quoted<Duration>>| {
        if let Some(given) = given {
            *field = given.value.span();
        }
    };
    set(&mut timeouts.tcp.syn_recv, &raw.syn_recv);
    set(&mut timeouts.tcp.established, &raw.established);
    set(&mut timeouts.tcp.fin_wait, &raw.fin_wait);
    set(&mut timeouts.tcp.time_wait, &raw.time_wait);
    set(&mut timeouts.tcp.close, &raw.close);
    set(&mut timeouts.udp, &raw.udp);
    timeouts
}

/// How timers run. What makes no difference, or another than it seems to, is reported.
fn timers(raw: &raw::Service, findings: &mut Findings) -> Timers {
    if raw.timers.as_ref().is_some_and(|timers| timers.value == TimerKind::Exact) {
        if let Some(hz) = &raw.hz {
            let message = "has no effect: exact timers know no jiffies";
            findings.report(Problem::warning("service.hz", message).at(&hz.span));
        }
        return Timers::Exact;
    }
    let hz = raw.hz.as_ref().map(|hz| NonZeroU32::new(hz.value).expect("in range"));
    Timers::Wheel { hz: hz.unwrap_or(Timers::HZ) }
}

/// The director's sysctls.
fn sysctls(raw: Option<&At<SysctlTable>>, findings: &mut Findings) -> Sysctls {
    let mut sysctls = Sysctls::default();
    let Some(At { value: raw, .. }) = raw else { return sysctls };
    for (sysctl, given) in [
        (Sysctl::ConnReuseMode, &raw.conn_reuse_mode),
        (Sysctl::ExpireNodestConn, &raw.expire_nodest_conn),
        (Sysctl::ExpireQuiescentTemplate, &raw.expire_quiescent_template),
        (Sysctl::SloppyTcp, &raw.sloppy_tcp),
        (Sysctl::DropEntry, &raw.drop_entry),
        (Sysctl::DropPacket, &raw.drop_packet),
        (Sysctl::AmDroprate, &raw.am_droprate),
        (Sysctl::SecureTcp, &raw.secure_tcp),
        (Sysctl::LblcExpiration, &raw.lblc_expiration),
        (Sysctl::LblcrExpiration, &raw.lblcr_expiration),
    ] {
        let Some(given) = given else { continue };
        let by_memory = matches!(sysctl, Sysctl::DropEntry | Sysctl::DropPacket | Sysctl::SecureTcp);
        if by_memory && matches!(given.value, 1 | 2) {
            let message = format!(
                "{} goes by the director's free memory, and does nothing while there is some, as in every simulation",
                given.value
            );
            let problem = Problem::warning(format!("service.sysctl.{sysctl}"), message).at(&given.span);
            findings.report(problem.help("0 (never) or 3 (always)"));
        }
        if sysctl == Sysctl::DropPacket && given.value == 3 {
            let message = "dropped packets count as refused connections: clients here do not send them again";
            findings.report(Problem::warning("service.sysctl.drop_packet", message).at(&given.span));
        }
        sysctls.set(sysctl, given.value);
    }
    sysctls
}
