//! What a scheduler may know of a new connection: its addresses, ports and protocol.

use core::net::IpAddr;

/// The addresses, ports and protocol of a new connection's first packet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Flow {
    /// The client's address (what `sh` and `mh` hash).
    pub client: IpAddr,
    /// The client's port (hashed too with `sh-port` and `mh-port`).
    pub client_port: u16,
    /// The address in the packet: the VIP of an ordinary service, one of many for a fwmark service
    /// (what `dh`, `lblc` and `lblcr` key on).
    pub destination: IpAddr,
    /// The port in the packet (hashed by other data planes, by no scheduler of IPVS).
    pub destination_port: u16,
    /// The number of the transport protocol, as in the IP header (hashed by other data planes too).
    pub protocol: u8,
}

impl Flow {
    /// The protocol number of TCP.
    pub const TCP: u8 = 6;
    /// The protocol number of UDP.
    pub const UDP: u8 = 17;
    /// The protocol number of SCTP.
    pub const SCTP: u8 = 132;
}

/// The 32-bit number the kernel hashes an address by: an IPv4 address in host order, or the four words of an
/// IPv6 address exclusive-ored (kernel spec, section 1.15).
#[inline]
pub fn fold(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(v4) => u32::from(v4),
        IpAddr::V6(v6) => {
            let bits = u128::from(v6);
            (bits >> 96) as u32 ^ (bits >> 64) as u32 ^ (bits >> 32) as u32 ^ bits as u32
        }
    }
}
