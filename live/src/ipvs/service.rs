//! A virtual service: what one asks the kernel for, and what the kernel reports.

use std::net::Ipv4Addr;

use super::key::KeyParts;
use super::statistics::BothForms;
use super::wire::{required, service as attributes};
use super::{Family, ServiceKey, Statistics};
use crate::netlink::{Attribute, AttributeWriter, Attributes, Malformed};

/// The flags of a service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ServiceFlags(pub u32);

impl ServiceFlags {
    /// `-p`: a client keeps its server for the persistence timeout.
    pub const PERSISTENT: Self = Self(0x1);
    /// Set by the kernel on every service.
    pub const HASHED: Self = Self(0x2);
    /// `-o`: every UDP packet is scheduled by itself.
    pub const ONE_PACKET: Self = Self(0x4);
    /// `sh-fallback`, `mh-fallback`.
    pub const HASH_FALLBACK: Self = Self(0x8);
    /// `sh-port`, `mh-port`.
    pub const HASH_PORT: Self = Self(0x10);

    /// Whether all of `flags` are set.
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

impl std::ops::BitOr for ServiceFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Flags to set and to clear: the kernel computes `(old & !mask) | (flags & mask)`, with no `old` for a new service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlagChange {
    /// The new values.
    pub flags: ServiceFlags,
    /// Which of them to change.
    pub mask: ServiceFlags,
}

impl FlagChange {
    /// Exactly `flags`, whatever was set before.
    pub const fn exactly(flags: ServiceFlags) -> Self {
        Self { flags, mask: ServiceFlags(u32::MAX) }
    }
}

/// Which clients count as one for persistence.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Granularity {
    /// IPv4: those whose addresses agree under the mask.
    Mask(Ipv4Addr),
    /// IPv6: those whose addresses agree in this many leading bits, 1 to 128.
    Prefix(u32),
}

impl Granularity {
    /// Every address by itself.
    pub const fn single(family: Family) -> Self {
        match family {
            Family::Inet => Self::Mask(Ipv4Addr::BROADCAST),
            Family::Inet6 => Self::Prefix(128),
        }
    }

    /// A mask travels in network byte order, a prefix length in the host's.
    fn encode(self) -> [u8; 4] {
        match self {
            Self::Mask(mask) => mask.octets(),
            Self::Prefix(length) => length.to_ne_bytes(),
        }
    }

    fn decode(bytes: [u8; 4], family: Family) -> Self {
        match family {
            Family::Inet => Self::Mask(Ipv4Addr::from(bytes)),
            Family::Inet6 => Self::Prefix(u32::from_ne_bytes(bytes)),
        }
    }
}

/// A service as one asks for it. An edit replaces all of it but the key.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Service {
    /// Its name.
    pub key: ServiceKey,
    /// ipvsadm's name of the scheduler, at most 15 bytes; `none` for no scheduler.
    pub scheduler: String,
    /// The flags.
    pub flags: FlagChange,
    /// How long a client keeps its server after its last connection, in seconds; for persistent services.
    pub persistence_timeout_s: u32,
    /// Which clients are one; of the key's family.
    pub granularity: Granularity,
    /// Persistence engine, at most 16 bytes (the kernel has `sip`); `None` for the client's address.
    pub persistence_engine: Option<String>,
}

impl Service {
    /// A service without persistence or other options.
    pub fn new(key: ServiceKey, scheduler: impl Into<String>) -> Self {
        Self {
            key,
            scheduler: scheduler.into(),
            flags: FlagChange::exactly(ServiceFlags::default()),
            persistence_timeout_s: 0,
            granularity: Granularity::single(key.family()),
            persistence_engine: None,
        }
    }

    pub(crate) fn encode(&self, to: &mut AttributeWriter<'_>) {
        self.key.encode(to);
        to.string(attributes::SCHED_NAME, &self.scheduler);
        let mut flags = [0; 8];
        flags[..4].copy_from_slice(&self.flags.flags.0.to_ne_bytes());
        flags[4..].copy_from_slice(&self.flags.mask.0.to_ne_bytes());
        to.bytes(attributes::FLAGS, &flags);
        to.u32(attributes::TIMEOUT, self.persistence_timeout_s);
        to.bytes(attributes::NETMASK, &self.granularity.encode());
        if let Some(engine) = &self.persistence_engine {
            to.string(attributes::PE_NAME, engine);
        }
    }
}

/// A service as the kernel reports it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ServiceState {
    /// What it is; the mask of its flags is full.
    pub service: Service,
    /// What it has done.
    pub statistics: Statistics,
}

impl ServiceState {
    pub(crate) fn decode(nested: Attributes<'_>) -> Result<Self, Malformed> {
        const OBJECT: &str = "service";
        let mut key = KeyParts::default();
        let mut scheduler = None;
        let mut flags = None;
        let mut timeout = None;
        let mut netmask = None;
        let mut persistence_engine = None;
        let mut statistics = BothForms::default();
        for attribute in nested {
            let attribute = attribute?;
            match attribute.kind {
                attributes::SCHED_NAME => scheduler = Some(attribute.string()),
                attributes::FLAGS => flags = Some(decode_flags(&attribute)?),
                attributes::TIMEOUT => timeout = Some(attribute.u32()?),
                attributes::NETMASK => netmask = Some(attribute.array()?),
                attributes::PE_NAME => persistence_engine = Some(attribute.string()),
                attributes::STATS => statistics.narrow(&attribute)?,
                attributes::STATS64 => statistics.wide(&attribute)?,
                _ => key.take(attribute)?,
            }
        }
        let key = key.key()?;
        Ok(Self {
            service: Service {
                key,
                scheduler: required(scheduler, OBJECT, "scheduler")?,
                flags: required(flags, OBJECT, "flags")?,
                persistence_timeout_s: required(timeout, OBJECT, "timeout")?,
                granularity: Granularity::decode(required(netmask, OBJECT, "netmask")?, key.family()),
                persistence_engine,
            },
            statistics: statistics.best(OBJECT)?,
        })
    }
}

fn decode_flags(attribute: &Attribute<'_>) -> Result<FlagChange, Malformed> {
    let [a, b, c, d, mask @ ..] = attribute.array::<8>()?;
    Ok(FlagChange {
        flags: ServiceFlags(u32::from_ne_bytes([a, b, c, d])),
        mask: ServiceFlags(u32::from_ne_bytes(mask)),
    })
}
