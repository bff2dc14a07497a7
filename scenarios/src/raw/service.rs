//! The virtual service and its director.

use std::net::SocketAddr;

use ipvslab_schedulers::{KernelName, SchedulerKind};
use ipvslab_sim::{Forwarding, Protocol};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::netmask::Netmask;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::words::{Baseline, HashFlag, Plane, TimerKind};

/// The virtual service, in ipvsadm's words.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// The virtual address and port; either this or `fwmark`.
    #[schemars(extend("default" = "none; needed without `fwmark`"))]
    pub(crate) address: Option<Quoted<SocketAddr>>,
    /// The firewall mark of a service over many addresses, which `[destinations]` gives; either this or `address`.
    #[schemars(range(min = 1, max = 4_294_967_295u32), extend("default" = "none; needed without `address`"))]
    pub(crate) fwmark: Option<At<u32>>,
    /// The transport protocol.
    #[schemars(extend("default" = "tcp"))]
    pub(crate) protocol: Option<Quoted<Protocol>>,
    /// How long after a client's last new connection the next one still goes to the same server (`-p`).
    #[schemars(extend("x-unit" = "time, whole seconds", "default" = "none: every connection is scheduled"))]
    pub(crate) persistent: Option<Quoted<Duration>>,
    /// Which clients `persistent` takes for one (`-M`): an IPv4 mask, or the length of an IPv6 prefix.
    #[schemars(extend("default" = "every address is a client of its own"))]
    pub(crate) netmask: Option<At<Netmask>>,
    /// Whether every datagram is scheduled by itself (`-o`); for `udp` only.
    #[schemars(extend("default" = false))]
    pub(crate) one_packet: Option<At<bool>>,
    /// How the director passes packets on: `masq` (`-m`), `gate` (`-g`, direct routing) or `tunnel` (`-i`).
    #[schemars(extend("default" = "masq"))]
    pub(crate) forwarding: Option<Quoted<Forwarding>>,
    /// The schedulers to compare, by their ipvsadm names.
    #[schemars(required, length(min = 1, max = 14))]
    pub(crate) schedulers: Option<At<Vec<Quoted<SchedulerKind>>>>,
    /// Baselines for comparison, which IPVS does not offer.
    #[schemars(length(max = 3), extend("default" = "none"))]
    pub(crate) baselines: Option<At<Vec<Quoted<Baseline>>>>,
    /// The rules of other data planes, to compare with.
    #[schemars(length(max = 12), extend("default" = "none"))]
    pub(crate) planes: Option<At<Vec<Quoted<Plane>>>>,
    /// Flags of `sh` and `mh`; the kernel keeps one bit for each pair, so `sh-port` is `mh-port` too.
    #[schemars(length(max = 4), extend("default" = "none"))]
    pub(crate) flags: Option<At<Vec<Quoted<HashFlag>>>>,
    /// Kernel profile: `total` (kernels since mid-2026), `classic` (older kernels), or a release such as `6.1.170`.
    #[schemars(extend("default" = "total"))]
    pub(crate) kernel: Option<Quoted<KernelName>>,
    /// How long the director keeps a connection after its last packet.
    #[schemars(extend("default" = "the kernel's"))]
    pub(crate) timeouts: Option<At<Timeouts>>,
    /// When timeouts fire: by the kernel's timer `wheel`, up to an eighth late, or `exact`, as in a textbook.
    #[schemars(extend("default" = "wheel"))]
    pub(crate) timers: Option<Quoted<TimerKind>>,
    /// Jiffies per second of the director's kernel (`CONFIG_HZ`), which the timer wheel counts in.
    #[schemars(range(min = 24, max = 1200), extend("default" = 250))]
    pub(crate) hz: Option<At<u32>>,
    /// The director's sysctls, by their names below `net.ipv4.vs`.
    #[schemars(extend("default" = "the kernel's"))]
    pub(crate) sysctl: Option<At<SysctlTable>>,
}

