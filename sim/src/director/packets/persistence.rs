//! Persistence: templates, by which a client comes back to the server that it had (kernel spec, section 2.6).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipvslab_schedulers::Span;

use super::name::{Name, VirtualAddress};
use super::packet::Packet;
use super::service::{FTP, Reached, ServiceKey};
use crate::setup::Persistence;

/// A template whose time is up while connections of it live waits this long, again and again.
pub(super) const HOLD_OVER: Span = Span::from_secs(60);

/// The name of the template of `service` that a client's packet is for.
pub(super) fn name(service: &ServiceKey, persistence: Persistence, packet: &Packet) -> Name {
    let network = masked(packet.source.ip(), persistence.prefix);
    let place = match service.reached {
        Reached::Mark { mark, .. } => VirtualAddress::Mark(mark),
        Reached::Address(named) => {
            let (ip, port) = (packet.destination.ip(), named.port());
            let own = port != 0 && port != FTP && packet.destination.port() == port;
            VirtualAddress::Address(SocketAddr::new(ip, if own { port } else { 0 }))
        }
    };
    Name::of_template(packet.payload.protocol(), network, place)
}

/// The IPv4 mask of a prefix: its first `prefix` bits are one; all of them beyond 32.
pub fn ipv4_mask(prefix: u8) -> Ipv4Addr {
    u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0).into()
}

/// The first `prefix` bits of an address.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(v4 & ipv4_mask(prefix)),
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_mask_keeps_the_leading_bits() {
        let v4: IpAddr = "203.0.113.200".parse().expect("an address");
        let v6: IpAddr = "2001:db8::ffff".parse().expect("an address");
        assert_eq!(masked(v4, 32), v4);
        assert_eq!(masked(v4, 24).to_string(), "203.0.113.0");
        assert_eq!(masked(v4, 0).to_string(), "0.0.0.0");
        assert_eq!(masked(v6, 128), v6);
        assert_eq!(masked(v6, 112).to_string(), "2001:db8::");
    }
}
