//! The table that an administrator would set up for a scenario.

use ipvslab_schedulers::{SchedulerKind, Span};
use ipvslab_sim::{Forwarding, Protocol, Reached, RealServer, ServiceKey, Sysctls, TcpTimeouts, Timeouts};

use super::rules::LONGEST_S;
use super::{Encapsulation, Method, SchedulerFlags, Server, Service, SetTimeouts, Table};
use crate::scenario::{Scenario, VirtualService};

/// A scenario's table, and what is in the scenario but in no table.
#[derive(Clone, Debug)]
pub struct Exported {
    /// Its service, with the servers that are listed at the start, in the order of `ipvsadm -a`.
    pub table: Table,
    /// The sysctls that are not the kernel's own, as `net.ipv4.vs.conn_reuse_mode=3`.
    pub sysctls: Vec<String>,
    /// What no table holds, a sentence each.
    pub left_out: Vec<String>,
}

/// The table of a scenario under one scheduler.
pub fn of_scenario(scenario: &Scenario, scheduler: SchedulerKind) -> Exported {
    let mut left_out = Vec::new();
    let of = &scenario.service;
    let reached = match scenario.virtual_service {
        VirtualService::Address(address) => Reached::Address(address),
        VirtualService::Fwmark(mark) => Reached::Mark { ipv6: of.ipv6, mark },
    };
    let is_mark = matches!(reached, Reached::Mark { .. });
    let protocol = if is_mark { Protocol::Tcp } else { of.protocol };
    if of.one_packet && of.protocol != Protocol::Udp {
        left_out
            .push("one_packet: ipvsadm takes `-o` for UDP only, and it has no effect on others".to_owned());
    }
    let listed = || scenario.servers.iter().filter(|info| info.server.listed);
    let service = Service {
        scheduler,
        flags: SchedulerFlags([of.flags.fallback, of.flags.port, false]),
        persistence: of.persistence,
        one_packet: of.one_packet && of.protocol == Protocol::Udp,
        servers: listed().map(|info| server(&info.server, of.forwarding)).collect(),
        ..Service::new(ServiceKey { protocol, reached })
    };
    if let Reached::Address(address) = reached
        && of.forwarding != Forwarding::Masquerade
    {
        let other = |server: &&Server| server.endpoint.port() != address.port();
        let others = service.servers.iter().filter(other).count();
        if others > 0 {
            left_out.push(format!(
                "ports of {others} servers: without masquerading ipvsadm stores the service's, {}",
                address.port()
            ));
        }
    }
    let absent = scenario.servers.len() - listed().count();
    if absent > 0 {
        left_out.push(format!("{absent} servers that are not listed at the start"));
    }
    if !scenario.timeline.is_empty() {
        left_out.push(format!("the timeline's {} interventions", scenario.timeline.len()));
    }
    let timeouts = timeouts(&of.timeouts, &mut left_out);
    let table = Table { services: vec![service], timeouts };
    Exported { table, sysctls: sysctls(&of.sysctls), left_out }
}

fn server(server: &RealServer, forwarding: Forwarding) -> Server {
    Server {
        method: match forwarding {
            Forwarding::Masquerade => Method::Masquerade,
            Forwarding::DirectRoute => Method::DirectRoute,
            Forwarding::Tunnel => Method::Tunnel(Encapsulation::Ipip),
        },
        weight: server.weight.get().clamp(0, i32::from(u16::MAX)) as u16,
        thresholds: server.thresholds,
        ..Server::new(server.endpoint)
    }
}

/// What `--set` can set, if anything is not the kernel's own.
fn timeouts(given: &Timeouts, left_out: &mut Vec<String>) -> Option<SetTimeouts> {
    let kernel = Timeouts::default();
    let mut set = SetTimeouts::default();
    for (name, field, given, own) in [
        ("established", &mut set.tcp_s, given.tcp.established, kernel.tcp.established),
        ("fin_wait", &mut set.tcp_fin_s, given.tcp.fin_wait, kernel.tcp.fin_wait),
        ("udp", &mut set.udp_s, given.udp, kernel.udp),
    ] {
        if given == own {
            continue;
        }
        match whole_seconds(given) {
            Some(seconds) => *field = seconds,
            None => left_out.push(format!(
                "timeouts.{name}, {} s: `--set` takes whole seconds from 1 to {LONGEST_S}",
                given.as_secs_f64()
            )),
        }
    }
    let settable =
        TcpTimeouts { established: kernel.tcp.established, fin_wait: kernel.tcp.fin_wait, ..given.tcp };
    if settable != kernel.tcp {
        left_out.push("timeouts of other TCP states, which ipvsadm cannot set".to_owned());
    }
    (set != SetTimeouts::default()).then_some(set)
}

/// A time as whole seconds; `None` if `--set` would not take it, or take it for "leave it as it is".
fn whole_seconds(time: Span) -> Option<u32> {
    let seconds = u32::try_from(time.as_nanos() / Span::from_secs(1).as_nanos()).ok()?;
    ((1..=LONGEST_S).contains(&seconds) && Span::from_secs(seconds.into()) == time).then_some(seconds)
}

fn sysctls(given: &Sysctls) -> Vec<String> {
    given.changed().map(|(sysctl, value)| format!("net.ipv4.vs.{sysctl}={value}")).collect()
}
