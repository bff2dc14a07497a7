//! Network devices.

use std::net::Ipv4Addr;
use std::os::fd::{AsFd, AsRawFd};

use super::MacAddress;
use super::wire::{self, link as attributes};
use crate::namespace::Namespace;
use crate::netlink::{Attribute, AttributeWriter, Attributes, Malformed, Message};

/// A device's number in its namespace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkIndex(pub u32);

impl std::fmt::Display for LinkIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What to make.
#[derive(Clone, Copy, Debug)]
pub enum LinkKind<'a> {
    /// A cable: the other end, with a name of its own, comes to be in another namespace.
    Veth {
        /// The other end's name.
        peer: &'a str,
        /// Where it goes.
        peer_namespace: &'a Namespace,
    },
    /// Swallows what is sent to it; good to hold addresses.
    Dummy,
    /// A switch.
    Bridge,
    /// A tunnel, IP in IP. With neither address it is `tunl0`, which the module puts into every namespace: find that
    /// one instead.
    Ipip {
        /// Its own address; unspecified for any.
        local: Ipv4Addr,
        /// The far end; unspecified for any, so that the tunnel only receives. This is what a real server needs.
        remote: Ipv4Addr,
    },
}

impl LinkKind<'_> {
    /// The kernel's name for it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Veth { .. } => "veth",
            Self::Dummy => "dummy",
            Self::Bridge => "bridge",
            Self::Ipip { .. } => "ipip",
        }
    }

    pub(crate) fn encode(&self, to: &mut AttributeWriter<'_>) {
        to.nested(attributes::INFO, |info| {
            info.string(attributes::INFO_KIND, self.name());
            match self {
                Self::Veth { peer, peer_namespace } => {
                    info.nested(attributes::INFO_DATA, |data| {
                        data.nested_after(attributes::VETH_PEER, &wire::link_header(0, 0, 0), |end| {
                            end.string(attributes::NAME, peer);
                            encode_namespace(peer_namespace, end);
                        });
                    });
                }
                Self::Ipip { local, remote } => {
                    info.nested(attributes::INFO_DATA, |data| {
                        data.bytes(attributes::TUNNEL_LOCAL, &local.octets());
                        data.bytes(attributes::TUNNEL_REMOTE, &remote.octets());
                    });
                }
                Self::Dummy | Self::Bridge => {}
            }
        });
    }
}

/// Names a namespace by a descriptor of this process, which the kernel looks up while it handles the request.
pub(crate) fn encode_namespace(namespace: &Namespace, to: &mut AttributeWriter<'_>) {
    to.u32(attributes::NAMESPACE, namespace.as_fd().as_raw_fd().cast_unsigned());
}

/// A device as the kernel reports it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Link {
    /// Its number.
    pub index: LinkIndex,
    /// Its name.
    pub name: String,
    /// Whether it is up.
    pub up: bool,
    /// The longest packet, in bytes.
    pub mtu: u32,
    /// Its address, if it is an Ethernet device.
    pub mac: Option<MacAddress>,
    /// The bridge it is a port of.
    pub master: Option<LinkIndex>,
    /// What it is (`veth`, `tun`, ...); `None` for the loopback device and hardware.
    pub kind: Option<String>,
}

impl Link {
    pub(crate) fn decode(message: &Message<'_>) -> Result<Self, Malformed> {
        let missing = |attribute| Malformed::Missing { object: "link", attribute };
        let attributes = Attributes::new(message.after_header(16)?);
        let word = |at: usize| message.body[at..at + 4].try_into().map(u32::from_ne_bytes);
        let index = LinkIndex(word(4).expect("the header has 16 bytes"));
        let flags = word(8).expect("the header has 16 bytes");
        let (mut name, mut mtu, mut mac, mut master, mut kind) = (None, None, None, None, None);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                attributes::NAME => name = Some(attribute.string()),
                attributes::MTU => mtu = Some(attribute.u32()?),
                attributes::MASTER => master = Some(LinkIndex(attribute.u32()?)),
                attributes::ADDRESS => mac = attribute.array().ok().map(MacAddress),
                attributes::INFO => kind = decode_kind(&attribute)?,
                _ => {}
            }
        }
        Ok(Self {
            index,
            name: name.ok_or(missing("name"))?,
            up: flags & attributes::UP != 0,
            mtu: mtu.ok_or(missing("MTU"))?,
            mac,
            master,
            kind,
        })
    }
}

fn decode_kind(info: &Attribute<'_>) -> Result<Option<String>, Malformed> {
    for attribute in info.nested() {
        let attribute = attribute?;
        if attribute.kind == attributes::INFO_KIND {
            return Ok(Some(attribute.string()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(body: &[u8]) -> Message<'_> {
        Message { kind: wire::NEW_LINK, flags: 0, sequence: 1, body }
    }

    fn report(link: &Link) -> Vec<u8> {
        let mut body = wire::link_header(link.index.0, link.up.into(), 0).to_vec();
        let mut to = AttributeWriter::new(&mut body);
        to.string(attributes::NAME, &link.name).u32(attributes::MTU, link.mtu);
        if let Some(MacAddress(mac)) = link.mac {
            to.bytes(attributes::ADDRESS, &mac);
        }
        if let Some(master) = link.master {
            to.u32(attributes::MASTER, master.0);
        }
        if let Some(kind) = &link.kind {
            to.nested(attributes::INFO, |info| {
                info.string(attributes::INFO_KIND, kind);
            });
        }
        body
    }

    proptest! {
        #[test]
        fn links_come_back_as_they_were_reported(
            (index, up, mtu) in any::<(u32, bool, u32)>(),
            name in "[a-z0-9]{1,15}",
            mac in prop::option::of(any::<[u8; 6]>().prop_map(MacAddress)),
            master in prop::option::of(any::<u32>().prop_map(LinkIndex)),
            kind in prop::option::of("[a-z]{1,8}"),
        ) {
            let link = Link { index: LinkIndex(index), name, up, mtu, mac, master, kind };
            prop_assert_eq!(Link::decode(&message(&report(&link))), Ok(link));
        }

        #[test]
        fn hostile_bytes_are_refused_or_read(body in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = Link::decode(&message(&body));
        }
    }
}
