//! What tells one virtual service from another: protocol, address and port, or a firewall mark.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use super::wire::{self, service};
use crate::netlink::{Attribute, AttributeWriter, Malformed};

/// An address family, with Linux' number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// IPv4.
    Inet = 2,
    /// IPv6.
    Inet6 = 10,
}

impl Family {
    /// The family of `address`.
    pub const fn of(address: &IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::Inet,
            IpAddr::V6(_) => Self::Inet6,
        }
    }

    pub(crate) fn decode(number: u16) -> Result<Self, Malformed> {
        match number {
            2 => Ok(Self::Inet),
            10 => Ok(Self::Inet6),
            other => Err(Malformed::Unknown { what: "address family", found: other.into() }),
        }
    }
}

/// An IP protocol number. The kernel takes any, and directs packets of these three.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Protocol(pub u16);

impl Protocol {
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// SCTP.
    pub const SCTP: Self = Self(132);
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TCP => f.write_str("TCP"),
            Self::UDP => f.write_str("UDP"),
            Self::SCTP => f.write_str("SCTP"),
            Self(other) => write!(f, "protocol {other}"),
        }
    }
}

/// The name of a virtual service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ServiceKey {
    /// Packets of a protocol to an address and port; port 0 stands for all ports of a persistent service.
    Address {
        /// The protocol.
        protocol: Protocol,
        /// The virtual address and port.
        address: SocketAddr,
    },
    /// Packets that the firewall marked.
    Mark {
        /// Of which family; a mark may have a service in each.
        family: Family,
        /// The mark; the kernel never looks for mark 0.
        mark: u32,
    },
}

impl ServiceKey {
    /// A TCP service.
    pub const fn tcp(address: SocketAddr) -> Self {
        Self::Address { protocol: Protocol::TCP, address }
    }

    /// A UDP service.
    pub const fn udp(address: SocketAddr) -> Self {
        Self::Address { protocol: Protocol::UDP, address }
    }

    /// An SCTP service.
    pub const fn sctp(address: SocketAddr) -> Self {
        Self::Address { protocol: Protocol::SCTP, address }
    }

    /// The service's family.
    pub fn family(&self) -> Family {
        match self {
            Self::Address { address, .. } => Family::of(&address.ip()),
            Self::Mark { family, .. } => *family,
        }
    }

    pub(crate) fn encode(&self, to: &mut AttributeWriter<'_>) {
        to.u16(service::AF, self.family() as u16);
        match self {
            Self::Address { protocol, address } => {
                to.u16(service::PROTOCOL, protocol.0);
                to.bytes(service::ADDR, &wire::sixteen(address.ip()));
                to.u16_be(service::PORT, address.port());
            }
            Self::Mark { mark, .. } => {
                to.u32(service::FWMARK, *mark);
            }
        }
    }
}

impl fmt::Display for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { protocol, address } => write!(f, "{protocol} {address}"),
            Self::Mark { family: Family::Inet, mark } => write!(f, "firewall mark {mark}"),
            Self::Mark { family: Family::Inet6, mark } => write!(f, "firewall mark {mark} (IPv6)"),
        }
    }
}

/// The attributes of a key, in whatever order they come; the address waits for its family.
#[derive(Default)]
pub(crate) struct KeyParts<'a> {
    family: Option<Family>,
    protocol: Option<Protocol>,
    address: Option<Attribute<'a>>,
    port: Option<u16>,
    mark: Option<u32>,
}

impl<'a> KeyParts<'a> {
    /// Keeps `attribute` if it belongs to the key.
    pub(crate) fn take(&mut self, attribute: Attribute<'a>) -> Result<(), Malformed> {
        match attribute.kind {
            service::AF => self.family = Some(Family::decode(attribute.u16()?)?),
            service::PROTOCOL => self.protocol = Some(Protocol(attribute.u16()?)),
            service::ADDR => self.address = Some(attribute),
            service::PORT => self.port = Some(attribute.u16_be()?),
            service::FWMARK => self.mark = Some(attribute.u32()?),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn key(self) -> Result<ServiceKey, Malformed> {
        let missing = |attribute| Malformed::Missing { object: "service", attribute };
        let family = self.family.ok_or(missing("address family"))?;
        if let Some(mark) = self.mark {
            return Ok(ServiceKey::Mark { family, mark });
        }
        let protocol = self.protocol.ok_or(missing("protocol"))?;
        let address = wire::address(&self.address.ok_or(missing("address"))?, family)?;
        let port = self.port.ok_or(missing("port"))?;
        Ok(ServiceKey::Address { protocol, address: SocketAddr::new(address, port) })
    }
}
