//! Just enough nf_tables to give packets a firewall mark, for services that are known by one.
//!
//! One batch, all or nothing: a table for IPv4 and IPv6, a chain at the prerouting hook, and a rule. IPVS looks at
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
/// The first of the 16-byte registers, for device names.
const WIDE_REGISTER: u32 = 1;
/// The longest device name, in bytes.
const NAME_LIMIT: usize = 15;

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
    pub(super) const INPUT_NAME: u32 = 6;
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
    /// A device name that cannot be sent.
    #[error("the device name {0:?} must have 1 to 15 bytes and no NUL")]
    Name(String),
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

/// Marks every packet that enters `namespace` through a device, the loopback device among them.
///
/// # Errors
/// See [`NftError`].
pub fn mark_incoming(namespace: &Namespace, mark: u32) -> Result<(), NftError> {
    Ok(Socket::open(namespace, Some(NETFILTER))?.batch(&mut batch(mark, None))?)
}

/// Marks every packet that enters `namespace` through `device`, which need not be there yet.
///
/// # Errors
/// See [`NftError`].
pub fn mark_incoming_through(namespace: &Namespace, device: &str, mark: u32) -> Result<(), NftError> {
    if !(1..=NAME_LIMIT).contains(&device.len()) || device.contains('\0') {
        return Err(NftError::Name(device.to_owned()));
    }
    Ok(Socket::open(namespace, Some(NETFILTER))?.batch(&mut batch(mark, Some(device)))?)
}

fn batch(mark: u32, device: Option<&str>) -> Vec<Request> {
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
    let mut rule = message(messages::NEW_RULE);
    rule.attributes().string(1, TABLE).string(2, CHAIN).nested(4, |expressions| {
        if let Some(device) = device {
            came_through(device, expressions);
        }
        set_mark(mark, expressions);
    });
    vec![boundary(messages::BATCH_BEGIN), table, chain, rule, boundary(messages::BATCH_END)]
}

/// Goes on only for packets that came in through `device`.
fn came_through(device: &str, to: &mut AttributeWriter<'_>) {
    let mut name = [0; 16];
    name[..device.len()].copy_from_slice(device.as_bytes());
    expression(to, "meta", |data| {
        data.u32_be(1, WIDE_REGISTER).u32_be(2, meta::INPUT_NAME);
    });
    expression(to, "cmp", |data| {
        data.u32_be(1, WIDE_REGISTER).u32_be(2, 0).nested(3, |value| {
            value.bytes(1, &name);
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

/// The begin or end of a batch for this subsystem.
fn boundary(kind: u16) -> Request {
    let [high, low] = SUBSYSTEM.to_be_bytes();
    Request::new(kind, 0, &[0, 0, high, low])
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    #[test]
    fn the_rule_loads_the_mark_and_sets_it() {
        let mut batch = batch(7, None);
        #[rustfmt::skip]
        let expected = [
            128, 0, 0, 0, 6, 10, 5, 4, 4, 0, 0, 0, 0, 0, 0, 0,  // NEWRULE, request | ack | create
            1, 0, 0, 0,                                         // inet
            12, 0, 1, 0, b'i', b'p', b'v', b's', b'l', b'a', b'b', 0,
            9, 0, 2, 0, b'm', b'a', b'r', b'k', 0, 0, 0, 0,
            84, 0, 4, 0x80,                                     // expressions
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
        assert_eq!(batch[3].sealed(4), expected);
    }

    #[test]
    fn a_batch_stands_between_its_boundaries() {
        let mut batch = batch(7, Some("t0"));
        assert_eq!(batch[0].sealed(1), [20, 0, 0, 0, 0x10, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
        assert_eq!(batch[4].sealed(5), [20, 0, 0, 0, 0x11, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
    }
}
