//! Just enough nf_tables to give packets a firewall mark, for services that are known by one.
//!
//! One batch, all or nothing: a table for IPv4 and IPv6, a chain at the prerouting hook, and rules. IPVS looks at
//! packets later, at the input hook, so it finds the mark. Numbers: the nfnetlink and nf_tables user interface.

use rustix::io::Errno;
use rustix::net::netlink::NETFILTER;

use crate::namespace::Namespace;
use crate::netlink::{AttributeWriter, NetlinkError, Refusal, Request, Socket, flags};

/// The table, of ours alone, in a namespace of ours.
const TABLE: &str = "ipvslab";
const CHAIN: &str = "mark";
/// `NFPROTO_INET`: IPv4 and IPv6.
const INET: u8 = 1;
/// The prerouting hook.
const PREROUTING: u32 = 0;
/// The priority that marks are set at by custom (`mangle`).
const MANGLE: i32 = -150;
/// `NFNL_SUBSYS_NFTABLES`.
const SUBSYSTEM: u16 = 10;
/// The 32-bit register that values go through.
const REGISTER: u32 = 8;
/// `NFPROTO_IPV4`.
const IPV4: u8 = 2;
/// `NFPROTO_IPV6`.
const IPV6: u8 = 10;
/// The IP protocol numbers of TCP, UDP and SCTP.
const PROTOCOLS: [u8; 3] = [6, 17, 132];
/// The header that a payload expression reads.
const TRANSPORT_HEADER: u32 = 2;
/// Where all three protocols have the destination port in it, in bytes.
const DESTINATION_PORT: u32 = 2;

/// Message types.
mod messages {
    pub(super) const BATCH_BEGIN: u16 = 0x10;
    pub(super) const BATCH_END: u16 = 0x11;
    pub(super) const NEW_TABLE: u16 = super::SUBSYSTEM << 8;
    pub(super) const NEW_CHAIN: u16 = super::SUBSYSTEM << 8 | 3;
    pub(super) const NEW_RULE: u16 = super::SUBSYSTEM << 8 | 6;
}

/// Keys of the `meta` expression.
mod meta {
    pub(super) const MARK: u32 = 3;
    /// IPv4 or IPv6.
    pub(super) const FAMILY: u32 = 15;
    /// The transport protocol.
    pub(super) const PROTOCOL: u32 = 16;
}

/// Why packets are not marked.
#[derive(Debug, thiserror::Error)]
pub enum NftError {
    /// `EPERM`.
    #[error(
        "marking packets is not permitted; run as root (CAP_NET_ADMIN), or let --vm boot a kernel of its own"
    )]
    NotPermitted,
    /// No `nf_tables`, or a part of it is missing.
    #[error(
        "this kernel has no nf_tables for IPv4 and IPv6 ({0}); run `modprobe nf_tables`, or use another kernel"
    )]
    Unsupported(Refusal),
    /// `EEXIST`: marked before.
    #[error("packets of this namespace are already marked; a namespace is marked once")]
    Exists,
    /// Any other refusal.
    #[error("marking packets: {0}; this refusal is not expected, so see the kernel's log (dmesg)")]
    Other(Refusal),
    /// The exchange itself failed.
    #[error("marking packets: {0}")]
    Exchange(#[source] NetlinkError),
}

impl From<NetlinkError> for NftError {
    fn from(error: NetlinkError) -> Self {
        let refusal = match error {
            NetlinkError::Refused(refusal) => refusal,
            NetlinkError::Socket(error)
                if error.raw_os_error() == Some(Errno::PROTONOSUPPORT.raw_os_error()) =>
            {
                return Self::Unsupported(Refusal { errno: Errno::PROTONOSUPPORT, text: None });
            }
            other => return Self::Exchange(other),
        };
        match refusal.errno {
            Errno::PERM => Self::NotPermitted,
            Errno::EXIST => Self::Exists,
            Errno::OPNOTSUPP | Errno::AFNOSUPPORT | Errno::INVAL | Errno::NOENT => Self::Unsupported(refusal),
            _ => Self::Other(refusal),
        }
    }
}

/// Which packets get which mark: those of a family to a port, be they of TCP, UDP or SCTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Their destination port.
    pub port: u16,
    /// The mark that they get.
    pub mark: u32,
    /// Whether they are of IPv6.
    pub ipv6: bool,
}

