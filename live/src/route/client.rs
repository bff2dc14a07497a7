//! The commands.

use std::net::IpAddr;

use super::link::encode_namespace;
use super::wire::{self, address, link, neighbour, route, rule};
use super::{Link, LinkIndex, LinkKind, MacAddress, Prefix, RouteError};
use crate::ipvs::Family;
use crate::namespace::Namespace;
use crate::netlink::{AttributeWriter, Malformed, NetlinkError, Request, Socket, flags};

/// The table that is looked at when no rule says otherwise.
pub const MAIN_TABLE: u32 = 254;
/// The longest device name, in bytes.
const NAME_LIMIT: usize = 15;
/// Make it, and refuse if it exists.
const CREATE: u16 = flags::CREATE | flags::EXCLUSIVE;

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

/// The network configuration of one namespace.
#[derive(Debug)]
pub struct Route {
    socket: Socket,
}

/// # Errors
/// All of these return [`RouteError`] with the kernel's refusal: see there for which refusal means what.
impl Route {
    /// The configuration of `namespace`.
    pub fn open(namespace: &Namespace) -> Result<Self, RouteError> {
        let socket = Socket::open(namespace, None)
            .map_err(|error| RouteError::from_exchange("open rtnetlink".to_owned(), error))?;
        Ok(Self { socket })
    }

    /// Makes a device, down and without addresses, and says its number.
    pub fn add_link(&mut self, name: &str, kind: &LinkKind<'_>) -> Result<LinkIndex, RouteError> {
        let attempt = format!("add link {name:?} ({})", kind.name());
        check_name(&attempt, name)?;
        if let LinkKind::Veth { peer, .. } = kind {
            check_name(&format!("{attempt} with peer {peer:?}"), peer)?;
        }
        let mut request = Request::new(wire::NEW_LINK, CREATE, &wire::link_header(0, 0, 0));
        let mut to = request.attributes();
        to.string(link::NAME, name);
        kind.encode(&mut to);
        self.tell(attempt, request)?;
        self.link(name).map(|link| link.index)
    }

    /// Sets a device up.
    pub fn set_up(&mut self, index: LinkIndex) -> Result<(), RouteError> {
        let header = wire::link_header(index.0, link::UP, link::UP);
        self.tell(format!("set link {index} up"), Request::new(wire::SET_LINK, 0, &header))
    }

    /// Makes a device a port of a bridge.
    pub fn set_master(&mut self, index: LinkIndex, master: LinkIndex) -> Result<(), RouteError> {
        self.change(format!("put link {index} under {master}"), index, |to| {
            to.u32(link::MASTER, master.0);
        })
    }

    /// Sets the longest packet that a device carries, in bytes.
    pub fn set_mtu(&mut self, index: LinkIndex, mtu: u32) -> Result<(), RouteError> {
        self.change(format!("set the MTU of link {index} to {mtu}"), index, |to| {
            to.u32(link::MTU, mtu);
        })
    }

    /// Sets a device's Ethernet address.
    pub fn set_mac(&mut self, index: LinkIndex, mac: MacAddress) -> Result<(), RouteError> {
        self.change(format!("set the MAC of link {index} to {mac}"), index, |to| {
            to.bytes(link::ADDRESS, &mac.0);
        })
    }

    /// Moves a device to another namespace: it loses its addresses and is down there.
    pub fn move_link(&mut self, index: LinkIndex, namespace: &Namespace) -> Result<(), RouteError> {
        self.change(format!("move link {index} to another namespace"), index, |to| {
            encode_namespace(namespace, to);
        })
    }

    /// Removes a device, and the other end if it is a veth.
    pub fn delete_link(&mut self, index: LinkIndex) -> Result<(), RouteError> {
        let header = wire::link_header(index.0, 0, 0);
        self.tell(format!("delete link {index}"), Request::new(wire::DEL_LINK, 0, &header))
    }

