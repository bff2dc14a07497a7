//! What the kernel counts for a service or a destination.

use crate::netlink::{Attribute, Malformed};

/// Totals since the object was made or zeroed, and the rates of the kernel's estimator.
///
/// The estimator refreshes all of them every two seconds, so they are up to two seconds old (kernel spec, section 2);
/// the counts of active and inactive connections are not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Statistics {
    /// Connections scheduled.
    pub connections: u64,
    /// Packets from clients.
    pub packets_in: u64,
    /// Packets to clients; only masquerading directors see them.
    pub packets_out: u64,
    /// Bytes from clients.
    pub bytes_in: u64,
    /// Bytes to clients.
    pub bytes_out: u64,
    /// Connections per second.
    pub connections_per_s: u64,
    /// Packets from clients per second.
    pub packets_in_per_s: u64,
    /// Packets to clients per second.
    pub packets_out_per_s: u64,
    /// Bytes from clients per second.
    pub bytes_in_per_s: u64,
    /// Bytes to clients per second.
    pub bytes_out_per_s: u64,
}

impl Statistics {
    /// From the 64-bit form, or the 32-bit one that the kernel sends as well: its fields have 4 bytes (cut off
    /// above, not saturated), except the byte counts.
    pub(crate) fn decode(attribute: &Attribute<'_>) -> Result<Self, Malformed> {
        let mut statistics = Self::default();
        for counter in attribute.nested() {
            let counter = counter?;
            let field = match counter.kind {
                1 => &mut statistics.connections,
                2 => &mut statistics.packets_in,
                3 => &mut statistics.packets_out,
                4 => &mut statistics.bytes_in,
                5 => &mut statistics.bytes_out,
                6 => &mut statistics.connections_per_s,
                7 => &mut statistics.packets_in_per_s,
                8 => &mut statistics.packets_out_per_s,
                9 => &mut statistics.bytes_in_per_s,
                10 => &mut statistics.bytes_out_per_s,
                // 11 is padding, that aligns 64-bit fields.
                _ => continue,
            };
            *field = if counter.payload.len() == 4 { counter.u32()?.into() } else { counter.u64()? };
        }
        Ok(statistics)
    }
}

/// What is known while the two forms come in: the 64-bit one wins, whatever the order.
#[derive(Default)]
pub(crate) struct BothForms {
    narrow: Option<Statistics>,
    wide: Option<Statistics>,
}

impl BothForms {
    pub(crate) fn narrow(&mut self, attribute: &Attribute<'_>) -> Result<(), Malformed> {
        self.narrow = Some(Statistics::decode(attribute)?);
        Ok(())
    }

    pub(crate) fn wide(&mut self, attribute: &Attribute<'_>) -> Result<(), Malformed> {
        self.wide = Some(Statistics::decode(attribute)?);
        Ok(())
    }

    pub(crate) fn best(self, object: &'static str) -> Result<Statistics, Malformed> {
        super::wire::required(self.wide.or(self.narrow), object, "statistics")
    }
}
