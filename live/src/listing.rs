//! Services and their servers as `ipvsadm -Ln` lists them: connections, and with `--stats` and `--rate`.

use std::fmt::Write as _;

use crate::ipvs::{DestinationState, Forwarding, ServiceFlags, ServiceKey, ServiceState, Statistics};

/// The three listings, one below the other: connections, totals, rates.
pub fn listing(state: &[(ServiceState, Vec<DestinationState>)]) -> String {
    let mut text = String::from("IP Virtual Server\n");
    text.push_str("Prot LocalAddress:Port Scheduler Flags\n");
    text.push_str("  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n");
    for (service, servers) in state {
        let _ = writeln!(text, "{}", head(service));
        for server in servers {
            let of = &server.destination;
            let _ = writeln!(
                text,
                "  -> {:<28} {:<7} {:<6} {:<10} {:<10}",
                of.address.to_string(),
                forward(of.forwarding),
                of.weight.get(),
                server.active,
                server.inactive
            );
        }
    }
    let totals = |of: &Statistics| [of.connections, of.packets_in, of.packets_out, of.bytes_in, of.bytes_out];
    let rates = |of: &Statistics| {
        [
            of.connections_per_s,
            of.packets_in_per_s,
            of.packets_out_per_s,
            of.bytes_in_per_s,
            of.bytes_out_per_s,
        ]
    };
    text.push_str(&numbers(state, ["Conns", "InPkts", "OutPkts", "InBytes", "OutBytes"], totals));
    text.push_str(&numbers(state, ["CPS", "InPPS", "OutPPS", "InBPS", "OutBPS"], rates));
    text
}

fn numbers(
    state: &[(ServiceState, Vec<DestinationState>)],
    names: [&str; 5],
    of: impl Fn(&Statistics) -> [u64; 5],
) -> String {
    let mut text = format!("\n{:<33}", "Prot LocalAddress:Port");
    names.iter().for_each(|name| text.push_str(&format!("{name:>9}")));
    text.push_str("\n  -> RemoteAddress:Port\n");
    let mut row = |name: String, statistics: &Statistics| {
        let _ = write!(text, "{name:<33}");
        of(statistics).iter().for_each(|&number| text.push_str(&format!("{:>9}", short(number))));
        text.push('\n');
    };
    for (service, servers) in state {
        row(name(&service.service.key), &service.statistics);
        for server in servers {
            row(format!("  -> {}", server.destination.address), &server.statistics);
        }
    }
    text
}

/// From 10⁸ on in thousands, as ipvsadm does without `--exact`.
fn short(number: u64) -> String {
    let mut left = number;
    for unit in ["", "K", "M", "G"] {
        if left < 100_000_000 {
            return format!("{left}{unit}");
        }
        left /= 1000;
    }
    format!("{left}T")
}

fn head(service: &ServiceState) -> String {
    let of = &service.service;
    let flags = of.flags.flags;
    let mut text = format!("{} {}", name(&of.key), of.scheduler);
    if flags.contains(ServiceFlags::PERSISTENT) {
        let _ = write!(text, " persistent {}", of.persistence_timeout_s);
    }
    if flags.contains(ServiceFlags::ONE_PACKET) {
        text.push_str(" ops");
    }
    text
}

fn name(key: &ServiceKey) -> String {
    match key {
        ServiceKey::Address { protocol, address } => format!("{:<4} {address}", protocol.to_string()),
        ServiceKey::Mark { mark, .. } => format!("FWM  {mark}"),
    }
}

fn forward(method: Forwarding) -> &'static str {
    match method {
        Forwarding::Masquerade => "Masq",
        Forwarding::Local => "Local",
        Forwarding::Tunnel(_) => "Tunnel",
        Forwarding::DirectRoute => "Route",
        Forwarding::Bypass => "Bypass",
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::ipvs::{Destination, Service};

    #[test]
    fn the_first_listing_is_ipvsadms() {
        let vip: SocketAddr = ([192, 168, 0, 89], 80).into();
        let service = Service::new(ServiceKey::tcp(vip), "rr");
        let server = DestinationState {
            destination: Destination::new(([192, 168, 0, 93], 80).into(), Forwarding::DirectRoute),
            active: 2,
            inactive: 31,
            persistent: 0,
            statistics: Statistics { connections: 123_456_789, ..Statistics::default() },
        };
        let statistics = Statistics::default();
        let text = listing(&[(ServiceState { service, statistics }, vec![server])]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[3], "TCP  192.168.0.89:80 rr");
        assert_eq!(lines[4], "  -> 192.168.0.93:80              Route   1      2          31        ");
        assert_eq!(
            lines[9],
            "  -> 192.168.0.93:80               123456K        0        0        0        0"
        );
    }
}
