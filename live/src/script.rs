//! The event stream of a validation: what reaches the director, packet by packet and edit by edit.
//!
//! A script is fixed before anything is played, so that model and kernel take the same events whatever each decides.
//! Servers answer from where the last packet of their flow came out; an answer to a flow of which no packet came out is
//! left out when the script is played, since no client would send it.

mod present;
pub(crate) mod random;
pub(crate) mod recorded;
pub(crate) mod wild;

use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::{Flow as Addresses, SchedulerKind, Thresholds, Weight};
use ipvslab_sim::{Forwarding, Protocol, SctpEvent, Sysctl};
use serde::{Deserialize, Serialize};

/// Everything a director is told and sent, in order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Script {
    /// The kernel's settings before the first event, where they are not its own.
    pub sysctls: Vec<(Sysctl, u32)>,
    /// `ipvsadm --set`: TCP ESTABLISHED, FIN_WAIT and UDP timeouts, seconds; 0 leaves the kernel's.
    pub timeouts_s: [u32; 3],
    /// The virtual services, by number, in the order of `ipvsadm -A`.
    pub services: Vec<Service>,
    /// The real servers of all services, by number, in the order of `ipvsadm -a`.
    pub servers: Vec<Server>,
    /// The flows that packets belong to, by number.
    pub flows: Vec<Flow>,
    /// What happens, in order of time.
    pub events: Vec<Event>,
}

/// A virtual service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Service {
    /// What its packets carry; of no consequence if it is reached by a mark.
    pub protocol: Protocol,
    /// How clients reach it.
    pub reached: Reached,
    /// What an edit can change.
    pub settings: Settings,
    /// Whether it exists at the start.
    pub listed: bool,
}

/// What an administrator can change of a virtual service (`ipvsadm -E`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Which scheduler.
    pub scheduler: SchedulerKind,
    /// `sh-fallback`, `mh-fallback`.
    pub fallback: bool,
    /// `sh-port`, `mh-port`.
    pub hash_port: bool,
    /// `-o`: every datagram is scheduled by itself.
    pub one_packet: bool,
    /// `-p`: clients come back to their server.
    pub persistent: Option<Persistent>,
}

/// Clients come back to their server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Persistent {
    /// For how long after a client's last new connection, seconds.
    pub timeout_s: u32,
    /// `-M`: how many leading bits of the client's address count; 32 or 128 for all.
    pub prefix: u8,
}

/// How clients reach a virtual service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Reached {
    /// At one address and port.
    Address(SocketAddr),
    /// By a firewall mark, at any address of a family, of any protocol. Every packet to `port` gets the mark.
    Fwmark {
        /// The mark.
        mark: u32,
        /// The port that is marked.
        port: u16,
        /// Whether it is of IPv6.
        ipv6: bool,
    },
}

impl Reached {
    /// The port that packets to the service carry.
    pub fn port(&self) -> u16 {
        match *self {
            Self::Address(address) => address.port(),
            Self::Fwmark { port, .. } => port,
        }
    }

    /// Whether it is of IPv6.
    pub fn is_ipv6(&self) -> bool {
        match *self {
            Self::Address(address) => address.is_ipv6(),
            Self::Fwmark { ipv6, .. } => ipv6,
        }
    }
}

/// A real server of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Server {
    /// The number of its service.
    pub service: u16,
    /// Its address and port; port 0 takes that of the packet.
    pub endpoint: SocketAddr,
    /// How packets reach it.
    pub forwarding: Forwarding,
    /// Its weight when it is first in the list.
    pub weight: u32,
    /// Upper and lower connection threshold; 0 for none.
    pub thresholds: [u32; 2],
    /// Whether it is in the list at the start.
    pub listed: bool,
}

impl Server {
    /// Its thresholds as the schedulers' table takes them.
    ///
    /// # Panics
    /// If the lower one is above the upper one: scripts have none such.
    pub fn limits(&self) -> Thresholds {
        limits(self.thresholds)
    }
}

/// Upper and lower threshold as the schedulers' table takes them.
///
/// # Panics
/// If the lower one is above the upper one: scripts have none such.
pub(crate) fn limits([upper, lower]: [u32; 2]) -> Thresholds {
    Thresholds::new(upper, lower).expect("a script's thresholds are in order")
}

