//! The numbers of rtnetlink (rtnetlink(7)), and the fixed headers that stand before its attributes.

use std::net::IpAddr;

use crate::netlink::flags;

pub(crate) const NEW_LINK: u16 = 16;
pub(crate) const DEL_LINK: u16 = 17;
pub(crate) const GET_LINK: u16 = 18;
pub(crate) const SET_LINK: u16 = 19;
pub(crate) const NEW_ADDRESS: u16 = 20;
pub(crate) const NEW_ROUTE: u16 = 24;
pub(crate) const NEW_NEIGHBOUR: u16 = 28;
pub(crate) const NEW_RULE: u16 = 32;

/// Make it, and refuse if it exists.
pub(crate) const CREATE: u16 = flags::CREATE | flags::EXCLUSIVE;

/// Attributes of a link (`IFLA_*`).
pub(crate) mod link {
    pub(crate) const ADDRESS: u16 = 1;
    pub(crate) const NAME: u16 = 3;
    pub(crate) const MTU: u16 = 4;
    pub(crate) const MASTER: u16 = 10;
    pub(crate) const INFO: u16 = 18;
    pub(crate) const NAMESPACE: u16 = 28;
    /// What to leave out of replies.
    pub(crate) const EXTENSION_MASK: u16 = 29;
    /// The kind, inside `INFO`.
    pub(crate) const INFO_KIND: u16 = 1;
    /// What the kind needs to know, inside `INFO`.
    pub(crate) const INFO_DATA: u16 = 2;
    /// The other end of a veth pair, inside `INFO_DATA`: a link header and attributes.
    pub(crate) const VETH_PEER: u16 = 1;
    /// A tunnel's own address, inside `INFO_DATA`.
    pub(crate) const TUNNEL_LOCAL: u16 = 2;
    /// A tunnel's far end, inside `INFO_DATA`.
    pub(crate) const TUNNEL_REMOTE: u16 = 3;
    /// The link is up, or is to be.
    pub(crate) const UP: u32 = 1;
    /// For `EXTENSION_MASK`: no statistics.
    pub(crate) const SKIP_STATISTICS: u32 = 8;
}

/// Attributes of an address (`IFA_*`).
pub(crate) mod address {
    pub(crate) const ADDRESS: u16 = 1;
    pub(crate) const LOCAL: u16 = 2;
    /// IPv6: usable at once, without asking whether somebody has it.
    pub(crate) const NO_DUPLICATE_DETECTION: u8 = 2;
}

/// Attributes of a route (`RTA_*`).
pub(crate) mod route {
    pub(crate) const DESTINATION: u16 = 1;
    pub(crate) const DEVICE: u16 = 4;
    pub(crate) const GATEWAY: u16 = 5;
    pub(crate) const TABLE: u16 = 15;
    /// `RTPROT_STATIC`: made by an administrator.
    pub(crate) const STATIC: u8 = 4;
    pub(crate) const UNICAST: u8 = 1;
    pub(crate) const LOCAL: u8 = 2;
    pub(crate) const SCOPE_UNIVERSE: u8 = 0;
    pub(crate) const SCOPE_LINK: u8 = 253;
    pub(crate) const SCOPE_HOST: u8 = 254;
}

/// Attributes of a policy rule (`FRA_*`).
pub(crate) mod rule {
    pub(crate) const INPUT_NAME: u16 = 3;
    pub(crate) const PRIORITY: u16 = 6;
    pub(crate) const MARK: u16 = 10;
    pub(crate) const TABLE: u16 = 15;
    pub(crate) const TO_TABLE: u8 = 1;
}

/// Attributes of a neighbour (`NDA_*`).
pub(crate) mod neighbour {
    pub(crate) const ADDRESS: u16 = 1;
    pub(crate) const LINK_ADDRESS: u16 = 2;
    pub(crate) const PERMANENT: u16 = 0x80;
}

/// An address family's number.
pub(crate) fn family(address: &IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 2,
        IpAddr::V6(_) => 10,
    }
}

/// The address's 4 or 16 bytes.
pub(crate) fn octets(address: &IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// `ifinfomsg`: family and type are left to the kernel.
pub(crate) fn link_header(index: u32, flags: u32, change: u32) -> [u8; 16] {
    let mut header = [0; 16];
    header[4..8].copy_from_slice(&index.to_ne_bytes());
    header[8..12].copy_from_slice(&flags.to_ne_bytes());
    header[12..16].copy_from_slice(&change.to_ne_bytes());
    header
}

/// `ifaddrmsg`.
pub(crate) fn address_header(family: u8, length: u8, flags: u8, index: u32) -> [u8; 8] {
    let [a, b, c, d] = index.to_ne_bytes();
    [family, length, flags, 0, a, b, c, d]
}

/// `rtmsg`; the table is an attribute, as it may be above 255.
pub(crate) fn route_header(family: u8, length: u8, scope: u8, kind: u8) -> [u8; 12] {
    [family, length, 0, 0, 0, route::STATIC, scope, kind, 0, 0, 0, 0]
}

/// `fib_rule_hdr`.
pub(crate) fn rule_header(family: u8, action: u8) -> [u8; 12] {
    [family, 0, 0, 0, 0, 0, 0, action, 0, 0, 0, 0]
}

/// `ndmsg`.
pub(crate) fn neighbour_header(family: u8, index: u32, state: u16) -> [u8; 12] {
    let [a, b, c, d] = index.to_ne_bytes();
    let [s, t] = state.to_ne_bytes();
    [family, 0, 0, 0, a, b, c, d, s, t, 0, 0]
}
