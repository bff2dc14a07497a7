//! The commands.

use std::net::IpAddr;

use super::link::encode_namespace;
use super::wire::{self, CREATE, address, link, neighbour};
use super::{Entry, Link, LinkIndex, LinkKind, MacAddress, Prefix, RouteError, Rule, Selector};
use crate::namespace::Namespace;
use crate::netlink::{AttributeWriter, Malformed, NetlinkError, Request, Socket};

/// The longest device name, in bytes.
const NAME_LIMIT: usize = 15;

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

fn check_name(attempt: &str, name: &str) -> Result<(), RouteError> {
    if (1..=NAME_LIMIT).contains(&name.len()) && !name.contains('\0') {
        return Ok(());
    }
    Err(RouteError::Name { attempt: attempt.to_owned() })
}
