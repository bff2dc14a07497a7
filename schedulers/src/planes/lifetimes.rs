//! How long other data planes remember a connection after its last packet.
//!
//! Source: nf_conntrack_proto_tcp.c and _udp.c of Linux 6.1 and 7.2 (equal), kube-proxy's defaults, Cilium's defaults of 1.17 and
//! later, moby's pull request 53125.

use crate::time::Span;

/// The kernel's connection tracking, which remembers for iptables and nftables.
#[derive(Clone, Copy, Debug)]
pub struct Conntrack;

impl Conntrack {
    /// The client has asked.
    pub const SYN_SENT: Span = Span::from_secs(120);
    /// The server has answered.
    pub const SYN_RECV: Span = Span::from_secs(60);
    /// Five days, where IPVS has 900 s.
    pub const ESTABLISHED: Span = Span::from_secs(432_000);
    /// One side has closed, and the other has not said that it knows.
    pub const FIN_WAIT: Span = Span::from_secs(120);
    /// One side has closed, and the other knows.
    pub const CLOSE_WAIT: Span = Span::from_secs(60);
    /// Both have closed.
    pub const LAST_ACK: Span = Span::from_secs(30);
    /// Over, kept for stray packets.
    pub const TIME_WAIT: Span = Span::from_secs(120);
    /// Reset.
    pub const CLOSE: Span = Span::from_secs(10);
    /// Instead of a longer one, once a packet was sent three times or while data is not acknowledged.
    pub const UNANSWERED: Span = Span::from_secs(300);
    /// Of UDP, no answer seen.
    pub const UDP: Span = Span::from_secs(30);
    /// Of UDP, once answered.
    pub const UDP_STREAM: Span = Span::from_secs(120);
    /// Of any other protocol.
    pub const GENERIC: Span = Span::from_secs(600);
    /// Of ICMP.
    pub const ICMP: Span = Span::from_secs(30);
}

/// What kube-proxy sets of connection tracking, and its session affinity.
#[derive(Clone, Copy, Debug)]
pub struct KubeProxy;

impl KubeProxy {
    /// One day.
    pub const ESTABLISHED: Span = Span::from_secs(86_400);
    /// One hour.
    pub const CLOSE_WAIT: Span = Span::from_secs(3_600);
    /// Of `ClientIP`, after a client's last new connection.
    pub const AFFINITY: Span = Span::from_secs(10_800);
}

/// The entries of Cilium's own table.
#[derive(Clone, Copy, Debug)]
pub struct Cilium;

impl Cilium {
    /// TCP, once established (21,600 s in older releases).
    pub const TCP: Span = Span::from_secs(8_000);
    /// TCP, before.
    pub const SYN: Span = Span::from_secs(60);
    /// TCP, after FIN or RST.
    pub const FIN: Span = Span::from_secs(10);
    /// Any other protocol.
    pub const ANY: Span = Span::from_secs(60);
}

/// The sticky maps of a swarm that answers clients directly: of any protocol and state.
#[derive(Clone, Copy, Debug)]
pub struct SwarmDirectReturn;

impl SwarmDirectReturn {
    /// Restarted by every packet; a FIN changes nothing.
    pub const STICKY: Span = Span::from_secs(60);
}
