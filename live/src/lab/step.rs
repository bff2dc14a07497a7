//! One thing that is set up on a host of the lab; printed, it is the `ip`, `sysctl`, `nft` or `ipvsadm` command that
//! does the same.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use ipvslab_sim::{Forwarding, Transport};

use crate::script::{Reached, Server, Service};

/// A step. All addresses are IPv4.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// A sysctl of the network, with dots between the parts of its name.
    Sysctl(&'static str, &'static str),
    /// A device is switched on.
    Up(&'static str),
    /// A device gets an address.
    Address {
        /// The device.
        device: &'static str,
        /// The address.
        address: Ipv4Addr,
        /// The prefix length.
        prefix: u8,
    },
    /// A route to a network.
    Route {
        /// The network; 0.0.0.0/0 for all.
        to: (Ipv4Addr, u8),
        /// The router, if it is not on the link.
        via: Option<Ipv4Addr>,
        /// The device.
        device: &'static str,
    },
    /// Everything that a table is asked for is delivered to this host itself.
    LocalTable(u32),
    /// Packets with this mark go by this table.
    RuleMark(u32, u32),
    /// Packets from this device go by this table.
    RuleFrom(&'static str, u32),
    /// The Ethernet address of a neighbour.
    Neighbour {
        /// The device.
        device: &'static str,
        /// Whose.
        address: Ipv4Addr,
        /// What it is.
        mac: [u8; 6],
    },
    /// Every TCP packet to a port gets a firewall mark: first the port, then the mark.
    Mark(u16, u32),
    /// A virtual service, without servers.
    Service(Service),
    /// ESTABLISHED and FIN_WAIT time-outs, seconds; 0 leaves one as it is.
    Timeouts([u32; 2]),
    /// A real server of the service, with its weight.
    Server(Service, Server, u32),
}

/// The service as ipvsadm names it.
pub(crate) struct Named(pub(crate) Service);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.reached {
            Reached::Address(address) if self.0.transport == Transport::Udp => write!(f, "-u {address}"),
            Reached::Address(address) => write!(f, "-t {address}"),
            Reached::Fwmark { mark, .. } => write!(f, "-f {mark}"),
        }
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
                write!(f, "ip address add {address}/{prefix} dev {device}")
            }
            Self::Route { to: (network, prefix), via, device } => {
                match prefix {
                    0 => f.write_str("ip route add default")?,
                    _ => write!(f, "ip route add {network}/{prefix}")?,
                }
                match via {
                    Some(router) => write!(f, " via {router} dev {device}"),
                    None => write!(f, " dev {device}"),
                }
            }
            Self::LocalTable(table) => write!(f, "ip route add local default dev lo table {table}"),
            Self::RuleMark(mark, table) => write!(f, "ip rule add fwmark {mark} lookup {table}"),
            Self::RuleFrom(device, table) => write!(f, "ip rule add iif {device} lookup {table}"),
            Self::Neighbour { device, address, mac: [a, b, c, d, e, g] } => write!(
                f,
                "ip neighbour add {address} lladdr {a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x} dev {device} \
                 nud permanent"
            ),
            Self::Mark(port, mark) => write!(
                f,
                "nft 'table inet ipvslab {{ chain mark {{ type filter hook prerouting priority mangle; \
                 tcp dport {port} meta mark set {mark}; }} }}'"
            ),
            Self::Service(service) => {
                write!(f, "ipvsadm -A {} -s {}", Named(*service), service.scheduler)?;
                let flags = flag_names(service);
                if flags.is_empty() { Ok(()) } else { write!(f, " -b {}", flags.join(",")) }
            }
            Self::Timeouts([tcp, fin]) => write!(f, "ipvsadm --set {tcp} {fin} 0"),
            Self::Server(service, server, weight) => {
                write!(
                    f,
                    "ipvsadm -a {} -r {} {} -w {weight}",
                    Named(*service),
                    server.endpoint,
                    method(service.forwarding)
                )?;
                match server.thresholds {
                    [0, _] => Ok(()),
                    [upper, 0] => write!(f, " -x {upper}"),
                    [upper, lower] => write!(f, " -x {upper} -y {lower}"),
                }
            }
        }
    }
}

/// The scheduler's flags by ipvsadm's names; none for a scheduler that reads none.
fn flag_names(service: &Service) -> Vec<String> {
    let name = service.scheduler.name();
    if !matches!(name, "sh" | "mh") {
        return Vec::new();
    }
    [(service.fallback, "fallback"), (service.hash_port, "port")]
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
mod tests {
    use ipvslab_schedulers::SchedulerKind;

    use super::*;

    #[test]
    fn steps_read_as_the_commands_of_the_handbook() {
        let service = Service {
            transport: Transport::Tcp,
            reached: Reached::Address(([192, 168, 0, 89], 80).into()),
            scheduler: SchedulerKind::Sh,
            forwarding: Forwarding::DirectRoute,
            fallback: true,
            hash_port: true,
            timeouts_s: [0, 0],
        };
        let server =
            Server { endpoint: ([192, 168, 0, 93], 80).into(), weight: 1, thresholds: [10, 0], listed: true };
        let vip = Ipv4Addr::new(192, 168, 0, 89);
        for (step, command) in [
            (Step::Service(service), "ipvsadm -A -t 192.168.0.89:80 -s sh -b sh-fallback,sh-port"),
            (
                Step::Server(service, server, 3),
                "ipvsadm -a -t 192.168.0.89:80 -r 192.168.0.93:80 -g -w 3 -x 10",
            ),
            (
                Step::Address { device: "lo", address: vip, prefix: 32 },
                "ip address add 192.168.0.89/32 dev lo",
            ),
            (
                Step::Route { to: (Ipv4Addr::UNSPECIFIED, 0), via: Some(vip), device: "eth0" },
                "ip route add default via 192.168.0.89 dev eth0",
            ),
            (Step::Sysctl("net.ipv4.conf.all.arp_ignore", "1"), "sysctl -w net.ipv4.conf.all.arp_ignore=1"),
        ] {
            assert_eq!(step.to_string(), command);
        }
    }
}
