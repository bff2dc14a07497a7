//! A director's table as administrators write it down: virtual services with their real servers, in the words of
//! ipvsadm and keepalived.
//!
//! [`ipvsadm`] reads and writes what `ipvsadm -R` takes, [`keepalived`] reads `keepalived.conf`, [`to_scenario`] makes a
//! scenario of one service, and [`of_scenario`] the table of a scenario.

mod choose;
pub mod counts;
mod from_scenario;
mod health;
mod into_scenario;
pub mod ipvsadm;
pub mod keepalived;
mod listing;
mod names;
mod refusal;
mod rules;
mod word;

use std::fmt;
use std::net::SocketAddr;

use ipvslab_schedulers::{SchedulerKind, Thresholds};
use ipvslab_sim::{HealthCheck, Persistence, Protocol, Reached, ServiceKey};

pub use self::choose::{ChoiceError, choose};
pub use self::from_scenario::{Exported, of_scenario};
pub use self::into_scenario::{Context, Loss, NoScenario, to_scenario};

pub use self::names::HostNames;
pub(crate) use self::rules::LONGEST_S;
use crate::problem::{Problem, render};
use crate::sources::Sources;

/// Virtual services, in the order they are added.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// The services.
    pub services: Vec<Service>,
    /// What `ipvsadm --set` sets; `None` leaves the director's timeouts alone.
    pub timeouts: Option<SetTimeouts>,
}

/// The timeouts that `ipvsadm --set` supports, in seconds; 0 keeps the current one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SetTimeouts {
    /// TCP, ESTABLISHED.
    pub tcp_s: u32,
    /// TCP, FIN_WAIT.
    pub tcp_fin_s: u32,
    /// UDP.
    pub udp_s: u32,
}

/// A virtual service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Service {
    /// How it is reached. The protocol of a service by firewall mark is written as TCP and means nothing.
    pub key: ServiceKey,
    /// Who decides (`-s`).
    pub scheduler: SchedulerKind,
    /// The scheduler's flags (`-b`).
    pub flags: SchedulerFlags,
    /// Whether clients come back to their server (`-p`, `-M`); the timeout is in whole seconds.
    pub persistence: Option<Persistence>,
    /// The persistence engine (`--pe`), such as `sip`.
    pub engine: Option<String>,
    /// Whether every datagram is scheduled by itself (`-o`).
    pub one_packet: bool,
    /// How its servers are checked; ipvsadm knows nothing of it.
    pub health: Option<HealthCheck>,
    /// Its real servers, in the order of `ipvsadm -a`.
    pub servers: Vec<Server>,
}

impl Service {
    /// A service as `ipvsadm -A` makes it when nothing else is said.
    pub fn new(key: ServiceKey) -> Self {
        Self {
            key,
            scheduler: SchedulerKind::Wlc,
            flags: SchedulerFlags::default(),
            persistence: None,
            engine: None,
            one_packet: false,
            health: None,
            servers: Vec::new(),
        }
    }

    /// Whether clients reach it by IPv6.
    pub fn is_ipv6(&self) -> bool {
        match self.key.reached {
            Reached::Address(address) => address.is_ipv6(),
            Reached::Mark { ipv6, .. } => ipv6,
        }
    }
}

/// The three bits that a service has for its scheduler. sh and mh call the first `fallback` and the second `port`;
/// no scheduler of the kernel reads the third.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SchedulerFlags(pub [bool; 3]);

impl SchedulerFlags {
    /// Every name of a flag, and its bit.
    pub(crate) const NAMES: [(&'static str, usize); 7] = [
        ("sh-fallback", 0),
        ("sh-port", 1),
        ("mh-fallback", 0),
        ("mh-port", 1),
        ("flag-1", 0),
        ("flag-2", 1),
        ("flag-3", 2),
    ];

    /// The names of those that are set, as `ipvsadm -S` spells them for this scheduler, and `flag-3`, which it forgets.
    pub(crate) fn names(self, scheduler: SchedulerKind) -> impl Iterator<Item = &'static str> {
        let names = match scheduler {
            SchedulerKind::Sh => ["sh-fallback", "sh-port", "flag-3"],
            SchedulerKind::Mh => ["mh-fallback", "mh-port", "flag-3"],
            _ => ["flag-1", "flag-2", "flag-3"],
        };
        names.into_iter().zip(self.0).filter_map(|(name, set)| set.then_some(name))
    }
}

/// A real server of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Server {
    /// Its address and port.
    pub endpoint: SocketAddr,
    /// How packets reach it.
    pub method: Method,
    /// Its weight (`-w`).
    pub weight: u16,
    /// Its connection thresholds (`-x`, `-y`).
    pub thresholds: Thresholds,
}

impl Server {
    /// A server as `ipvsadm -a` makes it when nothing else is said.
    pub fn new(endpoint: SocketAddr) -> Self {
        Self { endpoint, method: Method::DirectRoute, weight: 1, thresholds: Thresholds::NONE }
    }
}

/// How packets reach a real server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Method {
    /// `-m`.
    Masquerade,
    /// `-g`; `ipvsadm -S` writes it for servers on the director itself too.
    DirectRoute,
    /// `-i`.
    Tunnel(Encapsulation),
}

/// What a tunnel wraps packets into (`--tun-type`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Encapsulation {
    /// IP in IP.
    Ipip,
    /// Generic UDP encapsulation.
    Gue {
        /// The port of the tunnel's other end, not 0.
        port: u16,
        /// Its checksums.
        checksum: Checksum,
    },
    /// Generic routing encapsulation; knows no remote checksums.
    Gre(Checksum),
}

/// Whether a tunnel's packets have checksums of their own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Checksum {
    /// `--tun-nocsum`.
    None,
    /// `--tun-csum`.
    Own,
    /// `--tun-remcsum`.
    Remote,
}

/// A table that was read, and what its author should know.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What was read.
    pub table: Table,
    /// What is odd, and what was passed over.
    pub warnings: Vec<Problem>,
    /// What to know of the order of servers.
    pub order: &'static str,
    sources: Sources,
}

impl Imported {
    /// The warnings with the lines they are about; empty without any. `colour` asks for terminal colours.
    pub fn render_warnings(&self, colour: bool) -> String {
        render(&self.sources, &self.warnings, colour)
    }
}

/// A service as people name it: `TCP 10.0.0.1:80`, `fwmark 7`, `fwmark 7 IPv6`.
struct Named(ServiceKey);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.reached {
            Reached::Address(address) => {
                let protocol = match self.0.protocol {
                    Protocol::Tcp => "TCP",
                    Protocol::Udp => "UDP",
                    Protocol::Sctp => "SCTP",
                };
                write!(f, "{protocol} {address}")
            }
            Reached::Mark { ipv6: false, mark } => write!(f, "fwmark {mark}"),
            Reached::Mark { ipv6: true, mark } => write!(f, "fwmark {mark} IPv6"),
        }
    }
}

/// A part of a text, and where in it: words keep their places, for messages.
#[derive(Clone, Debug)]
struct Word<'a> {
    text: &'a str,
    span: std::ops::Range<usize>,
}
