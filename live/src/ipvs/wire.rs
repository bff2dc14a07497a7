//! The numbers of the IPVS netlink family (kernel spec, section 3.1), and addresses as it writes them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Family;
use crate::netlink::{Attribute, Malformed};

/// The family's name, by which the controller finds its number.
pub(crate) const FAMILY: &str = "IPVS";
/// The family's version.
pub(crate) const VERSION: u8 = 1;
/// Bytes of a generic netlink header: command, version, 2 reserved.
pub(crate) const GENERIC_HEADER: usize = 4;

/// Commands. What the kernel reports has the number of the command that would make it.
pub(crate) mod commands {
    pub(crate) const NEW_SERVICE: u8 = 1;
    pub(crate) const SET_SERVICE: u8 = 2;
    pub(crate) const DEL_SERVICE: u8 = 3;
    pub(crate) const GET_SERVICE: u8 = 4;
    pub(crate) const NEW_DEST: u8 = 5;
    pub(crate) const SET_DEST: u8 = 6;
    pub(crate) const DEL_DEST: u8 = 7;
    pub(crate) const GET_DEST: u8 = 8;
    pub(crate) const NEW_DAEMON: u8 = 9;
    pub(crate) const DEL_DAEMON: u8 = 10;
    pub(crate) const GET_DAEMON: u8 = 11;
    pub(crate) const SET_CONFIG: u8 = 12;
    pub(crate) const GET_CONFIG: u8 = 13;
    pub(crate) const SET_INFO: u8 = 14;
    pub(crate) const GET_INFO: u8 = 15;
    pub(crate) const ZERO: u8 = 16;
    pub(crate) const FLUSH: u8 = 17;
}

/// Attributes of a message.
pub(crate) mod top {
    pub(crate) const SERVICE: u16 = 1;
    pub(crate) const DEST: u16 = 2;
    pub(crate) const DAEMON: u16 = 3;
    pub(crate) const TIMEOUT_TCP: u16 = 4;
    pub(crate) const TIMEOUT_TCP_FIN: u16 = 5;
    pub(crate) const TIMEOUT_UDP: u16 = 6;
}

/// Attributes of an answer to `GET_INFO`, which has its own numbering.
pub(crate) mod info {
    pub(crate) const VERSION: u16 = 1;
    pub(crate) const CONN_TAB_SIZE: u16 = 2;
}

/// Attributes of a service.
pub(crate) mod service {
    pub(crate) const AF: u16 = 1;
    pub(crate) const PROTOCOL: u16 = 2;
    pub(crate) const ADDR: u16 = 3;
    pub(crate) const PORT: u16 = 4;
    pub(crate) const FWMARK: u16 = 5;
    pub(crate) const SCHED_NAME: u16 = 6;
    pub(crate) const FLAGS: u16 = 7;
    pub(crate) const TIMEOUT: u16 = 8;
    pub(crate) const NETMASK: u16 = 9;
    pub(crate) const STATS: u16 = 10;
    pub(crate) const PE_NAME: u16 = 11;
    pub(crate) const STATS64: u16 = 12;
}

/// Attributes of a destination.
pub(crate) mod dest {
    pub(crate) const ADDR: u16 = 1;
    pub(crate) const PORT: u16 = 2;
    pub(crate) const FWD_METHOD: u16 = 3;
    pub(crate) const WEIGHT: u16 = 4;
    pub(crate) const U_THRESH: u16 = 5;
    pub(crate) const L_THRESH: u16 = 6;
    pub(crate) const ACTIVE_CONNS: u16 = 7;
    pub(crate) const INACT_CONNS: u16 = 8;
    pub(crate) const PERSIST_CONNS: u16 = 9;
    pub(crate) const STATS: u16 = 10;
    pub(crate) const ADDR_FAMILY: u16 = 11;
    pub(crate) const STATS64: u16 = 12;
    pub(crate) const TUN_TYPE: u16 = 13;
    pub(crate) const TUN_PORT: u16 = 14;
    pub(crate) const TUN_FLAGS: u16 = 15;
}

/// Attributes of a sync daemon.
pub(crate) mod daemon {
    pub(crate) const STATE: u16 = 1;
    pub(crate) const MCAST_IFN: u16 = 2;
    pub(crate) const SYNC_ID: u16 = 3;
    pub(crate) const SYNC_MAXLEN: u16 = 4;
    pub(crate) const MCAST_GROUP: u16 = 5;
    pub(crate) const MCAST_GROUP6: u16 = 6;
    pub(crate) const MCAST_PORT: u16 = 7;
    pub(crate) const MCAST_TTL: u16 = 8;
}

/// An address as requests carry it: 16 bytes, an IPv4 address in the first four.
pub(crate) fn sixteen(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        }
        IpAddr::V6(address) => address.octets(),
    }
}

/// An address from a reply; which of the two it is, its family tells.
pub(crate) fn address(attribute: &Attribute<'_>, family: Family) -> Result<IpAddr, Malformed> {
    match family {
        Family::Inet => {
            let first =
                Attribute { payload: attribute.payload.get(..4).unwrap_or(attribute.payload), ..*attribute };
            first.array().map(|octets: [u8; 4]| Ipv4Addr::from(octets).into())
        }
        Family::Inet6 => attribute.array().map(|octets: [u8; 16]| Ipv6Addr::from(octets).into()),
    }
}

/// A value that every `object` has.
pub(crate) fn required<T>(
    value: Option<T>,
    object: &'static str,
    attribute: &'static str,
) -> Result<T, Malformed> {
    value.ok_or(Malformed::Missing { object, attribute })
}
