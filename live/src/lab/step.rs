//! One thing that is set up on a host of the lab; printed, it is the `ip`, `sysctl`, `nft` or `ipvsadm` command that
//! does the same.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipvslab_scenarios::table::ipvsadm::Named;
use ipvslab_sim::{Forwarding, ipv4_mask};

use crate::model::key;
use crate::nft::Mark;
use crate::script::{Persistent, Server, Service};

/// A step.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// A sysctl of the network, with dots between the parts of its name, and its value.
    Sysctl(String, String),
    /// A device is switched on.
    Up(&'static str),
    /// A device gets an address.
    Address {
        /// The device.
        device: &'static str,
        /// The address.
        address: IpAddr,
        /// The prefix length.
        prefix: u8,
    },
    /// A route to a network.
    Route {
        /// The network; 0.0.0.0/0 or ::/0 for all.
        to: (IpAddr, u8),
        /// The router, if it is not on the link.
        via: Option<IpAddr>,
        /// The device.
        device: &'static str,
    },
    /// Packets to an address are delivered to this host itself, as if it were its own.
    Local(IpAddr),
    /// Everything of a family that a table is asked for is delivered to this host itself.
    LocalTable {
        /// The table.
        table: u32,
        /// Whether it is for IPv6.
        ipv6: bool,
    },
    /// Packets of a family with this mark go by this table.
    RuleMark {
        /// The mark.
        mark: u32,
        /// The table.
        table: u32,
        /// Whether they are of IPv6.
        ipv6: bool,
    },
    /// IPv4 packets from this device go by this table.
    RuleFrom(&'static str, u32),
    /// The Ethernet address of a neighbour.
    Neighbour {
        /// The device.
        device: &'static str,
        /// Whose.
        address: IpAddr,
        /// What it is.
        mac: [u8; 6],
    },
    /// All firewall marks; a host takes this step once.
    Marks(Vec<Mark>),
    /// A virtual service, without servers.
    Service(Service),
    /// ESTABLISHED, FIN_WAIT and UDP timeouts, seconds; 0 keeps the current one.
    Timeouts([u32; 3]),
    /// A real server of the service, with its weight.
    Server(Service, Server, u32),
}

impl Step {
    /// A sysctl of the network, with dots between the parts of its name.
    pub fn sysctl(name: impl Into<String>, value: impl fmt::Display) -> Self {
        Self::Sysctl(name.into(), value.to_string())
    }
}

/// ipvsadm's letter of a forwarding method.
pub(crate) fn method(forwarding: Forwarding) -> &'static str {
    match forwarding {
        Forwarding::Masquerade => "-m",
        Forwarding::DirectRoute => "-g",
        Forwarding::Tunnel => "-i",
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sysctl(name, value) => write!(f, "sysctl -w {name}={value}"),
            Self::Up(device) => write!(f, "ip link set {device} up"),
            Self::Address { device, address, prefix } => {
                let undoubted = if address.is_ipv6() { " nodad" } else { "" };
                write!(f, "ip address add {address}/{prefix} dev {device}{undoubted}")
            }
            Self::Route { to: (network, prefix), via, device } => {
                match prefix {
                    0 => write!(f, "{} route add default", ip(network.is_ipv6()))?,
                    _ => write!(f, "ip route add {network}/{prefix}")?,
                }
                match via {
                    Some(router) => write!(f, " via {router} dev {device}"),
                    None => write!(f, " dev {device}"),
                }
            }
            Self::Local(address) => write!(f, "ip route add local {address} dev lo table local"),
            Self::LocalTable { table, ipv6 } => {
                write!(f, "{} route add local default dev lo table {table}", ip(*ipv6))
            }
            Self::RuleMark { mark, table, ipv6 } => {
                write!(f, "{} rule add fwmark {mark} lookup {table}", ip(*ipv6))
            }
            Self::RuleFrom(device, table) => write!(f, "ip rule add iif {device} lookup {table}"),
            Self::Neighbour { device, address, mac: [a, b, c, d, e, g] } => write!(
                f,
                "ip neighbour add {address} lladdr {a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x} dev {device} \
                 nud permanent"
            ),
            Self::Marks(marks) => write_marks(f, marks),
            Self::Service(service) => {
                write!(f, "ipvsadm -A {}", Named(key(service)))?;
                write_settings(f, service)
            }
            Self::Timeouts([tcp, fin, udp]) => write!(f, "ipvsadm --set {tcp} {fin} {udp}"),
            Self::Server(service, server, weight) => {
                write!(
                    f,
                    "ipvsadm -a {} -r {} {} -w {weight}",
                    Named(key(service)),
                    server.endpoint,
                    method(server.forwarding)
                )?;
                let thresholds = ["-x", "-y"].into_iter().zip(server.thresholds);
                thresholds
                    .filter(|(_, value)| *value > 0)
                    .try_for_each(|(option, value)| write!(f, " {option} {value}"))
            }
        }
    }
}

/// `ip`, told the family where it takes IPv4 for granted.
fn ip(ipv6: bool) -> &'static str {
    if ipv6 { "ip -6" } else { "ip" }
}

/// A command a line. nft appends rules and the last to match counts, but of the marks the first.
fn write_marks(f: &mut fmt::Formatter<'_>, marks: &[Mark]) -> fmt::Result {
    for (number, Mark { port, mark, ipv6 }) in marks.iter().rev().enumerate() {
        let line = if number > 0 { "\n" } else { "" };
        let family = if *ipv6 { "ipv6" } else { "ipv4" };
        write!(
            f,
            "{line}nft 'table inet ipvslab {{ chain mark {{ type filter hook prerouting priority mangle; \
             meta nfproto {family} meta l4proto {{ tcp, udp, sctp }} th dport {port} meta mark set {mark}; }} }}'"
        )?;
    }
    Ok(())
}

/// What `ipvsadm -A` says behind the service's name.
fn write_settings(f: &mut fmt::Formatter<'_>, service: &Service) -> fmt::Result {
    let settings = &service.settings;
    write!(f, " -s {}", settings.scheduler)?;
    if let Some(Persistent { timeout_s, prefix }) = settings.persistent {
        write!(f, " -p {timeout_s}")?;
        match prefix {
            ..128 if service.reached.is_ipv6() => write!(f, " -M {prefix}")?,
            ..32 if !service.reached.is_ipv6() => write!(f, " -M {}", ipv4_mask(prefix))?,
            _ => {}
        }
    }
    if settings.one_packet {
        f.write_str(" -o")?;
    }
    let flags = flag_names(service);
    if flags.is_empty() { Ok(()) } else { write!(f, " -b {}", flags.join(",")) }
}

/// The scheduler's flags by ipvsadm's names; none for a scheduler that reads none.
fn flag_names(service: &Service) -> Vec<String> {
    let settings = &service.settings;
    let name = settings.scheduler.name();
    if !matches!(name, "sh" | "mh") {
        return Vec::new();
    }
    [(settings.fallback, "fallback"), (settings.hash_port, "port")]
        .into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, flag)| format!("{name}-{flag}"))
        .collect()
}

/// The IPv4 address of an endpoint, which the lab's are.
pub(crate) fn ipv4(endpoint: SocketAddr) -> Result<Ipv4Addr, SocketAddr> {
    match endpoint {
        SocketAddr::V4(endpoint) => Ok(*endpoint.ip()),
        SocketAddr::V6(_) => Err(endpoint),
    }
}

#[cfg(test)]
mod tests;
