//! What holds for a whole namespace: connection timeouts, and what the kernel's IPVS is.

use super::wire::{info, required, top};
use crate::netlink::{AttributeWriter, Attributes, Malformed};

/// The three timeouts that can be set (`ipvsadm --set`), in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Timeouts {
    /// Established TCP connections.
    pub tcp_s: u32,
    /// TCP connections after a FIN.
    pub tcp_fin_s: u32,
    /// UDP.
    pub udp_s: u32,
}

/// New timeouts in seconds; `None`, and 0, leave one as it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TimeoutChange {
    /// Established TCP connections.
    pub tcp_s: Option<u32>,
    /// TCP connections after a FIN.
    pub tcp_fin_s: Option<u32>,
    /// UDP.
    pub udp_s: Option<u32>,
}

impl TimeoutChange {
    pub(crate) fn encode(&self, to: &mut AttributeWriter<'_>) {
        let fields = [
            (top::TIMEOUT_TCP, self.tcp_s),
            (top::TIMEOUT_TCP_FIN, self.tcp_fin_s),
            (top::TIMEOUT_UDP, self.udp_s),
        ];
        for (attribute, value) in fields {
            if let Some(value) = value {
                to.u32(attribute, value);
            }
        }
    }
}

impl Timeouts {
    pub(crate) fn decode(attributes: Attributes<'_>) -> Result<Self, Malformed> {
        const OBJECT: &str = "timeout reply";
        let (mut tcp_s, mut tcp_fin_s, mut udp_s) = (None, None, None);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                top::TIMEOUT_TCP => tcp_s = Some(attribute.u32()?),
                top::TIMEOUT_TCP_FIN => tcp_fin_s = Some(attribute.u32()?),
                top::TIMEOUT_UDP => udp_s = Some(attribute.u32()?),
                _ => {}
            }
        }
        Ok(Self {
            tcp_s: required(tcp_s, OBJECT, "TCP timeout")?,
            tcp_fin_s: required(tcp_fin_s, OBJECT, "TCP FIN timeout")?,
            udp_s: required(udp_s, OBJECT, "UDP timeout")?,
        })
    }
}

/// What the kernel says about its IPVS.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Info {
    /// Major, minor, patch; 1.2.1 for many years.
    pub version: [u8; 3],
    /// Buckets of the connection table. Where the table can grow (7.3), its size now.
    pub connection_table_size: u32,
}

impl Info {
    pub(crate) fn decode(attributes: Attributes<'_>) -> Result<Self, Malformed> {
        let (mut version, mut size) = (None, None);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                info::VERSION => version = Some(attribute.u32()?),
                info::CONN_TAB_SIZE => size = Some(attribute.u32()?),
                _ => {}
            }
        }
        let [_, version @ ..] = required(version, "info reply", "version")?.to_be_bytes();
        Ok(Self { version, connection_table_size: required(size, "info reply", "connection table size")? })
    }
}