/// The addresses of packets to and fro.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// What its packets carry.
    pub protocol: Protocol,
    /// The client's address and port.
    pub client: SocketAddr,
    /// The address and port it connects to.
    pub destination: SocketAddr,
}

impl Flow {
    pub(crate) fn of(addresses: &Addresses, port: u16) -> Self {
        Self {
            protocol: Protocol::Tcp,
            client: SocketAddr::new(addresses.client, addresses.client_port),
            destination: SocketAddr::new(addresses.destination, port),
        }
    }
}

/// Something that happens at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds since the start.
    pub at_ns: u64,
    /// What.
    pub action: Action,
}

/// What happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Action {
    /// A packet.
    Packet {
        /// The number of its flow.
        flow: u32,
        /// Who sends it.
        from: Side,
        /// What is in it.
        content: Content,
    },
    /// `ipvsadm -e`: everything of a server that can change.
    EditServer {
        /// Which server.
        server: u16,
        /// Its weight from now on.
        weight: u32,
        /// Its thresholds from now on.
        thresholds: [u32; 2],
    },
    /// `ipvsadm -a`, with the server's own thresholds.
    Add {
        /// Which server.
        server: u16,
        /// Its weight.
        weight: u32,
    },
    /// `ipvsadm -d`.
    Remove {
        /// Which server.
        server: u16,
    },
    /// `ipvsadm -A`: a service unchanged described, without servers.
    AddService {
        /// Which service.
        service: u16,
    },
    /// `ipvsadm -E`.
    EditService {
        /// Which service.
        service: u16,
        /// Its settings from now on.
        settings: Settings,
    },
    /// `ipvsadm -D`: its servers go with it.
    RemoveService {
        /// Which service.
        service: u16,
    },
    /// `sysctl -w`.
    Sysctl(Sysctl, u32),
    /// `ipvsadm --set`: TCP ESTABLISHED, FIN_WAIT and UDP, seconds; 0 keeps the current one.
    Timeouts([u32; 3]),
    /// A look at the list and the counters of all servers.
    Checkpoint,
}

/// Who sends a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Side {
    /// The client.
    Client,
    /// The real server.
    Server,
}

/// What is in a packet, as far as IPVS looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Content {
    /// SYN.
    Syn,
    /// SYN and ACK.
    SynAck,
    /// ACK: the end of a handshake, or data.
    Ack,
    /// FIN and ACK.
    Fin,
    /// RST.
    Rst,
    /// A TCP segment without any of these flags.
    Bare,
    /// A UDP datagram.
    Datagram,
    /// An SCTP packet with one chunk.
    Sctp(SctpEvent),
}

impl Script {
    /// The scheduler of the first service: what a script of one service is about.
    pub fn scheduler(&self) -> SchedulerKind {
        self.services[0].settings.scheduler
    }

    /// How many flows have packets.
    pub fn connections(&self) -> usize {
        self.flows.len()
    }

    /// Which server stands for all servers at the address of this one: the first there.
    ///
    /// What comes out of a director tells an address, and servers of several services may be at one.
    pub fn host(&self, server: u16) -> u16 {
        let ip = self.servers[usize::from(server)].endpoint.ip();
        self.host_at(ip).expect("a server's own address")
    }

    /// The first server at an address.
    pub fn host_at(&self, ip: IpAddr) -> Option<u16> {
        let first = self.servers.iter().position(|server| server.endpoint.ip() == ip)?;
        Some(first as u16)
    }

    /// The mark that a packet of a client gets: that of a service whose port it is sent to.
    pub fn mark(&self, flow: &Flow) -> u32 {
        let port = flow.destination.port();
        let marks = self.services.iter().filter_map(|service| match service.reached {
            Reached::Fwmark { mark, port: marked, ipv6 } if marked == port => {
                (ipv6 == flow.destination.is_ipv6()).then_some(mark)
            }
            _ => None,
        });
        marks.into_iter().next().unwrap_or(0)
    }

    /// The weight of a server as the table takes it.
    ///
    /// # Panics
    /// If it is beyond the kernel's: scripts have none such.
    pub fn weight(weight: u32) -> Weight {
        Weight::new(weight).expect("a script's weights are the kernel's")
    }
}
