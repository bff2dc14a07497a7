//! The services and servers of a random script, and the kernel's settings at its start.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipvslab_schedulers::{Rng, SchedulerKind};
use ipvslab_sim::{Forwarding, Protocol, Sysctl};

use super::chance::{once_in, one_of};
use super::theme::Theme;
use crate::script::{Persistent, Reached, Server, Service, Settings};

/// What there is before the first event.
pub(super) struct Setup {
    pub(super) sysctls: Vec<(Sysctl, u32)>,
    pub(super) timeouts_s: [u32; 3],
    pub(super) services: Vec<Service>,
    pub(super) servers: Vec<Server>,
}

impl Setup {
    pub(super) fn draw(draw: &mut Rng, theme: Theme) -> Self {
        let mut services: Vec<Service> = Vec::new();
        let wanted = 1 + draw.below(4) as usize;
        while services.len() < wanted {
            let drawn = service(draw, theme, services.len() as u32);
            if !services.iter().any(|other| collide(other, &drawn)) {
                services.push(drawn);
            }
        }
        let mut servers = Vec::new();
        for (number, service) in services.iter().enumerate() {
            servers_of(draw, theme, number as u16, service, &mut servers);
        }
        let mut sysctls = Vec::new();
        for sysctl in Sysctl::ALL {
            let rarely = if matches!(sysctl, Sysctl::DropPacket) { 12 } else { 4 };
            if once_in(draw, rarely) {
                sysctls.push((sysctl, value(draw, sysctl)));
            }
        }
        // The rate of dropping before the dropping.
        sysctls.sort_by_key(|&(sysctl, _): &(Sysctl, u32)| sysctl == Sysctl::DropPacket);
        let timeouts_s = if once_in(draw, 4) { timeouts(draw) } else { [0; 3] };
        Self { sysctls, timeouts_s, services, servers }
    }
}

/// A value that a sysctl may be given.
pub(super) fn value(draw: &mut Rng, sysctl: Sysctl) -> u32 {
    match sysctl {
        Sysctl::ConnReuseMode => draw.below(4),
        // What it drops nobody can know.
        Sysctl::DropEntry => draw.below(3),
        Sysctl::DropPacket | Sysctl::SecureTcp => draw.below(4),
        Sysctl::AmDroprate => one_of(draw, &[2, 3, 10]),
        Sysctl::LblcExpiration | Sysctl::LblcrExpiration => one_of(draw, &[5, 60, 600]),
        Sysctl::ExpireNodestConn
        | Sysctl::ExpireQuiescentTemplate
        | Sysctl::SloppyTcp
        | Sysctl::SloppySctp => draw.below(2),
    }
}

/// Values for `ipvsadm --set`; 0 keeps the current one.
pub(super) fn timeouts(draw: &mut Rng) -> [u32; 3] {
    let any = 1 + draw.below(1500);
    [one_of(draw, &[0, 20, any]), one_of(draw, &[0, 3, 30]), one_of(draw, &[0, 2, 45, 400])]
}

/// Settings of a service at this address.
pub(super) fn settings(draw: &mut Rng, theme: Theme, protocol: Protocol, reached: &Reached) -> Settings {
    let kinds = SchedulerKind::ALL;
    let scheduler = loop {
        let kind = one_of(draw, &kinds);
        if kind != SchedulerKind::Twos {
            break kind;
        }
    };
    // Only persistence makes a service of every port.
    let must = matches!(reached, Reached::Address(at) if at.port() == 0);
    let persistent = must || once_in(draw, theme.persistence());
    let any = 1 + draw.below(400);
    let datagrams = protocol == Protocol::Udp || matches!(reached, Reached::Fwmark { .. });
    Settings {
        scheduler,
        fallback: once_in(draw, 2),
        hash_port: once_in(draw, 2),
        one_packet: datagrams && once_in(draw, if theme == Theme::Datagrams { 2 } else { 4 }),
        persistent: persistent.then(|| Persistent {
            timeout_s: one_of(draw, &[1, 5, 60, any]),
            prefix: match reached.is_ipv6() {
                true => one_of(draw, &[128, 128, 112, 64]),
                false => one_of(draw, &[32, 32, 30, 24, 16, 8]),
            },
        }),
    }
}

/// The port of FTP's control connections.
const FTP: u16 = 21;