/// Marks the packets that enter `namespace`: those of clients, and not the servers' answers. Of several marks for the
/// same packets the first counts: a rule goes before those that are there, and the last to match has the last word.
///
/// # Errors
/// See [`NftError`].
pub fn mark(namespace: &Namespace, marks: &[Mark]) -> Result<(), NftError> {
    Ok(Socket::open(namespace, Some(NETFILTER))?.batch(&mut batch(marks))?)
}

fn batch(marks: &[Mark]) -> Vec<Request> {
    let mut table = message(messages::NEW_TABLE);
    table.attributes().string(1, TABLE);
    let mut chain = message(messages::NEW_CHAIN);
    chain
        .attributes()
        .string(1, TABLE)
        .string(3, CHAIN)
        .nested(4, |hook| {
            hook.u32_be(1, PREROUTING).u32_be(2, MANGLE.cast_unsigned());
        })
        .string(7, "filter");
    let mut requests = vec![boundary(messages::BATCH_BEGIN), table, chain];
    requests.extend(marks.iter().flat_map(|mark| PROTOCOLS.into_iter().map(|protocol| rule(mark, protocol))));
    requests.push(boundary(messages::BATCH_END));
    requests
}

fn rule(mark: &Mark, protocol: u8) -> Request {
    let mut rule = message(messages::NEW_RULE);
    rule.attributes().string(1, TABLE).string(2, CHAIN).nested(4, |expressions| {
        is_of(meta::FAMILY, if mark.ipv6 { IPV6 } else { IPV4 }, expressions);
        is_of(meta::PROTOCOL, protocol, expressions);
        is_to(mark.port, expressions);
        set_mark(mark.mark, expressions);
    });
    rule
}

/// Goes on only for packets of which `key` is `value`.
fn is_of(key: u32, value: u8, to: &mut AttributeWriter<'_>) {
    expression(to, "meta", |data| {
        data.u32_be(1, REGISTER).u32_be(2, key);
    });
    equals(&[value], to);
}

/// Goes on only for packets to `port`.
fn is_to(port: u16, to: &mut AttributeWriter<'_>) {
    expression(to, "payload", |data| {
        data.u32_be(1, REGISTER).u32_be(2, TRANSPORT_HEADER).u32_be(3, DESTINATION_PORT).u32_be(4, 2);
    });
    equals(&port.to_be_bytes(), to);
}

/// Goes on only if the register has this value.
fn equals(value: &[u8], to: &mut AttributeWriter<'_>) {
    expression(to, "cmp", |data| {
        data.u32_be(1, REGISTER).u32_be(2, 0).nested(3, |data| {
            data.bytes(1, value);
        });
    });
}

/// Gives the packet its mark, a number in the host's byte order.
fn set_mark(mark: u32, to: &mut AttributeWriter<'_>) {
    expression(to, "immediate", |data| {
        data.u32_be(1, REGISTER).nested(2, |value| {
            value.u32(1, mark);
        });
    });
    expression(to, "meta", |data| {
        data.u32_be(2, meta::MARK).u32_be(3, REGISTER);
    });
}

fn expression(to: &mut AttributeWriter<'_>, name: &str, write: impl FnOnce(&mut AttributeWriter<'_>)) {
    to.nested(1, |element| {
        element.string(1, name).nested(2, write);
    });
}

/// A message with its nfnetlink header: family, version 0, no resource.
fn message(kind: u16) -> Request {
    let modifiers = match kind {
        // A rule has no name by which it could exist already.
        messages::NEW_RULE => flags::ACK | flags::CREATE,
        _ => flags::ACK | flags::CREATE | flags::EXCLUSIVE,
    };
    Request::new(kind, modifiers, &[INET, 0, 0, 0])
}

