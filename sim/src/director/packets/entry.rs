//! An entry of the connection table: a connection, or a persistence template.

use ipvslab_schedulers::{Activity, ServerId, Span, Time};

use super::name::Name;
use super::timers::Timer;
use crate::director::connection::ConnectionId;
use crate::director::packets::sctp::SctpState;
use crate::director::tcp::TcpState;

/// State of an entry, by protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Tcp(TcpState),
    Udp,
    Sctp(SctpState),
    Template {
        /// A connection made through it was established, or its server answered a datagram.
        assured: bool,
    },
}

impl State {
    #[inline]
    pub(super) fn activity(self) -> Activity {
        match self {
            Self::Tcp(state) => state.activity(),
            Self::Sctp(state) => state.activity(),
            Self::Udp | Self::Template { .. } => Activity::Inactive,
        }
    }
}

/// Where the packets of an entry leave to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// Where the client sent them.
    AsNamed,
    /// An address of the table's, and a port.
    Rewritten(u32, u16),
}

/// What is kept of a connection or a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) name: Name,
    pub(super) target: Target,
    pub(super) server: ServerId,
    pub(super) state: State,
    /// The director has seen no packet of the server and expects none (the kernel's NOOUTPUT).
    pub(super) no_output: bool,
    /// The client's packets that were passed on, of a template only those that were scheduled by themselves; 255 is 255
    /// or more.
    pub(super) packets: u8,
    pub(super) timeout: Span,
    pub(super) timer: Timer,
    /// When its timer was last started.
    pub(super) armed_at: Time,
    /// The template that it was made through.
    pub(super) control: Option<ConnectionId>,
    /// How many entries were made through it and live.
    pub(super) controls: u32,
}

impl Entry {
    /// An entry before its first packet.
    pub(super) fn new(name: Name, server: ServerId, state: State) -> Self {
        Self {
            name,
            target: Target::AsNamed,
            server,
            state,
            no_output: false,
            packets: 0,
            timeout: Span::ZERO,
            timer: Timer::default(),
            armed_at: Time::ZERO,
            control: None,
            controls: 0,
        }
    }

    #[inline]
    pub(super) fn is_template(&self) -> bool {
        self.name.is_template()
    }
}
