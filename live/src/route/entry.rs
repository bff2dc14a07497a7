//! Entries of routing tables, and the rules that say which packets look at which table.

use std::net::IpAddr;

use super::wire::{self, CREATE, route, rule};
use super::{LinkIndex, Prefix};
use crate::ipvs::Family;
use crate::netlink::Request;

/// The table of a host's own addresses.
pub const LOCAL_TABLE: u32 = 255;
/// The table that is looked at when no rule says otherwise.
pub const MAIN_TABLE: u32 = 254;

/// An entry of a routing table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Which packets.
    pub destination: Prefix,
    /// What becomes of them.
    pub kind: EntryKind,
    /// The table's number.
    pub table: u32,
}

/// What becomes of the packets that an [`Entry`] is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// They go out through a device, to hosts that are its neighbours.
    Device(LinkIndex),
    /// They go to a gateway, whose device the kernel finds unless one is given.
    Gateway(IpAddr, Option<LinkIndex>),
    /// They are for this host, as if a device had the addresses.
    Local(LinkIndex),
}

/// A policy rule: which packets look at which table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The packets' family.
    pub family: Family,
    /// The packets.
    pub selector: Selector,
    /// The table's number.
    pub table: u32,
    /// When it is looked at, lowest first: below 32766 before the main table. `None` for before all other rules so far.
    pub priority: Option<u32>,
}

/// The packets of a [`Rule`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selector {
    /// Those with a firewall mark.
    Mark(u32),
    /// Those that came in through a device of this name.
    Incoming(String),
}

impl Entry {
    pub(crate) fn encode(&self) -> Request {
        let (kind, scope) = match self.kind {
            EntryKind::Device(_) => (route::UNICAST, route::SCOPE_LINK),
            EntryKind::Gateway(..) => (route::UNICAST, route::SCOPE_UNIVERSE),
            EntryKind::Local(_) => (route::LOCAL, route::SCOPE_HOST),
        };
        let address = self.destination.address();
        let header = wire::route_header(wire::family(&address), self.destination.length(), scope, kind);
        let mut request = Request::new(wire::NEW_ROUTE, CREATE, &header);
        let mut to = request.attributes();
        to.u32(route::TABLE, self.table);
        if self.destination.length() > 0 {
            to.bytes(route::DESTINATION, &wire::octets(&address));
        }
        let device = match self.kind {
            EntryKind::Device(index) | EntryKind::Local(index) => Some(index),
            EntryKind::Gateway(gateway, index) => {
                to.bytes(route::GATEWAY, &wire::octets(&gateway));
                index
            }
        };
        if let Some(index) = device {
            to.u32(route::DEVICE, index.0);
        }
        request
    }
}

impl Rule {
    pub(crate) fn encode(&self) -> Request {
        let header = wire::rule_header(self.family as u8, rule::TO_TABLE);
        let mut request = Request::new(wire::NEW_RULE, CREATE, &header);
        let mut to = request.attributes();
        match &self.selector {
            Selector::Mark(mark) => to.u32(rule::MARK, *mark),
            Selector::Incoming(name) => to.string(rule::INPUT_NAME, name),
        };
        to.u32(rule::TABLE, self.table);
        if let Some(priority) = self.priority {
            to.u32(rule::PRIORITY, priority);
        }
        request
    }
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    /// Type, flags, and everything behind the header.
    fn sent(mut request: Request) -> (u16, u16, Vec<u8>) {
        let bytes = request.sealed(1);
        (
            u16::from_le_bytes([bytes[4], bytes[5]]),
            u16::from_le_bytes([bytes[6], bytes[7]]),
            bytes[16..].to_vec(),
        )
    }

    #[test]
    fn a_default_route_has_no_destination_attribute() {
        let gateway = IpAddr::from([10, 0, 0, 1]);
        let entry = Entry {
            destination: Prefix::ALL,
            kind: EntryKind::Gateway(gateway, Some(LinkIndex(3))),
            table: 1000,
        };
        #[rustfmt::skip]
        let expected = [
            2, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, // rtmsg: IPv4, /0, static, universe, unicast
            8, 0, 15, 0, 0xe8, 3, 0, 0,         // RTA_TABLE 1000
            8, 0, 5, 0, 10, 0, 0, 1,            // RTA_GATEWAY
            8, 0, 4, 0, 3, 0, 0, 0,             // RTA_OIF
        ];
        assert_eq!(sent(entry.encode()), (24, 0x601, expected.to_vec()));
    }

    #[test]
    fn a_local_route_is_of_the_hosts_scope() {
        let entry = Entry {
            destination: Prefix::new(IpAddr::from([10, 1, 0, 0]), 16).expect("16 bits"),
            kind: EntryKind::Local(LinkIndex(1)),
            table: 100,
        };
        #[rustfmt::skip]
        let expected = [
            2, 16, 0, 0, 0, 4, 254, 2, 0, 0, 0, 0, // rtmsg: IPv4, /16, static, host, local
            8, 0, 15, 0, 100, 0, 0, 0,             // RTA_TABLE
            8, 0, 1, 0, 10, 1, 0, 0,               // RTA_DST
            8, 0, 4, 0, 1, 0, 0, 0,                // RTA_OIF
        ];
        assert_eq!(sent(entry.encode()), (24, 0x601, expected.to_vec()));
    }

    #[test]
    fn a_rule_leads_marked_packets_to_a_table() {
        let rule =
            Rule { family: Family::Inet6, selector: Selector::Mark(7), table: 100, priority: Some(10) };
        #[rustfmt::skip]
        let expected = [
            10, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, // fib_rule_hdr: IPv6, to table
            8, 0, 10, 0, 7, 0, 0, 0,             // FRA_FWMARK
            8, 0, 15, 0, 100, 0, 0, 0,           // FRA_TABLE
            8, 0, 6, 0, 10, 0, 0, 0,             // FRA_PRIORITY
        ];
        assert_eq!(sent(rule.encode()), (32, 0x601, expected.to_vec()));
    }
}
