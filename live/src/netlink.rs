//! Netlink, the kernel's message protocol for its network configuration: framing, attributes, and a socket.
//!
//! Nothing here knows what a message is about; [`crate::ipvs`], [`crate::route`] and [`crate::nft`] do. Layout of
//! messages and attributes: netlink(7); extended acknowledgements: the kernel's netlink user documentation.

mod attribute;
pub(crate) mod generic;
mod message;
mod socket;

use rustix::io::Errno;

pub(crate) use attribute::{Attribute, AttributeWriter, Attributes};
pub(crate) use message::{Message, Messages, Request, flags};
pub(crate) use socket::{Answer, Socket};

/// Bytes that are not the message they should be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Malformed {
    /// A message, header or attribute is cut off, or says a length that cannot be.
    #[error("{what} says it has {length} bytes, but {available} are there")]
    Length {
        /// What is cut off.
        what: &'static str,
        /// Its length by its own account, or the least it can have, in bytes.
        length: usize,
        /// The bytes that are left.
        available: usize,
    },
    /// An attribute is not of the size its type has.
    #[error("attribute {attribute} has {found} bytes, expected {expected}")]
    Size {
        /// The attribute's number.
        attribute: u16,
        /// Its size in bytes.
        found: usize,
        /// What its type needs, in bytes.
        expected: usize,
    },
    /// An attribute that every message of this kind has is not there.
    #[error("a {object} without its {attribute}")]
    Missing {
        /// What is described.
        object: &'static str,
        /// What is not said about it.
        attribute: &'static str,
    },
    /// A number that means nothing here.
    #[error("{what} {found} is not known to this program; the kernel may be newer than it")]
    Unknown {
        /// Which number.
        what: &'static str,
        /// Its value.
        found: u64,
    },
}

/// The kernel's "no".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub(crate) errno: Errno,
    /// The kernel's own words (`NLMSGERR_ATTR_MSG`), when it had any.
    pub(crate) text: Option<String>,
}

impl Refusal {
    /// The error number, as in errno(3).
    pub fn raw_os_error(&self) -> i32 {
        self.errno.raw_os_error()
    }

    /// The kernel's own words, when it had any.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", std::io::Error::from(self.errno))?;
        match &self.text {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

/// Why an exchange with the kernel came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum NetlinkError {
    /// The kernel said no.
    #[error("the kernel refused: {0}")]
    Refused(#[source] Refusal),
    /// The socket failed.
    #[error("the netlink socket failed: {0}")]
    Socket(#[source] std::io::Error),
    /// The kernel's answer makes no sense.
    #[error("the kernel's answer cannot be read: {0}")]
    Malformed(#[from] Malformed),
    /// The kernel said nothing: it does not acknowledge what was interrupted.
    #[error("the kernel did not answer for {0:?}; look whether it did what it was asked to")]
    Silent(std::time::Duration),
    /// What was to be listed changed every time it was read.
    #[error(
        "the list changed while it was read, {0} times in a row; something else is changing it, so stop that"
    )]
    Restless(u32),
}

impl From<Errno> for NetlinkError {
    fn from(errno: Errno) -> Self {
        Self::Socket(errno.into())
    }
}