fn service(draw: &mut Rng, theme: Theme, number: u32) -> Service {
    let ipv6 = once_in(draw, 4);
    let marked = once_in(draw, if theme == Theme::Marks { 2 } else { 6 });
    let protocol = match theme {
        Theme::Datagrams => Protocol::Udp,
        Theme::Associations => Protocol::Sctp,
        _ => one_of(draw, &[Protocol::Tcp, Protocol::Tcp, Protocol::Tcp, Protocol::Udp, Protocol::Sctp]),
    };
    let reached = if marked {
        Reached::Fwmark {
            mark: 1 + number + draw.below(1 << 20) * 8,
            port: one_of(draw, &[80, 53, 900]),
            ipv6,
        }
    } else {
        let last = 89 + draw.below(2) as u16;
        let ip: IpAddr = match ipv6 {
            true => Ipv6Addr::new(0xfd00, 0x89, 0, 0, 0, 0, 0, last).into(),
            false => Ipv4Addr::new(192, 168, 0, last as u8).into(),
        };
        let port = match (protocol, draw.below(8)) {
            (_, 0) => 0,
            (Protocol::Tcp, 1) => FTP,
            _ => one_of(draw, &[80, 443, 53, 8080]),
        };
        Reached::Address(SocketAddr::new(ip, port))
    };
    let settings = settings(draw, theme, protocol, &reached);
    Service { protocol, reached, settings, listed: !once_in(draw, 10) }
}

/// Whether two services are indistinguishable.
fn collide(one: &Service, other: &Service) -> bool {
    match (one.reached, other.reached) {
        (Reached::Fwmark { port, ipv6, .. }, Reached::Fwmark { port: same, ipv6: family, .. }) => {
            (port, ipv6) == (same, family)
        }
        (Reached::Address(one_at), Reached::Address(other_at)) => {
            one.protocol == other.protocol && one_at == other_at
        }
        _ => false,
    }
}

/// How the servers of a service are reached.
#[derive(Clone, Copy)]
enum Methods {
    All(Forwarding),
    Mixed,
}

fn servers_of(draw: &mut Rng, theme: Theme, number: u16, service: &Service, servers: &mut Vec<Server>) {
    let methods = match draw.below(6) {
        0 => Methods::All(Forwarding::DirectRoute),
        1 => Methods::All(Forwarding::Tunnel),
        2 | 3 => Methods::All(Forwarding::Masquerade),
        _ => Methods::Mixed,
    };
    let count = 1 + draw.below(6);
    let first = draw.below(8);
    for place in 0..count {
        let forwarding = match methods {
            Methods::All(method) => method,
            Methods::Mixed => {
                one_of(draw, &[Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel])
            }
        };
        // A tunnel may lead to the other family.
        let crosses = forwarding == Forwarding::Tunnel && once_in(draw, 4);
        let ip = address(service.reached.is_ipv6() != crosses, 1 + (first + place) % 8);
        let (weight, thresholds) = (weight(draw), thresholds(draw, theme));
        servers.push(Server {
            service: number,
            endpoint: SocketAddr::new(ip, port(draw, service, forwarding)),
            forwarding,
            weight,
            thresholds,
            listed: service.listed && !once_in(draw, 10),
        });
    }
}

/// One of the real servers' addresses, which all services share.
fn address(ipv6: bool, number: u32) -> IpAddr {
    match ipv6 {
        true => Ipv6Addr::new(0xfd00, 1, 0, 0, 0, 0, 0, number as u16).into(),
        false => Ipv4Addr::new(192, 168, 1, number as u8).into(),
    }
}

/// Only masquerading rewrites ports: otherwise a server has its service's, as `ipvsadm` sees to.
fn port(draw: &mut Rng, service: &Service, forwarding: Forwarding) -> u16 {
    let named = match service.reached {
        Reached::Address(at) => at.port(),
        Reached::Fwmark { .. } => 0,
    };
    match forwarding {
        Forwarding::Masquerade => one_of(draw, &[named, named, 8000, 8001, 0]),
        Forwarding::DirectRoute | Forwarding::Tunnel => named,
    }
}

/// A weight, 0 now and then.
pub(super) fn weight(draw: &mut Rng) -> u32 {
    let largest = one_of(draw, &[1, 4, 20, 1000]);
    if once_in(draw, 8) { 0 } else { 1 + draw.below(largest) }
}

/// Upper and lower threshold.
pub(super) fn thresholds(draw: &mut Rng, theme: Theme) -> [u32; 2] {
    if !once_in(draw, theme.thresholds()) {
        return [0; 2];
    }
    let upper = 1 + draw.below(12);
    [upper, if once_in(draw, 2) { 1 + draw.below(upper) } else { 0 }]
}
