//! The sync daemons: they multicast the connections of one director to others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::wire::{daemon as attributes, required};
use crate::netlink::{AttributeWriter, Attributes, Malformed};

/// Which way a daemon goes. Each namespace has at most one of each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// It sends.
    Master = 1,
    /// It receives.
    Backup = 2,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Master => "master",
            Self::Backup => "backup",
        })
    }
}

/// A sync daemon. `None` leaves a choice to the kernel; it reports what it chose.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Daemon {
    /// Which way it goes.
    pub role: Role,
    /// The device it multicasts through, at most 15 bytes.
    pub interface: String,
    /// Which daemons talk to each other. On the wire it has 8 bits.
    pub sync_id: u32,
    /// The longest datagram, in bytes.
    pub datagram_length: Option<u16>,
    /// The multicast group.
    pub group: Option<IpAddr>,
    /// The UDP port.
    pub port: Option<u16>,
    /// The datagrams' time to live, in hops.
    pub hops: Option<u8>,
}

impl Daemon {
    /// A daemon that leaves all choices to the kernel.
    pub fn new(role: Role, interface: impl Into<String>, sync_id: u32) -> Self {
        let interface = interface.into();
        Self { role, interface, sync_id, datagram_length: None, group: None, port: None, hops: None }
    }

    pub(crate) fn encode_role(role: Role, to: &mut AttributeWriter<'_>) {
        to.u32(attributes::STATE, role as u32);
    }

    pub(crate) fn encode(&self, to: &mut AttributeWriter<'_>) {
        Self::encode_role(self.role, to);
        to.string(attributes::MCAST_IFN, &self.interface);
        to.u32(attributes::SYNC_ID, self.sync_id);
        if let Some(length) = self.datagram_length {
            to.u16(attributes::SYNC_MAXLEN, length);
        }
        match self.group {
            Some(IpAddr::V4(group)) => {
                to.bytes(attributes::MCAST_GROUP, &group.octets());
            }
            Some(IpAddr::V6(group)) => {
                to.bytes(attributes::MCAST_GROUP6, &group.octets());
            }
            None => {}
        }
        if let Some(port) = self.port {
            to.u16(attributes::MCAST_PORT, port);
        }
        if let Some(hops) = self.hops {
            to.u8(attributes::MCAST_TTL, hops);
        }
    }

    pub(crate) fn decode(nested: Attributes<'_>) -> Result<Self, Malformed> {
        const OBJECT: &str = "daemon";
        let (mut role, mut interface, mut sync_id) = (None, None, None);
        let (mut datagram_length, mut group, mut port, mut hops) = (None, None, None, None);
        for attribute in nested {
            let attribute = attribute?;
            match attribute.kind {
                attributes::STATE => role = Some(decode_role(attribute.u32()?)?),
                attributes::MCAST_IFN => interface = Some(attribute.string()),
                attributes::SYNC_ID => sync_id = Some(attribute.u32()?),
                attributes::SYNC_MAXLEN => datagram_length = Some(attribute.u16()?),
                attributes::MCAST_GROUP => group = Some(Ipv4Addr::from(attribute.array::<4>()?).into()),
                attributes::MCAST_GROUP6 => group = Some(Ipv6Addr::from(attribute.array::<16>()?).into()),
                attributes::MCAST_PORT => port = Some(attribute.u16()?),
                attributes::MCAST_TTL => hops = Some(attribute.u8()?),
                _ => {}
            }
        }
        Ok(Self {
            role: required(role, OBJECT, "state")?,
            interface: required(interface, OBJECT, "interface")?,
            sync_id: required(sync_id, OBJECT, "sync id")?,
            datagram_length,
            group,
            port,
            hops,
        })
    }
}

fn decode_role(state: u32) -> Result<Role, Malformed> {
    match state {
        1 => Ok(Role::Master),
        2 => Ok(Role::Backup),
        other => Err(Malformed::Unknown { what: "daemon state", found: other.into() }),
    }
}
