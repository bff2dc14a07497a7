//! From bytes to what the kernel said.

use super::wire::{GENERIC_HEADER, commands, top};
use super::{Daemon, DestinationState, Info, ServiceState, Timeouts};
use crate::netlink::{Attribute, Attributes, Malformed, Message, Messages};

/// One thing that the kernel reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// A service.
    Service(ServiceState),
    /// A destination of the service that was asked about.
    Destination(DestinationState),
    /// A sync daemon.
    Daemon(Daemon),
    /// The timeouts.
    Timeouts(Timeouts),
    /// Version and table size.
    Info(Info),
}

impl Reply {
    pub(crate) fn decode(message: &Message<'_>) -> Result<Self, Malformed> {
        let attributes = Attributes::new(message.after_header(GENERIC_HEADER)?);
        match message.body[0] {
            commands::NEW_SERVICE => {
                ServiceState::decode(find(attributes, top::SERVICE, "service")?.nested()).map(Self::Service)
            }
            commands::NEW_DEST => {
                DestinationState::decode(find(attributes, top::DEST, "destination")?.nested())
                    .map(Self::Destination)
            }
            commands::NEW_DAEMON => {
                Daemon::decode(find(attributes, top::DAEMON, "daemon")?.nested()).map(Self::Daemon)
            }
            commands::SET_CONFIG => Timeouts::decode(attributes).map(Self::Timeouts),
            commands::SET_INFO => Info::decode(attributes).map(Self::Info),
            other => Err(Malformed::Unknown { what: "command", found: other.into() }),
        }
    }
}

/// All replies in a datagram of the IPVS family, as they come from a socket or a capture. Acknowledgements and ends
/// of lists (message types below 16) are skipped.
///
/// # Errors
/// At the first message that is not a reply, or is cut off.
pub fn decode_replies(datagram: &[u8]) -> Result<Vec<Reply>, Malformed> {
    /// Message types from here on are families.
    const FIRST_FAMILY: u16 = 16;
    let mut replies = Vec::new();
    for message in Messages::new(datagram) {
        let message = message?;
        if message.kind >= FIRST_FAMILY {
            replies.push(Reply::decode(&message)?);
        }
    }
    Ok(replies)
}

fn find<'a>(attributes: Attributes<'a>, kind: u16, name: &'static str) -> Result<Attribute<'a>, Malformed> {
    for attribute in attributes {
        let attribute = attribute?;
        if attribute.kind == kind {
            return Ok(attribute);
        }
    }
    Err(Malformed::Missing { object: "reply", attribute: name })
}
