//! How long other data planes remember a connection after its last packet, as data.
//!
//! Source: nf_conntrack_proto_tcp.c and _udp.c of Linux 6.1 and 7.2 (equal), kube-proxy's and Cilium's defaults (1.17 and later), Katran at
//! commit 19f08fe, moby's pull request 53125.

use crate::planes::rule::PlaneRule;
use crate::time::Span;

/// How long an entry lives after its last packet, by what was seen of the connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Lifetimes {
    /// TCP: the client has asked.
    pub syn_sent: Span,
    /// TCP: the server has answered.
    pub syn_recv: Span,
    /// TCP: open and silent.
    pub established: Span,
    /// TCP: one side has closed.
    pub fin_wait: Span,
    /// TCP: one side has closed, and the other knows.
    pub close_wait: Span,
    /// TCP: both have closed.
    pub last_ack: Span,
    /// TCP: over, kept for stray packets.
    pub time_wait: Span,
    /// TCP: reset.
    pub close: Span,
    /// UDP, once answered.
    pub udp: Span,
}

impl Lifetimes {
    /// The kernel's connection tracking, as a machine has it that nobody configured: five days for an open connection, where IPVS
    /// has 900 s.
    pub const CONNTRACK: Self = Self {
        syn_sent: Span::from_secs(120),
        syn_recv: Span::from_secs(60),
        established: Span::from_secs(432_000),
        fin_wait: Span::from_secs(120),
        close_wait: Span::from_secs(60),
        last_ack: Span::from_secs(30),
        time_wait: Span::from_secs(120),
        close: Span::from_secs(10),
        udp: Span::from_secs(120),
    };

    /// Connection tracking as kube-proxy sets it: a day, and an hour once one side has closed.
    pub const KUBE_PROXY: Self =
        Self { established: Span::from_secs(86_400), close_wait: Span::from_secs(3_600), ..Self::CONNTRACK };

    /// Cilium's own table. TCP had 21,600 s in older releases.
    pub const CILIUM: Self = Self {
        syn_sent: Span::from_secs(60),
        syn_recv: Span::from_secs(60),
        established: Span::from_secs(8_000),
        fin_wait: Span::from_secs(10),
        close_wait: Span::from_secs(10),
        last_ack: Span::from_secs(10),
        time_wait: Span::from_secs(10),
        close: Span::from_secs(10),
        udp: Span::from_secs(60),
    };

    /// Katran's per-core memory: TCP goes only when room is needed, for which ten years stand here. UDP is chosen anew after 30 s.
    pub const KATRAN: Self = Self::of(Span::from_secs(315_360_000), Span::from_secs(30));

    /// The sticky maps of a swarm that answers clients directly: whatever was seen, 60 s.
    pub const SWARM_DIRECT_RETURN: Self = Self::of(Span::from_secs(60), Span::from_secs(60));

    /// One for all states of TCP.
    const fn of(tcp: Span, udp: Span) -> Self {
        Self {
            syn_sent: tcp,
            syn_recv: tcp,
            established: tcp,
            fin_wait: tcp,
            close_wait: tcp,
            last_ack: tcp,
            time_wait: tcp,
            close: tcp,
            udp,
        }
    }
}

impl PlaneRule {
    /// How long connections are remembered where this rule chooses. A swarm is taken to translate addresses, its default.
    pub const fn lifetimes(self) -> Lifetimes {
        match self {
            Self::IptablesRandom | Self::IptablesRandom5 | Self::NftRandom => Lifetimes::KUBE_PROXY,
            Self::NftInc | Self::NftJhash | Self::SwarmRandom => Lifetimes::CONNTRACK,
            Self::CiliumRandom
            | Self::CiliumMaglev
            | Self::LeastOf2
            | Self::LeastOf2Distinct
            | Self::LeastOf4 => Lifetimes::CILIUM,
            Self::KatranMaglev => Lifetimes::KATRAN,
        }
    }
}
