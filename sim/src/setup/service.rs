//! A virtual service, and the director's settings for it.

use core::num::NonZeroU16;

use ipvslab_schedulers::planes::Lifetimes;
use ipvslab_schedulers::{Flow, HashFlags, KernelProfile, SchedulerKind, Span};

use super::{Sysctls, Timers};

/// How the director passes packets on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Forwarding {
    /// `-m`: the director rewrites addresses, so it sees both directions.
    #[default]
    Masquerade,
    /// `-g`: replies go straight to the client; the director sees the client's packets only.
    DirectRoute,
    /// `-i`: as direct routing, through an IP tunnel.
    Tunnel,
}

impl Forwarding {
    /// Whether the director sees what the servers answer.
    pub fn sees_replies(self) -> bool {
        self == Self::Masquerade
    }
}

/// How long the director keeps a connection in a TCP state after its last packet (kernel spec, section 2.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TcpTimeouts {
    /// NONE: no packet was looked at.
    pub none: Span,
    /// ESTABLISHED.
    pub established: Span,
    /// SYN_SENT: the server opened.
    pub syn_sent: Span,
    /// SYN_RECV: half-open.
    pub syn_recv: Span,
    /// FIN_WAIT: the server has closed, or under direct routing and tunnels the client has.
    pub fin_wait: Span,
    /// TIME_WAIT: both sides have closed (masquerading).
    pub time_wait: Span,
    /// CLOSE: reset.
    pub close: Span,
    /// CLOSE_WAIT: the client has closed (masquerading).
    pub close_wait: Span,
    /// LAST_ACK.
    pub last_ack: Span,
    /// LISTEN.
    pub listen: Span,
    /// SYNACK.
    pub syn_ack: Span,
}

impl Default for TcpTimeouts {
    /// The kernel's own.
    fn default() -> Self {
        Self {
            none: Span::from_secs(2),
            established: Span::from_secs(900),
            syn_sent: Span::from_secs(120),
            syn_recv: Span::from_secs(60),
            fin_wait: Span::from_secs(120),
            time_wait: Span::from_secs(120),
            close: Span::from_secs(10),
            close_wait: Span::from_secs(60),
            last_ack: Span::from_secs(30),
            listen: Span::from_secs(120),
            syn_ack: Span::from_secs(120),
        }
    }
}

/// A virtual service, whatever its scheduler, and the kernel that it lives in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Service {
    /// What its packets carry.
    pub protocol: Protocol,
    /// Whether clients reach it by IPv6.
    pub ipv6: bool,
    /// How packets reach the real servers.
    pub forwarding: Forwarding,
    /// The flags of `sh` and `mh`.
    pub flags: HashFlags,
    /// Whether clients come back to their server.
    pub persistence: Option<Persistence>,
    /// Whether every datagram is scheduled by itself.
    pub one_packet: bool,
    /// Which kernel the director runs.
    pub profile: KernelProfile,
    /// How long the director keeps connections.
    pub timeouts: Timeouts,
    /// How its timers run.
    pub timers: Timers,
    /// The director's sysctls.
    pub sysctls: Sysctls,
    /// How many source ports a client has, from [`FIRST_PORT`] on, if they are so few that they come again while the director
    /// still has the old entry; `None` if no client's port does.
    pub client_ports: Option<NonZeroU16>,
}

/// The first port of Linux's ephemeral range.
pub const FIRST_PORT: u16 = 32_768;

impl Default for Service {
    /// A plain TCP service over masquerading, on a kernel with its own settings.
    fn default() -> Self {
        Self {
            protocol: Protocol::Tcp,
            ipv6: false,
            forwarding: Forwarding::default(),
            flags: HashFlags::default(),
            persistence: None,
            one_packet: false,
            profile: KernelProfile::default(),
            timeouts: Timeouts::default(),
            timers: Timers::default(),
            sysctls: Sysctls::default(),
            client_ports: None,
        }
    }
}

impl Service {
    /// The service as the data plane of this rule keeps it: another data plane remembers connections as long as it does, whatever
    /// was set for IPVS.
    pub fn under(self, scheduler: SchedulerKind) -> Self {
        match scheduler {
            SchedulerKind::Plane(rule) => Self { timeouts: rule.lifetimes().into(), ..self },
            _ => self,
        }
    }

    /// Whether it is TCP without persistence, under the kernel's own sysctls, of clients whose ports do not come again: all that
    /// the fast director knows.
    pub fn is_plain(&self) -> bool {
        self.protocol == Protocol::Tcp
            && self.persistence.is_none()
            && self.sysctls == Sysctls::default()
            && self.client_ports.is_none()
    }
}

/// A transport protocol that IPVS schedules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Protocol {
    /// Entries follow the states of TCP.
    #[default]
    Tcp,
    /// An entry has one state, which is inactive, and every datagram arms its timer anew.
    Udp,
    /// Entries follow the states of SCTP.
    Sctp,
}

impl Protocol {
    /// Its number in the IP header.
    pub const fn number(self) -> u8 {
        match self {
            Self::Tcp => Flow::TCP,
            Self::Udp => Flow::UDP,
            Self::Sctp => Flow::SCTP,
        }
    }
}

/// Clients come back to the server that they had (`ipvsadm -p`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Persistence {
    /// How long after a client's last new connection.
    pub timeout: Span,
    /// How many leading bits of the client's address tell clients apart: 32 or 128 for all (`-M`).
    pub prefix: u8,
}

/// How long entries last after their last packet, as far as anybody can set it. SCTP's are fixed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Timeouts {
    /// TCP, by state.
    pub tcp: TcpTimeouts,
    /// UDP.
    pub udp: Span,
}

impl From<Lifetimes> for Timeouts {
    /// In IPVS's states, of which those that connection tracking does not have are left as they are.
    fn from(lifetimes: Lifetimes) -> Self {
        let Lifetimes { syn_sent, syn_recv, established, fin_wait, close_wait, .. } = lifetimes;
        let Lifetimes { last_ack, time_wait, close, udp, .. } = lifetimes;
        let kept = TcpTimeouts::default();
        let (none, listen, syn_ack) = (kept.none, kept.listen, kept.syn_ack);
        let tcp = TcpTimeouts {
            none,
            established,
            syn_sent,
            syn_recv,
            fin_wait,
            time_wait,
            close,
            close_wait,
            last_ack,
            listen,
            syn_ack,
        };
        Self { tcp, udp }
    }
}

impl Default for Timeouts {
    /// The kernel's own.
    fn default() -> Self {
        Self { tcp: TcpTimeouts::default(), udp: Span::from_secs(300) }
    }
}
