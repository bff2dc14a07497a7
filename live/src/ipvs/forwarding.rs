//! How packets get from the director to a real server.

use super::wire::{dest as attributes, required};
use crate::netlink::{Attribute, AttributeWriter, Malformed};

/// The forwarding method of a destination.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Forwarding {
    /// `-m`: the director rewrites addresses.
    Masquerade,
    /// To the director itself.
    Local,
    /// `-i`: through a tunnel.
    Tunnel(Encapsulation),
    /// `-g`: unchanged, to the server's link address.
    DirectRoute,
    /// Past all servers, to where the client wanted. The kernel makes such connections itself; do not ask for it.
    Bypass,
}

/// What a tunnelled packet is wrapped in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Encapsulation {
    /// IP in IP.
    Ipip,
    /// Generic UDP encapsulation.
    Gue {
        /// The UDP port; the kernel refuses 0.
        port: u16,
        /// The checksums it carries.
        checksum: TunnelChecksum,
    },
    /// Generic routing encapsulation.
    Gre {
        /// The checksums it carries.
        checksum: TunnelChecksum,
    },
}

/// The checksum flags of an encapsulation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TunnelChecksum(pub u16);

impl TunnelChecksum {
    /// No checksum.
    pub const NONE: Self = Self(0);
    /// A checksum.
    pub const PLAIN: Self = Self(1);
    /// Remote checksum offload.
    pub const REMOTE: Self = Self(2);
}

impl From<ipvslab_sim::Forwarding> for Forwarding {
    fn from(forwarding: ipvslab_sim::Forwarding) -> Self {
        match forwarding {
            ipvslab_sim::Forwarding::Masquerade => Self::Masquerade,
            ipvslab_sim::Forwarding::DirectRoute => Self::DirectRoute,
            ipvslab_sim::Forwarding::Tunnel => Self::Tunnel(Encapsulation::Ipip),
        }
    }
}

impl Forwarding {
    pub(crate) fn encode(self, to: &mut AttributeWriter<'_>) {
        let method = match self {
            Self::Masquerade => 0,
            Self::Local => 1,
            Self::Tunnel(_) => 2,
            Self::DirectRoute => 3,
            Self::Bypass => 4,
        };
        to.u32(attributes::FWD_METHOD, method);
        if let Self::Tunnel(encapsulation) = self {
            encapsulation.encode(to);
        }
    }
}

impl Encapsulation {
    fn encode(self, to: &mut AttributeWriter<'_>) {
        let (kind, port, checksum) = match self {
            Self::Ipip => (0, 0, TunnelChecksum::NONE),
            Self::Gue { port, checksum } => (1, port, checksum),
            Self::Gre { checksum } => (2, 0, checksum),
        };
        to.u8(attributes::TUN_TYPE, kind);
        to.u16_be(attributes::TUN_PORT, port);
        to.u16(attributes::TUN_FLAGS, checksum.0);
    }
}

/// The attributes of a forwarding method, in whatever order they come. Kernels before 5.3 do not send the tunnel's.
#[derive(Default)]
pub(crate) struct ForwardingParts {
    method: Option<u32>,
    kind: u8,
    port: u16,
    checksum: TunnelChecksum,
}

impl ForwardingParts {
    /// Keeps `attribute` if it belongs to the forwarding method.
    pub(crate) fn take(&mut self, attribute: &Attribute<'_>) -> Result<(), Malformed> {
        match attribute.kind {
            attributes::FWD_METHOD => self.method = Some(attribute.u32()?),
            attributes::TUN_TYPE => self.kind = attribute.u8()?,
            attributes::TUN_PORT => self.port = attribute.u16_be()?,
            attributes::TUN_FLAGS => self.checksum = TunnelChecksum(attribute.u16()?),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn forwarding(self) -> Result<Forwarding, Malformed> {
        match required(self.method, "destination", "forwarding method")? {
            0 => Ok(Forwarding::Masquerade),
            1 => Ok(Forwarding::Local),
            2 => self.encapsulation().map(Forwarding::Tunnel),
            3 => Ok(Forwarding::DirectRoute),
            4 => Ok(Forwarding::Bypass),
            other => Err(Malformed::Unknown { what: "forwarding method", found: other.into() }),
        }
    }

    fn encapsulation(&self) -> Result<Encapsulation, Malformed> {
        match self.kind {
            0 => Ok(Encapsulation::Ipip),
            1 => Ok(Encapsulation::Gue { port: self.port, checksum: self.checksum }),
            2 => Ok(Encapsulation::Gre { checksum: self.checksum }),
            other => Err(Malformed::Unknown { what: "tunnel type", found: other.into() }),
        }
    }
}
