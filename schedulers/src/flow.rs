//! What a scheduler may know of a new connection: its addresses.

use core::net::IpAddr;

/// The addresses of a new connection's first packet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Flow {
    /// The client's address (what `sh` and `mh` hash).
    pub client: IpAddr,
    /// The client's port (hashed too with `sh-port` and `mh-port`).
    pub client_port: u16,
    /// The address in the packet: the VIP of an ordinary service, one of many for a fwmark service
    /// (what `dh`, `lblc` and `lblcr` key on).
    pub destination: IpAddr,
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