/// How long the director keeps a connection after its last packet: of TCP by state, of UDP in all.
///
/// A kernel knows no timeout of zero; here `"0s"` makes connections leave the table at once if `timers` are `exact`, as in a
/// textbook's queue, and at the next jiffy if not.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timeouts {
    /// SYN_RECV: half-open.
    #[schemars(extend("x-unit" = "time", "default" = "60s"))]
    pub(crate) syn_recv: Option<Quoted<Duration>>,
    /// ESTABLISHED: longer than any connection here is silent.
    #[schemars(extend("x-unit" = "time", "default" = "900s"))]
    pub(crate) established: Option<Quoted<Duration>>,
    /// FIN_WAIT: one side has closed; where finished connections go under `gate` and `tunnel`.
    #[schemars(extend("x-unit" = "time", "default" = "120s"))]
    pub(crate) fin_wait: Option<Quoted<Duration>>,
    /// TIME_WAIT: both sides have closed; where finished connections go under `masq`.
    #[schemars(extend("x-unit" = "time", "default" = "120s"))]
    pub(crate) time_wait: Option<Quoted<Duration>>,
    /// CLOSE: reset.
    #[schemars(extend("x-unit" = "time", "default" = "10s"))]
    pub(crate) close: Option<Quoted<Duration>>,
    /// UDP, which has no states.
    #[schemars(extend("x-unit" = "time", "default" = "300s"))]
    pub(crate) udp: Option<Quoted<Duration>>,
}

/// The sysctls of `net.ipv4.vs` that change decisions.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SysctlTable {
    /// 1: a SYN for an entry in TIME_WAIT or CLOSE is scheduled anew; 2 and 3: for one in FIN_WAIT too.
    #[schemars(range(min = 0, max = 3), extend("default" = 1))]
    pub(crate) conn_reuse_mode: Option<At<u32>>,
    /// 1: entries of a server that is gone end, and a SYN for a quiesced one is scheduled anew.
    #[schemars(range(min = 0, max = 1), extend("default" = 0))]
    pub(crate) expire_nodest_conn: Option<At<u32>>,
    /// 1: the templates of `persistent` no longer lead to quiesced servers.
    #[schemars(range(min = 0, max = 1), extend("default" = 0))]
    pub(crate) expire_quiescent_template: Option<At<u32>>,
    /// 1: a TCP packet without SYN may begin a connection.
    #[schemars(range(min = 0, max = 1), extend("default" = 0))]
    pub(crate) sloppy_tcp: Option<At<u32>>,
    /// 3: half-open connections and quiet ones of few packets are dropped by lot; 0: none is. 1 and 2 go by the director's
    /// free memory, of which there is plenty in a simulation: they do nothing.
    #[schemars(range(min = 0, max = 3), extend("default" = 0))]
    pub(crate) drop_entry: Option<At<u32>>,
    /// 3: every `am_droprate`-th new connection is dropped; 0: none is. 1 and 2: see `drop_entry`.
    #[schemars(range(min = 0, max = 3), extend("default" = 0))]
    pub(crate) drop_packet: Option<At<u32>>,
    /// See `drop_packet`.
    #[schemars(range(min = 0, max = 2_147_483_647), extend("default" = 10))]
    pub(crate) am_droprate: Option<At<u32>>,
    /// 3: half-open connections need more than an ACK, and are kept for a shorter time. 1 and 2: see `drop_entry`.
    #[schemars(range(min = 0, max = 3), extend("default" = 0))]
    pub(crate) secure_tcp: Option<At<u32>>,
    /// Seconds after which `lblc` forgets an address.
    #[schemars(range(min = 0, max = 2_147_483), extend("default" = 86_400))]
    pub(crate) lblc_expiration: Option<At<u32>>,
    /// Seconds after which `lblcr` shrinks the set of an address.
    #[schemars(range(min = 0, max = 2_147_483), extend("default" = 86_400))]
    pub(crate) lblcr_expiration: Option<At<u32>>,
}
