//! The event stream of a validation: what reaches the director, packet by packet and edit by edit.
//!
//! A script is fixed before anything is played, so that model and kernel take the same events whatever each decides.
//! Connections are numbered in the order of their SYNs. Segments of a connection that was not let in are left out by
//! whoever plays the script, since nobody would send them.

mod random;
mod recorded;

use std::net::SocketAddr;

use ipvslab_schedulers::{Flow, SchedulerKind, Thresholds, Weight};
use ipvslab_sim::{Forwarding, Transport};
use serde::{Deserialize, Serialize};

pub use random::{RandomScript, random};
pub use recorded::{NotPlayable, recorded};

/// Everything a director is told and sent, in order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Script {
    /// The virtual service.
    pub service: Service,
    /// The real servers, by number, in the order of `ipvsadm -a`.
    pub servers: Vec<Server>,
    /// What happens, in order of time.
    pub events: Vec<Event>,
}

/// The virtual service.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Service {
    /// What its packets carry.
    #[serde(with = "transport")]
    pub transport: Transport,
    /// How clients reach it.
    pub reached: Reached,
    /// Which scheduler.
    #[serde(with = "kind")]
    pub scheduler: SchedulerKind,
    /// How packets reach the real servers.
    #[serde(with = "forwarding")]
    pub forwarding: Forwarding,
    /// `sh-fallback`, `mh-fallback`.
    pub fallback: bool,
    /// `sh-port`, `mh-port`.
    pub hash_port: bool,
    /// ESTABLISHED and FIN_WAIT time-outs as `ipvsadm --set` sets them, seconds; 0 leaves the kernel's.
    pub timeouts_s: [u32; 2],
}

/// How clients reach a virtual service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Reached {
    /// At one address and port.
    Address(SocketAddr),
    /// By a firewall mark, at any address, on this port.
    Fwmark {
        /// The mark.
        mark: u32,
        /// The port that the script's packets carry.
        port: u16,
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
}

/// A real server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Server {
    /// Its address and port.
    pub endpoint: SocketAddr,
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
        Thresholds::new(self.thresholds[0], self.thresholds[1]).expect("a script's thresholds are in order")
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
    /// The SYN of a new connection: a decision.
    Open(Tuple),
    /// A further packet of a connection.
    Segment {
        /// The number of the connection.
        connection: u32,
        /// Who sends it.
        from: Side,
        /// Its flags.
        flags: Flags,
    },
    /// `ipvsadm -e`: a new weight, the thresholds as they are.
    SetWeight {
        /// Which server.
        server: u16,
        /// Its weight from now on.
        weight: u32,
    },
    /// `ipvsadm -a`.
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
    /// A look at the list and the counters of all servers.
    Checkpoint,
}

/// The addresses of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tuple {
    /// The client's address and port.
    pub client: SocketAddr,
    /// The address and port it connects to.
    pub destination: SocketAddr,
}

impl Tuple {
    pub(crate) fn of(flow: &Flow, port: u16) -> Self {
        Self {
            client: SocketAddr::new(flow.client, flow.client_port),
            destination: SocketAddr::new(flow.destination, port),
        }
    }
}

/// Who sends a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Side {
    /// The client.
    Client,
    /// The real server.
    Server,
}

/// The flags of a TCP segment, as far as IPVS looks at them; of no consequence in a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Flags {
    /// SYN from a client, SYN and ACK from a server.
    Syn,
    /// ACK: the end of a handshake, or data.
    Ack,
    /// FIN and ACK.
    Fin,
    /// RST.
    Rst,
}

impl Script {
    /// How many connections are opened.
    pub fn connections(&self) -> usize {
        self.events.iter().filter(|event| matches!(event.action, Action::Open(_))).count()
    }

    /// The same script with the first `connections` connections only, and what belongs to them.
    pub fn truncated(mut self, connections: usize) -> Self {
        let mut opened = 0;
        let last = self.events.iter().position(|event| {
            let opens = matches!(event.action, Action::Open(_));
            opened += usize::from(opens);
            opens && opened > connections
        });
        if let Some(last) = last {
            let end = self.events[last].at_ns;
            self.events.truncate(last);
            self.events.push(Event { at_ns: end, action: Action::Checkpoint });
        }
        self
    }

    /// The weight of a server as the table takes it.
    ///
    /// # Panics
    /// If it is beyond the kernel's: scripts have none such.
    pub fn weight(weight: u32) -> Weight {
        Weight::new(weight).expect("a script's weights are the kernel's")
    }
}

/// A scheduler travels by its ipvsadm name.
mod kind {
    use ipvslab_schedulers::SchedulerKind;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(kind: &SchedulerKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SchedulerKind, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// A protocol travels by its number.
mod transport {
    use ipvslab_sim::Transport;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(transport: &Transport, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(match transport {
            Transport::Tcp => 6,
            Transport::Udp => 17,
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Transport, D::Error> {
        match u8::deserialize(from)? {
            6 => Ok(Transport::Tcp),
            17 => Ok(Transport::Udp),
            other => Err(D::Error::custom(format!("no transport protocol {other}"))),
        }
    }
}

/// A forwarding method travels by ipvsadm's letter.
mod forwarding {
    use ipvslab_sim::Forwarding;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(method: &Forwarding, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_char(match method {
            Forwarding::Masquerade => 'm',
            Forwarding::DirectRoute => 'g',
            Forwarding::Tunnel => 'i',
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Forwarding, D::Error> {
        match char::deserialize(from)? {
            'm' => Ok(Forwarding::Masquerade),
            'g' => Ok(Forwarding::DirectRoute),
            'i' => Ok(Forwarding::Tunnel),
            other => Err(D::Error::custom(format!("no forwarding method `{other}`"))),
        }
    }
}
