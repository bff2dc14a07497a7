//! A packet as the director looks at it, and what becomes of it.

use crate::director::packets::sctp::SctpEvent;
use crate::director::tcp::{Direction, TcpEvent, TcpFlags};
use crate::setup::{Protocol, Sysctls};
use core::net::SocketAddr;
use ipvslab_schedulers::ServerId;

/// A packet that reaches the director.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Packet {
    /// Who sent it.
    pub from: Direction,
    /// Its source: the client, or the real server as it answers.
    pub source: SocketAddr,
    /// Its destination: the virtual service as the client calls it, or the client.
    pub destination: SocketAddr,
    /// Its firewall mark; 0 for none.
    pub mark: u32,
    /// What is in it.
    pub payload: Payload,
}

/// What is in a packet, as far as IPVS looks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Payload {
    /// A TCP segment.
    Tcp(TcpFlags),
    /// A UDP datagram.
    Udp,
    /// An SCTP packet.
    Sctp(SctpEvent),
}

impl Payload {
    /// Which protocol it is of.
    pub fn protocol(self) -> Protocol {
        match self {
            Self::Tcp(_) => Protocol::Tcp,
            Self::Udp => Protocol::Udp,
            Self::Sctp(_) => Protocol::Sctp,
        }
    }

    /// Whether it begins a connection, so that an old entry of the same addresses may be in its way: a SYN, an INIT.
    pub(super) fn is_new(self) -> bool {
        match self {
            Self::Tcp(flags) => flags.has(TcpFlags::SYN),
            Self::Udp => false,
            Self::Sctp(event) => event == SctpEvent::Init,
        }
    }

    /// Whether it may make an entry where there is none (kernel spec, section 2.5).
    pub(super) fn may_open(self, sysctls: &Sysctls) -> bool {
        match self {
            Self::Tcp(flags) => {
                flags.event() != TcpEvent::Rst && (flags.has(TcpFlags::SYN) || sysctls.sloppy_tcp != 0)
            }
            Self::Udp => true,
            Self::Sctp(event) => {
                event == SctpEvent::Init || (sysctls.sloppy_sctp != 0 && event != SctpEvent::Abort)
            }
        }
    }
}

/// What becomes of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// Passed on to a real server.
    Forwarded {
        /// The server it goes to.
        server: ServerId,
        /// Its destination as it leaves: rewritten under masquerading.
        destination: SocketAddr,
        /// Who chose it.
        by: Choice,
    },
    /// A server's packet, passed on to the client in the service's name.
    Answered(ServerId),
    /// Silently dropped.
    Dropped,
    /// Left to the director's own stack: TCP answers with a reset, others with ICMP unreachable.
    Local,
    /// The client gets ICMP port unreachable: there was no server for it.
    Unreachable,
    /// A server's packet that belongs to no connection: routed as it is.
    Foreign,
}

/// Who chose the server of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Choice {
    /// The scheduler, just now.
    Scheduler,
    /// A persistence template.
    Template,
    /// An entry that was there.
    Entry,
}
