//! Virtual services: their names, their settings, and which one a packet is for.

use core::net::{IpAddr, SocketAddr};

use alloc::vec::Vec;

use ipvslab_schedulers::{
    AnyScheduler, HashFlags, Scheduler, SchedulerKind, ServerId, ServerTable, TableChange, Thresholds, Weight,
};

use super::packet::Packet;
use crate::setup::{Forwarding, Persistence, Protocol};

/// The identity of a virtual service. Small numbers, given out by the owner; one for each [`ServiceKey`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServiceId(u16);

impl ServiceId {
    /// The service number `id`.
    pub const fn new(id: u16) -> Self {
        Self(id)
    }

    /// The number, for indexing.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How clients reach a virtual service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reached {
    /// At one address and port; port 0 is every port that no other service has.
    Address(SocketAddr),
    /// By a firewall mark, at any address of a family.
    Mark {
        /// Whether it is of IPv6.
        ipv6: bool,
        /// The mark, not 0.
        mark: u32,
    },
}

/// What a virtual service is known by: two of the same key cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ServiceKey {
    /// Of no consequence if it is reached by a mark.
    pub protocol: Protocol,
    /// How it is reached.
    pub reached: Reached,
}

impl ServiceKey {
    /// The port of its name; a mark has none.
    pub(super) fn port(&self) -> u16 {
        match self.reached {
            Reached::Address(address) => address.port(),
            Reached::Mark { .. } => 0,
        }
    }

    pub(super) fn is_mark(&self) -> bool {
        matches!(self.reached, Reached::Mark { .. })
    }

    fn is_ipv6(&self) -> bool {
        match self.reached {
            Reached::Address(address) => address.is_ipv6(),
            Reached::Mark { ipv6, .. } => ipv6,
        }
    }

    /// A server's address as schedulers hash it: a service of IPv4 takes the leading 32 bits of an IPv6 address, which a
    /// tunnel may lead to.
    pub(super) fn sees(&self, endpoint: SocketAddr) -> SocketAddr {
        match endpoint {
            SocketAddr::V6(v6) if !self.is_ipv6() => {
                let [a, b, c, d, ..] = v6.ip().octets();
                SocketAddr::from(([a, b, c, d], v6.port()))
            }
            same => same,
        }
    }

    fn is_at(&self, protocol: Protocol, ip: IpAddr, port: u16) -> bool {
        self.protocol == protocol && self.reached == Reached::Address(SocketAddr::new(ip, port))
    }
}

/// What an administrator can change of a service (`ipvsadm -E`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ServiceSettings {
    /// Who decides.
    pub scheduler: SchedulerKind,
    /// What `sh` and `mh` read at every decision.
    pub flags: HashFlags,
    /// Every datagram is scheduled by itself (`-o`); of no consequence for TCP and SCTP.
    pub one_packet: bool,
    /// Whether clients come back to their server.
    pub persistence: Option<Persistence>,
}

/// A real server of a service (`ipvsadm -a`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Destination {
    /// Its address and port; port 0 takes that of the packet.
    pub endpoint: SocketAddr,
    /// How packets reach it.
    pub forwarding: Forwarding,
    /// Its weight.
    pub weight: Weight,
    /// Its connection thresholds.
    pub thresholds: Thresholds,
}

/// A service with its servers and its scheduler.
pub(super) struct Service {
    pub(super) key: ServiceKey,
    pub(super) settings: ServiceSettings,
    /// `None` while the service does not exist. Its servers are then all removed.
    pub(super) scheduler: Option<AnyScheduler>,
    pub(super) servers: ServerTable,
}

impl Service {
    /// Changes the list of servers, and tells the scheduler, if there is one.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut ServerTable) -> TableChange) {
        let change = change(&mut self.servers);
        if let Some(scheduler) = &mut self.scheduler {
            scheduler.table_changed(change, &self.servers);
        }
    }
}

/// Where a server belongs, and how it is reached.
#[derive(Clone, Copy)]
pub(super) struct Home {
    pub(super) service: ServiceId,
    pub(super) endpoint: SocketAddr,
    pub(super) forwarding: Forwarding,
}

/// All services, by id, and where each server is at home.
#[derive(Default)]
pub(super) struct Services {
    pub(super) slots: Vec<Option<Service>>,
    pub(super) homes: Vec<Option<Home>>,
}

/// The port of FTP's control connections.
pub(super) const FTP: u16 = 21;
/// The port that FTP's active data connections come from.
pub(super) const FTP_DATA: u16 = 20;
/// Ports from here on need no privilege.
const UNPRIVILEGED: u16 = 1024;

impl Services {
    pub(super) fn get(&self, id: ServiceId) -> &Service {
        self.slots[id.index()].as_ref().expect("a service that was added")
    }

    pub(super) fn get_mut(&mut self, id: ServiceId) -> &mut Service {
        self.slots[id.index()].as_mut().expect("a service that was added")
    }

    pub(super) fn home(&self, server: ServerId) -> Home {
        self.homes[server.index()].expect("a server that was added")
    }

    /// The service and table of a server.
    pub(super) fn of(&self, server: ServerId) -> &Service {
        self.get(self.home(server).service)
    }

    pub(super) fn of_mut(&mut self, server: ServerId) -> &mut Service {
        let service = self.home(server).service;
        self.get_mut(service)
    }

    /// Whether a server is in the list of its service.
    pub(super) fn is_available(&self, server: ServerId) -> bool {
        self.of(server).servers.position(server).is_some()
    }

    /// Whether there is any service of a family.
    pub(super) fn serves(&self, ipv6: bool) -> bool {
        self.existing().any(|(_, key)| key.is_ipv6() == ipv6)
    }

    fn existing(&self) -> impl Iterator<Item = (ServiceId, &ServiceKey)> {
        self.slots.iter().enumerate().filter_map(|(number, slot)| {
            let service = slot.as_ref().filter(|service| service.scheduler.is_some())?;
            Some((ServiceId(number as u16), &service.key))
        })
    }

    /// Which service a client's packet is for (kernel spec, section 2.5).
    pub(super) fn lookup(&self, packet: &Packet) -> Option<ServiceId> {
        let (ip, port) = (packet.destination.ip(), packet.destination.port());
        let protocol = packet.payload.protocol();
        if packet.mark != 0 {
            let wanted = Reached::Mark { ipv6: ip.is_ipv6(), mark: packet.mark };
            if let Some((id, _)) = self.existing().find(|(_, key)| key.reached == wanted) {
                return Some(id);
            }
        }
        let at = |port| self.existing().find(|(_, key)| key.is_at(protocol, ip, port)).map(|(id, _)| id);
        at(port)
            .or_else(|| {
                let passive = protocol == Protocol::Tcp && (port == FTP_DATA || port >= UNPRIVILEGED);
                at(FTP).filter(|_| passive)
            })
            .or_else(|| at(0))
    }
}