/// The start or end of a batch for this subsystem.
fn boundary(kind: u16) -> Request {
    let [high, low] = SUBSYSTEM.to_be_bytes();
    Request::new(kind, 0, &[0, 0, high, low])
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    const WEB: Mark = Mark { port: 80, mark: 7, ipv6: false };
    const DNS: Mark = Mark { port: 53, mark: 8, ipv6: true };

    /// What follows the header and the rule's place.
    fn expressions(mark: Mark, protocol: u8) -> Vec<u8> {
        rule(&mark, protocol).sealed(4)[20 + 12 + 12..].to_vec()
    }

    #[test]
    fn a_rule_asks_for_family_protocol_and_port_and_sets_the_mark() {
        #[rustfmt::skip]
        let expected = [
            0x54, 1, 4, 0x80,                                   // expressions
            36, 0, 1, 0x80,
            9, 0, 1, 0, b'm', b'e', b't', b'a', 0, 0, 0, 0,
            20, 0, 2, 0x80,
            8, 0, 1, 0, 0, 0, 0, 8,                             // into register 8
            8, 0, 2, 0, 0, 0, 0, 15,                            // the family
            44, 0, 1, 0x80,
            8, 0, 1, 0, b'c', b'm', b'p', 0,
            32, 0, 2, 0x80,
            8, 0, 1, 0, 0, 0, 0, 8,
            8, 0, 2, 0, 0, 0, 0, 0,                             // equals
            12, 0, 3, 0x80, 5, 0, 1, 0, 2, 0, 0, 0,             // IPv4
            36, 0, 1, 0x80,
            9, 0, 1, 0, b'm', b'e', b't', b'a', 0, 0, 0, 0,
            20, 0, 2, 0x80,
            8, 0, 1, 0, 0, 0, 0, 8,
            8, 0, 2, 0, 0, 0, 0, 16,                            // the transport protocol
            44, 0, 1, 0x80,
            8, 0, 1, 0, b'c', b'm', b'p', 0,
            32, 0, 2, 0x80,
            8, 0, 1, 0, 0, 0, 0, 8,
            8, 0, 2, 0, 0, 0, 0, 0,
            12, 0, 3, 0x80, 5, 0, 1, 0, 6, 0, 0, 0,             // TCP
            52, 0, 1, 0x80,
            12, 0, 1, 0, b'p', b'a', b'y', b'l', b'o', b'a', b'd', 0,
            36, 0, 2, 0x80,
            8, 0, 1, 0, 0, 0, 0, 8,
            8, 0, 2, 0, 0, 0, 0, 2,                             // the transport header
            8, 0, 3, 0, 0, 0, 0, 2,                             // its bytes from 2
            8, 0, 4, 0, 0, 0, 0, 2,                             // two of them
            44, 0, 1, 0x80,
            8, 0, 1, 0, b'c', b'm', b'p', 0,
            32, 0, 2, 0x80,
            8, 0, 1, 0, 0, 0, 0, 8,
            8, 0, 2, 0, 0, 0, 0, 0,
            12, 0, 3, 0x80, 6, 0, 1, 0, 0, 80, 0, 0,            // port 80
            44, 0, 1, 0x80,
            14, 0, 1, 0, b'i', b'm', b'm', b'e', b'd', b'i', b'a', b't', b'e', 0, 0, 0,
            24, 0, 2, 0x80,
            8, 0, 1, 0, 0, 0, 0, 8,                             // into register 8
            12, 0, 2, 0x80, 8, 0, 1, 0, 7, 0, 0, 0,             // the mark
            36, 0, 1, 0x80,
            9, 0, 1, 0, b'm', b'e', b't', b'a', 0, 0, 0, 0,
            20, 0, 2, 0x80,
            8, 0, 2, 0, 0, 0, 0, 3,                             // the mark
            8, 0, 3, 0, 0, 0, 0, 8,                             // from register 8
        ];
        assert_eq!(expressions(WEB, 6), expected);
    }

    #[test]
    fn rules_differ_in_family_protocol_port_and_mark() {
        let (tcp, sctp) = (expressions(WEB, 6), expressions(DNS, 132));
        let changed = tcp.iter().zip(&sctp).filter(|(one, other)| one != other);
        let changed: Vec<_> = changed.map(|(&one, &other)| (one, other)).collect();
        assert_eq!(changed, [(2, 10), (6, 132), (80, 53), (7, 8)]);
    }

    #[test]
    fn a_batch_has_three_rules_a_mark_between_its_boundaries() {
        let mut batch = batch(&[WEB, DNS]);
        assert_eq!(batch[0].sealed(1), [20, 0, 0, 0, 0x10, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
        let kinds = batch.iter_mut().map(|request| request.sealed(0)[4]);
        assert_eq!(kinds.collect::<Vec<_>>(), [0x10, 0, 3, 6, 6, 6, 6, 6, 6, 0x11]);
        assert_eq!(batch[9].sealed(10), [20, 0, 0, 0, 0x11, 0, 1, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
    }
}
