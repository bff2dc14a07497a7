//! A destination: the kernel's entry for a real server in one service.

use std::net::SocketAddr;

use ipvslab_schedulers::{Thresholds, Weight};

use super::forwarding::{Forwarding, ForwardingParts};
use super::statistics::BothForms;
use super::wire::{self, dest as attributes, required};
use super::{Family, Statistics};
use crate::netlink::{AttributeWriter, Attributes, Malformed};

/// A destination as one asks for it. An edit replaces all of it but the address, and clears the overload flag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Destination {
    /// The real server's address and port. Its family may differ from the service's under [`Forwarding::Tunnel`].
    pub address: SocketAddr,
    /// How packets get there.
    pub forwarding: Forwarding,
    /// Its weight.
    pub weight: Weight,
    /// Its connection thresholds.
    pub thresholds: Thresholds,
}

impl Destination {
    /// A destination of weight 1 without thresholds.
    pub const fn new(address: SocketAddr, forwarding: Forwarding) -> Self {
        Self { address, forwarding, weight: Weight::ONE, thresholds: Thresholds::NONE }
    }

    /// Its name within the service.
    pub(crate) fn encode_key(address: SocketAddr, to: &mut AttributeWriter<'_>) {
        to.bytes(attributes::ADDR, &wire::sixteen(address.ip()));
        to.u16_be(attributes::PORT, address.port());
        to.u16(attributes::ADDR_FAMILY, Family::of(&address.ip()) as u16);
    }

    pub(crate) fn encode(&self, to: &mut AttributeWriter<'_>) {
        Self::encode_key(self.address, to);
        self.forwarding.encode(to);
        to.u32(attributes::WEIGHT, self.weight.get().cast_unsigned());
        to.u32(attributes::U_THRESH, self.thresholds.upper());
        to.u32(attributes::L_THRESH, self.thresholds.lower());
    }
}

/// A destination as the kernel reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DestinationState {
    /// What it is.
    pub destination: Destination,
    /// Connections that the kernel counts as active.
    pub active: u32,
    /// Connections that it counts as inactive.
    pub inactive: u32,
    /// Persistence templates that lead here.
    pub persistent: u32,
    /// What it has done.
    pub statistics: Statistics,
}

impl DestinationState {
    pub(crate) fn decode(nested: Attributes<'_>) -> Result<Self, Malformed> {
        const OBJECT: &str = "destination";
        let mut family = None;
        let mut address = None;
        let mut port = None;
        let mut forwarding = ForwardingParts::default();
        let mut weight = None;
        let (mut upper, mut lower) = (None, None);
        let (mut active, mut inactive, mut persistent) = (None, None, None);
        let mut statistics = BothForms::default();
        for attribute in nested {
            let attribute = attribute?;
            match attribute.kind {
                attributes::ADDR_FAMILY => family = Some(Family::decode(attribute.u16()?)?),
                attributes::ADDR => address = Some(attribute),
                attributes::PORT => port = Some(attribute.u16_be()?),
                attributes::WEIGHT => weight = Some(attribute.u32()?),
                attributes::U_THRESH => upper = Some(attribute.u32()?),
                attributes::L_THRESH => lower = Some(attribute.u32()?),
                attributes::ACTIVE_CONNS => active = Some(attribute.u32()?),
                attributes::INACT_CONNS => inactive = Some(attribute.u32()?),
                attributes::PERSIST_CONNS => persistent = Some(attribute.u32()?),
                attributes::STATS => statistics.narrow(&attribute)?,
                attributes::STATS64 => statistics.wide(&attribute)?,
                _ => forwarding.take(&attribute)?,
            }
        }
        let family = required(family, OBJECT, "address family")?;
        let address = wire::address(&required(address, OBJECT, "address")?, family)?;
        let weight = required(weight, OBJECT, "weight")?;
        let (upper, lower) =
            (required(upper, OBJECT, "upper threshold")?, required(lower, OBJECT, "lower threshold")?);
        let unknown = |what, found: u32| Malformed::Unknown { what, found: found.into() };
        Ok(Self {
            destination: Destination {
                address: SocketAddr::new(address, required(port, OBJECT, "port")?),
                forwarding: forwarding.forwarding()?,
                weight: Weight::new(weight).ok_or(unknown("weight", weight))?,
                thresholds: Thresholds::new(upper, lower)
                    .ok_or(unknown("lower threshold above the upper one,", lower))?,
            },
            active: required(active, OBJECT, "active connections")?,
            inactive: required(inactive, OBJECT, "inactive connections")?,
            persistent: required(persistent, OBJECT, "persistent connections")?,
            statistics: statistics.best(OBJECT)?,
        })
    }
}