    /// The device called `name`.
    pub fn link(&mut self, name: &str) -> Result<Link, RouteError> {
        let attempt = format!("find link {name:?}");
        check_name(&attempt, name)?;
        let mut request = Request::new(wire::GET_LINK, 0, &wire::link_header(0, 0, 0));
        request.attributes().string(link::NAME, name).u32(link::EXTENSION_MASK, link::SKIP_STATISTICS);
        let none = Malformed::Missing { object: "reply", attribute: "link" };
        self.socket
            .request(request)
            .and_then(|answers| Ok(Link::decode(&answers.first().ok_or(none)?.message())?))
            .map_err(|error: NetlinkError| RouteError::from_exchange(attempt, error))
    }

    /// All devices, by number.
    pub fn links(&mut self) -> Result<Vec<Link>, RouteError> {
        let mut request = Request::new(wire::GET_LINK, 0, &wire::link_header(0, 0, 0));
        request.attributes().u32(link::EXTENSION_MASK, link::SKIP_STATISTICS);
        self.socket
            .dump(request)
            .and_then(|answers| {
                Ok(answers.iter().map(|a| Link::decode(&a.message())).collect::<Result<_, _>>()?)
            })
            .map_err(|error| RouteError::from_exchange("list links".to_owned(), error))
    }

    /// Gives a device an address; its neighbours are those that share the prefix.
    pub fn add_address(&mut self, index: LinkIndex, prefix: Prefix) -> Result<(), RouteError> {
        let ip = prefix.address();
        let flags = if ip.is_ipv6() { address::NO_DUPLICATE_DETECTION } else { 0 };
        let header = wire::address_header(wire::family(&ip), prefix.length(), flags, index.0);
        let mut request = Request::new(wire::NEW_ADDRESS, CREATE, &header);
        let octets = wire::octets(&ip);
        request.attributes().bytes(address::LOCAL, &octets).bytes(address::ADDRESS, &octets);
        self.tell(format!("add address {prefix} to link {index}"), request)
    }

    /// Adds an entry to a routing table, which comes to be with its first entry.
    pub fn add_route(&mut self, entry: &Entry) -> Result<(), RouteError> {
        let attempt = format!("add route to {} in table {}", entry.destination, entry.table);
        self.tell(attempt, entry.encode())
    }

    /// Adds a policy rule.
    pub fn add_rule(&mut self, rule: &Rule) -> Result<(), RouteError> {
        let attempt = format!("add rule {:?} to table {}", rule.selector, rule.table);
        if let Selector::Incoming(name) = &rule.selector {
            check_name(&attempt, name)?;
        }
        self.tell(attempt, rule.encode())
    }

    /// Tells a neighbour's Ethernet address for good, so that nobody has to be asked.
    pub fn add_neighbour(&mut self, index: LinkIndex, ip: IpAddr, mac: MacAddress) -> Result<(), RouteError> {
        let header = wire::neighbour_header(wire::family(&ip), index.0, neighbour::PERMANENT);
        let mut request = Request::new(wire::NEW_NEIGHBOUR, CREATE, &header);
        request
            .attributes()
            .bytes(neighbour::ADDRESS, &wire::octets(&ip))
            .bytes(neighbour::LINK_ADDRESS, &mac.0);
        self.tell(format!("add neighbour {ip} ({mac}) to link {index}"), request)
    }

    fn change(
        &mut self,
        attempt: String,
        index: LinkIndex,
        write: impl FnOnce(&mut AttributeWriter<'_>),
    ) -> Result<(), RouteError> {
        let mut request = Request::new(wire::SET_LINK, 0, &wire::link_header(index.0, 0, 0));
        write(&mut request.attributes());
        self.tell(attempt, request)
    }

    fn tell(&mut self, attempt: String, request: Request) -> Result<(), RouteError> {
        self.socket.request(request).map(|_| ()).map_err(|error| RouteError::from_exchange(attempt, error))
    }
}

impl Entry {
    fn encode(&self) -> Request {
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
    fn encode(&self) -> Request {
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

fn check_name(attempt: &str, name: &str) -> Result<(), RouteError> {
    if (1..=NAME_LIMIT).contains(&name.len()) && !name.contains('\0') {
        return Ok(());
    }
    Err(RouteError::Name { attempt: attempt.to_owned() })
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
